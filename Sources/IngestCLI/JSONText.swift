import Ports

/// A JSON value that keeps the order of its keys. Written compactly, in ASCII where the terminal could be harmed.
///
/// For output that people may look at. Records are `JSONValue`s: those are read again, compared by their bytes and digests,
/// hold no doubles, and keep every character of a name as it is.
package indirect enum JSONText: Equatable, Sendable {
    case null
    case bool(Bool)
    case int(Int)
    /// Written with at most six digits behind the point.
    case number(Double)
    case string(String)
    case array([JSONText])
    case object([(String, JSONText)])

    package static func == (a: JSONText, b: JSONText) -> Bool { a.text == b.text }

    static func optional(_ text: String?) -> JSONText { text.map { .string($0) } ?? .null }
    static func optional(_ number: Int?) -> JSONText { number.map { .int($0) } ?? .null }

    /// The same with other strings; keys and numbers stay.
    func mappingStrings(_ change: (String) -> String) -> JSONText {
        switch self {
        case .null, .bool, .int, .number: self
        case .string(let value): .string(change(value))
        case .array(let values): .array(values.map { $0.mappingStrings(change) })
        case .object(let members): .object(members.map { ($0.0, $0.1.mappingStrings(change)) })
        }
    }

    package var text: String {
        var out = ""
        write(to: &out)
        return out
    }

    private func write(to out: inout String) {
        switch self {
        case .null: out += "null"
        case .bool(let value): out += value ? "true" : "false"
        case .int(let value): out += String(value)
        case .number(let value): out += value.isFinite ? NumberText.fixed(value, digits: 6, trimming: true) : "null"
        case .string(let value): Self.quote(value, to: &out)
        case .array(let values):
            out += "["
            for (index, value) in values.enumerated() {
                if index > 0 { out += "," }
                value.write(to: &out)
            }
            out += "]"
        case .object(let members):
            out += "{"
            for (index, (key, value)) in members.enumerated() {
                if index > 0 { out += "," }
                Self.quote(key, to: &out)
                out += ":"
                value.write(to: &out)
            }
            out += "}"
        }
    }

    private static func quote(_ text: String, to out: inout String) {
        out += "\""
        for scalar in text.unicodeScalars {
            switch scalar {
            case "\"": out += "\\\""
            case "\\": out += "\\\\"
            case "\n": out += "\\n"
            case "\r": out += "\\r"
            case "\t": out += "\\t"
            default:
                // All of these are below U+10000: four digits are enough.
                if PrintableText.isHostile(scalar) {
                    let hex = String(scalar.value, radix: 16)
                    out += "\\u" + String(repeating: "0", count: 4 - hex.count) + hex
                } else {
                    out.unicodeScalars.append(scalar)
                }
            }
        }
        out += "\""
    }
}
