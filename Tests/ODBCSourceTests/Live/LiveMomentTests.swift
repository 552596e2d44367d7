import Glibc
import Ports
import SQLDialects
import Synchronization
import Testing

@testable import ODBCSource

extension LiveODBCTests {
    /// Writers commit all the while, in every way that there is; connections that are said to show one moment must show the
    /// same of it.
    @Suite("One moment of several connections", .enabled(if: LiveSource.mariaDB.isPresent), .serialized)
    struct OneMoment {
        private let source = LiveSource.mariaDB

        private final class Writers: Sendable {
            let isOver = Atomic<Bool>(false)
            let atWork = Atomic<Int>(0)
            let faults = Mutex<[String]>([])
        }

        /// Rows of its own in four tables: nobody waits for another.
        private func write(_ number: Int, _ writers: Writers) throws {
            let connection = try source.connect()
            defer { connection.close() }
            func run(_ sql: String...) throws { for sql in sql { try connection.run(sql, doing: sql) } }
            func add(_ table: Int) -> String { "UPDATE moment.t\(table) SET v = v + 1 WHERE id = \(number)" }
            var turn = number
            while !writers.isOver.load(ordering: .acquiring) {
                turn += 1
                switch turn % 9 {
                case 0: try run("START TRANSACTION", add(0), add(1), "DO SLEEP(0.003)", add(2), "COMMIT")
                case 1: try run("START TRANSACTION", add(2), add(3), "ROLLBACK")
                case 2: try run("START TRANSACTION READ ONLY", "SELECT v FROM moment.t1 WHERE id = \(number)", "COMMIT")
                case 3:
                    let name = "'w\(number)t\(turn)'"
                    try run("XA START \(name)", add(1), "XA END \(name)", "XA PREPARE \(name)", "XA COMMIT \(name)")
                case 4:
                    let name = "'w\(number)t\(turn)'"
                    try run("XA START \(name)", add(3), "XA END \(name)", "XA COMMIT \(name) ONE PHASE")
                case 5: try run("CREATE OR REPLACE TABLE moment.other\(number) (a int) ENGINE = InnoDB")
                case 6: try run("INSERT INTO moment.log (w) VALUES (\(number))")
                default: try run(add(turn % 4))
                }
                try run("DO SLEEP(\(Double(turn % 5) / 1000))")
            }
        }

        private func start(_ count: Int) throws -> Writers {
            let writers = Writers()
            for number in 1...count {
                writers.atWork.add(1, ordering: .acquiringAndReleasing)
                try DetachedThread.start("writer") {
                    do { try write(number, writers) } catch { writers.faults.withLock { $0.append("\(error)") } }
                    writers.atWork.subtract(1, ordering: .acquiringAndReleasing)
                }
            }
            return writers
        }

        private func make() throws {
            let tables = (0..<4).flatMap {
                [
                    "CREATE TABLE moment.t\($0) (id int PRIMARY KEY, v bigint) ENGINE = InnoDB",
                    "INSERT INTO moment.t\($0) SELECT seq, 0 FROM seq_1_to_20",
                ]
            }
            let log = "CREATE TABLE moment.log (id bigint AUTO_INCREMENT PRIMARY KEY, w int) ENGINE = InnoDB"
            try source.prepare("moment", tables + [log])
        }

        private func seen(_ session: ODBCSession) throws -> [String?] {
            let tables = (0..<4).map { "(SELECT GROUP_CONCAT(v ORDER BY id) FROM moment.t\($0))" }
            let sql = "SELECT \(tables.joined(separator: ", ")), (SELECT COUNT(*) FROM moment.log)"
            return try session.connection.rows(sql, doing: "looking")[0]
        }

