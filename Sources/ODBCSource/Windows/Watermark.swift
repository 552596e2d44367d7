import Ports
import SQLDialects

/// The watermark of a table, view or query, as statements have it.
struct Watermark: Sendable {
    /// As the source calls them, in order of preference.
    var columns: [String]
    var key: KeyType
    var mayBeNull = true
    /// The query compares it itself, and does not show it.
    var isHidden = false

    /// For messages.
    var display: String { columns.joined(separator: ", else ") }

    /// Numbers and text end with the greatest value there is, times with a moment.
    var ends: WindowEnds {
        switch key.sort {
        case .integer, .decimal, .text: .high
        case .date, .time, .binary: .low
        }
    }

    /// Values are moments, whether a zone is written behind them or not.
    var isInstant: Bool {
        if case .time(_, let zone) = key.sort { zone || key.tag.hasPrefix("timestamptz") } else { false }
    }

    func expression(_ dialect: any SQLDialect) throws(SQLDialectFault) -> String {
        try KeyRange.expression(columns, dialect: dialect)
    }

    /// The rows of a slice; nil where the query compares alone.
    func condition(
        _ slice: ReadWindows.Slice, ends: WindowEnds, dialect: any SQLDialect
    ) throws -> Condition? {
        guard !isHidden else { return slice == .nulls ? Condition("1 = 0") : nil }
        let range: KeyRange
        switch slice {
        case .nulls: range = .null
        case .window(let low, let high):
            try check([low, high])
            range = ends == .low ? .from(low, below: high) : .above(low, through: high)
        }
        return try range.condition(on: columns, type: key, dialect: dialect)
    }

    /// Some databases make 0 of what they cannot read.
    private func check(_ bounds: [String?]) throws(ODBCFault) {
        for bound in bounds.compactMap({ $0 }) {
            let isFit =
                switch key.sort {
                case .text: true
                case .binary:
                    bound.utf8.count == 18 && bound.hasPrefix("0x") && UInt64(bound.dropFirst(2), radix: 16) != nil
                default: KeyScale(key.sort)?.position(bound) != nil
                }
            guard isFit else {
                throw ODBCFault(
                    .configuration,
                    "\(VisibleText.quoted(bound)) is no value of the watermark \(display), whose type is \(key.tag)",
                    remedy: "Give a value as the database writes it.", column: columns.first)
            }
        }
    }

    /// The query of a slice: bounds in its places, the ends of the type where it is open.
    func filled(
        _ places: WatermarkPlaces, _ slice: ReadWindows.Slice, dialect: any SQLDialect
    ) throws(SQLDialectFault) -> String {
        var bounds: (low: String?, high: String?) = (nil, nil)
        if case .window(let low, let high) = slice { bounds = (low, high) }
        // What does not occur needs no value.
        let from = bounds.low ?? key.least ?? (places.hasFrom ? nil : "")
        let to = bounds.high ?? key.greatest ?? (places.hasTo ? nil : "")
        let literals = try key.literals(from: from, to: to, dialect: dialect)
        return places.filled(from: literals.from, to: literals.to)
    }
}

extension ReadWindows.Slice {
    func label(_ watermark: String) -> String {
        switch self {
        case .window(let low, let high): "\(watermark) from \(low ?? "the start") to \(high ?? "the end")"
        case .nulls: "\(watermark) without a value"
        }
    }
}
