import Ports

/// Settings from environment variables, in three spellings; an earlier one wins:
///
///     INGEST_SOURCES__ERP__PASSWORD    ours: INGEST_ and the key's parts, joined by two underscores
///     SOURCES__ERP__PASSWORD           dlt's
///     DLT_ERP_PASSWORD                 the dlt-based framework's, for sources
///
/// The variables are handed in: nothing below the command line reads the environment.
struct VariableLayer {
    private(set) var entries: [SettingEntry] = []
    private(set) var findings: [Finding] = []
    /// Sources that only the environment knows.
    private(set) var sources: [String] = []
    private let secretSchemes: [String]
    private let known: [String]

    /// Ours, but no settings.
    private static let reserved: Set = [ProjectFolder.variable, EffectiveSettings.environmentVariable]
    private static let prefix = "INGEST_"
    /// Which keys the earlier framework looks for, and which of them make a source.
    private static let earlierKeys = [
        "HOST", "PORT", "DATABASE", "USERNAME", "PASSWORD", "SID", "SCHEMA", "BASE_URL", "API_KEY",
    ]
    private static let makingSource: Set = ["HOST", "BASE_URL"]

    init(variables: [String: String], knownSources: [String], secretSchemes: [String]) {
        self.secretSchemes = secretSchemes
        known = knownSources
        let names = variables.keys.sorted()
        for name in names where name.hasPrefix(Self.prefix) && name.contains("__") && !Self.reserved.contains(name) {
            take(name, variables, Self.parts(name.dropFirst(Self.prefix.count)), unknown: .warning)
        }
        for name in names where name.hasPrefix("SOURCES__") || name.hasPrefix("DESTINATION__") {
            take(name, variables, Self.parts(name[...]), unknown: .note)
        }
        for name in names where name.hasPrefix("DLT_") { takeEarlier(name, variables) }
    }

    private mutating func take(
        _ name: String, _ variables: [String: String], _ parts: [String], unknown: Finding.Severity
    ) {
        guard let text = variables[name], !text.isEmpty else { return }
        var path = parts
        if path.count > 2, SettingKeys.namedTables.contains(path[0]) { path[1] = sourceName(path[1]) }
        guard let (key, free) = SettingKeys.find(path), !key.kind.isOpenTable || !free.isEmpty else {
            let near = SettingKeys.names(within: Array(path.dropLast()))
            let suggestion = NearestName.suggestion(for: path.last ?? "", among: near)
            add(
                unknown, name,
                "the variable \(name) names no setting"
                    + (suggestion.map { "; did you mean \(Self.variable(path.dropLast() + [$0]))?" } ?? ""))
            return
        }
        read(text, name, path, key, free)
    }

    private mutating func takeEarlier(_ name: String, _ variables: [String: String]) {
        guard let text = variables[name], !text.isEmpty else { return }
        let rest = name.dropFirst("DLT_".count)
        // A known source first: its name may end like a key.
        for source in known + sources {
            let prefix = Self.plain(source) + "_"
            guard rest.hasPrefix(prefix) else { continue }
            let path = ["sources", source, rest.dropFirst(prefix.count).lowercased()]
            if let (key, free) = SettingKeys.find(path), !key.kind.isOpenTable {
                read(text, name, path, key, free)
                return
            }
        }
        for suffix in Self.earlierKeys where rest.hasSuffix("_" + suffix) && rest.utf8.count > suffix.utf8.count + 1 {
            let source = rest.dropLast(suffix.utf8.count + 1)
            // A lone DLT_…_SCHEMA of some other program is no source.
            guard Self.makingSource.contains(where: { variables["DLT_\(source)_\($0)"] != nil }) else { return }
            let path = ["sources", source.lowercased(), suffix.lowercased()]
            if let (key, free) = SettingKeys.find(path) { read(text, name, path, key, free) }
            return
        }
    }

    private mutating func read(
        _ text: String, _ name: String, _ path: [String], _ key: SettingKey, _ free: [String]
    ) {
        let value: SettingValue
        do { value = try ValueReading(key, isText: true).read(.string(text)) } catch {
            add(
                .error, name,
                "the variable \(name): "
                    + (key.isSecret ? "must be \(key.kind.allowed), or the secret itself" : error.message))
            return
        }
        if case .reference(let reference) = value, !secretSchemes.contains(reference.scheme) {
            add(
                .error, name,
                "the variable \(name): '\(reference.scheme)' is not a place that secrets can come from in this version; "
                    + "known are \(secretSchemes.joined(separator: ", "))")
            return
        }
        guard key.use != .never else { return }
        let canonical = FileLayer.canonical(path, key: key, free: free)
        if canonical.count > 2, canonical[0] == "sources", !known.contains(canonical[1]),
            !sources.contains(canonical[1])
        {
            sources.append(canonical[1])
        }
        // The first spelling wins.
        guard !entries.contains(where: { $0.path == canonical }) else { return }
        entries.append(SettingEntry(path: canonical, value: value, origin: .variable(name)))
    }

    private mutating func add(_ severity: Finding.Severity, _ name: String, _ message: String) {
        findings.append(Finding(severity, place: name, message: message))
    }

    /// The source that is spelled so in the files, or the lower-case name.
    private func sourceName(_ part: String) -> String {
        known.first { Self.plain($0) == Self.plain(part) } ?? part
    }

    /// `RUN__MAX_WORKERS` as `["run", "max_workers"]`.
    private static func parts(_ name: Substring) -> [String] {
        var parts: [String] = []
        var rest = name
        while let separator = rest.firstRange(of: "__") {
            parts.append(rest[..<separator.lowerBound].lowercased())
            rest = rest[separator.upperBound...]
        }
        return parts + [rest.lowercased()]
    }

    /// Our variable for a key.
    static func variable(_ path: [String]) -> String {
        prefix + path.map(plain).joined(separator: "__")
    }

    /// In capitals, with underscores for what a variable's name cannot have.
    private static func plain(_ name: String) -> String {
        String(
            name.uppercased().map { character in
                character.isASCII && (character.isLetter || character.isNumber) ? character : "_"
            })
    }
}
