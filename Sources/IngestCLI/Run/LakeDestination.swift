import Parquet
import Ports
import Settings

/// Where a job's table goes: the destination's folder, the job's container and folder.
struct LakeDestination {
    let settings: DestinationSettings
    /// Absolute.
    let path: String

    init(_ target: JobTarget, project: ProjectSettings) throws {
        guard let destination = project.settings.destinations.first(where: { $0.name == target.destination }) else {
            throw SettingsFault(
                "There is no destination '\(target.destination ?? "")' in the settings",
                remedy: "Add [destinations.\(target.destination ?? "NAME")] with a url to ingest.toml.")
        }
        settings = destination
        guard let entry = destination.url, let url = try project.settings.text(entry.path, secrets: project.secrets)
        else {
            throw SettingsFault("The destination has no url", remedy: "Add url = \"file://./lake\" to it.")
        }
        guard url.lowercased().hasPrefix("file://") else {
            let scheme = url.prefix { $0 != ":" }
            throw SettingsFault(
                "\(entry.origin.place): stores of the kind '\(scheme)' are not in this version",
                remedy: "Use a folder: file:///path, or file://./lake for one in the project.")
        }
        guard let decoded = PercentEncoding.decoded(String(url.dropFirst("file://".count))) else {
            throw SettingsFault(
                "'\(url)': '%' must be followed by two hex digits", remedy: "Write a percent sign as %25.")
        }
        let local = decoded.hasPrefix("localhost/") ? String(decoded.dropFirst("localhost".count)) : decoded
        var parts = [project.settings.project.path(of: local)]
        // A container that the URL ends in already is not repeated.
        let last = local.split(separator: "/").last.map(String.init)
        for folder in [target.container == last ? nil : target.container, target.folder] {
            parts += try Self.folders(folder ?? "")
        }
        path = parts.joined(separator: "/")
    }

    /// Names that stay below the destination.
    private static func folders(_ text: String) throws -> [String] {
        let parts = text.split(separator: "/").map(String.init).filter { $0 != "." }
        guard !parts.contains(".."), !text.utf8.contains(0) else {
            throw SettingsFault("The folder '\(text)' leads out of the destination", remedy: "Name a folder below it.")
        }
        return parts
    }

    func writerOptions() throws -> WriterOptions {
        var options = WriterOptions()
        options.createdBy = Version.createdBy
        options.profile =
            switch settings.profile {
            case "legacy": .legacy
            case "modern": .modern
            default: .standard
            }
        options.compression = try OptionValue.compression(settings.compression, profile: options.profile)
        return options
    }
}
