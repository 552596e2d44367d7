import Glibc
import Ports
import Settings
import Workbook

extension Program {
    func template(_ arguments: ParsedArguments) throws {
        let path = arguments.operands.first ?? "ingestion_config.xlsx"
        let project = try ProjectFolder.find(
            option: arguments.value("project"), environment: environment, currentFolder: Self.currentFolder())
        let content = try templateContent(of: project, env: arguments.value("env"))
        try TemplateWriter(content: content).write(to: path, replacing: arguments.has("force"))
        console.out(masking: "Wrote \(path); \(Self.offer(of: content, project: project))\n")
    }

    func initialise(_ arguments: ParsedArguments) throws {
        if let workbook = arguments.value("upgrade") { return try upgrade(workbook, arguments) }
        guard !arguments.has("project") else {
            throw UsageFault("'--project' belongs to '--upgrade'; init takes the folder as DIR", verb: "init")
        }
        let folder = arguments.operands.first ?? "."
        let trimmed = folder.count > 1 && folder.hasSuffix("/") ? String(folder.dropLast()) : folder
        guard !trimmed.isEmpty else { throw UsageFault("The folder's name is empty", verb: "init") }
        var start = ProjectStart(folder: trimmed)
        try start.make {
            let project = try ProjectFolder.find(
                option: trimmed, environment: environment, currentFolder: Self.currentFolder())
            return try templateContent(of: project, env: arguments.value("env"))
        }
        console.out(InitReport(start: start).text)
    }

    private func upgrade(_ workbook: String, _ arguments: ParsedArguments) throws {
        if let folder = arguments.operands.first {
            throw UsageFault("'\(folder)' is one argument too many: '--upgrade' changes one workbook", verb: "init")
        }
        let project = try ProjectFolder.find(
            option: arguments.value("project"), environment: environment, currentFolder: Self.currentFolder())
        // Without settings there are no names to offer; those of the starter are not this project's.
        let content =
            project.reason == .currentFolder
            ? TemplateContent(sources: []) : try templateContent(of: project, env: arguments.value("env"))
        let report = try WorkbookUpgrade.apply(to: workbook, content: content)
        console.out(masking: UpgradeText(workbook: workbook, report: report).text)
    }

    /// What the drop-downs offer. Without settings: the source of a project that is just begun.
    func templateContent(of project: ProjectFolder, env: String?) throws -> TemplateContent {
        guard project.reason != .currentFolder else { return .starter }
        let (settings, findings) = EffectiveSettings.load(project: project, environment: environment, env: env)
        if let first = findings.first(where: { $0.severity == .error }) {
            throw UsageFault(
                "\(first.place): \(first.message)",
                remedy: "The workbook offers the sources of the settings: repair them first (ingest config show).")
        }
        return TemplateContent(
            sources: settings.knownSources, destinations: settings.destinations.compactMap(\.name))
    }

    private static func offer(of content: TemplateContent, project: ProjectFolder) -> String {
        let names = content.sources.map(\.name)
        if project.reason == .currentFolder {
            return "no ingest.toml here or above: its drop-down offers \(names.joined(separator: ", "))"
        }
        return names.isEmpty
            ? "the settings have no sources yet, so it has no drop-down for source_name"
            : "its drop-down offers \(names.joined(separator: ", "))"
    }

    static func currentFolder() -> String {
        guard let path = getcwd(nil, 0) else { return "/" }
        defer { free(path) }
        return String(cString: path)
    }
}
