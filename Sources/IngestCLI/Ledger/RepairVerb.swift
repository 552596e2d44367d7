import Engine
import Ports
import Records

/// `ingest repair`: each table's state is put in order, its files are compared with its records, and the projections are
/// made again from the lake.
struct RepairVerb {
    let arguments: ParsedArguments
    let program: Program

    struct Table {
        var job: String
        var table: String
        var root: String
        var report: TableRepair.Report?
        var failure: JobOutcome.Failure?
        var auditLines = 0

        var isSound: Bool { failure == nil && report?.damages.isEmpty == true }
    }

    struct Outcome {
        var tables: [Table] = []
        var watermarks = 0
        var warnings: [String] = []
        var isVerified = false

        var exitCode: Int32 {
            tables.allSatisfy(\.isSound) && warnings.isEmpty ? ExitCode.done : ExitCode.failed
        }
    }

    func run() throws -> Outcome {
        let project = try ProjectTables(arguments, program: program)
        let terms = project.terms
        let named = arguments.operands
        let jobs = try named.isEmpty ? project.jobs : named.map(project.job)
        var outcome = Outcome(isVerified: arguments.has("verify"))
        var seen: Set<String> = []
        for job in jobs {
            var table = Table(job: job.id, table: job.target.table, root: "")
            do {
                let place = try project.surroundings.place(of: job)
                table.root = place.root
                // Two rows of one table are an error of the workbook; it is put in order once.
                guard seen.insert(place.root + place.keys.data).inserted else { continue }
                guard try place.ledger.state().number > 0 || place.ledger.hasUnfinished() else {
                    try TableFolder(place.ledger).refuseUnrecorded(TableState(), job: job.id)
                    continue
                }
                let upkeep = TableUpkeep(ledger: place.ledger, job: job, terms: terms)
                table.report = try TableRepair(
                    upkeep, stop: program.stop, footerRows: outcome.isVerified ? Self.rows(in: place.root) : nil
                ).run()
            } catch {
                if program.stop.isRaised { throw error }
                table.failure = JobOutcome.Failure(error)
            }
            outcome.tables.append(table)
            if program.stop.isRaised { throw EngineFault(.cancelled, "Stopped on request") }
        }
        try rebuild(&outcome, jobs, project, terms, everything: named.isEmpty)
        return outcome
    }

    private static func rows(in root: String) -> @Sendable (String) throws -> Int {
        { try FooterFacts.read(root + $0).rows }
    }

    // MARK: - Projections

    private func rebuild(
        _ outcome: inout Outcome, _ jobs: [Job], _ project: ProjectTables, _ terms: RunTerms, everything: Bool
    ) throws {
        let metadata = project.records.metadata
        let zone = project.records.zone
        let labels = Dictionary(
            jobs.map { ($0.id, (JobLabel(id: $0.id, source: $0.source.name, table: $0.object.table), $0)) },
            uniquingKeysWith: { first, _ in first })
        var rows: [WatermarkFile.Row] = []
        do {
            let console = program.console
            let trail = AuditTrail(folder: metadata, zone: zone, redact: { console.redacted($0) })
            let schemas = SchemaFile(metadata: metadata, redact: { console.redacted($0) })
            let known = Set(
                try AuditHistory(folder: metadata).read { $0[.status] == JobStatus.success.rawValue }.entries
                    .map { $0[.loadID] })
            for index in outcome.tables.indices {
                guard let report = outcome.tables[index].report, let (label, job) = labels[outcome.tables[index].job]
                else { continue }
                for record in report.loads where !known.contains(record.loadID) {
                    var load = Self.outcome(record, label, job)
                    load.schemaChanges = report.state.tableSchema.changes(in: record.number).map(\.text)
                    try trail.append(load, run: Self.facts(record))
                    outcome.tables[index].auditLines += 1
                }
                if !report.state.schema.isEmpty {
                    try schemas.write(report.state.tableSchema, job: label.id, table: label.table)
                }
                if let row = Self.watermark(report, label, zone) { rows.append(row) }
            }
            try trail.flush()
            let file = WatermarkFile(folder: metadata)
            if everything, outcome.tables.allSatisfy({ $0.failure == nil }) {
                try file.rebuild(rows)
            } else {
                try file.update(rows)
            }
            outcome.watermarks = rows.count
        } catch {
            outcome.warnings.append(
                "The audit trail, watermarks.csv or metadata/schema could not be put in order: \(JobOutcome.Failure(error).text)"
            )
        }
    }

    private static func moment(_ record: CommitRecord) -> Int {
        CivilTime(iso: record.writtenAt)?.unixMicroseconds ?? 0
    }

    private static func outcome(_ record: CommitRecord, _ label: JobLabel, _ job: Job) -> JobOutcome {
        let load = record.load
        var outcome = JobOutcome(
            job: label, runID: record.writer.run, loadID: record.loadID, attempt: load?.attempt ?? 1,
            status: .success, loadType: job.loadType, writeMode: load?.mode, startedAt: moment(record),
            endedAt: moment(record),
            seconds: 0)
        outcome.isBackfill = load?.isBackfill ?? false
        outcome.rows = load?.slices.reduce(0) { $0 + $1.rows } ?? 0
        outcome.sourceRows = load?.sourceRows
        outcome.files = load?.files.count ?? 0
        outcome.bytes = load?.files.reduce(0) { $0 + $1.bytes } ?? 0
        outcome.watermarkTo = record.watermark
        outcome.notes = ["written by ingest repair, from the record of the load"]
        return outcome
    }

    private static func facts(_ record: CommitRecord) -> RunFacts {
        RunFacts(
            runID: record.writer.run, startedAt: moment(record), host: record.writer.host,
            process: record.writer.process, user: record.writer.user, version: record.writer.version, workbook: nil,
            workbookSHA256: nil)
    }

    private static func watermark(
        _ report: TableRepair.Report, _ label: JobLabel, _ zone: ZoneRules
    ) -> WatermarkFile.Row? {
        guard let watermark = report.state.watermark, let last = report.loads.last else { return nil }
        return WatermarkFile.Row(
            job: label.id, jobName: label.name, watermark: watermark, loadID: last.loadID, runID: last.writer.run,
            updatedAt: zone.civil(moment(last)).iso())
    }
}
