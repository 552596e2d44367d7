import Columnar

/// A place that rows come from. One conforming type per kind of source.
package protocol BatchSource: Sendable {
    /// Connects, finds out what the result looks like, fixes one consistent moment, and divides the work.
    /// Throws a `Fault`. What is returned holds connections until `close()`.
    func open(_ request: ReadRequest, stop: StopSignal) throws -> any OpenRead
}

/// One read of one object as of one moment, divided into units. Safe to use from several threads; the readers are not.
package protocol OpenRead: AnyObject, Sendable {
    var schema: Schema { get }
    /// Of each column, as the source itself calls its type: `numeric(12,2)`. Empty where it does not say.
    var sourceTypes: [String] { get }
    /// Columns of the object that are not among `ReadRequest.known`.
    var leftOut: [String] { get }
    /// Non-empty. Units may be read in any order and by any reader; together they are the whole, each row once.
    var units: [ReadUnit] { get }
    /// How many readers the source advises, or was told, to use at a time.
    var parallelism: Int { get }
    /// From catalog statistics; nil when unknown.
    var estimatedRows: Int? { get }
    /// Things a person should know of this read (a column mapped to text, a view read by one connection…).
    var notes: [String] { get }

    func makeReader() throws -> any UnitReader
    /// Confirms after the last unit that all units were read as of the same moment. Throws where that can't be said.
    func confirm() throws
    /// What this read cost the source so far.
    var pressure: SourcePressure { get }
    /// Ends what is open on the server. Idempotent. Never throws: what was read is judged by `confirm()`.
    func close()
    /// Whether all units show one moment of the source.
    var isSnapshot: Bool { get }
    /// How many rows the slices hold by the source's own COUNT(*), of the moment that is read where there is one. Nil where
    /// it cannot be asked.
    func count() throws -> Int?
    /// What one reader keeps in memory at most: its driver's buffers, what it fetches ahead. Its batch is not among that, nor
    /// a single value of many megabytes.
    var readerBytes: Int { get }
    /// For how many of those rows a condition of the source's SQL is false; NULL is not. Nil where it cannot be asked.
    func countRows(failing condition: String) throws -> Int?
}

extension OpenRead {
    package var sourceTypes: [String] { schema.fields.map { _ in "" } }
    package var leftOut: [String] { [] }
    package var readerBytes: Int { 4 << 20 }
    package var isSnapshot: Bool { true }
    package func count() throws -> Int? { nil }
    package func countRows(failing condition: String) throws -> Int? { nil }
}

/// One connection's worth of reading. Used by one thread at a time.
package protocol UnitReader: AnyObject {
    func begin(_ unit: ReadUnit) throws
    /// Appends rows to `batch` until it is full or the unit ends.
    func fill(_ batch: Batch) throws -> FillState
    /// Counts of values that did not fit exactly and were handled as the request allows.
    var adjustments: [Adjustment] { get }
    func close()
}

package enum FillState: Equatable, Sendable {
    case batchFull
    /// The unit's stream ended cleanly; the server itself says it sent so many rows.
    case unitEnded(serverRows: Int)
}

package struct ReadUnit: Equatable, Sendable {
    package var id: Int
    /// Shown in progress and errors: "pages 0–4095", "orders_2024".
    package var label: String
    package var estimatedRows: Int?
    /// Which of the request's slices its rows belong to.
    package var slice: Int

    package init(id: Int, label: String, estimatedRows: Int?, slice: Int = 0) {
        self.id = id
        self.label = label
        self.estimatedRows = estimatedRows
        self.slice = slice
    }
}

package struct Adjustment: Equatable, Sendable {
    package var column: String
    /// In words, without the number, so that connections can be added up: "values were infinite and became NULL".
    package var message: String
    package var count: Int

    package init(column: String, message: String, count: Int) {
        self.column = column
        self.message = message
        self.count = count
    }
}

/// What a read costs the other users of its source.
package struct SourcePressure: Equatable, Sendable {
    package var connections: Int
    package var longestQuerySeconds: Double
    package var openTransactionSeconds: Double

    package init(connections: Int = 0, longestQuerySeconds: Double = 0, openTransactionSeconds: Double = 0) {
        self.connections = connections
        self.longestQuerySeconds = longestQuerySeconds
        self.openTransactionSeconds = openTransactionSeconds
    }
}
