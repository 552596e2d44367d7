import Columnar
import Ports

/// Finds a rule's columns in a table, and reads its argument by their types: exact, before a row is read.
package enum RuleBinding {
    /// - Parameter primaryKey: what `unique` without columns is about.
    package static func bind(
        _ rule: QualityRule, to fields: [Field], primaryKey: [String]
    ) throws(RuleMisfit) -> BoundRule {
        var written = rule.columns
        if rule.kind == .unique, written.isEmpty { written = primaryKey }
        if rule.kind == .unique, written.isEmpty {
            throw RuleMisfit(
                cell: .column,
                message: "The cell is empty, and the job has no primary_key: write the columns of the key.")
        }
        var columns: [Int] = []
        for name in written { columns.append(try index(of: name, in: fields, rule)) }
        let found = columns.map { fields[$0] }
        let check = try check(rule, found)
        return BoundRule(rule: rule, names: found.map(\.name), columns: columns, check: check)
    }

    private static func index(of name: String, in fields: [Field], _ rule: QualityRule) throws(RuleMisfit) -> Int {
        switch NameMatch(name, among: fields.map(\.name)) {
        case .exact(let found), .otherCase(let found): return fields.firstIndex { $0.name == found } ?? 0
        case .ambiguous(let several):
            throw RuleMisfit(
                cell: .column, value: name,
                message:
                    "\(VisibleText.quoted(name)) may be \(several.joined(separator: " or ")): write it as the source does."
            )
        case .none(let near):
            throw RuleMisfit(
                cell: .column, value: name,
                message: "\(VisibleText.quoted(name)) is not a column of the table."
                    + (near.first.map { " Did you mean \(VisibleText.quoted($0))?" } ?? ""), isUnknownColumn: true)
        }
    }

    private static func check(_ rule: QualityRule, _ fields: [Field]) throws(RuleMisfit) -> BoundRule.Check {
        switch (rule.kind, rule.argument) {
        case (.notNull, _): return .notNull
        case (.maxNullPercent, .percent(let percent)): return .nullPercent(percent)
        case (.range, .range(let low, let high)): return .range(try range(fields[0], low, high))
        case (.acceptedValues, .values(let values)): return .accepted(try accepted(fields[0], values))
        case (.length, .range(let low, let high)): return .length(try length(fields[0], low, high))
        case (.regex, .text(let text)): return .pattern(try pattern(fields[0], text))
        case (.dateOrder, _):
            for (a, b) in zip(fields, fields.dropFirst()) {
                guard let misfit = OrderCheck.misfit(a.type, b.type) else { continue }
                throw RuleMisfit(
                    cell: .column, value: b.name, message: "'\(a.name)' and '\(b.name)': \(misfit).")
            }
            return .order
        case (.unique, _):
            for field in fields where KeyPart(field.type) == nil { throw unfit(field, "unique", "single values") }
            return .unique
        case (.freshness, .seconds(let seconds)):
            switch fields[0].type {
            case .date, .timestamp: return .freshness(seconds: seconds)
            default: throw unfit(fields[0], "freshness", "dates and timestamps")
            }
        case (.rowCount, .range(let low, let high)):
            return .rowCount(low: low.flatMap { Int($0) } ?? 0, high: high.flatMap { Int($0) } ?? .max)
        case (.anomaly, .count(let loads)): return .anomaly(loads: loads)
        case (.sql, .text(let text)): return .condition(text)
        default: throw RuleMisfit(cell: .argument, message: "\(rule.kind.rawValue) has no argument that it can use.")
        }
    }

    // MARK: - Arguments by type

    private static func unfit(_ field: Field, _ rule: String, _ wanted: String) -> RuleMisfit {
        RuleMisfit(
            cell: .column, value: field.name,
            message: "\(rule) is for \(wanted); '\(field.name)' is \(field.type).")
    }

    private static func end(_ field: Field, _ text: String, _ wanted: String) -> RuleMisfit {
        RuleMisfit(
            cell: .argument, value: text,
            message: "\(VisibleText.quoted(text)) is not \(wanted), but '\(field.name)' is \(field.type).")
    }

    private static func range(_ field: Field, _ low: String?, _ high: String?) throws(RuleMisfit) -> RangeCheck {
        switch field.type {
        case .int8, .int16, .int32, .int64, .decimal:
            var scale = 0
            if case .decimal(_, let digits) = field.type { scale = digits }
            let lowest = try low.map { text throws(RuleMisfit) in try number(field, text).units(roundedUp: scale) }
            let highest = try high.map { text throws(RuleMisfit) in try number(field, text).units(roundedDown: scale) }
            return integers(field.type, lowest ?? .min, highest ?? .max)
        case .float:
            let ends = try (
                low.map { t throws(RuleMisfit) in try real(field, t) },
                high.map { t throws(RuleMisfit) in try real(field, t) }
            )
            return .float(ends.0.map { Float($0) } ?? -.infinity, ends.1.map { Float($0) } ?? .infinity)
        case .double:
            let ends = try (
                low.map { t throws(RuleMisfit) in try real(field, t) },
                high.map { t throws(RuleMisfit) in try real(field, t) }
            )
            return .double(ends.0 ?? -.infinity, ends.1 ?? .infinity)
        case .date, .timestamp, .time:
            let ends = try (
                low.map { t throws(RuleMisfit) in try moment(field, t) },
                high.map { t throws(RuleMisfit) in try moment(field, t) }
            )
            return integers(field.type, ends.0?.first ?? .min, ends.1?.last ?? .max)
        case .text: return .text(low: low.map { Array($0.utf8) }, high: high.map { Array($0.utf8) })
        case .boolean, .json, .binary, .uuid, .list, .structure:
            throw unfit(field, "range", "numbers, dates, times and text")
        }
    }

    private static func number(_ field: Field, _ text: String) throws(RuleMisfit) -> WrittenDecimal {
        guard let number = WrittenDecimal(text) else { throw end(field, text, "a number") }
        return number
    }

    private static func real(_ field: Field, _ text: String) throws(RuleMisfit) -> Double {
        guard let number = Double(text), !number.isNaN else { throw end(field, text, "a number") }
        return number
    }

    /// The units that the text stands for: of a timestamp a day alone is all of its moments.
    private static func moment(_ field: Field, _ text: String) throws(RuleMisfit) -> (first: Int128, last: Int128) {
        switch field.type {
        case .date:
            guard let days = WrittenMoment.days(text) else { throw end(field, text, "a date such as 2026-11-21") }
            return (days, days)
        case .time:
            guard let time = WrittenMoment.time(text) else { throw end(field, text, "a time such as 06:00:00") }
            return (time, time)
        case .timestamp(let unit, let utc):
            guard let first = WrittenMoment.units(text, unit, utc: utc) else {
                throw end(field, text, Self.moments(utc: utc))
            }
            let isDay = text.utf8.count == 10
            return (first, isDay ? first + WrittenMoment.unitsPerDay(unit) - 1 : first)
        default: throw end(field, text, "a time")
        }
    }

    private static func moments(utc: Bool) -> String {
        "a time such as 2026-11-21 or 2026-11-21 06:00:00" + (utc ? "" : ", without an offset")
    }

    /// Of ends that the column's width cannot hold, an open one remains, or a range that holds nothing.
    private static func integers(_ type: ColumnType, _ low: Int128, _ high: Int128) -> RangeCheck {
        func clamped<T: FixedWidthInteger>(_: T.Type) -> (T, T) {
            low > Int128(T.max) || high < Int128(T.min) || low > high ? (1, 0) : (T(clamping: low), T(clamping: high))
        }
        switch type.storage {
        case .fixed(width: 4):
            let ends = clamped(Int32.self)
            return .int32(ends.0, ends.1)
        case .fixed(width: 16): return low > high ? .int128(1, 0) : .int128(low, high)
        default:
            let ends = clamped(Int64.self)
            return .int64(ends.0, ends.1)
        }
    }

    private static func length(_ field: Field, _ low: String?, _ high: String?) throws(RuleMisfit) -> LengthCheck {
        let countsBytes: Bool
        switch field.type {
        case .text, .json: countsBytes = false
        case .binary: countsBytes = true
        default: throw unfit(field, "length", "text")
        }
        func bound(_ text: String?, _ open: UInt32) -> UInt32 {
            text.flatMap { Int($0) }.map { UInt32(clamping: $0) } ?? open
        }
        return LengthCheck(low: bound(low, 0), high: bound(high, .max), countsBytes: countsBytes)
    }

    private static func pattern(_ field: Field, _ text: String) throws(RuleMisfit) -> Pattern {
        guard field.type == .text || field.type == .json else { throw unfit(field, "regex", "text") }
        do { return try Pattern(text) } catch {
            throw RuleMisfit(cell: .argument, value: text, message: "\(VisibleText.quoted(text)): \(error.message).")
        }
    }

    private static func accepted(_ field: Field, _ values: [String]) throws(RuleMisfit) -> AcceptedValues {
        func all<T>(
            _ wanted: String, _ parse: (String) -> T?
        ) throws(RuleMisfit) -> [T] {
            var parsed: [T] = []
            for value in values {
                guard let one = parse(value) else { throw end(field, value, wanted) }
                parsed.append(one)
            }
            return parsed
        }
        func units(_ scale: Int) -> (String) -> Int128? { { WrittenDecimal($0)?.units(exactly: scale) } }
        switch field.type {
        case .boolean:
            let words: [String: UInt8] = ["true": 1, "t": 1, "yes": 1, "1": 1, "false": 0, "f": 0, "no": 0, "0": 0]
            return .int8(MemberTable(try all("true or false") { words[$0.lowercased()] }))
        case .int8, .int16, .int32:
            return .int32(
                MemberTable(try all("a whole number that fits") { units(0)($0).flatMap { Int32(exactly: $0) } }))
        case .int64:
            return .int64(
                MemberTable(try all("a whole number that fits") { units(0)($0).flatMap { Int64(exactly: $0) } }))
        case .decimal(_, let scale):
            let wanted = "a number with at most \(scale) digits behind the point that fits"
            switch field.type.storage {
            case .fixed(width: 4):
                return .int32(MemberTable(try all(wanted) { units(scale)($0).flatMap { Int32(exactly: $0) } }))
            case .fixed(width: 8):
                return .int64(MemberTable(try all(wanted) { units(scale)($0).flatMap { Int64(exactly: $0) } }))
            default: return .int128(MemberTable(try all(wanted, units(scale))))
            }
        case .float: return .float(MemberTable(try all("a number") { Float($0) }))
        case .double: return .double(MemberTable(try all("a number") { Double($0) }))
        case .date:
            return .int32(
                MemberTable(try all("a date such as 2026-11-21") { WrittenMoment.days($0).map { Int32(clamping: $0) } })
            )
        case .time:
            return .int64(
                MemberTable(try all("a time such as 06:00:00") { WrittenMoment.time($0).map { Int64(clamping: $0) } }))
        case .timestamp(let unit, let utc):
            return .int64(
                MemberTable(
                    try all(Self.moments(utc: utc)) {
                        WrittenMoment.units($0, unit, utc: utc).map { Int64(clamping: $0) }
                    }))
        case .text, .json: return .text(TextMembers(values.map { Array($0.utf8) }))
        case .uuid, .binary, .list, .structure:
            throw unfit(field, "accepted_values", "text, numbers, dates and times")
        }
    }
}
