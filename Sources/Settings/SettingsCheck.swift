import Ports

/// Looks at settings together that are right one by one.
struct SettingsCheck {
    let settings: EffectiveSettings
    /// Keys whose values were refused: nothing more is to be said of them.
    var refused: Set<String> = []

    var findings: [Finding] {
        var findings = settings.sources.flatMap(check)
        if case .duration(let first)? = settings["retry", "initial_delay"],
            case .duration(let longest)? = settings["retry", "max_delay"], first > longest,
            let entry = settings.entry(["retry", "initial_delay"])
        {
            let delays = "\(TimeLength.text(first)) is longer than retry.max_delay (\(TimeLength.text(longest)))"
            findings.append(finding(.error, entry, "retry.initial_delay: \(delays)"))
        }
        return findings + AlertsCheck(settings: settings, refused: refused).findings
    }

    private func check(_ source: SourceSettings) -> [Finding] {
        var findings: [Finding] = []
        let table = SettingEntry.key(["sources", source.name])
        guard let type = source.type else {
            if !source.isEarlier, !refused.contains(table + ".type") {
                let message = "[\(table)] has no type; each of its jobs must say it in the column source_type"
                findings.append(Finding(.note, place: source.place, row: Self.line(source.place), message: message))
            }
            return findings
        }
        for entry in source.entries.values.sorted(by: { $0.key < $1.key }) {
            guard let (key, _) = SettingKeys.find(entry.path), !key.scope.includes(type) else { continue }
            let message = "\(entry.key) has no effect on a source of the type \(type.rawValue)"
            findings.append(finding(source.isEarlier ? .note : .warning, entry, message))
        }
        if type.isDatabase, case .boolean(false)? = source.value("read_only"), let entry = source.entry("read_only") {
            let message = "\(entry.key) = false has no effect: sources are always read in read-only sessions"
            findings.append(finding(.warning, entry, message))
        }
        if type == .api, !source.isSet("base_url") {
            let message = "[\(table)] has no base_url; write for instance base_url = \"https://api.example.com/v1\""
            findings.append(Finding(.warning, place: source.place, row: Self.line(source.place), message: message))
        }
        if type == .postgresql { findings += Self.protection(of: source) }
        return findings
    }

    /// What is to be said of how a PostgreSQL source is protected.
    static func protection(of source: SourceSettings) -> [Finding] {
        guard let advice = ConnectionProtection(source)?.advice else { return [] }
        let table = SettingEntry.key(["sources", source.name])
        return [Finding(.warning, place: source.place, row: line(source.place), message: "[\(table)] \(advice)")]
    }

    private func finding(_ severity: Finding.Severity, _ entry: SettingEntry, _ message: String) -> Finding {
        Finding(
            severity, place: entry.origin.place, row: Self.line(entry.origin.place), column: entry.key,
            message: message)
    }

    /// The line at the end of `ingest.toml:12`.
    private static func line(_ place: String) -> Int? { place.split(separator: ":").last.flatMap { Int($0) } }
}
