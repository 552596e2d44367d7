import Glibc
import Ports
import Settings

/// The settings of the project that a command works in, and what is needed to use them: the one place where they meet
/// the environment, the current folder and the terminal.
struct ProjectSettings {
    let settings: EffectiveSettings
    let findings: [Finding]
    let secrets: SecretResolvers

    /// From `--project` and `--env`, the environment, and the folder that the program was started in. Secrets that stand
    /// in files or variables are masked from now on; what is fetched later is masked when it is fetched.
    init(_ arguments: ParsedArguments, program: Program, overrides: [EffectiveSettings.Override] = []) throws {
        try self.init(
            project: arguments.value("project"), env: arguments.value("env"), program: program, overrides: overrides)
    }

    init(project: String?, env: String?, program: Program, overrides: [EffectiveSettings.Override] = []) throws {
        let project = try ProjectFolder.find(
            option: project, environment: program.environment, currentFolder: try Self.currentFolder())
        self.init(in: project, env: env, program: program, overrides: overrides)
    }

    init(
        in project: ProjectFolder, env: String?, program: Program, overrides: [EffectiveSettings.Override] = []
    ) {
        (settings, findings) = EffectiveSettings.load(
            project: project, environment: program.environment, env: env, overrides: overrides)
        let console = program.console
        for secret in settings.secretsHeld { console.hide(secret: secret) }
        secrets = SecretResolvers(project: project, environment: program.environment, console: console)
    }

    /// Throws where the settings have errors: all of them, in one message.
    func checked() throws -> EffectiveSettings {
        let errors = findings.filter { $0.severity == .error }
        guard !errors.isEmpty else { return settings }
        throw SettingsFault(
            errors.map { "\($0.place): \($0.message)" }.joined(separator: "\n"),
            remedy: "`ingest config show` prints what is in force and everything that is to be said of it.")
    }

    static func currentFolder() throws -> String {
        guard let path = getcwd(nil, 0) else {
            throw SettingsFault(
                "The current folder cannot be found: \(String(cString: strerror(errno)))",
                remedy: "Name the project with --project.")
        }
        defer { free(path) }
        return String(cString: path)
    }
}

extension SecretResolvers {
    /// Every place of this version. What is fetched is masked in all output from then on.
    init(project: ProjectFolder, environment: [String: String], console: Console) {
        self.init(
            [EnvironmentSecrets(environment), FileSecrets(project: project)], learn: { console.hide(secret: $0) })
    }
}

extension OptionSpec {
    static let project = OptionSpec(
        "project", value: "DIR", completion: .file,
        "The project's folder. Default: INGEST_PROJECT, or the nearest folder upwards with an ingest.toml.")
    static let environment = OptionSpec(
        "env", value: "NAME", "Lay the settings' [env.NAME] tables over the rest. Default: INGEST_ENV.")
}
