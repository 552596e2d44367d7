import Ports

/// A table's name as a user writes it: `orders`, `public.orders`, `"Odd Name".t`. Unquoted parts fold to lower case, as
/// in SQL; a quoted part means itself.
package struct ObjectName: Equatable, Sendable {
    package var schema: String?
    package var name: String

    package init(schema: String? = nil, name: String) {
        self.schema = schema
        self.name = name
    }

    package var sql: String {
        schema.map { SQLText.identifier($0) + "." + SQLText.identifier(name) } ?? SQLText.identifier(name)
    }

    /// For messages: quoted only where SQL would need it.
    package var display: String {
        ([schema, name] as [String?]).compactMap { $0 }.map { Self.needsQuotes($0) ? SQLText.identifier($0) : $0 }
            .joined(separator: ".")
    }

    package static func parse(_ text: String) throws(PostgresFault) -> ObjectName {
        var parts = [String]()
        // Unicode scalars, as a combining mark behind a dot or a quotation mark does not make it another one for the server.
        var rest = text.trimmingSpaces().unicodeScalars[...]
        while true {
            parts.append(try part(&rest, of: text))
            guard let separator = rest.first else { break }
            guard separator == "." else {
                throw malformed(text, "'\(separator)' stands where a dot or the end is expected")
            }
            rest = rest.dropFirst()
        }
        switch parts.count {
        case 1: return ObjectName(name: parts[0])
        case 2: return ObjectName(schema: parts[0], name: parts[1])
        default: throw malformed(text, "it has \(parts.count) parts; allowed are table and schema.table")
        }
    }

    private static func part(
        _ rest: inout Substring.UnicodeScalarView, of text: String
    ) throws(PostgresFault) -> String {
        var out = String.UnicodeScalarView()
        if rest.first == "\"" {
            rest = rest.dropFirst()
            while let c = rest.popFirst() {
                if c != "\"" {
                    out.append(c)
                } else if rest.first == "\"" {
                    out.append("\"")
                    rest = rest.dropFirst()
                } else {
                    guard !out.isEmpty else { throw malformed(text, "a part of it is empty") }
                    return String(out)
                }
            }
            throw malformed(text, "a quotation mark is not closed")
        }
        while let c = rest.first, c != "." && c != "\"" {
            // The server folds ASCII letters only (in a UTF-8 database).
            out.append(("A"..."Z").contains(c) ? Unicode.Scalar(UInt8(c.value + 32)) : c)
            rest = rest.dropFirst()
        }
        guard !out.isEmpty else { throw malformed(text, "a part of it is empty") }
        return String(out)
    }

    private static func malformed(_ text: String, _ why: String) -> PostgresFault {
        PostgresFault(
            .invalidUse, kind: .configuration, "'\(text)' is not the name of a table: \(why)",
            remedy: "Write table or schema.table; put a name with dots, blanks or capitals in double quotes.")
    }

    private static func needsQuotes(_ part: String) -> Bool {
        guard let first = part.utf8.first,
            first == UInt8(ascii: "_") || (UInt8(ascii: "a")...UInt8(ascii: "z")).contains(first)
        else { return true }
        return !part.utf8.allSatisfy {
            $0 == UInt8(ascii: "_") || (UInt8(ascii: "a")...UInt8(ascii: "z")).contains($0)
                || (UInt8(ascii: "0")...UInt8(ascii: "9")).contains($0)
        }
    }
}

extension String {
    /// Without blanks, tabs and line ends at both ends.
    func trimmingSpaces() -> String {
        let blank: (Character) -> Bool = { $0 == " " || $0 == "\t" || $0 == "\n" || $0 == "\r" || $0 == "\r\n" }
        var text = self[...]
        while let first = text.first, blank(first) { text = text.dropFirst() }
        while let last = text.last, blank(last) { text = text.dropLast() }
        return String(text)
    }
}
