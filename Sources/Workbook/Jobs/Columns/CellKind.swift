/// How the cells of a column are read.
package enum CellKind: Sendable {
    /// A name or another short text.
    case name
    /// Several lines for people.
    case prose
    case sql
    case choice([CellChoice])
    case flag
    case integer(ClosedRange<Int>)
    /// Per cent: a cell formatted so that 0.1 shows as 10 % counts as 10.
    case percent
    /// Names, separated by comma, semicolon or newline.
    case list
    /// `name=value` lines or JSON.
    case pairs
    /// `90s`, `5m`, `1h`, `7d`; a bare number counts in the unit that is named here.
    case duration(bareNumber: String)
    /// A value of the watermark column: a time, a number, a text, in full precision.
    case watermark
    case schedule
    /// Written by the tool as a date with time.
    case dateTime
    /// Written by the tool as a number.
    case number

    package var choices: [CellChoice] {
        if case .choice(let choices) = self { choices } else { [] }
    }

    /// For the reference.
    package var words: String {
        switch self {
        case .name: "text"
        case .prose: "text, several lines"
        case .sql: "SQL"
        case .choice(let choices):
            choices.map { $0.isInThisVersion ? $0.name : $0.name + " (later)" }.joined(separator: ", ")
        case .flag: "Y or N"
        case .integer(let range):
            range.upperBound == Int.max
                ? "whole number from \(range.lowerBound)" : "whole number, \(range.lowerBound) to \(range.upperBound)"
        case .percent: "per cent"
        case .list: "list"
        case .pairs: "name=value lines, or JSON"
        case .duration(let unit): "90s, 5m, 1h, 7d; a number counts \(unit)"
        case .watermark: "value of the watermark column"
        case .schedule: "daily 06:00, or cron"
        case .dateTime: "date and time"
        case .number: "number"
        }
    }
}

/// A value that a column allows.
package struct CellChoice: Equatable, Sendable {
    package var name: String
    package var aliases: [String]
    /// False: known, refused or reported as not there yet; never offered by a drop-down.
    package var isInThisVersion: Bool

    package init(_ name: String, aliases: [String] = [], isInThisVersion: Bool = true) {
        self.name = name
        self.aliases = aliases
        self.isInThisVersion = isInThisVersion
    }
}

extension [CellChoice] {
    /// What a drop-down offers.
    package var offered: [String] { filter(\.isInThisVersion).map(\.name) }
}
