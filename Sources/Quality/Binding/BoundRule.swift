import Columnar
import Ports

/// A rule whose columns were found in a table, and whose argument was understood by their types.
package struct BoundRule: Sendable {
    enum Check: Sendable {
        case notNull
        case nullPercent(Double)
        case range(RangeCheck)
        case accepted(AcceptedValues)
        case length(LengthCheck)
        case pattern(Pattern)
        case order
        case unique
        /// The newest value is at most so old.
        case freshness(seconds: Int)
        case rowCount(low: Int, high: Int)
        /// Compared with so many loads.
        case anomaly(loads: Int)
        /// Of the source's SQL.
        case condition(String)
    }

    package let rule: QualityRule
    /// As the table spells them.
    package let names: [String]
    /// Indexes in the table's schema.
    let columns: [Int]
    let check: Check

    /// `range(total)`: what records and people call it.
    package var label: String {
        names.isEmpty ? rule.kind.rawValue : "\(rule.kind.rawValue)(\(names.joined(separator: ", ")))"
    }

    /// Why a row, or the load, does not satisfy it. Shows no value of a row.
    package var reason: String {
        let column = names.joined(separator: ", ")
        switch (check, rule.argument) {
        case (.notNull, _): return "\(column) is NULL"
        case (.nullPercent(let percent), _): return "more than \(NumberWords.percent(percent)) of \(column) is NULL"
        case (.range, .range(let low, let high)): return "\(column) is outside of \(low ?? "")..\(high ?? "")"
        case (.accepted, .values(let values)):
            return
                "\(column) is not one of \(values.prefix(10).joined(separator: ", "))\(values.count > 10 ? " …" : "")"
        case (.length, .range(let low, let high)):
            return "the length of \(column) is outside of \(low ?? "")..\(high ?? "")"
        case (.pattern, .text(let text)): return "\(column) does not match \(text)"
        case (.order, _): return "not in this order: \(column)"
        case (.unique, _): return "\(column) occurs more than once"
        case (.freshness, .seconds(let seconds)):
            return "the newest \(column) is older than \(NumberWords.duration(seconds))"
        case (.rowCount, .range(let low, let high)):
            return "the number of rows is outside of \(low ?? "")..\(high ?? "")"
        case (.anomaly, _): return "an unusual number of rows"
        case (.condition, .text(let text)): return "does not satisfy \(text)"
        default: return label
        }
    }
}

/// Why a rule does not fit its table.
package struct RuleMisfit: Error, Equatable {
    package enum Cell: Equatable, Sendable { case column, rule, argument }

    package var cell: Cell
    /// The part of the cell that it is about.
    package var value: String?
    /// One or two sentences.
    package var message: String
    /// The table has no such column.
    package var isUnknownColumn = false
}
