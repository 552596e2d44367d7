import Ports

/// The settings in force: every value with where it came from. Built once, then only read.
package struct EffectiveSettings: Sendable {
    package static let environmentVariable = "INGEST_ENV"
    /// Where secrets can come from in this version.
    package static let secretSchemes = ["env", "file"]

    package var project: ProjectFolder
    /// The `[env.NAME]` that lies over the rest.
    package var environment: String?
    /// The files that were there.
    package var files: [SettingsFile]
    /// What was set, by key; nothing of what is left to defaults.
    private var byPath: [[String]: SettingEntry]
    /// In the order of the files.
    package private(set) var sources: [SourceSettings]
    /// The default destination first.
    package private(set) var destinations: [DestinationSettings]

    init(
        project: ProjectFolder, environment: String?, files: [SettingsFile], entries: [SettingEntry],
        sources: [SourceSettings], destinationNames: [String]
    ) {
        self.project = project
        self.environment = environment
        self.files = files
        byPath = Dictionary(entries.map { ($0.path, $0) }, uniquingKeysWith: { first, _ in first })
        self.sources = sources
        destinations = []
        destinations = [DestinationSettings(name: nil, settings: self)]
        destinations += destinationNames.map { DestinationSettings(name: $0, settings: self) }
    }

    /// The entry for a key: what was set, or the default of the key's table.
    package func entry(_ path: [String]) -> SettingEntry? {
        if let entry = byPath[path] { return entry }
        return SettingKeys.find(path).flatMap { Self.fallback(of: $0.key, at: path) }
    }

    package subscript(_ path: String...) -> SettingValue? { entry(path)?.value }

    /// What was set, without defaults, in the order of the keys.
    package var entriesSet: [SettingEntry] { byPath.values.sorted { $0.key < $1.key } }

    /// Text of the secrets that stand in files and variables themselves: all output must be kept free of them.
    package var secretsHeld: [String] {
        byPath.values.compactMap { if case .secret(let text) = $0.value { text } else { nil } }
    }

    /// A secret that the settings hold or refer to, fetched now. Nil: not set.
    package func secret(_ path: [String], _ resolvers: SecretResolvers) throws -> Secret? {
        switch entry(path)?.value {
        case nil: nil
        case .reference(let reference): try resolvers.resolve(reference)
        case .secret(let text): Secret(text)
        case let value?: Secret(value.shown)
        }
    }

    /// Of `[alerts.webhooks.NAME]`, in order.
    package var webhookNames: [String] {
        Set(byPath.keys.filter { $0.count == 4 && $0.starts(with: SettingKeys.webhooks) }.map { $0[2] }).sorted()
    }

    /// What was set below a table of any keys, by what follows it.
    package func table(_ path: [String]) -> [String: SettingValue] {
        var values: [String: SettingValue] = [:]
        for (key, entry) in byPath where key.count == path.count + 1 && key.starts(with: path) {
            values[key[path.count]] = entry.value
        }
        return values
    }

    package func source(_ name: String) -> SourceSettings? { sources.first { $0.name == name } }

    package var knownSources: [KnownSource] {
        sources.map { source in
            var schema: String?
            if case .text(let text)? = source.value("schema"), !text.isEmpty { schema = text }
            return KnownSource(name: source.name, type: source.type, schema: schema)
        }
    }

    /// The workbook's path.
    package var workbook: String { project.path(of: workbookEntry?.value.shown ?? "ingestion_config.xlsx") }

    /// A project of the earlier framework has its workbook in `config/`.
    var workbookEntry: SettingEntry? {
        var entry = entry(["run", "workbook"])
        let earlier = "config/ingestion_config.xlsx"
        if let name = entry?.value.shown, entry?.origin == .fallback, !SmallFile.exists(project.path(of: name)),
            SmallFile.exists(project.path(of: earlier))
        {
            entry?.value = .text(earlier)
        }
        return entry
    }

    /// What there is to say of sources without a type once the workbook's rows have told it.
    package func findings(ofUntyped sources: [(name: String, type: SourceType)]) -> [Finding] {
        self.sources.filter { source in
            source.type == nil && sources.contains { $0.name == source.name && $0.type == .postgresql }
        }.flatMap(SettingsCheck.protection)
    }

    /// Tries every reference: which secrets cannot be had here and now, and which are too short to be masked everywhere.
    /// The former are notes, as the machine that checks need not be the one that runs.
    package func secretFindings(_ resolvers: SecretResolvers) -> [Finding] {
        entriesSet.compactMap { entry in
            guard case .reference(let reference) = entry.value else { return nil }
            var message: String
            var severity = Finding.Severity.warning
            do {
                let isShort = try resolvers.resolve(reference).count < Redactor.shortest
                guard isShort, SettingKeys.find(entry.path)?.key.isSecret == true else { return nil }
                message =
                    "the secret has fewer than \(Redactor.shortest) characters: it is masked where a password stands, but "
                    + "not wherever a server repeats it, because that would mask ordinary words"
            } catch {
                severity = .note
                let fault = error as? any Fault
                message = fault?.message ?? "\(reference) cannot be resolved"
            }
            return Finding(
                severity, place: entry.origin.place, row: entry.origin.line, column: entry.key,
                message: "\(entry.key): \(message)")
        }
    }

    static func fallback(of key: SettingKey, at path: [String]) -> SettingEntry? {
        guard let fallback = key.fallback else { return nil }
        let value: TOMLValue
        if fallback.hasPrefix("[") {
            let words = fallback.dropFirst().dropLast().split(separator: ",").map {
                TOMLValue.string(String($0.filter { $0 != "\"" && $0 != " " }))
            }
            value = .array(words)
        } else {
            value = .string(fallback)
        }
        guard let read = try? ValueReading(key, isText: true).read(value) else { return nil }
        return SettingEntry(path: path, value: read, origin: .fallback)
    }
}
