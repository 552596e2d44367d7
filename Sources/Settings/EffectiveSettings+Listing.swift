import Ports

extension EffectiveSettings {
    /// Every value in force, defaults included, in the order of `SettingKeys.sections`. Of what few projects have, nothing
    /// is listed until some of it is set.
    package var listing: [SettingEntry] {
        var tables: [(name: String, keys: [SettingKey])] = []
        for section in SettingKeys.sections {
            let name = String(section.header.prefix { $0 != "." })
            if tables.last?.name == name {
                tables[tables.count - 1].keys += section.keys
            } else {
                tables.append((name, section.keys))
            }
        }
        return tables.flatMap { name, keys in
            switch name {
            case "destination": return destinations.flatMap(table)
            case "sources": return sources.flatMap(table)
            default:
                let entries = table(keys)
                let isListed = Self.alwaysListed.contains(name) || entries.contains { $0.origin != .fallback }
                return isListed ? entries : []
            }
        }
    }

    private static let alwaysListed: Set = ["run", "retry", "quality"]

    private func table(_ keys: [SettingKey]) -> [SettingEntry] {
        let common = keys.filter { $0.canonical == nil && !$0.pattern.contains("*") }.flatMap { key in
            let path = key.pattern.split(separator: ".").map(String.init)
            if key.kind.isOpenTable { return entriesSet.filter { $0.path.starts(with: path) } }
            return [path == ["run", "workbook"] ? workbookEntry : entry(path)].compactMap { $0 }
        }
        let webhooks = keys.filter { $0.pattern.hasPrefix(SettingKeys.pattern(of: SettingKeys.webhooks + ["*"])) }
        return common
            + webhookNames.flatMap { name in webhooks.compactMap { entry(SettingKeys.webhooks + [name, $0.name]) } }
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
            if key.kind.isOpenTable {
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
