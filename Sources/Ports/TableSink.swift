import Columnar

/// Where the batches of one table go: encoded and written, but not visible before `publish()`.
package protocol TableSink: Sendable {
    /// One per reading thread.
    func makeEncoder() throws -> any BatchEncoder
    /// Closes the files, after every encoder finished. Nothing is visible yet; what the files' own footers say of them.
    func finish() throws -> [WrittenFile]
    func publish() throws
    /// Removes every trace of what is not published. Idempotent.
    func abandon()
}

/// Used by one thread at a time.
package protocol BatchEncoder: AnyObject {
    func append(_ batch: Batch) throws
    func finish() throws
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
