import Ports

/// One `[sources.NAME]`, merged.
package struct SourceSettings: Equatable, Sendable {
    package var name: String
    /// Nil: each job's row says it.
    package var type: SourceType?
    /// It stands in files of the earlier framework only.
    package var isEarlier: Bool
    /// Where its table is: `ingest.toml:12`.
    package var place: String
    /// What was set, by what follows `sources.NAME.`.
    package var entries: [String: SettingEntry]

    package init(name: String, type: SourceType?, isEarlier: Bool, place: String, entries: [String: SettingEntry]) {
        self.name = name
        self.type = type
        self.isEarlier = isEarlier
        self.place = place
        self.entries = entries
    }

    /// What was set for a key; nil where it is left to the default.
    package func entry(_ key: String) -> SettingEntry? { entries[key] }

    package func isSet(_ key: String) -> Bool { entries[key] != nil }

    /// The value in force, the key's default included, with references fetched now. Nil where there is neither.
    package func text(_ key: String, secrets: SecretResolvers) throws -> String? {
        switch value(key) {
        case nil: nil
        case .reference(let reference): try secrets.resolve(reference).reveal()
        case .secret(let text): text
        case .texts(let texts): texts.joined(separator: " ")
        case let value?: value.shown
        }
    }

    package func seconds(_ key: String) -> Double? {
        if case .duration(let seconds) = value(key) { seconds } else { nil }
    }

    package func integer(_ key: String) -> Int? {
        if case .integer(let number) = value(key) { number } else { nil }
    }

    package func value(_ key: String) -> SettingValue? {
        if let entry = entries[key] { return entry.value }
        let path = ["sources", name] + key.split(separator: ".").map(String.init)
        return SettingKeys.find(path).flatMap { EffectiveSettings.fallback(of: $0.key, at: path)?.value }
    }
}
