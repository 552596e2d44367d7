import Testing

@testable import Settings

@Suite("TOML documents") struct TOMLDocumentTests {
    private func value(_ text: String) throws -> TOMLValue {
        try #require(try TOMLDocument("x = " + text).root.first).value
    }

    @Test(
        "every kind of value",
        arguments: [
            ("\"a\\n\\u00e9\"", TOMLValue.string("a\né")), ("'C:\\x'", .string("C:\\x")),
            ("\"\"\"\na\\\n   b\"\"\"", .string("ab")), ("'''a'b'''", .string("a'b")), ("\"\"", .string("")),
            ("42", .integer(42)), ("-1_000", .integer(-1000)), ("0xff", .integer(255)),
            ("9223372036854775807", .integer(.max)), ("-9223372036854775808", .integer(.min)),
            ("1.5", .float(1.5)), ("1e3", .float(1000)), ("inf", .float(.infinity)), ("true", .boolean(true)),
            ("false", .boolean(false)), ("2026-01-31", .date("2026-01-31")), ("06:05:00", .date("06:05:00")),
            ("06:05:00.25", .date("06:05:00.25")), ("2026-01-31T06:00:00", .date("2026-01-31T06:00:00")),
            ("2026-01-31T06:00:00Z", .date("2026-01-31T06:00:00Z")),
            ("2026-01-31 06:00:00.000001-02:30", .date("2026-01-31T06:00:00.000001-02:30")),
            ("[1, \"a\", [true]]", .array([.integer(1), .string("a"), .array([.boolean(true)])])), ("[]", .array([])),
        ])
    func kinds(text: String, expected: TOMLValue) throws { #expect(try value(text) == expected) }

    @Test("tables in the order of the file, with line and column of each key")
    func order() throws {
        let document = try TOMLDocument("z = 1\n\n[b.c]\n  y = 2\n[a]\nx = { q = 3, p = 4 }\n\"odd key\".k = 5\n")
        #expect(document.root.map(\.key) == ["z", "b", "a"])
        #expect(document.root.map(\.position.line) == [1, 3, 5])
        guard case .table(let b) = document.root[1].value, case .table(let c) = b[0].value else {
            Issue.record("no tables")
            return
        }
        #expect(c == [TOMLEntry(key: "y", value: .integer(2), position: TextPosition(line: 4, column: 3))])
        guard case .table(let a) = document.root[2].value, case .table(let x) = a[0].value else {
            Issue.record("no tables")
            return
        }
        #expect(a.map(\.key) == ["x", "odd key"])
        #expect(x.map(\.key) == ["q", "p"])
    }

    @Test("nothing, blanks, comments, a byte order mark, Windows line ends")
    func empty() throws {
        for text in ["", "\n", " # note", "\u{feff}"] { #expect(try TOMLDocument(text).root.isEmpty) }
        #expect(try TOMLDocument([]).root.isEmpty)
        #expect(try TOMLDocument("\u{feff}a = 1\r\nb = 2\r\n").root.map(\.position.line) == [1, 2])
    }

    @Test(
        "mistakes are named with their line",
        arguments: [
            ("a = 1\nb = \n", 2), ("a = 1\na = 2", 2), ("a = \"x", 1), ("[a\n", 1), ("\n\n= 3", 3), ("a = 01", 1),
            ("a = 2026-13-01", 1), ("a = 9223372036854775808", 1), ("a = \"\\q\"", 1), ("a = 1 b = 2", 1),
            ("[a]\nb = 1\n[a]\nc = 2", 3), ("a = [1, 2\nb = 3", 2), ("a=[}", 1), ("a = 1\n[[#", 2), ("é = 1", 1),
            ("a = 1\nb = 2\nc = 2026-01-31Tx\nd = 4\n", 3), ("a.b = 1\na = 2", 2), ("a = [\n1,\n2026-01-31Tx ]", 3),
        ])
    func mistakes(text: String, line: Int) {
        let fault = #expect(throws: TOMLFault.self) { _ = try TOMLDocument(text) }
        #expect(fault?.position?.line == line, "\(fault?.message ?? "")")
        #expect(fault?.message.isEmpty == false)
    }

    @Test("bytes that are no text")
    func bytes() {
        let good = Array("a = \"".utf8)
        for bad in [[0xFF], [0xC3], [0xE2, 0x82], [0xED, 0xA0, 0x80], [0xF5, 0x80, 0x80, 0x80], [0xC0, 0x80]] {
            #expect(throws: TOMLFault.self) { _ = try TOMLDocument(good + bad.map { UInt8($0) } + Array("\"".utf8)) }
        }
        for control in [0, 1, 8, 0x0B, 0x1F, 0x7F] {
            #expect(throws: TOMLFault.self) { _ = try TOMLDocument(good + [UInt8(control)] + Array("\"".utf8)) }
        }
        #expect(throws: TOMLFault.self) { _ = try TOMLDocument([0]) }
    }

    @Test(
        "depth is bounded, and says so",
        arguments: [
            "x = " + String(repeating: "[", count: 100_000),
            "x = " + String(repeating: "{a=", count: 100_000),
            "x = " + String(repeating: "[", count: 60) + String(repeating: "]", count: 60),
            String(repeating: "a.", count: 1_000_000) + "a = 1",
            "[" + String(repeating: "a.", count: 1_000_000) + "a]",
            "[[" + String(repeating: "a . ", count: 500_000) + "a]]",
            "x = {" + String(repeating: "\"a\".", count: 500_000) + "a = 1}",
            "y = '''\n#'''\n" + String(repeating: "'a'.", count: 500_000) + "a = 1",
            "y = \"\"\"\\\n\"\"\"\n" + String(repeating: "a.", count: 500_000) + "a = 1",
            "y = \"\\\"\"\n" + String(repeating: "a.", count: 500_000) + "a = 1",
        ])
    func deep(text: String) { #expect(throws: TOMLFault.self) { _ = try TOMLDocument(text) } }

    @Test("dots in texts and comments are no depth")
    func dots() throws {
        let dots = String(repeating: "a.", count: 1000)
        let text = """
            # \(dots)
            a = "\(dots)"  # \(dots)
            b = '\(dots)'
            c = \"\"\"\(dots)
            \(dots)\"\"\"
            d = '''\(dots)'''
            e = [1.5, 2.5, 3.5]
            "\(dots)" = 1
            """
        #expect(try TOMLDocument(text).root.count == 6)
    }

    @Test("a large file is read, a larger one refused")
    func size() throws {
        let lines = (0..<10_000).map { "key_\($0) = \"value \($0)\"" }.joined(separator: "\n")
        #expect(try TOMLDocument(lines).root.count == 10_000)
        let long = [UInt8](repeating: UInt8(ascii: "#"), count: TOMLDocument.longest + 1)
        #expect(throws: TOMLFault.self) { _ = try TOMLDocument(long) }
        #expect(try TOMLDocument(Array(long.dropLast())).root.isEmpty)
    }
}
