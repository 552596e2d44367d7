/// A store that loads can be committed in: what the protocol of docs/adr/0009 asks beyond writing a file. Keys are
/// relative to the store's root, with `/` between folders.
///
/// An error of the kind `transient` leaves open whether the call took effect: the answer may have been lost on its way.
/// Whoever calls finds out by reading. Any other error means that it took none.
package protocol LoadStore: ObjectStore {
    /// Nil where there is none.
    func record(_ key: String) throws -> [UInt8]?
    /// Seconds since a record was last written, by the store's own clock. Nil where there is none.
    func age(of key: String) throws -> Double?
    /// Replaces the record whole: nobody ever reads half of it.
    func putRecord(_ key: String, _ bytes: [UInt8], _ durability: Durability) throws
    /// Exactly one of several callers stores; the others learn that there is one.
    func putRecordIfAbsent(_ key: String, _ bytes: [UInt8], _ durability: Durability) throws -> PutAnswer
    /// Of a record or a visible object. One that is gone already is no error.
    func remove(_ key: String) throws
    /// All records and visible objects whose key begins with `prefix`, at any depth, in order.
    func objects(under prefix: String) throws -> [StoredObject]
    /// Of a visible object's whole body as it is now, in the way of `StagedObject.digest`: every byte is read. Nil where there
    /// is none.
    func digest(of key: String) throws -> String?

    /// Opens an object that stays invisible until it is published.
    func stage(_ staging: StagingPlace) throws -> any StagedUpload
    /// Makes a sealed object visible under its name, durably. What is visible already is left as it is.
    func publish(_ object: StagedObject) throws -> PublishAnswer
    /// The tokens of all uploads of a table that were opened and neither published nor discarded, by whatever process: those
    /// that will be seen in `folders`, and, where the store has files rather than uploads, are kept in `hidden` until then.
    func uploads(for folders: [String], hidden: String) throws -> [String]
    /// Whether `token` can be of such an upload: records are copied and edited, and what they name is renamed and removed.
    func isUpload(_ token: String, for folders: [String], hidden: String) -> Bool
    /// Removes what was uploaded and not published; of an upload that another process opened, too. Idempotent.
    func discard(upload token: String) throws
    /// Removes what dead processes left of records that they were writing. Nothing of it was ever visible.
    func removeAbandonedRecords(under prefix: String) throws
}

extension LoadStore {
    /// Most stores take a record in one request and keep nothing of half a one.
    package func removeAbandonedRecords(under prefix: String) throws {}
}

/// What a loss of power may take away again. Stores that are not this machine's disk keep everything they answered for.
package enum Durability: Equatable, Sendable {
    case durable
    /// Can be made again, or is made again by the next run.
    case hint
}

package enum PutAnswer: Equatable, Sendable { case stored, exists }

package enum PublishAnswer: Equatable, Sendable {
    case published
    /// The upload is gone, and no object of its size and digest is there: the store expired it, or somebody removed it.
    case gone
}

package struct StoredObject: Equatable, Sendable {
    package var key: String
    package var bytes: Int

    package init(key: String, bytes: Int) {
        self.key = key
        self.bytes = bytes
    }
}

/// Where an object that is under way will be seen, and where a store that has files rather than uploads keeps it until then.
package struct StagingPlace: Equatable, Sendable {
    package var name: String
    /// A key in the table's folder for what no reader should see.
    package var hidden: String

    package init(name: String, hidden: String) {
        self.name = name
        self.hidden = hidden
    }
}

/// An object under way. Used by one thread at a time.
package protocol StagedUpload: AnyObject {
    /// Finds the upload again from another process.
    var token: String { get }
    func write(_ buffers: [UnsafeRawBufferPointer]) throws
    /// Makes it whole and durable, still invisible.
    func seal() throws -> StagedObject
    /// Removes every trace. Idempotent; does nothing after `seal()`.
    func abandon()
}

/// A sealed object, as the record of a load names it.
package struct StagedObject: Equatable, Sendable {
    package var name: String
    package var token: String
    package var bytes: Int
    /// Of the whole body, in the store's own way: `crc32c:…`.
    package var digest: String

    package init(name: String, token: String, bytes: Int, digest: String) {
        self.name = name
        self.token = token
        self.bytes = bytes
        self.digest = digest
    }
}

/// Time of day, for records that people read. Nothing is decided by it.
package protocol WallClock: Sendable {
    var unixMicroseconds: Int { get }
}
