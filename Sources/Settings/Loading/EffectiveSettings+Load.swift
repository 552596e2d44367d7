import Ports

extension EffectiveSettings {
    /// A setting of the command line.
    package struct Override: Sendable {
        package var path: [String]
        package var text: String
        /// As the person typed it: `--workbook`.
        package var option: String

        package init(_ path: [String], _ text: String, option: String) {
            self.path = path
            self.text = text
            self.option = option
        }
    }

    /// Reads and merges everything. Never fails: what is wrong is in the findings, each with its line; with an error among
    /// them nothing should be started.
    ///
    /// Order of precedence: command line, environment, `[env.NAME]` of the files, `secrets.toml`, `ingest.toml`,
    /// `.dlt/secrets.toml`, `.dlt/config.toml`, defaults.
    package static func load(
        project: ProjectFolder, environment variables: [String: String] = [:], env: String? = nil,
        overrides: [Override] = []
    ) -> (settings: EffectiveSettings, findings: [Finding]) {
        var merge = SettingsMerge(project: project, secretSchemes: secretSchemes)
        merge.readFiles()
        merge.choose(
            env: env ?? variables[environmentVariable].flatMap { $0.isEmpty ? nil : $0 },
            origin: env == nil ? environmentVariable : "--env")
        merge.take(variables: variables)
        merge.take(overrides)
        return merge.result()
    }
}
