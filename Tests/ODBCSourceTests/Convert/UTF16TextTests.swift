import Columnar
import Testing

@testable import ODBCSource

@Suite("UTF-16 to UTF-8")
struct UTF16TextTests {
    /// Units end where reading behind them would be noticed.
    private static func transcode(_ units: [UInt16]) -> [UInt8]? {
        let source = units + [UInt16](repeating: 0xD800, count: 8)
        var target = [UInt8](repeating: 0xEE, count: units.count * 3 + 8)
        let written = source.withUnsafeBytes { from in
            target.withUnsafeMutableBytes { UTF16Text.transcode(from.baseAddress!, units.count, to: $0.baseAddress!) }
        }
        return written >= 0 ? Array(target[..<written]) : nil
    }

    @Test("ASCII of every length", arguments: 0...40)
    func ascii(count: Int) {
        let text = String((0..<count).map { Character(Unicode.Scalar(UInt8(0x21 + $0 % 90))) })
        #expect(Self.transcode(Array(text.utf16)) == Array(text.utf8))
    }

    @Test(
        "another character at every place of every length",
        arguments: ["é", "\u{7FF}", "\u{800}", "漢", "\u{FFFF}", "🎉", "\u{10FFFF}", "\u{0}", "\u{7F}", "\u{80}"])
    func oneOther(character: String) {
        for count in 0...33 {
            for place in 0...count {
                let text =
                    String(repeating: "a", count: place) + character + String(repeating: "b", count: count - place)
                #expect(Self.transcode(Array(text.utf16)) == Array(text.utf8))
            }
        }
    }

    @Test("characters of all planes")
    func all() {
        var wrong = [UInt32]()
        for scalar in UInt32(0)...0x10FFFF where scalar < 0x3000 || scalar % 61 == 0 {
            guard let character = Unicode.Scalar(scalar) else { continue }
            let text = String(Character(character))
            if Self.transcode(Array(text.utf16)) != Array(text.utf8) { wrong.append(scalar) }
        }
        #expect(wrong.isEmpty)
    }

    @Test(
        "a surrogate alone is refused",
        arguments: [
            [0xD800], [0xDC00], [0xD800, 0x41], [0x41, 0xDBFF], [0xDC00, 0xD800], [0xD83C, 0xD83C, 0xDF89],
            [0xDFFF, 0x41],
        ] as [[UInt16]])
    func alone(units: [UInt16]) {
        for before in 0...17 { #expect(Self.transcode([UInt16](repeating: 0x61, count: before) + units) == nil) }
    }

    @Test("random text against Swift's own")
    func property() {
        let pool = Array("abcdefgh .,ßéñ漢字カナ🎉👩‍👧".unicodeScalars)
        for round in 0..<5_000 {
            var text = String.UnicodeScalarView()
            for _ in 0..<Int.random(in: 0...60) {
                text.append(pool[Int.random(in: 0..<(round % 4 == 0 ? pool.count : 9))])
            }
            #expect(Self.transcode(Array(String(text).utf16)) == Array(String(text).utf8))
        }
    }

    @Test("columns: padded and not, empty, NULL, longer than a slot, in any runs", arguments: [0, 1, 2, 7])
    func columns(runs: Int) throws {
        let long = String(repeating: "漢🎉", count: 100)
        let texts: [String?] = ["", "a  ", nil, "  é ", long, " ", nil, "end"]
        let cells = texts.map { $0.map { FilledColumn.wide($0) } }
        let plain = try FilledColumn(cells, kind: .wideText, type: .text, width: 32, runs: runs)
        #expect(plain.texts == texts)
        let padded = try FilledColumn(cells, kind: .paddedWideText, type: .text, width: 32, runs: runs)
        #expect(padded.texts == ["", "a", nil, "  é", long, "", nil, "end"])
    }

    @Test("the fault names column and row")
    func fault() {
        let fault = #expect(throws: ODBCFault.self) {
            try FilledColumn([nil, FilledColumn.wide("ok"), FilledColumn.wide([0xD800])], kind: .wideText, type: .text)
        }
        #expect(fault?.message.hasPrefix("Column 'c', row 3: ") == true)
    }
}