        @Test("is shown by all of them, whoever writes", .timeLimit(.minutes(2)), arguments: [1, 4])
        func isShown(count: Int) throws {
            try make()
            let writers = try start(count)
            defer {
                writers.isOver.store(true, ordering: .releasing)
                while writers.atWork.load(ordering: .acquiring) > 0 { usleep(1000) }
            }
            let sharing = MomentSharing(connections: 3, probe: "SELECT * FROM moment.t0 WHERE 1 = 0")
            let plan = ReadPlan(
                display: "moment.t0", columns: [], units: [], readers: 1, isOneMoment: true, sharing: sharing, notes: []
            )
            var proved = 0
            for _ in 0..<150 {
                let first = try source.opened()
                defer { first.connection.close() }
                _ = try first.beginMoment()
                var plan = plan
                let others = try SharedMoment.join(first, &plan) { () throws(ODBCFault) in
                    do { return try source.opened() } catch { throw (error as? ODBCFault)! }
                }
                defer { for other in others { other.connection.close() } }
                #expect(plan.readers == others.count + 1 && plan.isOneMoment)
                guard !others.isEmpty else { continue }
                proved += 1
                let all = try ([first] + others).map { try seen($0) }
                #expect(all.allSatisfy { $0 == all[0] })
                // Still, after more was written.
                #expect(try seen(others[0]) == all[0])
            }
            #expect(proved > 50, "\(proved) of 150")
            // The same without a proof: they must differ, or this test could not fail.
            let sessions = try (0..<3).map { _ in try source.opened() }
            defer { for session in sessions { session.connection.close() } }
            var differed = 0
            for _ in 0..<400 where differed == 0 {
                for session in sessions { _ = try session.beginMoment() }
                let all = try sessions.map { try seen($0) }
                if !all.allSatisfy({ $0 == all[0] }) { differed += 1 }
                for session in sessions { try session.endMoment() }
            }
            #expect(differed > 0)
            #expect(writers.faults.withLock { $0 } == [])
        }

        @Test("is not proved without the permission, and said so")
        func permission() throws {
            try make()
            let root = try source.connect()
            defer { root.close() }
            let host = try #require(try root.rows("SELECT SUBSTRING_INDEX(USER(), '@', -1)", doing: "asking")[0][0])
            for sql in [
                "CREATE OR REPLACE USER plain@'\(host)' IDENTIFIED BY 'pw'",
                "GRANT SELECT ON *.* TO plain@'\(host)'",
            ] { try root.run(sql, doing: sql) }
            defer { try? root.run("DROP USER plain@'\(host)'", doing: "dropping") }
            let target = try source.plan("UID=plain;PWD=pw;").resolved(among: .current()).target
            let request = ReadRequest(object: .table("moment.t0"), splitColumn: "id")
            let read = try ODBCSource(target: target, type: .mariadb).open(request, stop: StopSignal())
            defer { read.close() }
            #expect(read.notes.contains { $0.contains("not a snapshot") && $0.contains("PROCESS") }, "\(read.notes)")
        }

        @Test("readers beyond those that show it are refused; a lost connection is not confirmed")
        func beyond() throws {
            try make()
            let target = try source.plan().resolved(among: .current()).target
            let before = LiveHandles.counts
            try lose(target)
            // What an earlier test has left may go meanwhile, and another suite may open some.
            for _ in 0..<500 {
                let now = LiveHandles.counts
                if now.connections <= before.connections && now.statements <= before.statements { return }
                usleep(20_000)
            }
            let after = LiveHandles.counts
            #expect(after.connections <= before.connections && after.statements <= before.statements)
        }

        private func lose(_ target: ODBCTarget) throws {
            let request = ReadRequest(object: .table("moment.t0"), parallelism: .connections(2), splitColumn: "id")
            let read = try ODBCSource(target: target, type: .mariadb).open(request, stop: StopSignal())
            #expect(read.parallelism == 2 && read.pressure.connections == 2)
            #expect(!read.notes.contains { $0.contains("not a snapshot") })
            let readers = [try read.makeReader(), try read.makeReader()]
            #expect(throws: ODBCFault.self) { try read.makeReader() }
            let root = try source.connect()
            defer { root.close() }
            let mine = try root.rows("SELECT CONNECTION_ID()", doing: "asking")[0][0] ?? ""
            let list =
                "SELECT id FROM information_schema.PROCESSLIST WHERE command = 'Sleep' AND id <> \(mine) ORDER BY id DESC"
            let last = try #require(try root.rows(list, doing: "listing").first?[0])
            try root.run("KILL CONNECTION \(last)", doing: "killing")
            #expect(throws: ODBCFault.self) { try read.confirm() }
            for reader in readers { reader.close() }
            read.close()
        }
    }
}
