import Columnar

/// Where the batches of one table go: encoded and written, but not visible before somebody says so.
package protocol BatchSink: Sendable {
    /// One per reading thread, and per slice of `ReadRequest.windows`.
    func makeEncoder(slice: Int) throws -> any BatchEncoder
    /// Removes every trace of what is not sealed or visible. Idempotent.
    func abandon()
}

/// Files that are made visible by themselves.
package protocol TableSink: BatchSink {
    /// Closes the files, after every encoder finished. Nothing is visible yet; what the files' own footers say of them.
    func finish() throws -> [WrittenFile]
    func publish() throws
}

/// Files that a load's record makes visible.
package protocol StagedTable: BatchSink {
    /// What one encoder keeps in memory at most, unless a single value takes many megabytes.
    var encoderBytes: Int { get }
    /// Seals the files, after every encoder finished.
    func finish() throws -> [StagedFile]
}

/// Used by one thread at a time.
package protocol BatchEncoder: AnyObject {
    func append(_ batch: Batch) throws
    func finish() throws
    /// About how many bytes it has written.
    var bytes: Int { get }
    /// Takes back all that was appended, before `finish`. False where that can't be done.
    func discard() -> Bool
}

package struct WrittenFile: Equatable, Sendable {
    package var name: String
    package var rows: Int
    package var bytes: Int
    package var rowGroups: Int

    package init(name: String, rows: Int, bytes: Int, rowGroups: Int) {
        self.name = name
        self.rows = rows
        self.bytes = bytes
        self.rowGroups = rowGroups
    }
}

/// A sealed file of a load; rows and row groups as its own footer says.
package struct StagedFile: Equatable, Sendable {
    package var slice: Int
    package var object: StagedObject
    package var rows: Int
    package var rowGroups: Int

    package init(slice: Int, object: StagedObject, rows: Int, rowGroups: Int) {
        self.slice = slice
        self.object = object
        self.rows = rows
        self.rowGroups = rowGroups
    }
}
