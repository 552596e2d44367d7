/// A place for finished files. One conforming type per kind of store. (Conditional puts, listing and deletion join when
/// the load protocol needs them.)
package protocol ObjectStore: Sendable {
    /// Opens an object that nobody sees before `publish()`. Names are relative to the store's root.
    /// Throws a `Fault` (`configuration` when it exists and may not be replaced).
    func begin(_ name: String, replacing: Bool) throws -> any ObjectUpload
    /// Removes what dead processes left of unpublished objects. Returns what was removed.
    func removeAbandoned() throws -> [String]
}

/// One object under way. Used by one thread at a time.
package protocol ObjectUpload: AnyObject {
    /// The name the object will have, as a person would paste it (a path, a URL).
    var displayName: String { get }
    /// Appends the buffers, in order. Blocks until they may be reused.
    func write(_ buffers: [UnsafeRawBufferPointer]) throws
    /// Makes the object durable and visible under its name, whole.
    func publish() throws
    /// Removes every trace. Idempotent; does nothing after `publish()`.
    func abandon()
}
