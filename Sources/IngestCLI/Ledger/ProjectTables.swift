import Engine
import Ports
import Settings
import Workbook

/// The jobs of a project and the tables that they load, for verbs that look after tables.
struct ProjectTables {
    let settings: ProjectSettings
    let workbook: CheckedWorkbook
    let workbookPath: String
    let surroundings: ProjectSurroundings
    let records: ProjectRecords
    let program: Program

    init(_ arguments: ParsedArguments, program: Program) throws {
        let project = try WorkbookProject(nil, arguments, program: program)
        guard let settings = project.project else { throw UsageFault.noProject }
        records = try ProjectRecords(try settings.checked())
        self.settings = settings
        self.program = program
        workbook = project.check(try ConfigurationFiles.read(path: project.workbook))
        workbookPath = project.workbook
        surroundings = ProjectSurroundings(
            project: settings, program: program, records: records, jobs: workbook.jobs.compactMap(\.job))
    }

    /// Of every row.
    var ids: [String] { workbook.jobs.map(\.id) }
    /// Of every row that is not refused, enabled or not.
    var jobs: [Job] { workbook.jobs.compactMap(\.job) }

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
    var terms: RunTerms {
        RunTerms(settings.settings, workbook: workbookPath, zone: records.zone, stop: program.stop)
    }
}
