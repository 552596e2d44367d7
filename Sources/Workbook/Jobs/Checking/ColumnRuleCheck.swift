import Ports

/// Reads one row of the sheet ColumnRules.
struct ColumnRuleCheck {
    let reader: RowReader<ColumnRuleColumn>
    let jobs: [String: Int]
    var missingKeys: [(mask: ColumnRule.Mask, setting: String)] = []

    /// Nil where it cannot be read (reported).
    func rule() -> (rule: ColumnRule?, target: RuleJobs.Target) {
        reader.checkRepeatedColumns()
        let target = RuleJobs.target(.jobID, reader, jobs: jobs)
        let column = reader.name(.column)
        let type = reader.name(.type)
        let mask = reader.name(.mask)
        let rename = reader.name(.rename)
        var job: String?
        if case .job(let name) = target { job = name }
        guard let column else {
            if !reader.isFilled(.column) {
                reader.report(.error, .column, "The cell is empty: name the column that the rule is for.")
            }
            return (nil, target)
        }
        var rule = ColumnRule(job: job, column: column, rename: rename)
        if let type {
            guard let known = ColumnTypeText.type(type) else {
                let names = ColumnTypeText.names
                reader.report(
                    .error, .type, value: type,
                    "\(VisibleText.quoted(type)) is not a type. Allowed: \(names.joined(separator: ", "))."
                        + reader.scope.suggestions.sentence(for: type, among: names))
                return (nil, target)
            }
            rule.type = known
        }
        if let mask {
            if HeaderName.plain(mask) == "drop" {
                rule.isDropped = true
            } else if let known = MaskText.mask(mask) {
                rule.mask = known
                if let missing = missingKeys.first(where: { $0.mask == known }) {
                    reader.report(
                        .error, .mask, value: mask,
                        "The mask \(VisibleText.quoted(mask)) needs a key: set \(missing.setting) in the settings.")
                }
            } else {
                reader.report(
                    .error, .mask, value: mask,
                    "\(VisibleText.quoted(mask)) is not a mask. Allowed: \(MaskText.names.joined(separator: ", "))."
                        + reader.scope.suggestions.sentence(for: mask, among: MaskText.names))
                return (nil, target)
            }
        }
        if type == nil, mask == nil, rename == nil, ![.type, .mask, .rename].contains(where: reader.isFilled) {
            reader.report(
                .note, .column, value: column, "The row says nothing of the column: no type, no mask, no new name.")
        }
        if rule.isDropped, type != nil || rename != nil {
            reader.report(.note, .mask, value: mask, "A column that is left out needs no type and no new name.")
        }
        return (rule, target)
    }
}

/// `decimal(18,2)`, `timestamp_utc` …
enum ColumnTypeText {
    private static let plain: [(name: String, type: ColumnRule.ColumnType)] = [
        ("boolean", .boolean), ("int16", .int16), ("int32", .int32), ("int64", .int64), ("float", .float),
        ("double", .double), ("string", .string), ("date", .date), ("time", .time), ("timestamp", .timestamp),
        ("timestamp_utc", .timestampUTC), ("json", .json), ("uuid", .uuid), ("binary", .binary),
        ("nanoseconds", .nanoseconds), ("nanoseconds_utc", .nanosecondsUTC), ("keep_padding", .keepPadding),
    ]
    private static let aliases: [String: ColumnRule.ColumnType] = [
        "bool": .boolean, "smallint": .int16, "int": .int32, "integer": .int32, "bigint": .int64, "real": .float,
        "text": .string, "varchar": .string, "timestamptz": .timestampUTC, "bytes": .binary, "ns": .nanoseconds,
        "fixed16": .uuid,
    ]

    static let names = plain.map(\.name) + ["decimal(P,S)"]

    static func type(_ text: String) -> ColumnRule.ColumnType? {
        let name = HeaderName.plain(text)
        if let known = plain.first(where: { HeaderName.plain($0.name) == name })?.type ?? aliases[name] { return known }
        guard name.hasSuffix(")"), let open = name.firstIndex(of: "("), ["decimal", "numeric"].contains(name[..<open])
        else { return nil }
        let numbers = name[name.index(after: open)...].dropLast().split(
            separator: ",", omittingEmptySubsequences: false)
        guard (1...2).contains(numbers.count), let precision = Int(numbers[0]), (1...38).contains(precision),
            let scale = numbers.count == 2 ? Int(numbers[1]) : 0, (0...precision).contains(scale)
        else { return nil }
        return .decimal(precision: precision, scale: scale)
    }
}

/// `hash`, `partial(4)`, `truncate_date(month)` …
enum MaskText {
    static let names = [
        "hash", "redact", "partial", "partial(N)", "truncate_date(day, month or year)", "encrypt", "drop",
    ]

    static func mask(_ text: String) -> ColumnRule.Mask? {
        let parts = HeaderName.plain(text).split(separator: "(", maxSplits: 1, omittingEmptySubsequences: false)
        var argument: String?
        if parts.count == 2 {
            guard parts[1].hasSuffix(")") else { return nil }
            argument = String(parts[1].dropLast())
        }
        switch (parts[0], argument) {
        case ("hash", nil): return .hash
        case ("redact", nil): return .redact
        case ("encrypt", nil): return .encrypt
        case ("partial", nil): return .partial(4)
        case ("partial", let digits?): return Int(digits).flatMap { (1...64).contains($0) ? .partial($0) : nil }
        case ("truncatedate", nil): return .truncateDate(.month)
        case ("truncatedate", let unit?): return ColumnRule.DateUnit(rawValue: unit).map { .truncateDate($0) }
        default: return nil
        }
    }
}
