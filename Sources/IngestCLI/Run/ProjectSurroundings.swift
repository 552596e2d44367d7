import Engine
import LakeStore
import Masks
import Parquet
import Ports
import PostgresSource
import Records
import Settings
import Synchronization

/// The sources, stores and files of a project, as a run asks for them.
final class ProjectSurroundings: RunSurroundings {
    private let project: ProjectSettings
    private let program: Program
    private let records: ProjectRecords
    private let rowCounts: RowCountHistory
    /// Opened once: a source's limits hold for all its jobs.
    private let sources = Mutex<[String: any BatchSource]>([:])
    private let memory: OpenTransactionMemory?

    /// - Parameters:
    ///   - jobs: all that may be loaded.
    ///   - isRun: keeps what runs tell each other; not for what only looks.
    init(project: ProjectSettings, program: Program, records: ProjectRecords, jobs: [Job], isRun: Bool = false) {
        self.project = project
        self.program = program
        self.records = records
        rowCounts = RowCountHistory(records.history, comparedBy: jobs)
        memory = isRun ? OpenTransactionMemory(folder: records.metadata) : nil
    }

    /// When no job runs any more.
    func rememberTransactions() throws {
        for (name, source) in sources.withLock({ $0 }) {
            if let source = source as? PostgresSource { try memory?.keep(source, name) }
        }
    }

    func source(of job: Job) throws -> any BatchSource {
        let name = job.source.name
        return try sources.withLock { sources in
            if let source = sources[name] { return source }
            let source = try NamedSources(project: project, program: program).open(name, type: job.source.type)
            if let postgres = source as? PostgresSource { memory?.recall(postgres, name) }
            sources[name] = source
            return source
        }
    }

    func terms(of job: Job) throws -> SourceTerms {
        let settings = project.settings
        guard let source = settings.source(job.source.name) else {
            throw NamedSources(project: project, program: program).unknown(job.source.name)
        }
        var terms = SourceTerms()
        if let seconds = source.seconds("settle") { terms.windows.settleSeconds = seconds }
        if let seconds = source.seconds("settle_ids") { terms.windows.settleIDsSeconds = seconds }
        if let seconds = source.seconds("watermark_wait") { terms.windows.waitSeconds = seconds }
        if let seconds = source.seconds("watermark_max_lag") { terms.windows.longestLagSeconds = seconds }
        if case .text(let text)? = source.value("on_blocked"), let blocked = WindowTerms.Blocked(rawValue: text) {
            terms.windows.onBlocked = blocked
        }
        if case .integer(let days)? = settings["run", "open_days"] { terms.openDays = days }
        if case .text("wait")? = settings["run", "open_day"] { terms.openDays = 0 }
        if case .integer(let count)? = settings["retry", "max_attempts"] { terms.retry.attempts = count }
        if case .duration(let seconds)? = settings["retry", "initial_delay"] { terms.retry.initialSeconds = seconds }
        if case .number(let factor)? = settings["retry", "multiplier"] { terms.retry.multiplier = factor }
        if case .duration(let seconds)? = settings["retry", "max_delay"] { terms.retry.longestSeconds = seconds }
        return terms
    }

    func place(of job: Job) throws -> LakePlace {
        let destination = try LakeDestination(job.target, project: project)
        return LakePlace(
            store: LocalStore(root: destination.path), keys: TableKeys(table: job.target.table),
            root: destination.path + "/", fileBytes: destination.settings.targetFileSize,
            keepReplacedSeconds: destination.settings.keepReplacedSeconds)
    }

    func text(of job: Job) throws -> JobText { try JobQuery(job: job, project: project.settings.project).text() }

    func spelled(_ job: Job, stop: StopSignal) throws -> (job: Job, notes: [String])? {
        guard let source = try source(of: job) as? any SourceCatalog else { return nil }
        let catalog = try source.openCatalog(stop: stop)
        defer { catalog.close() }
        let request = try JobQuery(job: job, project: project.settings.project).request()
        return try SpelledJob.find(job, request, in: catalog).map { ($0.job, $0.notes) }
    }

    func masks(of job: Job) throws -> any MaskMaker { ColumnMasks(project) }

    func judge(_ order: JudgeOrder) throws -> (any LoadJudge)? {
        try JobRuleJudge(
            settings: project.settings, environment: program.environment, records: records, rowCounts: rowCounts
        ).judge(order)
    }

    func table(
        _ order: TableOrder, stage: @escaping @Sendable () throws -> any StagedUpload
    ) throws -> any StagedTable {
        let destination = try LakeDestination(order.job.target, project: project)
        var options = try destination.writerOptions()
        options.keyValues = [
            ("ingest.version", Version.number), ("ingest.load_id", order.loadID), ("ingest.job", order.job.id),
        ]
        return try LakeTable(
            schema: order.schema, options: options,
            stamp: order.addsLoadColumns ? LoadStamp(loadID: order.loadID, loadedAt: order.loadedAt) : nil,
            fileBytes: order.fileBytes, writesEmpty: order.writesEmpty, stage: stage)
    }
}
