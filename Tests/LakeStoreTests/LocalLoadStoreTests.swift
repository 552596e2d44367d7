import Glibc
import Ports
import Synchronization
import TestSupport
import Testing

@testable import LakeStore

@Suite("The local store as loads use it")
struct LocalLoadStoreTests {
    private let folder = TemporaryFolder()
    private var store: LocalStore { LocalStore(root: folder.path) }
    private let place = StagingPlace(
        name: "orders/2026/11/21/a.0.parquet", hidden: "_ingest/orders/staging/a.0.parquet")

    private func staged(_ text: String) throws -> StagedObject {
        let upload = try store.stage(place)
        try Array(text.utf8).withUnsafeBytes { try upload.write([$0]) }
        return try upload.seal()
    }

    @Test("a record is there whole or not at all, and its folder is made for it")
    func records() throws {
        #expect(try store.record("a/b/c.json") == nil)
        #expect(try store.age(of: "a/b/c.json") == nil)
        try store.putRecord("a/b/c.json", [1, 2], .durable)
        try store.putRecord("a/b/c.json", [3], .hint)
        #expect(try store.record("a/b/c.json") == [3])
        #expect(try #require(try store.age(of: "a/b/c.json")) < 60)
        #expect(try store.objects(under: "a/").map(\.key) == ["a/b/c.json"])
        #expect(TemporaryFolderEntries.all(folder.path) == ["a/b/c.json"])
    }

    @Test("a record's age is the file system's, not ours")
    func age() throws {
        try store.putRecord("lease", [1], .hint)
        var times = [timespec(tv_sec: time(nil) - 100, tv_nsec: 0), timespec(tv_sec: time(nil) - 100, tv_nsec: 0)]
        utimensat(AT_FDCWD, folder.file("lease"), &times, 0)
        let age = try #require(try store.age(of: "lease"))
        #expect(age >= 99 && age < 160)
    }

    @Test("of many that want to be first, one is")
    func race() throws {
        for round in 0..<20 {
            let wins = Mutex<[UInt8]>([])
            var threads: [pthread_t] = []
            for number in 0..<8 {
                let store = store
                var thread = pthread_t()
                let body = Unmanaged.passRetained(
                    Box {
                        if (try? store.putRecordIfAbsent("c/\(round)", [UInt8(number)], .durable)) == .stored {
                            wins.withLock { $0.append(UInt8(number)) }
                        }
                    })
                pthread_create(
                    &thread, nil,
                    { raw in
                        raw.map { Unmanaged<Box>.fromOpaque($0).takeRetainedValue().body() }
                        return nil
                    }, body.toOpaque())
                threads.append(thread)
            }
            for thread in threads { pthread_join(thread, nil) }
            #expect(try store.record("c/\(round)") == wins.withLock { $0 })
        }
    }

    @Test("a staged file is invisible until it is published; publishing again changes nothing")
    func publishing() throws {
        let object = try staged("hello")
        #expect(try store.objects(under: "orders/").isEmpty)
        #expect(try store.uploads(for: ["orders/"], hidden: "_ingest/orders/staging/") == [object.token])
        #expect(try store.publish(object) == .published)
        #expect(try store.publish(object) == .published)
        #expect(folder.text(of: object.name) == "hello")
        #expect(try store.uploads(for: ["orders/"], hidden: "_ingest/orders/staging/").isEmpty)
        try store.remove(object.name)
        #expect(try store.publish(object) == .gone)
        // The folders of its date went with it; the table's stays.
        #expect(folder.entries.contains("orders"))
        #expect(access(folder.file("orders/2026"), F_OK) != 0)
        // Those of records are needed again.
        try store.putRecord("_ingest/orders/leases/1.json", [1], .hint)
        try store.remove("_ingest/orders/leases/1.json")
        #expect(access(folder.file("_ingest/orders/leases"), F_OK) == 0)
        #expect(try store.objects(under: "orders/").isEmpty)
    }

    @Test("what was discarded, cut short or removed cannot be published")
    func gone() throws {
        let object = try staged("hello")
        truncate(folder.file(object.token), 2)
        #expect(try store.publish(object) == .gone)
        try store.discard(upload: object.token)
        try store.discard(upload: object.token)
        #expect(try store.publish(object) == .gone)
        let upload = try store.stage(place)
        try store.discard(upload: upload.token)
        #expect(throws: StoreFault.self) { try upload.seal() }
        let abandoned = try store.stage(place)
        abandoned.abandon()
        #expect(try store.uploads(for: ["orders/"], hidden: "_ingest/orders/staging/").isEmpty)
    }

    @Test("a file of another size under the final name is an error, not ours to overwrite")
    func foreign() throws {
        let object = try staged("hello")
        try store.putRecord(object.name, [1], .hint)
        #expect(throws: StoreFault.self) { try store.publish(object) }
        #expect(folder.bytes(of: object.name) == [1])
    }

    @Test(
        "what killed processes left of records goes; a record that is being written stays, and so does everything else")
    func abandonedRecords() throws {
        let dead = ".000000000001.json.4711-0123456789abcdef.part"
        let living = ".000000000002.json.4711-0123456789abcdee.part"
        for name in ["_ingest/orders/commits/1.json", "_ingest/orders/staging/a.0.parquet", "_ingest/other/head.json"] {
            try store.putRecord(name, [1], .hint)
        }
        for place in ["_ingest/orders/", "_ingest/orders/commits/", "_ingest/other/"] {
            folder.write("half", to: place + dead)
        }
        folder.write("half", to: "_ingest/orders/commits/" + living)
        let lock = open(folder.file("_ingest/orders/commits/" + living), O_RDONLY)
        flock(lock, LOCK_EX)
        try store.removeAbandonedRecords(under: "_ingest/orders/")
        close(lock)
        try store.removeAbandonedRecords(under: "_ingest/nothing/")
        #expect(
            TemporaryFolderEntries.all(folder.path) == [
                "_ingest/orders/commits/" + living, "_ingest/orders/commits/1.json",
                "_ingest/orders/staging/a.0.parquet", "_ingest/other/" + dead, "_ingest/other/head.json",
            ])
    }

    @Test("keys that lead out of the root are refused", arguments: ["../a", "a/../b", "/a", "a//b", "", "a/.", "a\0b"])
    func escapes(key: String) {
        #expect(throws: StoreFault.self) { try store.putRecord(key, [1], .hint) }
        #expect(throws: StoreFault.self) { try store.record(key) }
        #expect(throws: StoreFault.self) { try store.remove(key) }
    }
}

private final class Box: Sendable {
    let body: @Sendable () -> Void
    init(_ body: @escaping @Sendable () -> Void) { self.body = body }
}

/// Files below a folder, hidden ones included.
private enum TemporaryFolderEntries {
    static func all(_ path: String, prefix: String = "") -> [String] {
        guard let folder = opendir(path) else { return [] }
        defer { closedir(folder) }
        var found: [String] = []
        while let entry = readdir(folder) {
            let name = withUnsafePointer(to: &entry.pointee.d_name) {
                $0.withMemoryRebound(to: CChar.self, capacity: 256) { String(cString: $0) }
            }
            guard name != ".", name != ".." else { continue }
            let below = all(path + "/" + name, prefix: prefix + name + "/")
            found += below.isEmpty ? [prefix + name] : below
        }
        return found.sorted()
    }
}
