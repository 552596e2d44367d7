/// Where an effective value comes from.
package enum SettingOrigin: Equatable, Sendable {
    /// An option such as `--memory-budget`.
    case commandLine(option: String)
    case variable(String)
    case file(SettingsFile, line: Int)
    case fallback

    package var text: String {
        switch self {
        case .commandLine(let option): "command line (\(option))"
        case .variable(let name): "environment (\(name))"
        case .file(let file, let line): "\(file.path):\(line)"
        case .fallback: "default"
        }
    }

    /// `SOURCES__…` and `DLT_…`: names of the earlier framework.
    var isEarlierVariable: Bool {
        if case .variable(let name) = self { !name.hasPrefix("INGEST_") } else { false }
    }

    /// In its file.
    package var line: Int? { if case .file(_, let line) = self { line } else { nil } }

    /// `ingest.toml:12`, or the variable's name.
    package var place: String {
        switch self {
        case .commandLine(let option): option
        case .variable(let name): name
        case .file, .fallback: text
        }
    }
}

/// One setting in force.
package struct SettingEntry: Equatable, Sendable {
    /// In today's terms: `["sources", "erp", "token"]` also where the file says `bearer_token`.
    package var path: [String]
    package var value: SettingValue
    package var origin: SettingOrigin
    /// Of `[env.NAME]`, where it stands in such a table.
    package var overlay: String?

    package init(path: [String], value: SettingValue, origin: SettingOrigin, overlay: String? = nil) {
        self.path = path
        self.value = value
        self.origin = origin
        self.overlay = overlay
    }

    /// As it would be written in a file: parts that are no bare keys in quotes.
    package var key: String { Self.key(path) }

    package static func key(_ path: [String]) -> String {
        path.map { part in
            let isBare =
                !part.isEmpty
                && part.utf8.allSatisfy {
                    (0x30...0x39).contains($0) || (0x41...0x5A).contains($0) || (0x61...0x7A).contains($0)
                        || $0 == 0x5F || $0 == 0x2D
                }
            return isBare ? part : "\"" + part + "\""
        }.joined(separator: ".")
    }
}
