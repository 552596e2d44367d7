/// A column of a generated sheet: its specification, and the words that this project's drop-down offers.
struct TemplateColumn {
    enum Entry: Equatable {
        case text
        /// Text that must not become a number or a date: `007`, `3-4`, `2026-01-31 06:00:00.123456`.
        case exactText
        /// One of these words. `isOpen`: another one is asked about rather than refused.
        case words([String], isOpen: Bool)
        /// A list that a formula finds; anything else is taken too.
        case found(String)
        case flag
        case wholeNumber(ClosedRange<Int>)
        case number(ClosedRange<Double>)
        case dateTime
        case count
        case seconds
    }

    var spec: SheetColumnSpec
    var entry: Entry
    /// What there is to know before filling it in this version.
    var notice: String?

    var name: String { spec.name }
    var group: SheetColumnSpec.Group { spec.group }

    init(_ spec: SheetColumnSpec, entry: Entry? = nil, notice: String? = nil) {
        self.spec = spec
        self.entry = entry ?? Self.entry(of: spec)
        self.notice = notice ?? (spec.isUsed ? nil : "Checked, but not used by this version yet.")
    }

    private static func entry(of spec: SheetColumnSpec) -> Entry {
        switch spec.kind {
        case .name, .list, .pairs, .duration, .watermark, .schedule: .exactText
        case .prose, .sql: .text
        case .choice(let choices): .words(choices.offered, isOpen: false)
        case .flag: .flag
        case .integer(let range): .wholeNumber(range)
        case .percent: .number(0...1_000_000)
        case .dateTime: .dateTime
        case .number: spec.name == JobColumn.lastDuration.name ? .seconds : .count
        }
    }

    /// The header in bold, and the filter's button beside it.
    var fittedWidth: Double { max(spec.width, (Double(name.count) * 1.15 + 5).rounded(.up)) }

    /// What may be typed, in a few words, for the Guide and for complaints.
    var allowed: String {
        switch entry {
        case .words(let words, _) where !words.isEmpty: words.joined(separator: ", ")
        case .wholeNumber(let range) where range.upperBound >= 1_000_000: "a whole number, \(range.lowerBound) or more"
        case .wholeNumber(let range): "a whole number, \(range.lowerBound) to \(range.upperBound)"
        case .number: "a number, 0 or more"
        default: spec.kind.words
        }
    }
}
