/// The files that settings come from.
package enum SettingsFile: Int, CaseIterable, Comparable, Sendable {
    // In order of precedence: what stands in an earlier one wins.
    case secrets, main, earlierSecrets, earlierConfig

    /// Within the project.
    package var path: String {
        switch self {
        case .secrets: "secrets.toml"
        case .main: "ingest.toml"
        case .earlierSecrets: ".dlt/secrets.toml"
        case .earlierConfig: ".dlt/config.toml"
        }
    }

    /// Of the earlier framework: unknown keys are notes there.
    package var isEarlier: Bool { self == .earlierSecrets || self == .earlierConfig }
    /// May hold secrets themselves rather than references.
    package var mayHoldSecrets: Bool { self == .secrets || self == .earlierSecrets }

    package static func < (a: SettingsFile, b: SettingsFile) -> Bool { a.rawValue < b.rawValue }
}
