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
        private func checkOneMoment(
            _ table: String, storm statements: [String], reads: Int, query: String? = nil, connections: Int = 2
        ) throws {
            try LiveServer.run(
                "DROP TABLE IF EXISTS \(table); CREATE TABLE \(table) (id int, generation int, v text); \(Self.fill(table, "0"))"
            )
            let storm = Storm(["SET lock_timeout = '5s'"] + statements)
            defer { storm.end() }
            var whole = 0
            for _ in 0..<reads {
                do {
                    let object = query.map { ReadRequest.Object.query($0) } ?? .table(table)
                    let read = try LiveServer.open(
                        ReadRequest(object: object, parallelism: .connections(connections)))
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

        /// By the one connection that also found and locked it; a query's tables are locked by planning.
        @Test(arguments: [nil, "select * from snap_alone", "select * from snap_alone where id > 0"])
        func survivesTruncateAlone(_ query: String?) throws {
            try checkOneMoment(
                "snap_alone",
                storm: [
                    "BEGIN; TRUNCATE snap_alone; \(Self.fill("snap_alone", "(select (random() * 1e9)::int)")); COMMIT"
                ], reads: 8, query: query, connections: 1)
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

        /// Ends a transaction after a while, on a thread of its own.
        private final class Committer: Sendable {
            let connection: Connection
            init(_ connection: Connection) { self.connection = connection }

            func commitLater() -> pthread_t {
                var thread = pthread_t()
                pthread_create(
                    &thread, nil,
                    { argument in
                        usleep(600_000)
                        let committer = Unmanaged<Committer>.fromOpaque(argument!).takeRetainedValue()
                        _ = try? committer.connection.execute("COMMIT", doing: "a test")
                        return nil
                    }, Unmanaged.passRetained(self).toOpaque())
                return thread
            }
        }

        /// Who holds the table's lock when we come has its rows read once it is done. A moment that was fixed before our
        /// lock would show a truncated table: no rows and no error.
        @Test(arguments: [
            ("snap_order", "snap_order"), ("snap_order", "snap_order_view"), ("snap_order", "select * from snap_order"),
            ("snap_parts_2", "snap_parts"), ("snap_parts_2", "select * from snap_parts"),
        ])
        func isYoungerThanTheLock(_ changed: String, _ read: String) throws {
            try LiveServer.run(
                """
                DROP TABLE IF EXISTS snap_order, snap_parts CASCADE; CREATE TABLE snap_order (id int, generation int);
                INSERT INTO snap_order SELECT i, 0 FROM generate_series(10, 19) i;
                CREATE VIEW snap_order_view AS SELECT * FROM snap_order;
                CREATE TABLE snap_parts (id int, generation int) PARTITION BY RANGE (id);
                CREATE TABLE snap_parts_1 PARTITION OF snap_parts FOR VALUES FROM (0) TO (10);
                CREATE TABLE snap_parts_2 PARTITION OF snap_parts FOR VALUES FROM (10) TO (20);
                INSERT INTO snap_parts SELECT i, 0 FROM generate_series(0, 19) i
                """)
            for connections in [1, 2] {
                let holder = try LiveServer.connect()
                defer { holder.close() }
                _ = try holder.execute(
                    "BEGIN; TRUNCATE \(changed); INSERT INTO \(changed) SELECT i, 1 FROM generate_series(10, 19) i",
                    doing: "a test")
                let thread = Committer(holder).commitLater()
                defer { pthread_join(thread, nil) }
                let object = read.contains(" ") ? ReadRequest.Object.query(read) : .table(read)
                let rows = try LiveServer.rows(ReadRequest(object: object, parallelism: .connections(connections)))
                let those = rows.filter { (Int($0[0]!) ?? 0) >= 10 }
                #expect(those.count == 10 && those.allSatisfy { $0[1] == "1" }, "\(rows)")
                #expect(rows.count == (read.contains("parts") ? 20 : 10))
            }
        }

        /// A partition that comes while the read is being opened is either locked and read, or not of that moment. Here
        /// it comes between our lock and our snapshot, as ATTACH does not wait for readers.
        @Test func readsPartitionsThatCome() throws {
            let statements = (0..<40).map {
                """
                BEGIN; CREATE TABLE snap_come_\($0) (id int); INSERT INTO snap_come_\($0) VALUES (\($0)), (\($0)); COMMIT;
                ALTER TABLE snap_come ATTACH PARTITION snap_come_\($0) FOR VALUES FROM (\($0)) TO (\($0 + 1));
                BEGIN; TRUNCATE snap_come_\($0); INSERT INTO snap_come_\($0) VALUES (\($0)), (\($0)); COMMIT
                """.replacing("\n", with: " ")
            }
            try LiveServer.run(
                "DROP TABLE IF EXISTS snap_come CASCADE; CREATE TABLE snap_come (id int) PARTITION BY RANGE (id)"
            )
            for n in 0..<40 { try LiveServer.run("DROP TABLE IF EXISTS snap_come_\(n)") }
            let storm = Storm(statements)
            defer { storm.end() }
            var whole = 0
            for _ in 0..<40 {
                do {
                    let read = try LiveServer.open(
                        ReadRequest(object: .table("snap_come"), parallelism: .connections(2)))
                    defer { read.close() }
                    let rows = try LiveServer.rows(of: read).map { Int($0[0]!)! }.sorted()
                    try read.confirm()
                    // Attached one after the other, each with two rows.
                    #expect(rows == (0..<rows.count / 2).flatMap { [$0, $0] }, "\(rows)")
                    whole += 1
                } catch let fault as PostgresFault {
                    #expect(fault.kind == .transient, "\(fault)")
                }
            }
            #expect(whole > 0)
        }
    }
}
