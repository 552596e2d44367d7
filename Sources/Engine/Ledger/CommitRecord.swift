import Ports

/// One line of a table's history: `commits/{number}.json`. Written once, never changed; each names the digest of the one
/// before it, so that a lost or exchanged record is noticed.
package struct CommitRecord: Equatable, Sendable {
    package enum Kind: Equatable, Sendable {
        case load(Load)
        /// The number is taken from a load that did not commit, so that it never can.
        case void
        /// The load of an earlier record could not be published: its slices are withdrawn, and those that it replaced
        /// count again.
        case withdrawal(of: Int)
        /// What a person decided about the table; nothing was loaded.
        case decision(Decision)
    }

    /// By whom is said by the record's writer.
    package struct Decision: Equatable, Sendable {
        package enum What: Equatable, Sendable {
            /// The next load goes on where the record's watermark says.
            case watermark
            /// The table belongs to this job from now on.
            case job(String)
        }

        package var what: What
        package var reason: String?

        package init(_ what: What, reason: String? = nil) {
            self.what = what
            self.reason = reason
        }
    }

    /// What a load did.
    package struct Load: Equatable, Sendable {
        package var mode: WriteMode
        package var slices: [Slice]
        package var replaces: [Slice.ID]
        /// The files of `replaces`: they are removed once this load's own are in place.
        package var removes: [String]
        package var origin: LoadOrigin
        package var schema: [SchemaColumn]
        /// By the server's own count; nil where it was not asked.
        package var sourceRows: Int?
        /// The database's clock when the windows were frozen.
        package var sourceClock: String?
        /// Of the run's job.
        package var attempt = 1
        /// A range that a person had loaded once more.
        package var isBackfill = false
        /// Files of rows that quality rules kept out of the table. They belong to no slice, and stay when those are replaced.
        package var quarantined: [DataFile]

        package init(
            mode: WriteMode, slices: [Slice], replaces: [Slice.ID] = [], removes: [String] = [], origin: LoadOrigin,
            schema: [SchemaColumn], sourceRows: Int? = nil, sourceClock: String? = nil, quarantined: [DataFile] = []
        ) {
            self.mode = mode
            self.slices = slices
            self.replaces = replaces
            self.removes = removes
            self.origin = origin
            self.schema = schema
            self.sourceRows = sourceRows
            self.sourceClock = sourceClock
            self.quarantined = quarantined
        }

        /// Of the table.
        package var files: [StagedObject] { slices.flatMap { $0.files.map(\.object) } }
        /// All that the load wrote.
        package var objects: [StagedObject] { files + quarantined.map(\.object) }
    }

    package typealias SchemaColumn = TableSchema.Column

    package static let format = 1

    package var number: Int
    /// SHA-256 of the record before; nil for the first.
    package var previous: String?
    package var loadID: String
    package var kind: Kind
    /// Where the next load goes on. Every record carries it, so that the last one is enough.
    package var watermark: WatermarkText?
    package var writer: Writer
    /// For people; nothing is decided by it.
    package var writtenAt: String

    package init(
        number: Int, previous: String?, loadID: String, kind: Kind, watermark: WatermarkText?, writer: Writer,
        writtenAt: String
    ) {
        self.number = number
        self.previous = previous
        self.loadID = loadID
        self.kind = kind
        self.watermark = watermark
        self.writer = writer
        self.writtenAt = writtenAt
    }

    package var load: Load? { if case .load(let load) = kind { load } else { nil } }
}
