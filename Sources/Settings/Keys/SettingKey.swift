import Ports

/// One key that the settings know: checks, `config show` and the reference (docs/settings-keys.md) all come from it.
package struct SettingKey: Sendable {
    /// Whether this version does anything with the key.
    package enum Use: Equatable, Sendable {
        case now
        /// Accepted and checked; a part of the program that does not exist yet will use it.
        case later
        /// Accepted because the earlier framework had it, and left alone for good.
        case never
    }

    /// Which sources a key of `[sources.NAME]` belongs to.
    package enum Scope: Equatable, Sendable {
        case every
        case databases
        case only([SourceType])

        package func includes(_ type: SourceType) -> Bool {
            switch self {
            case .every: true
            case .databases: type.isDatabase
            case .only(let types): types.contains(type)
            }
        }
    }

    /// `sources.*.host`: the star stands for a name that the user chooses.
    package var pattern: String
    package var kind: SettingKind
    /// As it would stand in the file. Nil: unset.
    package var fallback: String?
    /// One or two sentences.
    package var explanation: String
    package var scope = Scope.every
    package var use = Use.now
    /// The key came with the earlier framework.
    package var isEarlier = false
    /// Whether `${env:NAME}` may stand for the value. Not where a value is needed before secrets can be had, or in many
    /// places.
    package var takesReferences = true
    /// What the key is called in today's terms, if otherwise: `sources.*.token` for `sources.*.bearer_token`.
    package var canonical: String?

    package init(_ pattern: String, _ kind: SettingKind, _ fallback: String? = nil, _ explanation: String) {
        self.pattern = pattern
        self.kind = kind
        self.fallback = fallback
        self.explanation = explanation
    }

    /// The last part of the pattern.
    package var name: String { pattern.split(separator: ".").last.map(String.init) ?? pattern }

    package var isSecret: Bool { kind == .secret || kind == .anySecrets }

    // The table of keys reads better with these behind an entry than with an initialiser of nine arguments.

    func of(_ types: SourceType...) -> SettingKey { with { $0.scope = .only(types) } }
    var ofDatabases: SettingKey { with { $0.scope = .databases } }
    var later: SettingKey { with { $0.use = .later } }
    var unused: SettingKey { with { $0.use = .never } }
    var earlier: SettingKey { with { $0.isEarlier = true } }
    var literal: SettingKey { with { $0.takesReferences = false } }
    func same(as pattern: String) -> SettingKey {
        with {
            $0.canonical = pattern
            $0.isEarlier = true
        }
    }

    private func with(_ change: (inout SettingKey) -> Void) -> SettingKey {
        var copy = self
        change(&copy)
        return copy
    }
}
