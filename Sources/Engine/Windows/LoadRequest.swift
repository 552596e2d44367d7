import Ports

/// What a person asked of a load, beyond that it is due.
package enum LoadRequest: Equatable, Sendable {
    /// What is new, and what the row's `reload_from` asks for.
    case due
    /// Everything anew: what the table holds is replaced, whatever it was loaded from.
    case fullRefresh
    /// A range of the watermark once more: `from <= c < to`. Nil: up to now. Chunks are counted from `origin`, or from where
    /// the range begins.
    case backfill(from: JobReload.Start, to: String?, chunk: BackfillChunk?, origin: String? = nil)

    var isBackfill: Bool { if case .backfill = self { true } else { false } }
}

/// How wide a piece of a backfill is.
package enum BackfillChunk: Equatable, Sendable {
    case seconds(Int)
    case months(Int)
    /// For numbers.
    case ids(Int)

    package static let allowed = "90s, 30m, 12h, 7d, 2w, 1mo (a month); for numbers a count such as 100000"

    /// Nil for what is none. `m` are minutes, as everywhere.
    package init?(_ text: String) {
        let lower = text.lowercased().filter { $0 != " " }
        let digits = lower.prefix { ("0"..."9").contains($0) }
        guard digits.utf8.count <= 18, let number = Int(digits), number > 0 else { return nil }
        switch lower.dropFirst(digits.count) {
        case "": self = .ids(number)
        case "mo", "month", "months": self = .months(number)
        case "y", "year", "years": self = .months(number.multipliedReportingOverflow(by: 12).partialValue)
        case "s": self = .seconds(number)
        case "m", "min": self = .seconds(number.multipliedReportingOverflow(by: 60).partialValue)
        case "h": self = .seconds(number.multipliedReportingOverflow(by: 3600).partialValue)
        case "d", "day", "days": self = .seconds(number.multipliedReportingOverflow(by: 86_400).partialValue)
        case "w", "week", "weeks": self = .seconds(number.multipliedReportingOverflow(by: 604_800).partialValue)
        default: return nil
        }
        // A hundred years are far from any overflow; more is a mistake.
        switch self {
        case .seconds(let seconds): guard (1...3_155_760_000).contains(seconds) else { return nil }
        case .months(let months): guard (1...1200).contains(months) else { return nil }
        case .ids: break
        }
    }
}
