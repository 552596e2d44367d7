import Glibc
import Ports
import Settings
import Workbook

/// A workbook and the settings that belong to it, found from what the command line says.
struct WorkbookProject {
    /// As a person would paste it.
    let workbook: String
    /// Nil where there are none: the workbook is then checked for itself.
    let project: ProjectSettings?
    let folder: ProjectFolder

    init(_ arguments: ParsedArguments, program: Program) throws {
        try self.init(arguments.operands.first, arguments, program: program)
    }

    /// `named`: the workbook that the command line names.
    init(_ named: String?, _ arguments: ParsedArguments, program: Program) throws {
        let current = try ProjectSettings.currentFolder()
        let environment = program.environment
        let found = try ProjectFolder.find(
            option: arguments.value("project"), environment: environment,
            // A workbook that is named belongs to the project that it lies in.
            currentFolder: named.map { Self.folder(of: $0, current) } ?? current)
        folder =
            found.reason == .currentFolder && named != nil
            ? try ProjectFolder.find(option: nil, environment: environment, currentFolder: current) : found
        project =
            folder.reason == .currentFolder
            ? nil : ProjectSettings(in: folder, env: arguments.value("env"), program: program)
        if let named {
            workbook = named
        } else {
            let path = project?.settings.workbook ?? folder.path(of: "ingestion_config.xlsx")
            workbook = path.hasPrefix(current + "/") ? String(path.dropFirst(current.count + 1)) : path
        }
    }

    var settings: EffectiveSettings? { project?.settings }

    var settingsFindings: [Finding] {
        project?.findings ?? [
            Finding(
                .note, place: "ingest.toml",
                message:
                    "There are no settings here or in a folder above, so the names of sources and destinations are "
                    + "not checked.")
        ]
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
            fileExists: { [folder] path in access(folder.path(of: path), R_OK) == 0 },
            missingKeys: [(.hash, "masks.salt"), (.encrypt, "masks.encryption_key")].filter {
                settings.entry($0.setting.split(separator: ".").map(String.init)) == nil
            })
    }

    func check(
        _ tables: [SheetTable], lookingAround: ((CheckedRows) -> [SourceRemark])? = nil
    ) -> CheckedWorkbook {
        WorkbookReading.check(
            tables: tables, sources: sources, options: checkOptions, lookingAround: lookingAround)
    }

    private static func folder(of path: String, _ current: String) -> String {
        let whole = path.hasPrefix("/") ? path : current + "/" + path
        var status = stat()
        if stat(whole, &status) == 0, status.st_mode & S_IFMT == S_IFDIR { return whole }
        return whole.lastIndex(of: "/").map { $0 == whole.startIndex ? "/" : String(whole[..<$0]) } ?? current
    }
}
