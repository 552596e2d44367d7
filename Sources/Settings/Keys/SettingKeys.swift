/// Every key of the settings.
package enum SettingKeys {
    /// A part of the file, as the reference and the example show it.
    package struct Section: Sendable {
        /// `run`, `sources.NAME`.
        package var header: String
        package var title: String
        package var explanation: String
        package var keys: [SettingKey]
    }

    package static let sections: [Section] = [
        Section(
            header: "run", title: "Runs",
            explanation: "What holds for every run.", keys: run),
        Section(
            header: "retry", title: "Retries",
            explanation: "How often a load is tried again after a failure that may pass by itself.", keys: retry),
        Section(
            header: "quality", title: "Quality rules",
            explanation: "What holds for the rules of the sheet QualityRules.", keys: quality),
        Section(
            header: "destination", title: "Destination",
            explanation:
                "Where the lake is. `[destinations.NAME]` tables with the same keys are further lakes, which the "
                + "workbook's column `destination` chooses; this one is the default.", keys: destination),
        Section(
            header: "sources.NAME", title: "Sources: connection",
            explanation: "One table per source. NAME is what the workbook's column `source_name` says.",
            keys: sourceConnection),
        Section(
            header: "sources.NAME", title: "Sources: APIs",
            explanation: "Keys of sources with `type = \"api\"`.", keys: sourceAPI),
        Section(
            header: "masks", title: "Masks",
            explanation: "Keys of the masks `hash` and `encrypt` of the sheet ColumnRules.", keys: masks),
        Section(
            header: "alerts", title: "Alerts", explanation: "What holds for mails and webhooks: docs/alerts.md.",
            keys: alerts),
        Section(
            header: "alerts.email", title: "Alerts by e-mail", explanation: "Who is told, and by which mail server.",
            keys: alertsEmail),
        Section(
            header: "alerts.webhooks.NAME", title: "Alerts by webhook",
            explanation: "One table per place that is posted to. NAME is yours to choose.", keys: alertsWebhooks),
        Section(
            header: "metrics", title: "Metrics",
            explanation:
                "Where the figures of runs go besides `metadata/runs`: docs/metrics.md. Nothing is sent until set.",
            keys: metrics),
        Section(
            header: "network", title: "Network", explanation: "How other machines are reached, apart from databases.",
            keys: network),
    ]

    package static let all: [SettingKey] = sections.flatMap(\.keys) + namedDestinations

    /// `[destinations.NAME]` has what `[destination]` has, without the earlier framework's spellings.
    private static let namedDestinations: [SettingKey] = destination.filter { $0.canonical == nil }.map {
        var key = $0
        key.pattern = "destinations.*" + key.pattern.dropFirst("destination".count)
        return key
    }

    private static let byPattern = Dictionary(uniqueKeysWithValues: all.map { ($0.pattern, $0) })

    /// The first parts whose second part is a name of the user's choice.
    static let namedTables: Set = ["sources", "destinations"]

    /// Finds the key for a path such as `sources.erp.odbc.Encrypt`, and what of the path belongs to a table of any keys.
    static func find(_ path: [String]) -> (key: SettingKey, free: [String])? {
        if let key = byPattern[pattern(of: path)] { return (key, []) }
        for length in stride(from: path.count - 1, to: 1, by: -1) {
            if let key = byPattern[pattern(of: Array(path[..<length]))], key.kind.isOpenTable {
                return (key, Array(path[length...]))
            }
        }
        return nil
    }

    /// Whether the path's last part is a name of the user's choice, and a table.
    static func isNamedTable(_ path: [String]) -> Bool {
        path.count == 2 && namedTables.contains(path[0]) || path.count == 3 && path.starts(with: webhooks)
    }

    static let webhooks = ["alerts", "webhooks"]

    /// `sources.erp.host` as `sources.*.host`.
    static func pattern(of path: [String]) -> String {
        var path = path
        if path.count > 1, namedTables.contains(path[0]) { path[1] = "*" }
        if path.count > 2, path.starts(with: webhooks) { path[2] = "*" }
        return path.joined(separator: ".")
    }

    /// What may stand directly in the table at `path`, for a suggestion.
    static func names(within path: [String]) -> [String] { namesByTable[pattern(of: path)] ?? [] }

    /// `retry` → `["initial_delay", …]`; the empty text is the file itself.
    private static let namesByTable: [String: [String]] = {
        var names: [String: Set<String>] = ["": ["env"]]
        for key in all {
            let parts = key.pattern.split(separator: ".").map(String.init)
            for (index, part) in parts.enumerated() where part != "*" {
                names[parts[..<index].joined(separator: "."), default: []].insert(part)
            }
        }
        return names.mapValues { $0.sorted() }
    }()

    /// Whether a table may stand at `path`.
    static func isTable(_ path: [String]) -> Bool {
        if path.isEmpty { return true }
        if path == webhooks || path.count == 1 && namedTables.contains(path[0]) { return true }
        return find(path)?.key.kind.isOpenTable == true || !names(within: path).isEmpty
    }
}
