import Glibc
import Ports
import Settings
import Workbook

/// A workbook and the settings that belong to it, found from what the command line says.
struct WorkbookProject {
    /// As a person would paste it.
    let workbook: String
    /// Nil where there are none: the workbook is then checked for itself.
    let settings: EffectiveSettings?
    let settingsFindings: [Finding]
    let project: ProjectFolder

    init(_ arguments: ParsedArguments, environment: [String: String]) throws {
        let current = Program.currentFolder()
        let operand = arguments.operands.first
        let found = try ProjectFolder.find(
            option: arguments.value("project"), environment: environment,
            // A workbook that is named belongs to the project that it lies in.
            currentFolder: operand.map { Self.folder(of: $0, current) } ?? current)
        project =
            found.reason == .currentFolder && operand != nil
            ? try ProjectFolder.find(option: nil, environment: environment, currentFolder: current) : found
        if project.reason == .currentFolder {
            settings = nil
            settingsFindings = [
                Finding(
                    .note, place: "ingest.toml",
                    message:
                        "There are no settings here or in a folder above, so the names of sources and destinations are "
                        + "not checked.")
            ]
        } else {
            let (loaded, findings) = EffectiveSettings.load(
                project: project, environment: environment, env: arguments.value("env"))
            settings = loaded
            settingsFindings = findings
        }
        if let operand {
            workbook = operand
        } else {
            let path = settings?.workbook ?? project.path(of: "ingestion_config.xlsx")
            workbook = path.hasPrefix(current + "/") ? String(path.dropFirst(current.count + 1)) : path
        }
    }

    /// Nil where wrong settings would make every name unknown.
    var sources: [KnownSource]? {
        guard let settings else { return nil }
        let areBroken = settingsFindings.contains { $0.severity == .error }
        return areBroken && settings.sources.isEmpty ? nil : settings.knownSources
    }

    var checkOptions: CheckOptions {
        guard let settings else { return CheckOptions() }
        return CheckOptions(
            destinations: settings.destinations.compactMap(\.name),
            fileExists: { [project] path in access(project.path(of: path), R_OK) == 0 })
    }

    func check(_ tables: [SheetTable]) -> CheckedWorkbook {
        WorkbookReading.check(tables: tables, sources: sources, options: checkOptions)
    }

    private static func folder(of path: String, _ current: String) -> String {
        let whole = path.hasPrefix("/") ? path : current + "/" + path
        var status = stat()
        if stat(whole, &status) == 0, status.st_mode & S_IFMT == S_IFDIR { return whole }
        return whole.lastIndex(of: "/").map { $0 == whole.startIndex ? "/" : String(whole[..<$0]) } ?? current
    }
}
