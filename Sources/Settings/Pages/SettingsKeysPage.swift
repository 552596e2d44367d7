import Ports

/// docs/settings-keys.md: every key, from the table that the settings are checked against.
package enum SettingsKeysPage {
    package static var text: String {
        var lines = [
            "<!-- Generated from Sources/Settings/Keys; a test compares. `UPDATE_GENERATED=1 swift test --filter "
                + "SettingsPages` writes it anew. -->",
            "# Every key of the settings", "",
            "How settings are found, merged and checked is in [settings.md](settings.md). NAME stands for a name of your "
                + "choice. *Later* marks keys that are accepted and checked, but that no part of this version uses yet.",
        ]
        for section in SettingKeys.sections {
            lines += ["", "## \(section.title): `[\(section.header)]`", "", section.explanation, ""]
            lines += table(section.keys.filter { $0.canonical == nil && $0.use != .never })
        }
        lines += ["", "## Spellings of the earlier framework", ""]
        lines.append(
            "The keys above that the dlt-based framework had keep their names and meaning, in our files as in "
                + "`.dlt/secrets.toml`. These are accepted too:")
        lines += ["", "| key | means |", "| --- | --- |"]
        for key in SettingKeys.sections.flatMap(\.keys) where key.canonical != nil {
            lines.append("| `\(shown(key.pattern))` | `\(shown(key.canonical ?? ""))` |")
        }
        for key in SettingKeys.sections.flatMap(\.keys) where key.use == .never {
            lines.append("| `\(shown(key.pattern))` | nothing any more: \(lowercasedFirst(key.explanation)) |")
        }
        return lines.joined(separator: "\n") + "\n"
    }

    private static func table(_ keys: [SettingKey]) -> [String] {
        ["| key | value | default | meaning |", "| --- | --- | --- | --- |"]
            + keys.map { key in
                let value = key.kind == .secret ? "secret, by reference" : key.kind.label
                let fallback = key.fallback.map { "`\($0)`" } ?? ""
                var meaning = key.explanation
                if case .only(let types) = key.scope, types != [.api] {
                    meaning += " For " + types.map(\.rawValue).joined(separator: ", ") + "."
                }
                if key.use == .later { meaning += " *Later.*" }
                return "| `\(key.name)` | \(value) | \(fallback) | \(meaning) |"
            }
    }

    /// `sources.*.odbc` as `sources.NAME.odbc`.
    private static func shown(_ pattern: String) -> String { pattern.replacing("*", with: "NAME") }

    private static func lowercasedFirst(_ text: String) -> String { text.prefix(1).lowercased() + text.dropFirst() }
}
