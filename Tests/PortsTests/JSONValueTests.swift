import Testing

@testable import Ports

@Suite("JSON")
struct JSONValueTests {
    private func parse(_ text: String) throws -> JSONValue { try JSONValue(parsing: Array(text.utf8)) }

    @Test("what is written is read back")
    func roundTrip() throws {
        let value = JSONValue.members([
            "text": .string("a\"\\\n\t\u{1}é😀\u{7F}"), "numbers": .array([.int(.min), .int(.max), .number("1.5e3")]),
            "nothing": .null, "flags": .array([.bool(true), .bool(false)]), "empty": .object([]), "none": .array([]),
        ])
        #expect(try JSONValue(parsing: value.bytes) == value)
    }

    @Test("escapes and blanks")
    func escapes() throws {
        #expect(
            try parse(" { \"a\" : [ \"\\u00e9\\ud83d\\ude00\\/\\b\\f\" ] } ")["a"] == .array([.string("é😀/\u{8}\u{C}")])
        )
        #expect(try parse("12345678901234567890") == .number("12345678901234567890"))
    }

    @Test(
        "what is no JSON is refused",
        arguments: [
            "", "{", "[1,", "[1,]", "{\"a\":1,}", "{\"a\":1,\"a\":2}", "{a:1}", "01", "1.", "-", "1e", "\"\\x\"",
            "\"\\ud800\"", "\"\\ud800\\u0041\"", "\"\\u12\"", "\"a", "\"\n\"", "nul", "true false", "[1 2]", "+1",
            String(repeating: "[", count: 65),
        ])
    func refused(text: String) {
        #expect(throws: JSONFault.self) { try parse(text) }
    }

    @Test("a key stands once, also among many")
    func keys() throws {
        for count in [1, 15, 16, 17, 40] {
            let members = (0..<count).map { "\"k\($0)\":\($0)" }
            #expect(try parse("{" + members.joined(separator: ",") + "}")["k\(count - 1)"] == .int(count - 1))
            for again in [0, count - 1] {
                let all = members + [members[again]]
                #expect(throws: JSONFault.self) { try parse("{" + all.joined(separator: ",") + "}") }
            }
        }
    }

    @Test("bytes that are no UTF-8, and every cut of a document, are refused")
    func cut() throws {
        #expect(throws: JSONFault.self) { try JSONValue(parsing: [0x22, 0xFF, 0x22]) }
        #expect(throws: JSONFault.self) { try JSONValue(parsing: [0x22, 0x5C, 0x6E, 0xFF, 0x22]) }
        let whole = Array("{\"a\":[1,\"\\u00e9\",{\"b\":null}]}".utf8)
        for count in 0..<whole.count {
            #expect(throws: JSONFault.self) { try JSONValue(parsing: Array(whole[..<count])) }
        }
    }
}
