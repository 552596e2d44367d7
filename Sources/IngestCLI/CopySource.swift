import Ports
import Settings

/// What `ingest copy` reads: SOURCE as a URL, or as the name of a source of the settings.
struct CopySource {
    let options: CopyOptions
    let program: Program

    func open() throws -> any BatchSource {
        let name = options.source
        let isName = program.sources.scheme(of: name) == nil && !name.contains("=") && !name.isEmpty
        guard isName else { return try byURL() }
        let project = try ProjectSettings(project: options.project, env: options.environment, program: program)
        let settings = project.settings
        guard let source = settings.source(name) else {
            // Mistakes in the file may be why the source is not there.
            _ = try project.checked()
            guard !settings.sources.isEmpty else { return try byURL() }
            let names = settings.sources.map(\.name)
            let near = NearestName.suggestion(for: name, among: names).map { "; did you mean '\($0)'?" } ?? ""
            throw UsageFault(
                "SOURCE: '\(name)' is not a source of the settings in '\(settings.project.path)'\(near)",
                remedy:
                    "Sources are \(names.joined(separator: ", ")). A URL such as postgresql://USER@HOST/DATABASE works too."
            )
        }
        _ = try project.checked()
        if options.format == .text, !options.quiet {
            for finding in project.findings where finding.severity == .warning {
                program.console.error(FindingLine.text(finding, colours: program.terminal.colours))
            }
        }
        var sourceOptions = options.sourceOptions
        if options.stallTimeoutSeconds == nil, let seconds = source.seconds("stall_timeout") {
            sourceOptions.stallTimeoutSeconds = seconds == 0 ? .infinity : seconds
        }
        return try SourceConnection.source(
            source, project: project, environment: program.environment, options: sourceOptions)
    }

    private func byURL() throws -> any BatchSource {
        if options.project != nil || options.environment != nil {
            throw UsageFault(
                "--project and --env are for a SOURCE that is named in the settings, not for a URL", verb: "copy")
        }
        return try program.sources.source(for: options.source, options: options.sourceOptions)
    }
}
