import Ports
import TestSupport
import Testing

@testable import Settings

@Suite("Hostile TOML: one error, never a trap", .timeLimit(.minutes(5))) struct TOMLFuzzTests {
    private static let seeds = [
        SettingsTemplate.text,
        """
        a = 1_000\r\nb = [1, 2.5, "x\\u00e9\\U0001F600", 'y', \"\"\"z\\\n  z\"\"\", '''w''', true, 2026-01-31T00:00:00.5+01:00]
        [t."q.r".s]
        c = { d = [{ e = inf }, { e = nan }], f.g = 0x1F }
        [[u]]
        v = 07:30:00
        [[u.w]]
        [env.dev.sources.x]
        password = "${env:P}"
        query = { Encrypt = true }
        """,
    ].map { Array($0.utf8) }

    @Test("mutations of good files", arguments: 1...8) func mutations(seed: UInt64) {
        var random = SeededRandom(seed)
        var refused = 0
        for _ in 0..<400 {
            var bytes = Self.seeds[Int(random.next() % 2)]
            for _ in 0...Int(random.next() % 8) { mutate(&bytes, &random) }
            if !read(bytes) { refused += 1 }
        }
        // Both outcomes must occur, or nothing was tested.
        #expect(refused > 40 && refused < 400, "seed \(seed): \(refused)")
    }

    @Test("texts of the grammar's own pieces", arguments: 1...4) func pieces(seed: UInt64) {
        let pieces = [
            "a", "b", ".", "=", "\n", "[", "]", "[[", "]]", "{", "}", ",", "\"", "'", "\"\"\"", "'''", "#", "\\", "1",
            "-",
            "0x", "e", "inf", "true", "2026-01-31", "T", ":", "+", " ", "\t", "\r", "é", "\u{feff}", "\0", "\\u", "env",
        ]
        var random = SeededRandom(seed)
        for _ in 0..<1500 {
            let count = Int(random.next() % 24)
            let text = (0..<count).map { _ in pieces[Int(random.next() % UInt64(pieces.count))] }.joined()
            _ = read(Array(text.utf8))
        }
    }

    @Test("random bytes") func noise() {
        var random = SeededRandom(7)
        for _ in 0..<500 {
            _ = read((0..<Int(random.next() % 200)).map { _ in UInt8(truncatingIfNeeded: random.next()) })
        }
    }

    @Test("cut at every byte") func cut() {
        for seed in Self.seeds { for length in seed.indices { _ = read(Array(seed[..<length])) } }
    }

    /// Whether it was a document. What is one goes through the checks, too.
    private func read(_ bytes: [UInt8]) -> Bool {
        do {
            let document = try TOMLDocument(bytes)
            for file in SettingsFile.allCases {
                let layer = FileLayer(file: file, document: document, secretSchemes: ["env", "file"])
                for finding in layer.findings where finding.message.isEmpty { Issue.record("an empty message") }
            }
            return true
        } catch {
            #expect(!error.message.isEmpty)
            #expect(!SyntaxAdvice(error, in: bytes, mayHoldSecrets: false).message.isEmpty)
            return false
        }
    }

    private func mutate(_ bytes: inout [UInt8], _ random: inout SeededRandom) {
        let place = Int(random.next() % UInt64(bytes.count + 1))
        switch random.next() % 6 {
        case 0: bytes.insert(UInt8(truncatingIfNeeded: random.next()), at: place)
        case 1 where place < bytes.count: bytes.remove(at: place)
        case 2 where place < bytes.count: bytes[place] = UInt8(truncatingIfNeeded: random.next())
        case 3:
            let end = min(bytes.count, place + Int(random.next() % 40))
            bytes.insert(contentsOf: bytes[place..<end], at: Int(random.next() % UInt64(bytes.count + 1)))
        case 4: bytes.removeSubrange(place..<min(bytes.count, place + Int(random.next() % 20)))
        default:
            let signs = Array("[]{}=\"'.,#\\\n".utf8)
            bytes.insert(signs[Int(random.next() % UInt64(signs.count))], at: place)
        }
        if bytes.isEmpty { bytes = [UInt8(ascii: "a")] }
    }
}
