import Ports

extension EffectiveSettings {
    /// Every value in force, defaults included, in the order in which people think of them: runs, retries, destinations,
    /// sources as in the file, alerts.
    package var listing: [SettingEntry] {
        var entries = table(SettingKeys.run) { _ in true }
        entries += table(SettingKeys.retry) { _ in true }
        for destination in destinations { entries += table(destination) }
        for source in sources { entries += table(source) }
        var alerts = table(SettingKeys.alerts + SettingKeys.alertsEmail) { _ in true }
        for name in webhookNames {
            alerts += SettingKeys.alertsWebhooks.compactMap { entry(SettingKeys.webhooks + [name, $0.name]) }
        }
        for table in [alerts, metrics, table(SettingKeys.network) { _ in true }]
        where table.contains(where: { $0.origin != .fallback }) {
            entries += table
        }
        return entries
    }

    private var metrics: [SettingEntry] {
        let headers = ["metrics", "otlp_headers"]
        return table(SettingKeys.metrics) { _ in true } + entriesSet.filter { $0.path.starts(with: headers) }
    }

    private func table(_ keys: [SettingKey], where isWanted: (SettingKey) -> Bool) -> [SettingEntry] {
        keys.filter { $0.canonical == nil && isWanted($0) }.compactMap {
            $0.pattern == "run.workbook" ? workbookEntry : entry($0.pattern.split(separator: ".").map(String.init))
        }
    }

    private func table(_ destination: DestinationSettings) -> [SettingEntry] {
        let prefix = destination.name.map { ["destinations", $0] } ?? ["destination"]
        return SettingKeys.destination.filter { $0.canonical == nil }.compactMap {
            entry(prefix + $0.pattern.split(separator: ".").dropFirst().map(String.init))
        }
    }

    private func table(_ source: SourceSettings) -> [SettingEntry] {
        var entries: [SettingEntry] = []
        for key in SettingKeys.sourceConnection + SettingKeys.sourceAPI where key.canonical == nil {
            if key.kind == .anyKeys {
                let prefix = key.name + "."
                for name in source.entries.keys.sorted() where name.hasPrefix(prefix) {
                    source.entries[name].map { entries.append($0) }
                }
                continue
            }
            if let entry = source.entry(key.name) {
                entries.append(entry)
            } else if let type = source.type, key.scope.includes(type) {
                fallback(key, of: source, type).map { entries.append($0) }
            }
        }
        return entries
    }

    private func fallback(_ key: SettingKey, of source: SourceSettings, _ type: SourceType) -> SettingEntry? {
        let path = ["sources", source.name, key.name]
        // A default that depends on the host.
        if key.name == "sslmode", type == .postgresql, let protection = ConnectionProtection(source) {
            return SettingEntry(path: path, value: .text(protection.mode), origin: .fallback)
        }
        return Self.fallback(of: key, at: path)
    }
}
