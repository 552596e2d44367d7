/// What a setting may hold.
package enum SettingKind: Equatable, Sendable {
    case text
    /// A file or folder; relative ones belong to the project.
    case path
    /// Never written down in `ingest.toml`: a reference, or the secret itself in `secrets.toml` and the environment.
    case secret
    case integer(ClosedRange<Int>)
    case number(ClosedRange<Double>)
    case boolean
    /// Bytes, as `512MiB`.
    case size(ClosedRange<Int>)
    /// Time, as `2s`, `5m`, `24h`; in seconds.
    case duration(ClosedRange<Double>)
    case choice([String])
    /// A list of choices.
    case choices([String])
    /// A URL with one of these schemes.
    case url([String])
    /// One text or a list of them.
    case texts
    /// `zstd`, `zstd:9`, `gzip`…
    case compression
    /// `UTC`, `Europe/Berlin`.
    case timezone
    case sourceType
    /// A table whose keys are anybody's: driver keywords, query parameters, headers. Its values are texts.
    case anyKeys
    /// The same, and its values are secrets.
    case anySecrets

    /// Whether its keys are anybody's.
    var isOpenTable: Bool { self == .anyKeys || self == .anySecrets }

    /// What is allowed, to follow "must be".
    package var allowed: String {
        switch self {
        case .text: "text"
        case .path: "a path"
        case .secret: "a reference such as ${env:NAME} or ${file:PATH}"
        case .integer(let range):
            range.upperBound == Int.max
                ? "a whole number of at least \(range.lowerBound)"
                : "a whole number from \(range.lowerBound) to \(range.upperBound)"
        case .number(let range):
            "a number from \(NumberWords.short(range.lowerBound)) to \(NumberWords.short(range.upperBound))"
        case .boolean: "true or false"
        case .size(let range):
            "a size such as \"512MiB\" (\(ByteSize.text(range.lowerBound)) to \(ByteSize.text(range.upperBound)))"
        case .duration(let range):
            "a time such as \"2s\", \"5m\" or \"24h\" "
                + "(\(TimeLength.text(range.lowerBound)) to \(TimeLength.text(range.upperBound)))"
        case .choice(let words): words.count == 1 ? "\"\(words[0])\"" : "one of " + words.joined(separator: ", ")
        case .choices(let words): "a list of " + words.joined(separator: ", ")
        case .url(let schemes): "a URL that begins with " + schemes.map { $0 + "://" }.joined(separator: ", ")
        case .texts: "text or a list of texts"
        case .compression: "zstd, zstd:LEVEL (1 to 22), snappy, gzip, gzip:LEVEL (1 to 9), lz4 or none"
        case .timezone: "UTC or a zone of the tz database such as Europe/Berlin"
        case .sourceType: "one of postgresql, mssql, azure_sql, oracle, mysql, mariadb, sqlite, odbc, api, file"
        case .anyKeys: "a table of names and texts"
        case .anySecrets: "a table of names and references such as ${env:NAME} or ${file:PATH}"
        }
    }

    /// How the reference of settings names it.
    package var label: String {
        switch self {
        case .text: "text"
        case .path: "path"
        case .secret: "secret"
        case .integer(let range): Self.span(range.lowerBound, range.upperBound, "whole number")
        case .number(let range):
            "number, \(NumberWords.short(range.lowerBound)) to \(NumberWords.short(range.upperBound))"
        case .boolean: "true or false"
        case .size(let range): "size, \(ByteSize.text(range.lowerBound)) to \(ByteSize.text(range.upperBound))"
        case .duration(let range): "time, \(TimeLength.text(range.lowerBound)) to \(TimeLength.text(range.upperBound))"
        case .choice(let words): words.map { "`\($0)`" }.joined(separator: ", ")
        case .choices(let words): "list of " + words.map { "`\($0)`" }.joined(separator: ", ")
        case .url(let schemes): "URL: " + schemes.map { "`\($0)://`" }.joined(separator: ", ")
        case .texts: "text or list of texts"
        case .compression: "`zstd`, `zstd:1` to `zstd:22`, `snappy`, `gzip`, `gzip:1` to `gzip:9`, `lz4`, `none`"
        case .timezone: "time zone"
        case .sourceType:
            "`postgresql`, `mssql`, `azure_sql`, `oracle`, `mysql`, `mariadb`, `sqlite`, `odbc`, `api`, `file`"
        case .anyKeys: "table of texts"
        case .anySecrets: "table of secrets"
        }
    }

    private static func span(_ low: Int, _ high: Int, _ noun: String) -> String {
        high == Int.max ? "\(noun), at least \(low)" : "\(noun), \(low) to \(high)"
    }
}
