import TestSupport
import Testing

@testable import Workbook

@Suite("Texts and digits of cells")
struct CellTextTests {
    private func decoded(_ text: String) -> String { Array(text.utf8).withUnsafeBufferPointer(EscapedText.decoded) }
    private func value(_ text: String) -> Double? { Array(text.utf8).withUnsafeBufferPointer(DecimalText.value) }

    @Test(
        "escapes",
        arguments: [
            ("plain", "plain"), ("", ""), ("a_x000D_\nb", "a\r\nb"), ("_x005F_x000D_", "_x000D_"),
            ("_x0041__x0042_", "AB"),
            ("_xD83D__xDE00_", "😀"), ("_xD83D_", "\u{FFFD}"), ("_xD83D_ _xDE00_", "\u{FFFD} \u{FFFD}"),
            ("_x00zz_", "_x00zz_"), ("_x000D", "_x000D"), ("x000D_", "x000D_"), ("__x0041_", "_A"),
            ("_x_x0041_", "_xA"),
            ("é_x000A_漢", "é\n漢"),
        ])
    func decoding(text: String, expected: String) {
        #expect(decoded(text) == expected)
    }

    @Test(
        "whatever is written comes back",
        arguments: [
            "", "a", "\r\n", "\u{0}\u{1}\u{1F}", "_x0041_", "_x005F_", "__x0041__", "\u{FFFE}\u{FFFF}", "😀_x000D_",
            "\t\n",
        ])
    func encoding(text: String) {
        let encoded = EscapedText.encoded(text)
        #expect(decoded(encoded) == text)
        #expect(!encoded.utf8.contains { $0 < 0x20 && $0 != 0x09 && $0 != 0x0A })
    }

    @Test(
        "numbers as the standard library reads them",
        arguments: [
            "0", "-0", "1", "007", "0.1", "123456789012345", "1234567890.12345", "12345678901234567890",
            "0.30000000000000004",
            "1E5", "1e-7", "-1.5E+300", "5e-324", ".5", "5.", "46112.524268391203", "9007199254740993",
        ])
    func numbers(text: String) {
        #expect(value(text) == Double(text) ?? Double(text + "0"))
    }

    @Test("random digits as the standard library reads them")
    func randomNumbers() {
        var random = SeededRandom(9)
        for _ in 0..<50_000 {
            let digits = 1 + random.next(below: 20)
            var text = (0..<digits).map { _ in String(random.next(below: 10)) }.joined()
            let point = random.next(below: digits + 1)
            text.insert(".", at: text.index(text.startIndex, offsetBy: point))
            let expected = Double("0" + text + "0")
            let found = value(text)
            if found != expected { Issue.record("\(text): \(String(describing: found))") }
        }
    }

    @Test(
        "no numbers",
        arguments: ["", "-", ".", "1.2.3", "abc", "1,5", "nan", "inf", "0x10", "1e", "1e999", " 1", "--1", "١"])
    func noNumbers(text: String) {
        #expect(value(text) == nil)
    }
}
