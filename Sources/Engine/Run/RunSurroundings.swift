import Columnar
import Ports

/// What a run finds outside: sources, stores and files, by the names that jobs give them. Whoever conforms knows every
/// concrete type. Each answer throws a `Fault` in words about the job's row or the settings.
package protocol RunSurroundings: Sendable {
    /// The same value for every job of the source, so that its limits hold for all of them.
    func source(of job: Job) throws -> any BatchSource
    func terms(of job: Job) throws -> SourceTerms
    func place(of job: Job) throws -> LakePlace
    func text(of job: Job) throws -> JobText
    /// The job with its names as the source spells them, with a note for each that differs; nil where none does. Asked only
    /// when the source has refused what the row says.
    func spelled(_ job: Job, stop: StopSignal) throws -> (job: Job, notes: [String])?
    /// The masks that the job's column rules may ask for.
    func masks(of job: Job) throws -> any MaskMaker
    /// Judges the rows of one load. Nil: no rule asks for it.
    func judge(_ order: JudgeOrder) throws -> (any LoadJudge)?
    /// - Parameter stage: opens the next file; called by several threads.
    func table(_ order: TableOrder, stage: @escaping @Sendable () throws -> any StagedUpload) throws -> any StagedTable
}

/// What the settings say of a job's source.
package struct SourceTerms: Equatable, Sendable {
    package var windows: WindowTerms
    package var typeChoices: TypeChoices
    package var retry: RetryPolicy
    /// How many days of a DATE watermark are not final.
    package var openDays: Int

    package init(
        windows: WindowTerms = WindowTerms(), typeChoices: TypeChoices = TypeChoices(),
        retry: RetryPolicy = RetryPolicy(), openDays: Int = 2
    ) {
        self.windows = windows
        self.typeChoices = typeChoices
        self.retry = retry
        self.openDays = openDays
    }
}

/// Where a job's table lies.
package struct LakePlace: Sendable {
    package var store: any LoadStore
    package var keys: TableKeys
    /// As a person would paste it, ending in a slash: what names in records are relative to.
    package var root: String
    package var fileBytes: Int
    package var keepReplacedSeconds: Int

    package init(
        store: any LoadStore, keys: TableKeys, root: String, fileBytes: Int, keepReplacedSeconds: Int = 0
    ) {
        self.keepReplacedSeconds = keepReplacedSeconds
        self.store = store
        self.keys = keys
        self.root = root
        self.fileBytes = fileBytes
    }

    package var ledger: TableLedger {
        TableLedger(store: store, keys: keys, keepReplacedSeconds: keepReplacedSeconds)
    }
}

/// What a job reads, in the source's words: its query's file is read, and the filter is in its place.
package struct JobText: Equatable, Sendable {
    package var object: ReadRequest.Object
    package var filter: String?

    package init(object: ReadRequest.Object, filter: String? = nil) {
        self.object = object
        self.filter = filter
    }

    func origin(_ job: Job) -> LoadOrigin {
        switch object {
        case .query(let text): LoadOrigin(job, object: text, isQuery: true)
        case .table:
            LoadOrigin(
                job, object: (job.object.schema.map { $0 + "." } ?? "") + job.object.table, isQuery: false)
        }
    }

    /// Nil for a FULL load.
    func question(_ job: Job, _ state: TableState, openDays: Int) -> WindowQuestion? {
        question(job, isLoaded: state.origin != nil, upTo: state.watermark, openDays: openDays)
    }

    /// - Parameters:
    ///   - isLoaded: a load of the table stands.
    ///   - loaded: the table's watermark.
    func question(_ job: Job, isLoaded: Bool, upTo loaded: WatermarkText?, openDays: Int) -> WindowQuestion? {
        var question = LoadPlanner.question(
            job, isLoaded: isLoaded, upTo: loaded, object: object, openDays: openDays)
        question?.filter = filter
        return question
    }
}

/// A load whose rows are to be judged.
package struct JudgeOrder: Sendable {
    package var job: Job
    package var read: any OpenRead
    /// UTC, as text; nil where the source was not asked.
    package var sourceClock: String?
    /// Raised when nobody waits for the load any more.
    package var stop: StopSignal
}

/// A table to be written.
package struct TableOrder: Sendable {
    package var job: Job
    /// Of its files, but for load columns that are to be added.
    package var schema: Schema
    package var loadID: String
    /// Microseconds since 1970, UTC.
    package var loadedAt: Int
    /// `_load_id` and `_loaded_at` go behind the columns.
    package var addsLoadColumns: Bool
    /// A slice without rows gets a file all the same: readers see the columns.
    package var writesEmpty: Bool
    package var fileBytes: Int
}
