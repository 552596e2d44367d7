import Ports
import SQLDialects
import Testing

@testable import ODBCSource

extension LiveODBCTests {
    @Suite("Plans of reads", .serialized)
    struct Plans {
        private func plan(
            _ source: LiveSource, _ request: ReadRequest
        ) throws -> (plan: ReadPlan, rows: Int) {
            let session = try source.opened()
            defer { session.connection.close() }
            let moment = try session.beginMoment()
            let plan = try ReadPlan.make(request, on: session, moment: moment, readers: 4)
            var rows = 0
            for unit in plan.units {
                rows += try session.connection.rows(unit.sql, parameters: unit.parameters, doing: "reading").count
            }
            return (plan, rows)
        }

        private func make(_ source: LiveSource) throws {
            try source.prepare(
                "plans",
                [
                    "CREATE TABLE plans.t (id int, \(try source.dialect.identifier("Odd]`\"")) varchar(9), t time)",
                    "INSERT INTO plans.t SELECT \(source == .mariaDB ? "seq" : "s"), 'x', '12:00:00' FROM "
                        + (source == .mariaDB ? "seq_1_to_5000" : "generate_series(1, 5000) s"),
                    "INSERT INTO plans.t VALUES (NULL, NULL, NULL)",
                ])
        }

        @Test("tables, columns, filters, limits, queries", arguments: LiveSource.present)
        func plans(source: LiveSource) throws {
            try make(source)
            var request = ReadRequest(object: .table("plans.T"))
            var (plan, rows) = try plan(source, request)
            #expect(rows == 5001 && plan.units.count == 1 && plan.isOneMoment)
            #expect(plan.columns.map(\.described.name) == ["id", "Odd]`\"", "t"])
            // MySQL's times may exceed a day; PostgreSQL's are text in the lake as from any source.
            #expect(plan.notes.contains { $0.hasPrefix("t: ") } == (source == .mariaDB))
            request.columns = ["odd]`\"", "ID"]
            request.filter = "id <= 10 -- few"
            (plan, rows) = try self.plan(source, request)
            #expect(rows == 10 && plan.columns.map(\.described.name) == ["Odd]`\"", "id"])
            request.limit = 3
            #expect(try self.plan(source, request).rows == 3)
            request = ReadRequest(object: .query("SELECT id AS n, t FROM plans.t ORDER BY 1; -- all"), limit: 7)
            #expect(try self.plan(source, request).rows == 7)
            request = ReadRequest(object: .table("plans.t"), columns: ["idd"])
            #expect {
                _ = try self.plan(source, request)
            } throws: { "\($0)".contains("Did you mean id?") && ($0 as? ODBCFault)?.kind == .configuration }
        }

        @Test("divided by a column that is named, and only then", arguments: LiveSource.present)
        func divided(source: LiveSource) throws {
            try make(source)
            var request = ReadRequest(object: .table("plans.t"), filter: "1 = 1", splitColumn: "ID")
            var (plan, rows) = try plan(source, request)
            #expect(rows == 5001 && plan.units.count > 8 && plan.readers == 4 && !plan.isOneMoment)
            // MariaDB's moments may yet be proved equal.
            let notes = plan.notes + [plan.sharing?.otherwise ?? ""]
            #expect(notes.contains { $0.contains("not a snapshot") })
            #expect((plan.sharing?.connections == 4) == (source == .mariaDB))
            request.parallelism = .connections(1)
            (plan, rows) = try self.plan(source, request)
            #expect(rows == 5001 && plan.units.count == 1 && plan.isOneMoment)
            request = ReadRequest(object: .table("plans.t"), parallelism: .connections(4))
            (plan, rows) = try self.plan(source, request)
            #expect(rows == 5001 && plan.units.count == 1 && plan.notes.contains { $0.contains("none was named") })
        }

        @Test("a driver that keeps whole results reads them in pieces", .enabled(if: LiveSource.mariaDB.isPresent))
        func pieces() throws {
            let source = LiveSource.mariaDB
            let column = "t varchar(1000) DEFAULT (repeat('x', 1000))"
            try source.prepare(
                "pieces",
                [
                    "CREATE TABLE pieces.keyed (id int PRIMARY KEY, \(column))",
                    "INSERT INTO pieces.keyed (id) SELECT seq * 3 FROM seq_1_to_80000",
                    "CREATE TABLE pieces.bare (id int, \(column))",
                    "INSERT INTO pieces.bare (id) SELECT seq FROM seq_1_to_80000",
                    "ANALYZE TABLE pieces.keyed, pieces.bare",
                ])
            let session = try source.opened()
            defer { session.connection.close() }
            let keepsAll = session.connection.quirks.keepsWholeResults
            let moment = try session.beginMoment()
            func planned(_ table: String) throws -> (plan: ReadPlan, rows: Int) {
                let plan = try ReadPlan.make(
                    ReadRequest(object: .table("pieces.\(table)")), on: session, moment: moment, readers: 4)
                // Counted there: all their text would take a while.
                let rows = try plan.units.map { unit in
                    let sql = "SELECT COUNT(*) FROM (\(unit.sql)) q"
                    return try session.connection.rows(sql, parameters: unit.parameters, doing: "counting")[0][0]
                }
                return (plan, rows.compactMap { $0.flatMap { Int($0) } }.reduce(0, +))
            }
            var (plan, rows) = try planned("keyed")
            #expect(rows == 80_000 && plan.isOneMoment && plan.readers == 1)
            #expect(plan.units.count > 8 && plan.sharing?.connections == 4)
            #expect(ResultPieces.count(bytes: 80_000_000, quirks: session.connection.quirks) == (keepsAll ? 7 : 1))
            (plan, rows) = try planned("bare")
            #expect(rows == 80_000 && plan.units.count == 1)
            #expect(plan.notes.contains { $0.contains("no primary key") } == keepsAll)
        }
    }
}
