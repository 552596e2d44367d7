/// Where something stands in a file, from 1.
package struct TextPosition: Equatable, Comparable, Sendable {
    package var line: Int
    package var column: Int

    package init(line: Int, column: Int) {
        self.line = line
        self.column = column
    }

    package static func < (a: TextPosition, b: TextPosition) -> Bool {
        (a.line, a.column) < (b.line, b.column)
    }
}

/// A value as the file has it. Dates and times stay text: nothing of the settings computes with them.
package indirect enum TOMLValue: Equatable, Sendable {
    case string(String)
    case integer(Int)
    case float(Double)
    case boolean(Bool)
    /// ISO 8601: `2026-01-31`, `06:00:00`, `2026-01-31T06:00:00+01:00`.
    case date(String)
    case array([TOMLValue])
    case table([TOMLEntry])

    /// What it is, as a sentence says it.
    package var kindName: String {
        switch self {
        case .string: "text"
        case .integer: "a whole number"
        case .float: "a number"
        case .boolean: "true or false"
        case .date: "a date or time"
        case .array: "a list"
        case .table: "a table"
        }
    }
}

/// A key of a table with its value, in the order of the file.
package struct TOMLEntry: Equatable, Sendable {
    package var key: String
    package var value: TOMLValue
    package var position: TextPosition

    package init(key: String, value: TOMLValue, position: TextPosition) {
        self.key = key
        self.value = value
        self.position = position
    }
}
