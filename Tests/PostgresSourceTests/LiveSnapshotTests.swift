import Columnar
import Glibc
import Ports
import Synchronization
import Testing

@testable import PostgresSource

extension LiveTests {
    @Suite("One moment") struct LiveSnapshotTests {
        /// Runs statements over and over on a thread of its own until told to stop.
        private final class Storm: Sendable {
            private let stopped = Atomic<Bool>(false)
            private let ended = Atomic<Bool>(false)
            let rounds = Atomic<Int>(0)
            let statements: [String]

            init(_ statements: [String]) {
                self.statements = statements
                var thread = pthread_t()
                pthread_create(
                    &thread, nil,
                    { argument in
                        Unmanaged<Storm>.fromOpaque(argument!).takeRetainedValue().run()
                        return nil
                    }, Unmanaged.passRetained(self).toOpaque())
                pthread_detach(thread)
            }

            private func run() {
                defer { ended.store(true, ordering: .releasing) }
                guard let connection = try? LiveServer.connect() else { return }
                defer { connection.close() }
                while !stopped.load(ordering: .acquiring) {
                    for statement in statements {
                        // A statement may lose against a lock; the storm goes on.
                        if (try? connection.execute(statement, doing: "storming")) == nil {
                            _ = try? connection.execute("ROLLBACK", doing: "storming")
                        }
                    }
                    rounds.add(1, ordering: .relaxed)
                }
            }

            func end() {
                stopped.store(true, ordering: .releasing)
                while !ended.load(ordering: .acquiring) { usleep(1000) }
            }
        }

        static func fill(_ table: String, _ round: String) -> String {
            "INSERT INTO \(table) SELECT i, \(round), repeat('x', 150) FROM generate_series(1, 40000) i"
        }

        /// Every row of a read must be of one generation, and all its ids must be there once.
        private func checkOneMoment(_ table: String, storm statements: [String], reads: Int) throws {
            try LiveServer.run(
                "DROP TABLE IF EXISTS \(table); CREATE TABLE \(table) (id int, generation int, v text); \(Self.fill(table, "0"))"
            )
            let storm = Storm(["SET lock_timeout = '5s'"] + statements)
            defer { storm.end() }
            var whole = 0
            for _ in 0..<reads {
                do {
                    let read = try LiveServer.open(ReadRequest(object: .table(table), parallelism: .connections(2)))
                    defer { read.close() }
                    usleep(20_000)
                    let rows = try LiveServer.rows(of: read)
                    try read.confirm()
                    #expect(Set(rows.map { $0[1] }).count == 1)
                    #expect(rows.count == 40_000 && Set(rows.map { $0[0] }).count == 40_000)
                    whole += 1
                } catch let fault as PostgresFault {
                    // An error is allowed where another session is in the way, a mix never.
                    #expect(fault.kind == .transient, "\(fault)")
                }
            }
            #expect(whole > 0, "no read came through")
            #expect(storm.rounds.load(ordering: .relaxed) > 0)
        }

        @Test func survivesTruncateAndInsert() throws {
            let table = "snap_truncate"
            try checkOneMoment(
                table,
                storm: [
                    "BEGIN; TRUNCATE \(table); \(Self.fill(table, "(random() * 1e9)::int".replacing("random()", with: "(select random())"))); COMMIT"
                ],
                reads: 8)
        }

        @Test func survivesUpdates() throws {
            try checkOneMoment("snap_update", storm: ["UPDATE snap_update SET generation = generation + 1"], reads: 5)
        }

        @Test func survivesVacuumFull() throws {
            try checkOneMoment(
                "snap_vacuum",
                storm: ["UPDATE snap_vacuum SET generation = generation + 1", "VACUUM FULL snap_vacuum"],
                reads: 5)
        }

        /// What a read opened before a TRUNCATE shows is what was there, and the TRUNCATE waits.
        @Test func holdsOffTruncate() throws {
            try LiveServer.run(
                "DROP TABLE IF EXISTS snap_hold; CREATE TABLE snap_hold (id int, generation int, v text); \(Self.fill("snap_hold", "0"))"
            )
            for object in [ReadRequest.Object.table("snap_hold"), .query("select * from snap_hold")] {
                let read = try LiveServer.open(ReadRequest(object: object))
                defer { read.close() }
                let fault = #expect(throws: PostgresFault.self) {
                    try LiveServer.run("SET lock_timeout = '200ms'; TRUNCATE snap_hold")
                }
                #expect(fault?.sqlstate == "55P03")
                #expect(try LiveServer.rows(of: read).count == 40_000)
                try read.confirm()
            }
        }
    }
}
