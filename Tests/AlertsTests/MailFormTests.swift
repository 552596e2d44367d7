import Ports
import TestSupport
import Testing

@testable import Alerts

@Suite("The form of mails")
struct MailFormTests {
    /// What a mail program makes of it.
    private func decoded(_ bytes: [UInt8]) -> String {
        var out: [UInt8] = []
        var rest = bytes[...]
        while let byte = rest.popFirst() {
            if byte == 0x0D { continue }
            guard byte == UInt8(ascii: "=") else {
                out.append(byte)
                continue
            }
            if rest.first == 0x0D {
                rest = rest.dropFirst(2)
                continue
            }
            out.append(UInt8(String(decoding: rest.prefix(2), as: UTF8.self), radix: 16)!)
            rest = rest.dropFirst(2)
        }
        return String(decoding: out, as: UTF8.self)
    }

    @Test("whatever the text, it comes back; lines are short, and nothing stands at their ends")
    func quotedPrintable() {
        var random = SeededRandom(7)
        let letters = ["a", " ", "=", "é", "😀", "\n", ".", "\t", "From ", "x=", "\u{2028}"]
        var texts = [
            "", " ", "\n", "a \nb\t\n", ".\n..\n", String(repeating: "x", count: 76), String(repeating: "x", count: 77),
        ]
        texts += [
            String(repeating: "é", count: 200), String(repeating: " ", count: 200), String(repeating: "=", count: 76),
        ]
        for _ in 0..<300 {
            texts.append(
                (0..<Int.random(in: 1...200, using: &random)).map { _ in letters.randomElement(using: &random)! }
                    .joined())
        }
        for text in texts {
            let bytes = QuotedPrintable.encode(text)
            #expect(decoded(bytes) == text)
            for line in bytes.split(separator: 0x0A, omittingEmptySubsequences: false) {
                let line = line.last == 0x0D ? line.dropLast() : line
                #expect(line.count <= 76 && line.last != 0x20 && line.last != 0x09 && line.first != UInt8(ascii: "."))
                #expect(line.allSatisfy { (0x20...0x7E).contains($0) })
            }
        }
    }

    @Test(
        "subjects",
        arguments: [
            ("plain words", "plain words"), ("", ""), ("Größe", "=?utf-8?B?R3LDtsOfZQ==?="),
            ("a\r\nBcc: evil@x.test", "a Bcc: evil@x.test"), ("=?utf-8?q?x?=", "=?utf-8?B?PT91dGYtOD9xP3g/PQ==?="),
            ("\u{202E}abc\u{0}", "abc"),
        ])
    func subjects(text: String, wanted: String) { #expect(HeaderText.unstructured(text, used: 9) == wanted) }

    @Test(
        "long ones are folded, and no word of theirs is longer than it may be",
        arguments: [1, 40, 60, 70, 78, 200, 1000])
    func folding(length: Int) {
        for unit in ["word ", "ö", "😀", "x"] {
            let folded = HeaderText.unstructured(String(repeating: unit, count: length), used: 9)
            for (index, line) in folded.replacing("\r\n", with: "\n").split(separator: "\n").enumerated() {
                let limit = unit == "x" && length < 900 ? 998 : 78
                #expect(line.utf8.count + (index == 0 ? 9 : 0) <= limit, "\(unit) \(length): \(line)")
                if line.contains("=?") { #expect(line.drop { $0 == " " }.utf8.count <= 75) }
                #expect(index == 0 || line.hasPrefix(" "))
            }
        }
    }

    @Test("dates name the day and the offset")
    func dates() {
        #expect(MailMessage.rfc5322(CivilTime(unixMicroseconds: 0)) == "Thu, 1 Jan 1970 00:00:00 +0000")
        let moment = CivilTime(iso: "2026-11-21T06:00:59+01:00")!.unixMicroseconds
        #expect(
            MailMessage.rfc5322(CivilTime(unixMicroseconds: moment, offsetSeconds: -16_200))
                == "Sat, 21 Nov 2026 00:30:59 -0430")
    }

    @Test(
        "people",
        arguments: [
            ("ana@x.test", nil, "ana@x.test"), ("Ana <ana@x.test>", "Ana", "ana@x.test"),
            (" \"Müller, Zoë\" <zoe@x.test> ", "Müller, Zoë", "zoe@x.test"), ("<a@x.test>", nil, "a@x.test"),
            ("Ana", nil, nil), ("Ana <ana>", nil, nil), ("a@x.test, b@x.test", nil, nil), ("A\n<a@x.test>", nil, nil),
            ("a b@x.test", nil, nil), ("a@x.test>", nil, nil), ("", nil, nil), ("a@@x.test", nil, nil),
        ] as [(String, String?, String?)])
    func people(text: String, name: String?, address: String?) {
        let found = MailAddress(text)
        #expect(found?.name == name && found?.address == address)
    }

    @Test(
        "figures",
        arguments: [
            (0.0, "0 s"), (0.04, "0 s"), (9.96, "10 s"), (61, "1 min 1 s"), (3600, "1 h"), (7530, "2 h 5 min"),
            (100_000, "1 d 3 h"),
        ])
    func figures(seconds: Double, text: String) { #expect(Figures.duration(seconds) == text) }
}
