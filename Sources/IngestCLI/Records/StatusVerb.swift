import Ports
import Records
import Workbook

/// `ingest status`: how each job stands, from the audit trail and the watermarks that runs wrote.
struct StatusVerb {
    let arguments: ParsedArguments
    let program: Program

    func run() throws -> StatusReport {
        let wanted = try OptionValue.names(arguments.operands, option: "JOB")
        let project = try WorkbookProject(nil, arguments, program: program)
        guard let settings = project.settings else { throw UsageFault.noProject }
        let records = try ProjectRecords(settings)
        var notes: [String] = []
        let tables: [SheetTable]?
        do { tables = try ConfigurationFiles.read(path: project.workbook) } catch {
            // What is on record can be shown without it.
            notes.append(error.message + " The jobs are those of the audit trail.")
            tables = nil
        }
        var jobs = try tables.map { Self.jobs(of: project.check($0)) } ?? recorded(records)
        for name in wanted where !jobs.contains(where: { $0.id == name }) {
            throw UsageFault.unknownJob(name, among: jobs.map(\.id))
        }
        if !wanted.isEmpty { jobs = jobs.filter { wanted.contains($0.id) } }
        let latest = try records.history.latest(
            of: jobs.map { ($0.id, $0.name) }, [.rows, .seconds, .errorMessage, .attempt, .runID, .loadID, .warnings])
        let watermarks = Dictionary(
            try records.watermarks.read().map { ($0.job, $0) }, uniquingKeysWith: { first, _ in first })
        for index in jobs.indices {
            jobs[index].last = latest[jobs[index].id]
            jobs[index].watermark = watermarks[jobs[index].id]
        }
        return StatusReport(jobs: jobs, notes: notes, zone: records.zone, now: SystemWallClock().unixMicroseconds)
    }

    private static func jobs(of workbook: CheckedWorkbook) -> [StatusReport.Job] {
        var seen: Set<String> = []
        return workbook.jobs.filter { seen.insert($0.id).inserted }.map { row in
            let label = JobLabel(
                id: row.id, source: row.reads?.source ?? "", table: row.reads?.object.table ?? row.id)
            return StatusReport.Job(id: row.id, isEnabled: row.isEnabled, name: label.name)
        }
    }

    private func recorded(_ records: ProjectRecords) throws -> [StatusReport.Job] {
        var seen: Set<String> = []
        var jobs: [StatusReport.Job] = []
        for entry in try records.history.read().entries {
            let id = entry[.jobID].isEmpty ? entry[.jobName] : entry[.jobID]
            if seen.insert(id).inserted { jobs.append(.init(id: id, isEnabled: nil, name: entry[.jobName])) }
        }
        return jobs.sorted { $0.id < $1.id }
    }
}
