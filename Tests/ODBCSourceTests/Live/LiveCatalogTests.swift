import Columnar
import Ports
import SQLDialects
import Testing

@testable import ODBCSource

extension LiveODBCTests {
    @Suite("Looking around", .serialized)
    struct LookingAround {
        private static func make(_ source: LiveSource) throws {
            func name(_ text: String) throws -> String { try source.dialect.identifier(text) }
            try source.prepare(
                "Look Around",
                [
                    """
                    CREATE TABLE \(try name("Look Around")).orders (id bigint, line int NOT NULL, \(try name("a`\"b]")) varchar(20), \
                    changed timestamp NULL, price decimal(10,2), PRIMARY KEY (id, line))
                    """,
                    "CREATE INDEX by_change ON \(try name("Look Around")).orders (changed, price)",
                    "CREATE VIEW \(try name("Look Around")).\(try name("it's; --")) AS SELECT id FROM \(try name("Look Around")).orders",
                    "INSERT INTO \(try name("Look Around")).orders (id, line) VALUES (1, 1)",
                ])
        }

        private func open(_ source: LiveSource) throws -> ODBCCatalog {
            ODBCCatalog(try source.session(), dialect: source.dialect) { column, reading, _, _ in
                CatalogColumn(
                    name: column.name, sourceType: column.databaseType.description, type: .text,
                    verdict: TypeVerdict(.text, reading.note ?? ""), nature: .text)
            }
        }

        @Test("tables, views, keys, indexes, columns", arguments: LiveSource.present)
        func tables(source: LiveSource) throws {
            try Self.make(source)
            let catalog = try open(source)
            defer { catalog.close() }
            for pattern in ["Look Around", "look around", "Look*"] {
                let tables = try catalog.tables(NamePattern(pattern))
                #expect(tables.map(\.name.name).sorted() == ["it's; --", "orders"])
                let orders = try #require(tables.first { $0.name.name == "orders" })
                #expect(orders.kind == .table)
                #expect(orders.primaryKey == ["id", "line"])
                #expect(orders.columns.map(\.name) == ["id", "line", "a`\"b]", "changed", "price"])
                #expect(orders.columns.map(\.isNullable) == [false, false, true, true, true])
                #expect(orders.columns.map(\.leadsIndex) == [true, false, false, true, false])
                #expect(orders.columns[4].sourceType.hasSuffix("(10,2)"))
                #expect(tables.first { $0.name.name == "it's; --" }?.kind == .view)
            }
            #expect(try catalog.tables(.all).contains { $0.name.name == "orders" })
            #expect(try catalog.tables(NamePattern("no*such*")).isEmpty)
            #expect { try catalog.tables(NamePattern("nowhere")) } throws: {
                ($0 as? CatalogFault)?.reason == .unknownSchema
            }
        }

        @Test("requests find names exactly, else by case; filters and queries are tried", arguments: LiveSource.present)
        func requests(source: LiveSource) throws {
            try Self.make(source)
            let catalog = try open(source)
            defer { catalog.close() }
            func ask(_ object: ReadRequest.Object, filter: String? = nil) throws -> Result<
                ObjectDescription, CatalogFault
            > {
                try catalog.describe([ReadRequest(object: object, filter: filter)])[0]
            }
            let exact = try ask(.table("\"Look Around\".orders"), filter: "id > 0 -- positive").get()
            #expect(exact.notes.isEmpty && exact.filterFault == nil)
            #expect(exact.columns.map(\.name) == ["id", "line", "a`\"b]", "changed", "price"])
            #expect(exact.table?.primaryKey == ["id", "line"])
            let other = try ask(.table("\"look around\".ORDERS"), filter: "nonsense > 0").get()
            #expect(other.table?.name == TableName(schema: "Look Around", name: "orders"))
            #expect(!other.notes.isEmpty)
            #expect(other.filterFault?.reason == .refusedStatement)
            #expect(try ask(.table("\"Look Around\".orders"), filter: "1 = 1) OR (1 = 1").get().filterFault != nil)
            #expect(try ask(.table(TableName(schema: "Look Around", name: "it's; --"))).get().columns.count == 1)
            guard case .failure(let unknown) = try ask(.table("\"Look Around\".order")) else { throw Missing() }
            #expect(unknown.reason == .unknownTable && unknown.near == ["orders"])
            guard case .failure(let nowhere) = try ask(.table("nowhere.orders")) else { throw Missing() }
            #expect(nowhere.reason == .unknownSchema)
            let query = try ask(.query("WITH x AS (SELECT 1 AS a) SELECT a, 'y' AS b FROM x; -- end")).get()
            #expect(query.columns.map(\.name) == ["a", "b"] && query.table == nil)
            for wrong in ["SELECT nonsense FROM nowhere", "DELETE FROM x", "SELECT 1; SELECT 2"] {
                guard case .failure(let fault) = try ask(.query(wrong)) else { throw Missing() }
                #expect(!fault.endsSession)
            }
        }

        struct Missing: Error {}
    }
}
