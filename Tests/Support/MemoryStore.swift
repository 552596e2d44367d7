import Ports
import Synchronization

/// A store in memory that several processes share, and whose every call may be troubled by a script: it fails, its reply is
/// lost, it takes effect late, or the process that made it dies before or after it.
package final class MemoryStore: Sendable {
    /// The death of a process: no `Fault`, so that nobody handles it as one.
    package struct Death: Error {}

    package enum Trouble: Equatable, Sendable {
        case none
        case failure
        case lostReply
        /// The reply is lost, and the effect comes so many calls later.
        case late(Int)
        case deathBefore, deathAfter
    }

    package struct Contents: Sendable {
        package var objects: [String: [UInt8]] = [:]
        fileprivate var written: [String: Double] = [:]
        /// Sealed or open uploads by token.
        package var uploads: [String: [UInt8]] = [:]
        package var seconds = 0.0
        fileprivate var late: [(calls: Int, key: String, bytes: [UInt8])] = []
        package var calls = 0
    }

    private let contents = Mutex(Contents())

    package init() {}

    package var now: Contents { contents.withLock { $0 } }

    package func change(_ body: (inout sending Contents) -> Void) { contents.withLock { body(&$0) } }

    fileprivate func effect<Result: Sendable>(_ body: @Sendable (inout Contents) -> Result) -> Result {
        contents.withLock { contents in
            contents.calls += 1
            for index in contents.late.indices { contents.late[index].calls -= 1 }
            for put in contents.late where put.calls <= 0 && contents.objects[put.key] == nil {
                contents.objects[put.key] = put.bytes
                contents.written[put.key] = contents.seconds
            }
            contents.late.removeAll { $0.calls <= 0 }
            return body(&contents)
        }
    }

    fileprivate func later(_ calls: Int, _ key: String, _ bytes: [UInt8]) {
        contents.withLock { $0.late.append((calls, key, bytes)) }
    }

    fileprivate static func put(_ key: String, _ bytes: [UInt8], in contents: inout Contents) {
        contents.objects[key] = bytes
        contents.written[key] = contents.seconds
    }

    fileprivate static func age(_ key: String, in contents: Contents) -> Double {
        contents.seconds - (contents.written[key] ?? 0)
    }
}

/// One process's connection to a `MemoryStore`.
package final class MemoryStoreClient: LoadStore {
    private let store: MemoryStore
    /// Asked before each call, with its name; may run other processes meanwhile.
    private let trouble: @Sendable (_ call: String) -> MemoryStore.Trouble
    private let isDead = Mutex(false)
    /// A store that takes every put, whether the key is free or not.
    private let overwrites: Bool

    package init(
        _ store: MemoryStore, overwrites: Bool = false,
        trouble: @escaping @Sendable (_ call: String) -> MemoryStore.Trouble = { _ in .none }
    ) {
        self.store = store
        self.overwrites = overwrites
        self.trouble = trouble
    }

    package var died: Bool { isDead.withLock { $0 } }

    fileprivate func call<Result: Sendable>(
        _ name: String, late: (key: String, bytes: [UInt8])? = nil,
        _ body: @escaping @Sendable (inout MemoryStore.Contents) -> Result
    ) throws -> Result {
        if died { throw MemoryStore.Death() }
        switch trouble(name) {
        case .none: return store.effect(body)
        case .failure: throw FakeFault(.transient, "\(name): the store does not answer")
        case .lostReply:
            _ = store.effect(body)
            throw FakeFault(.transient, "\(name): the reply is lost")
        case .late(let calls):
            if let late {
                store.later(calls, late.key, late.bytes)
            } else {
                _ = store.effect(body)
            }
            throw FakeFault(.transient, "\(name): the reply is lost")
        case .deathBefore:
            isDead.withLock { $0 = true }
            throw MemoryStore.Death()
        case .deathAfter:
            _ = store.effect(body)
            isDead.withLock { $0 = true }
            throw MemoryStore.Death()
        }
    }

    package func record(_ key: String) throws -> [UInt8]? { try call("get \(key)") { $0.objects[key] } }

    package func age(of key: String) throws -> Double? {
        try call("age \(key)") { $0.objects[key] == nil ? nil : MemoryStore.age(key, in: $0) }
    }

    package func putRecord(_ key: String, _ bytes: [UInt8], _ durability: Durability) throws {
        try call("put \(key)") { MemoryStore.put(key, bytes, in: &$0) }
    }

    package func putRecordIfAbsent(_ key: String, _ bytes: [UInt8], _ durability: Durability) throws -> PutAnswer {
        let overwrites = overwrites
        return try call("put new \(key)", late: (key, bytes)) { contents in
            guard overwrites || contents.objects[key] == nil else { return .exists }
            MemoryStore.put(key, bytes, in: &contents)
            return .stored
        }
    }

    package func remove(_ key: String) throws { try call("remove \(key)") { $0.objects[key] = nil } }

    package func objects(under prefix: String) throws -> [StoredObject] {
        try call("list \(prefix)") { contents in
            contents.objects.filter { $0.key.hasPrefix(prefix) }.sorted { $0.key < $1.key }.map {
                StoredObject(key: $0.key, bytes: $0.value.count)
            }
        }
    }

    package func digest(of key: String) throws -> String? {
        try call("digest \(key)") { $0.objects[key].map { SHA256.hex($0) } }
    }

    package func stage(_ staging: StagingPlace) throws -> any StagedUpload {
        let token = "upload:" + staging.name
        try call("open \(staging.name)") { $0.uploads[token] = [] }
        return MemoryUpload(self, staging.name, token)
    }

    package func publish(_ object: StagedObject) throws -> PublishAnswer {
        try call("publish \(object.name)") { contents in
            if contents.objects[object.name]?.count == object.bytes { return .published }
            guard let body = contents.uploads[object.token], body.count == object.bytes else { return .gone }
            contents.uploads[object.token] = nil
            contents.objects[object.name] = body
            return .published
        }
    }

    package func uploads(for folders: [String], hidden: String) throws -> [String] {
        try call("uploads \(folders[0])") { contents in
            contents.uploads.keys.filter { token in folders.contains { token.hasPrefix("upload:" + $0) } }.sorted()
        }
    }

    package func isUpload(_ token: String, for folders: [String], hidden: String) -> Bool {
        folders.contains { token.hasPrefix("upload:" + $0) }
    }

    package func discard(upload token: String) throws { try call("discard \(token)") { $0.uploads[token] = nil } }

    package func begin(_ name: String, replacing: Bool) throws -> any ObjectUpload {
        throw FakeFault(.permanent, "copies are not made into this store")
    }

    package func removeAbandoned() throws -> [String] { [] }
}

private final class MemoryUpload: StagedUpload {
    let token: String
    private let client: MemoryStoreClient
    private let name: String
    private var body: [UInt8] = []

    init(_ client: MemoryStoreClient, _ name: String, _ token: String) {
        self.client = client
        self.name = name
        self.token = token
    }

    func write(_ buffers: [UnsafeRawBufferPointer]) throws { for buffer in buffers { body += buffer } }

    func seal() throws -> StagedObject {
        let (token, body) = (token, body)
        let isOpen = try client.call("seal \(name)") { contents in
            guard contents.uploads[token] != nil else { return false }
            contents.uploads[token] = body
            return true
        }
        guard isOpen else { throw FakeFault(.permanent, "the upload \(token) was aborted") }
        return StagedObject(name: name, token: token, bytes: body.count, digest: SHA256.hex(body))
    }

    func abandon() { try? client.discard(upload: token) }
}
