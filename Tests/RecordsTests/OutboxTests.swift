import Glibc
import Ports
import Records
import TestSupport
import Testing

@Suite("What waits to be sent")
struct OutboxTests {
    private func parcel(_ id: String) -> Outbox.Parcel {
        Outbox.Parcel(id: id, createdAt: 1_700_000_000_000_000, content: .members(["text": .string("ö \(id)")]))
    }

    @Test("it comes back in order, for the owner's eyes only")
    func order() throws {
        let folder = TemporaryFolder()
        let outbox = Outbox(folder: folder.file("a/b"))
        #expect(try outbox.isEmpty && outbox.parcels().isEmpty)
        try outbox.add([parcel("2"), parcel("1")])
        #expect(try !outbox.isEmpty && outbox.parcels() == [parcel("1"), parcel("2")])
        var status = stat()
        #expect(stat(folder.file("a/b/1.json"), &status) == 0 && status.st_mode & 0o777 == 0o600)
        try outbox.keep(parcel("1"))
        #expect(try outbox.parcels()[0].tries == 1)
        #expect(stat(folder.file("a/b/1.json"), &status) == 0 && status.st_mode & 0o777 == 0o600)
        outbox.remove(parcel("1"))
        #expect(try outbox.parcels().map(\.id) == ["2"])
    }

    @Test("there is an end to it, and what is damaged goes")
    func bounds() throws {
        let folder = TemporaryFolder()
        let outbox = Outbox(folder: folder.path)
        #expect(try outbox.add((0..<Outbox.mostParcels).map { parcel("b\(1000 + $0)") }) == 0)
        #expect(try outbox.add([parcel("c")]) == 1)
        let ids = try outbox.parcels().map(\.id)
        #expect(ids.count == Outbox.mostParcels && ids.first == "b1001" && ids.last == "c")
        folder.write("{", to: "a.json")
        #expect(try outbox.parcels().count == Outbox.mostParcels && !folder.entries.contains("a.json"))
    }

    @Test("what is added stays, whatever its name, and however much it is")
    func newest() throws {
        let folder = TemporaryFolder()
        let outbox = Outbox(folder: folder.path)
        try outbox.add([parcel("z1"), parcel("z2")])
        let ids = (0...Outbox.mostParcels).map { "a\(1000 + $0)" }
        #expect(try outbox.add(ids.map(parcel)) == 2)
        #expect(try outbox.parcels().map(\.id) == ids)
    }

    @Test("what cannot be read does not hold up the rest")
    func unreadable() throws {
        let folder = TemporaryFolder()
        let outbox = Outbox(folder: folder.path)
        try outbox.add([parcel("1"), parcel("3")])
        // Of another user it would be EACCES; nobody reads a folder.
        #expect(mkdir(folder.file("2.json"), 0o700) == 0)
        var found: [RecordFault] = []
        #expect(try outbox.parcels(unreadable: { found.append($0) }).map(\.id) == ["1", "3"])
        #expect(found.count == 1 && found[0].message.contains("2.json"))
    }

    @Test("one sends at a time")
    func alone() throws {
        let folder = TemporaryFolder()
        let outbox = Outbox(folder: folder.path)
        struct Own: Error {}
        let inner = try outbox.alone(patience: 0) { try outbox.alone(patience: 0.05) { 1 } }
        #expect(inner == .some(nil))
        #expect(throws: Own.self) { _ = try outbox.alone(patience: 0) { throw Own() } }
        #expect(try outbox.alone(patience: 0) { 2 } == 2)
    }

    @Test("a state is changed as a whole, and may be damaged")
    func state() throws {
        let folder = TemporaryFolder()
        let file = StateFile(folder: folder.file("x"), name: "state")
        #expect(try file.read() == nil)
        for index in 0..<3 { try file.update { .int(($0?.int ?? 0) + index) } }
        #expect(try file.read() == .int(3))
        struct Own: Error {}
        #expect(throws: Own.self) { try file.update { _ in throw Own() } }
        #expect(try file.read() == .int(3))
        folder.write("{", to: "x/state.json")
        try file.update { $0 == nil ? .int(9) : .null }
        #expect(try file.read() == .int(9))
    }
}
