import Glibc
import Ports
import TestSupport

@testable import Settings

/// A project in a temporary folder, and what loading it gives.
final class LoadedProject {
    let folder = TemporaryFolder()

    init(_ files: [String: String] = [:]) {
        mkdir(folder.file(".dlt"), 0o755)
        mkdir(folder.file("config"), 0o755)
        for (name, text) in files {
            folder.write(text, to: name)
            if name.hasSuffix("secrets.toml") { chmod(folder.file(name), 0o600) }
        }
    }

    func load(
        _ variables: [String: String] = [:], env: String? = nil, overrides: [EffectiveSettings.Override] = []
    ) -> (settings: EffectiveSettings, findings: [Finding]) {
        EffectiveSettings.load(
            project: ProjectFolder(path: folder.path, reason: .settingsFile), environment: variables, env: env,
            overrides: overrides)
    }

    /// The findings as lines: `error ingest.toml:3 message`.
    func lines(_ variables: [String: String] = [:], env: String? = nil) -> [String] {
        load(variables, env: env).findings.map { "\($0.severity) \($0.place) \($0.message)" }
    }

    func resolvers(_ variables: [String: String] = [:]) -> SecretResolvers {
        let project = ProjectFolder(path: folder.path, reason: .settingsFile)
        return SecretResolvers([EnvironmentSecrets(variables), FileSecrets(project: project)], learn: { _ in })
    }
}
