import TestSupport
import Testing

@testable import Workbook

@Suite("CSV")
struct CSVFileTests {
    private func read(_ bytes: [UInt8]) throws -> SheetTable {
        try CSVFile.read(bytes: bytes, path: "/somewhere/SourceConfig.csv")
    }

    private func cells(_ text: String) throws -> [[String]] {
        try read(Array(text.utf8)).rows.map { row in
            row.cells.map { cell in
                guard case .text(let text) = cell.value else { return "?" }
                return "\(row.number):\(cell.column)=\(text)"
            }
        }
    }

    @Test(
        "delimiters",
        arguments: ["a,b\n1,2\n", "a;b\n1;2\n", "a\tb\n1\t2\n", "sep=;\na;b\n1;2\n", "sep=|\r\na|b\r\n1|2"])
    func delimiters(text: String) throws {
        let shift = text.hasPrefix("sep=") ? 1 : 0
        #expect(
            try cells(text) == [["\(1 + shift):1=a", "\(1 + shift):2=b"], ["\(2 + shift):1=1", "\(2 + shift):2=2"]])
    }

    @Test("the delimiter is looked for outside quotes")
    func quotedDelimiters() throws {
        #expect(try cells("\"a,b,c\";d\n1;2") == [["1:1=a,b,c", "1:2=d"], ["2:1=1", "2:2=2"]])
    }

    @Test(
        "quotes, ends of lines, blank lines",
        arguments: [
            ("a,b\r\n\r\n\"x\"\"y\",\"1\r\n2\"\r\nz,", [["1:1=a", "1:2=b"], ["3:1=x\"y", "3:2=1\r\n2"], ["5:1=z"]]),
            ("a\rb\r", [["1:1=a"], ["2:1=b"]]),
            ("a,\"\"\n,,,\n", [["1:1=a"]]),
            ("\n\n", []), ("", []), ("a", [["1:1=a"]]), ("\"q\"r,s", [["1:1=qr", "1:2=s"]]),
            ("a b, c\n", [["1:1=a b", "1:2= c"]]), ("a\"b,c", [["1:1=a\"b", "1:2=c"]]),
            ("\"two\nlines\",b\nc,d", [["1:1=two\nlines", "1:2=b"], ["3:1=c", "3:2=d"]]),
        ])
    func records(text: String, expected: [[String]]) throws {
        #expect(try cells(text) == expected)
    }

    @Test("encodings")
    func encodings() throws {
        let text = "näme,€\nΩ,😀\n"
        func value(_ bytes: [UInt8]) throws -> [[CellValue]] { try read(bytes).rows.map { $0.cells.map(\.value) } }
        let expected: [[CellValue]] = [[.text("näme"), .text("€")], [.text("Ω"), .text("😀")]]
        let little = text.utf16.flatMap { [UInt8($0 & 0xFF), UInt8($0 >> 8)] }
        let big = text.utf16.flatMap { [UInt8($0 >> 8), UInt8($0 & 0xFF)] }
        #expect(try value(Array(text.utf8)) == expected)
        #expect(try value([0xEF, 0xBB, 0xBF] + Array(text.utf8)) == expected)
        #expect(try value([0xFF, 0xFE] + little) == expected)
        #expect(try value([0xFE, 0xFF] + big) == expected)
        #expect(
            try value("job_id,on\n1,2\n".utf16.flatMap { [UInt8($0 & 0xFF), UInt8($0 >> 8)] })
                == [[.text("job_id"), .text("on")], [.text("1"), .text("2")]])
        #expect(try value([0x6E, 0xE4, 0x2C, 0x80, 0x2C, 0x93]) == [[.text("nä"), .text("€"), .text("“")]])
    }

    @Test(
        "refused in one sentence",
        arguments: [
            (Array("a,b\n\"open,\n1".utf8), "line 2"), ([0x61, 0, 0, 0, 0, 0x62, 0x63], "zero bytes"),
            ([0xFF, 0xFE, 0x00, 0xD8], "UTF-16"), ([0xFF, 0xFE, 0x41], "UTF-16"), ([0xFF, 0xFE, 0, 0], "UTF-32"),
            ([0x50, 0x4B, 3, 4], "workbook"), ([0xD0, 0xCF, 0x11, 0xE0], "workbook"),
            (Array(String(repeating: ",", count: 20_000).utf8), "columns"),
        ] as [([UInt8], String)])
    func refused(bytes: [UInt8], word: String) {
        let fault = #expect(throws: WorkbookFault.self) { try read(bytes) }
        #expect(fault?.message.contains(word) == true)
    }

    @Test("names and places")
    func places() throws {
        let table = try read(Array("a,b\nc,d".utf8))
        #expect(table.name == "SourceConfig")
        #expect(table.place(CellReference(row: 2, column: 2)) == "SourceConfig.csv:2:2")
    }

    @Test("random bytes never trap")
    func random() {
        var seed = SeededRandom(11)
        let alphabet = Array("\",;\t\r\n aé=sep".utf8) + [0, 0xFF, 0xFE, 0x80]
        for _ in 0..<3000 {
            let bytes = (0..<seed.next(below: 40)).map { _ in alphabet[seed.next(below: alphabet.count)] }
            _ = try? read(bytes)
        }
    }
}
