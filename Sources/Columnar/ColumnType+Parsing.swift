extension ColumnType {
    /// The type that prints as `description`; nil where none does. Structures are not among them: their fields' names may
    /// hold anything.
    package init?(described description: String) {
        let words: [String: ColumnType] = [
            "boolean": .boolean, "int8": .int8, "int16": .int16, "int32": .int32, "int64": .int64, "float": .float,
            "double": .double, "date": .date, "time": .time, "string": .text, "json": .json, "binary": .binary,
            "uuid": .uuid, "timestamp(µs, local)": .timestamp(.microseconds, utc: false),
            "timestamp(µs, UTC)": .timestamp(.microseconds, utc: true),
            "timestamp(ns, local)": .timestamp(.nanoseconds, utc: false),
            "timestamp(ns, UTC)": .timestamp(.nanoseconds, utc: true),
        ]
        if let type = words[description] {
            self = type
        } else if let inner = Self.inside(description, "list<", ">") {
            guard let element = ColumnType(described: inner) else { return nil }
            self = .list(element)
        } else if let inner = Self.inside(description, "decimal(", ")") {
            let parts = inner.split(separator: ",", omittingEmptySubsequences: false)
            guard parts.count == 2, let precision = Int(parts[0]), let scale = Int(parts[1]),
                (1...Self.maximumDecimalPrecision).contains(precision), (0...precision).contains(scale)
            else { return nil }
            self = .decimal(precision: precision, scale: scale)
        } else {
            return nil
        }
    }

    private static func inside(_ text: String, _ prefix: String, _ suffix: String) -> String? {
        guard text.hasPrefix(prefix), text.hasSuffix(suffix) else { return nil }
        return String(text.dropFirst(prefix.count).dropLast(suffix.count))
    }
}
