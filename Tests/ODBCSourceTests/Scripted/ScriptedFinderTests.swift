import Ports
import SQLDialects
import Testing

@testable import ODBCSource

/// What finding one table costs: an ERP has tens of thousands of them.
@Suite("Finding a table by its name")
struct ScriptedFinderTests {
    private static func answer(_ statement: String, _ rows: [String], columns: Int) -> String {
        var lines = ["statement '\(statement.replacing("'", with: "\\'"))'"]
        for number in 1...columns { lines.append("  column c\(number) WVARCHAR size=100") }
        return (lines + rows.map { "  row \($0)" }).joined(separator: "\n") + "\n"
    }

    /// SALES.ORDERS, and in STOCK what nobody else may be taken for.
    private static let script =
        answer("o.OWNER = 'SALES' AND o.OBJECT_NAME = 'ORDERS'", ["'SALES', 'ORDERS', 'table', '5', '100'"], columns: 5)
        + answer("AND o.OBJECT_NAME =", [], columns: 5)
        + answer(
            "o.ORACLE_MAINTAINED = 'N') ORDER",
            ["'SALES', 'ORDERS', 'table', '5', '100'", "'SALES', 'Mixed', 'table', '5', '100'"], columns: 5)
        + answer("u.ORACLE_MAINTAINED = 'N' ORDER", ["'SALES', '1'", "'STOCK', '0'"], columns: 2)
        + answer(
            "FROM ALL_OBJECTS o",
            ["'SALES', 'ORDERS', 'table', '5', '100'", "'SALES', 'Mixed', 'table', '5', '100'"], columns: 5)

    /// What is found, and how often one table was asked for, and all of them.
    private func find(_ name: String) throws -> (found: ObjectFinder.Found, named: Int, whole: Int) {
        let database = ScriptedDatabase.oracle(Self.script)
        let connection = try database.connect()
        defer { connection.close() }
        let found = try ObjectFinder(connection, dialect: OracleDialect()).find(name)
        let sql = database.lines("sql").filter { $0.contains("ALL_OBJECTS") }
        let named = sql.count { $0.contains("o.OBJECT_NAME = ") }
        return (found, named, sql.count - named)
    }

    @Test(
        "written as it is, or as the database takes it: nothing but it is asked for",
        arguments: [("SALES.ORDERS", 1), ("sales.orders", 3), ("orders", 2)])
    func byItself(name: String, questions: Int) throws {
        let (found, named, whole) = try find(name)
        #expect(found.table?.schema == "SALES" && found.table?.name == "ORDERS" && found.table?.rows == 5)
        #expect(found.notes.isEmpty)
        #expect(named == questions && whole == 0)
    }

    @Test("in another case, or nowhere: the whole list says what is meant")
    func amongAll() throws {
        let (found, _, whole) = try find("sales.mixed")
        #expect(found.table?.name == "Mixed" && found.notes.count == 1 && whole == 1)
        let fault = #expect(throws: CatalogFault.self) { try find("stock.orders") }
        #expect(fault?.remedy?.contains("SALES") == true)
    }
}
