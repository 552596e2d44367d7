import Columnar
import Testing

/// A column as a driver describes it, values as it delivers them, and what a file must hold.
struct RecordedColumn: Sendable, CustomTestStringConvertible {
    var name: String
    /// What follows the name in the script: type, size, digits…
    var described: String
    /// Literals of the script; the expected text (see `BatchText`; nil is NULL).
    var values: [(literal: String, expected: String?)]
    var type: ColumnType

    init(_ name: String, _ described: String, _ type: ColumnType, _ values: [(String, String?)]) {
        self.name = name
        self.described = described
        self.type = type
        self.values = values.map { ($0.0, $0.1) }
    }

    var testDescription: String { name }

    static func script(_ columns: [RecordedColumn], rows: Int, table: String) -> String {
        var lines = ["statement '\(table)'"]
        lines += columns.map { "  column '\($0.name)' \($0.described)" }
        for row in 0..<rows { lines.append("  row " + columns.map { $0[row].literal }.joined(separator: ", ")) }
        return lines.joined(separator: "\n")
    }

    /// Values come round again, each time behind a NULL.
    subscript(row: Int) -> (literal: String, expected: String?) {
        let index = row % (values.count + 1)
        return index == values.count ? ("NULL", nil) : values[index]
    }
}

/// Microseconds since 1970 of `2024-02-29 12:34:56.789`, and days of `2024-02-29`, as batches keep them.
enum Moment {
    static func micros(_ text: String) -> String {
        let parts = text.split(separator: " ")
        let clock = parts.count > 1 ? parts[1].split(separator: ":") : []
        var micros = dayNumber(String(parts[0])) * 86_400_000_000
        if clock.count == 3 {
            let second = clock[2].split(separator: ".")
            let fraction = second.count > 1 ? String((second[1] + "000000").prefix(6)) : "0"
            micros += (Int(clock[0])! * 3600 + Int(clock[1])! * 60 + Int(second[0])!) * 1_000_000 + Int(fraction)!
        }
        return String(micros)
    }

    static func days(_ text: String) -> String { String(dayNumber(text)) }

    /// Of the proleptic Gregorian calendar, counted in years that begin in March.
    private static func dayNumber(_ text: String) -> Int {
        let parts = text.split(separator: "-").map { Int($0)! }
        let (year, month) = parts[1] > 2 ? (parts[0], parts[1] - 3) : (parts[0] - 1, parts[1] + 9)
        let days = 365 * year + year / 4 - year / 100 + year / 400 + (153 * month + 2) / 5 + parts[2] - 1
        return days - 719_468
    }
}
