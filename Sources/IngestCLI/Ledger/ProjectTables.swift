import Engine
import Glibc
import Ports
import Settings
import Workbook

/// The jobs of a project and the tables that they load, for verbs that look after tables.
struct ProjectTables {
    let settings: ProjectSettings
    let workbook: CheckedWorkbook
    let workbookPath: String
    let surroundings: ProjectSurroundings
    let program: Program

    init(_ arguments: ParsedArguments, program: Program) throws {
        let project = try WorkbookProject(nil, arguments, program: program)
        guard let settings = project.project else {
            throw UsageFault(
                "There is no ingest.toml here or in a folder above",
                remedy: "`ingest init` makes a project; --project names the folder of one.")
        }
        _ = try settings.checked()
        self.settings = settings
        self.program = program
        workbook = project.check(try ConfigurationFiles.read(path: project.workbook))
        workbookPath = project.workbook
        surroundings = ProjectSurroundings(project: settings, program: program)
    }

    /// Of every row.
    var ids: [String] { workbook.jobs.map(\.id) }
    /// Of every row that is not refused, enabled or not.
    var jobs: [Job] { workbook.jobs.compactMap(\.job) }

    /// A folder that a run writes into: `metadata`, `logs`.
    func folder(_ key: String) -> String {
        settings.settings.project.path(of: settings.settings["run", key]?.shown ?? key)
    }

    var zone: ZoneRules {
        get throws { try ZoneRules.load(settings.settings["run", "timezone"]?.shown ?? "UTC") }
    }

    /// Whether it is enabled or not.
    func job(_ id: String) throws -> Job {
        guard
            let row = workbook.jobs.first(where: { $0.id == id })
                ?? workbook.jobs.first(where: { $0.id.lowercased() == id.lowercased() })
        else {
            let near = NearestName.closest(to: id, among: workbook.jobs.map(\.id))
            throw UsageFault(
                "'\(id)' is not a job of \(workbookPath)"
                    + (near.isEmpty ? "" : "; did you mean \(near.map { "'\($0)'" }.joined(separator: ", "))?"))
        }
        guard let job = row.job else {
            throw UsageFault(
                "The job '\(id)' is refused: \(row.refusal ?? "its row has errors")",
                remedy: "`ingest validate` says everything that is wrong with the workbook.")
        }
        return job
    }

    /// The rows that a run with the same options would be about.
    func selection(_ arguments: ParsedArguments) throws -> RunSelection {
        try RunSelection(workbook, RunOptions(arguments), isDue: { _ in true })
    }

    /// For work that is done outside of a run, under records of its own.
    func terms() throws -> RunTerms {
        let wall = SystemWallClock()
        let began = wall.unixMicroseconds
        let zone = try zone
        let facts = RunFacts(
            runID: RunMoment.identifier(began), startedAt: began, host: HostFacts.name, process: Int(getpid()),
            user: HostFacts.user, version: Version.number, workbook: workbookPath,
            workbookSHA256: HostFacts.digest(ofFile: workbookPath))
        let stop = program.stop
        return RunTerms(
            facts: facts, date: zone.civil(began).date.replacing("-", with: "/"), clock: SystemClock(), wall: wall,
            witness: ProcessLives(),
            sleep: { seconds in
                guard !stop.isRaised, seconds > 0 else { return }
                var wake = pollfd(fd: stop.wakeDescriptor, events: Int16(POLLIN), revents: 0)
                _ = poll(&wake, 1, Int32(min(seconds, 3600) * 1000))
            })
    }
}
