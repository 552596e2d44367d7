import Columnar
import Ports
import TestSupport
import Testing

@testable import ODBCSource

@Suite("Scripted driver: types of SQL Server and Oracle", .timeLimit(.minutes(2)))
struct ScriptedTypeTests {
    @Test("SQL Server's, one by one", arguments: MicrosoftColumns.all)
    func microsoft(_ column: RecordedColumn) throws {
        for driver in ["libmsodbcsql-18.6.so.2.1", "libmsodbcsql-17.10.so.6.1"] {
            try check([column], rows: 2 * column.values.count + 3) { .microsoft("otherwise ok\n" + $0, driver: driver) }
        }
    }

    @Test("Oracle's, one by one", arguments: OracleColumns.all)
    func oracle(_ column: RecordedColumn) throws {
        try check([column], rows: 2 * column.values.count + 3) { .oracle("otherwise ok\n" + $0) }
    }

    @Test("SQL Server's, all in one row: long values stand before and between short ones")
    func allOfMicrosoft() throws {
        try check(MicrosoftColumns.all, rows: 25) { .microsoft("otherwise ok\n" + $0) }
        try check(MicrosoftColumns.all.reversed(), rows: 25) { .microsoft("otherwise ok\n" + $0) }
    }

    @Test("Oracle's, all in one row")
    func allOfOracle() throws {
        try check(OracleColumns.all, rows: 25) { .oracle("otherwise ok\n" + $0) }
    }

    /// Long columns in the middle, and what SQL_GETDATA_EXTENSIONS may allow: any column (1), any order (2), blocks (4),
    /// bound ones (8: "A driver cannot return this value unless it also returns SQL_GD_ANY_COLUMN").
    @Test("long values by whatever ways a driver has", arguments: (0..<16).filter { $0 & 8 == 0 || $0 & 1 == 1 })
    func extensions(_ allowed: Int) throws {
        let columns = [MicrosoftColumns.numbers[3]] + MicrosoftColumns.texts.suffix(6) + MicrosoftColumns.bytes
        for driver in ["liboneofakind.so", "libmsodbcsql-18.6.so.2.1"] {
            try check(columns, rows: 40) {
                ScriptedDatabase("info 6 '\(driver)'\ninfo 17 'Any'\ninfo 81 \(allowed)\notherwise ok\n" + $0)
            }
        }
    }

    private func check(
        _ columns: [RecordedColumn], rows: Int, _ database: (String) -> ScriptedDatabase
    ) throws {
        let database = database(RecordedColumn.script(columns, rows: rows, table: "FROM recorded"))
        let read = try database.read("SELECT * FROM recorded")
        #expect(read.schema.fields.map(\.name) == columns.map(\.name))
        for (index, column) in columns.enumerated() {
            #expect(read.schema.fields[index].type == column.type, "\(column.name)")
            let expected = (0..<rows).map { column[$0].expected }
            #expect(read.rows.map { $0[index] } == expected, "\(column.name)")
        }
        database.expectCleanEnd()
    }
}
