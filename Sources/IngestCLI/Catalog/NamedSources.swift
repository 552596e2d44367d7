import Ports
import Settings

/// The sources of a project's settings, opened by name.
struct NamedSources: Sendable {
    let project: ProjectSettings
    let program: Program

    /// - Parameter type: of a source whose settings say none.
    func open(_ name: String, type: SourceType? = nil) throws -> any BatchSource {
        guard var source = project.settings.source(name) else { throw unknown(name) }
        source.type = source.type ?? type
        var options = SourceTable.SourceOptions(stallTimeoutSeconds: 300)
        if let seconds = source.seconds("stall_timeout") {
            options.stallTimeoutSeconds = seconds == 0 ? .infinity : seconds
        }
        return try SourceConnection.source(
            source, project: project, environment: program.environment, options: options)
    }

    func unknown(_ name: String) -> UsageFault {
        let names = project.settings.sources.map(\.name)
        let near = NearestName.suggestion(for: name, among: names).map { "; did you mean '\($0)'?" } ?? ""
        return UsageFault(
            "'\(name)' is not a source of the settings in '\(project.settings.project.path)'\(near)",
            remedy: names.isEmpty
                ? "The settings have no sources; add [sources.\(name)] to ingest.toml."
                : "Sources are \(names.joined(separator: ", ")).")
    }
}
