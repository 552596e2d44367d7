import Glibc
import Ports

/// What is to be sent and may have to wait: a file per parcel in one folder, for the owner's eyes only. The oldest go where
/// there are too many.
package struct Outbox: Sendable {
    package struct Parcel: Equatable, Sendable {
        /// Sorts by time.
        package var id: String
        /// Microseconds since 1970, UTC.
        package var createdAt: Int
        /// Tries so far.
        package var tries: Int
        package var content: JSONValue

        package init(id: String, createdAt: Int, tries: Int = 0, content: JSONValue) {
            self.id = id
            self.createdAt = createdAt
            self.tries = tries
            self.content = content
        }
    }

    package static let mostParcels = 500
    private let folder: RecordFolder

    package init(folder: String) { self.folder = RecordFolder(path: folder) }

    /// How many older ones went to make room.
    @discardableResult
    package func add(_ parcels: [Parcel]) throws(RecordFault) -> Int {
        guard !parcels.isEmpty else { return 0 }
        try folder.make()
        for parcel in parcels { try write(parcel, sync: true) }
        let new = Set(parcels.map { $0.id + Self.suffix })
        let old = try names().filter { !new.contains($0) }
        let surplus = min(old.count, max(0, old.count + new.count - Self.mostParcels))
        for name in old.prefix(surplus) { unlink(folder.file(name)) }
        return surplus
    }

    /// The oldest first. What cannot be understood any more is taken away.
    /// - Parameter unreadable: is told of what another user of this machine left for its own eyes; the others are sent.
    package func parcels(unreadable: (RecordFault) -> Void = { _ in }) throws(RecordFault) -> [Parcel] {
        var parcels: [Parcel] = []
        for name in try names() {
            let bytes: [UInt8]
            do throws(RecordFault) {
                guard let found = try folder.read(name) else { continue }
                bytes = found
            } catch {
                unreadable(error)
                continue
            }
            guard let value = try? JSONValue(parsing: bytes), let content = value["content"],
                let created = value["created_at"]?.string.flatMap({ CivilTime(iso: $0) })
            else {
                unlink(folder.file(name))
                continue
            }
            parcels.append(
                Parcel(
                    id: String(name.dropLast(Self.suffix.count)), createdAt: created.unixMicroseconds,
                    tries: value["tries"]?.int ?? 0, content: content))
        }
        return parcels
    }

    package func remove(_ parcel: Parcel) { unlink(folder.file(parcel.id + Self.suffix)) }

    /// Another try was in vain.
    package func keep(_ parcel: Parcel) throws(RecordFault) {
        var parcel = parcel
        parcel.tries += 1
        try write(parcel, sync: false)
    }

    /// Sending by two processes at once would send twice: nil where another one does, after so many seconds.
    package func alone<R>(patience seconds: Double, _ body: () throws -> R) throws -> R? {
        try folder.make()
        let lock: LockedFile
        do { lock = try LockedFile(folder.file(".lock"), patience: seconds) } catch {
            if error.code == EAGAIN { return nil }
            throw error
        }
        let result = try body()
        _ = consume lock
        return result
    }

    package var isEmpty: Bool { (try? names().isEmpty) ?? true }

    private static let suffix = ".json"

    private func names() throws(RecordFault) -> [String] {
        try folder.names().filter { $0.hasSuffix(Self.suffix) && !$0.hasPrefix(".") }
    }

    private func write(_ parcel: Parcel, sync: Bool) throws(RecordFault) {
        let value = JSONValue.members([
            "created_at": .string(CivilTime(unixMicroseconds: parcel.createdAt).iso()), "tries": .int(parcel.tries),
            "content": parcel.content,
        ])
        try folder.replace(parcel.id + Self.suffix, with: value.bytes + [0x0A], sync: sync, mode: 0o600)
    }
}
