import Columnar
import Ports

/// What is known before it is decided which columns the files of a load have (docs/types.md, "Schema changes").
package struct SchemaQuestion: Sendable {
    package var job: Job
    /// As it leaves the source and the job's column rules.
    package var rows: Schema
    /// Of each of these columns, as the source itself calls its type; nil where it does not say.
    package var sourceTypes: [String?]
    /// Columns of the source that are not read, since the table does not have them.
    package var leftOut: [String]
    package var state: TableState
    /// Files of earlier loads stay beside those of this one.
    package var keepsFiles: Bool
    /// The table is what this load makes it: a replaced one, or a full refresh.
    package var startsAnew: Bool
    /// A person asked for everything anew, whatever the table was.
    package var isRefresh: Bool

    package init(
        job: Job, rows: Schema, sourceTypes: [String?]? = nil, leftOut: [String] = [], state: TableState,
        keepsFiles: Bool, startsAnew: Bool = false, isRefresh: Bool = false
    ) {
        self.job = job
        self.rows = rows
        self.sourceTypes = sourceTypes ?? rows.fields.map { _ in nil }
        self.leftOut = leftOut
        self.state = state
        self.keepsFiles = keepsFiles
        self.startsAnew = startsAnew
        self.isRefresh = isRefresh
    }

    /// Of a load that is about to read.
    init(
        _ job: Job, _ read: any OpenRead, _ ruling: ColumnRuling, _ state: TableState, _ plan: LoadPlan,
        _ ask: LoadRequest
    ) {
        let gone = Set(plan.replaces)
        let types = read.sourceTypes
        self.init(
            job: job, rows: ruling.schema,
            sourceTypes: ruling.columns.map { column in
                types.indices.contains(column.origin) && !types[column.origin].isEmpty ? types[column.origin] : nil
            },
            leftOut: read.leftOut, state: state,
            keepsFiles: state.live.contains { !gone.contains($0.id) && !$0.files.isEmpty },
            startsAnew: job.writeMode == .replace || ask == .fullRefresh, isRefresh: ask == .fullRefresh)
    }

    /// Columns that the row itself names are wanted, and a refresh takes the source as it is.
    var leavesNewOut: Bool { job.schemaPolicy == .ignoreNew && job.object.columns.isEmpty && !isRefresh }

    /// Rows may be there more than once, so each says which load it came with.
    var stamps: Bool { job.writeMode != .replace }
}

/// Which columns the files of a load have, where each comes from, and what is to be told about it.
package struct SchemaDecision: Equatable, Sendable {
    package var shape: TableShape
    /// Its columns as the load's record has them.
    package var record: [TableSchema.Column]
    /// Against the load before.
    package var changes: [ColumnChange] = []
    package var notes: [String] = []
    package var warnings: [String] = []
}
