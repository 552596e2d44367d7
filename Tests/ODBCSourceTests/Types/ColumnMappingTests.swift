import Columnar
import Ports
import SQLDialects
import Testing

@testable import ODBCSource

@Suite("What columns become")
struct ColumnMappingTests {
    private static let psqlODBC = Quirks(driver: "psqlodbcw.so", version: "13.02.0000", database: "PostgreSQL")
    private static let mariaDB = Quirks(driver: "libmaodbc.so", version: "03.01.0015", database: "MariaDB")

    private static func choices(_ set: (inout TypeChoices) -> Void) -> TypeChoices {
        var choices = TypeChoices()
        set(&choices)
        return choices
    }

    private static func postgres(
        _ type: Int, _ size: Int, _ digits: Int, _ typeName: String, declared: String? = nil,
        _ choices: TypeChoices = TypeChoices()
    ) -> ColumnMapping {
        var column = DescribedColumn(name: "c", sqlType: type, size: size, digits: digits, typeName: typeName)
        let dialect = PostgreSQLDialect()
        if let declared { column = column.refined(declared: declared, dialect: dialect) }
        let reading = dialect.reading(of: column.databaseType)
        return ColumnMapping(column, reading: reading, choices: choices, quirks: psqlODBC)
    }

    @Test("psqlODBC's numerics: 28 digits may be none, a scale below zero is 2048 too high, money is no double")
    func numerics() {
        #expect(Self.postgres(2, 28, 6, "numeric").type == .decimal(precision: 38, scale: 10))
        let declared = Self.postgres(2, 28, 6, "numeric", declared: "numeric(28,6)")
        #expect(declared.type == .decimal(precision: 28, scale: 6))
        #expect(Self.postgres(2, 28, 6, "numeric", declared: "numeric").type == .decimal(precision: 38, scale: 10))
        #expect(Self.postgres(2, 5, 2046, "numeric").type == .decimal(precision: 7, scale: 0))
        #expect(
            Self.postgres(2, 5, 2046, "numeric", declared: "numeric(5,-2)").type == .decimal(precision: 7, scale: 0))
        #expect(Self.postgres(6, 7, 0, "money").type == .decimal(precision: 19, scale: 2))
    }

    @Test("psqlODBC's dates are asked for as text, and stay text where nothing may be lost")
    func dates() {
        let asText = Self.choices { $0.unrepresentable = .text }
        for (type, name, kind) in [
            (91, "date", CellKind.dateText), (93, "timestamp", .timestampText), (93, "timestamptz", .timestampText),
        ] {
            #expect(Self.postgres(type, 26, 6, name).kind == kind)
            #expect(Self.postgres(type, 26, 6, name, asText).type == .text)
        }
        #expect(Self.postgres(93, 26, 6, "timestamptz").type == .timestamp(.microseconds, utc: true))
        #expect(Self.postgres(92, 8, 0, "time").kind == .timeText)
        #expect(Self.postgres(92, 8, 0, "time", Self.choices { $0.time = true }).type == .time)
    }

    @Test("MySQL's small integers by their declaration")
    func smallIntegers() {
        func mapped(
            _ column: DescribedColumn, _ declared: String, _ choices: TypeChoices = TypeChoices()
        ) -> ColumnMapping {
            let refined = column.refined(declared: declared, dialect: MySQLDialect())
            return ColumnMapping(refined, choices: choices, quirks: Self.mariaDB)
        }
        let tiny = DescribedColumn(name: "c", sqlType: -6, size: 3, typeName: "tinyint")
        #expect(mapped(tiny, "tinyint(1)").type == .boolean)
        #expect(mapped(tiny, "tinyint(1)").kind == .flag)
        #expect(mapped(tiny, "tinyint(1)", Self.choices { $0.unrepresentable = .text }).type == .text)
        #expect(mapped(tiny, "tinyint(4)").type == .int8)
        let medium = DescribedColumn(name: "c", sqlType: 4, size: 8, typeName: "mediumint", isUnsigned: true)
        #expect(mapped(medium, "mediumint(8) unsigned").type == .int32)
        let year = DescribedColumn(name: "c", sqlType: 5, size: 4, typeName: "year", isUnsigned: true)
        #expect(mapped(year, "year(4)").type == .int16)
    }

    @Test("where no column holds every value, text is text of wide numerics too")
    func wideNumerics() {
        let column = DescribedColumn(name: "c", sqlType: 3, size: 65, digits: 30, typeName: "decimal")
        let text = ColumnMapping(column, choices: Self.choices { $0.unrepresentable = .text }, quirks: Self.mariaDB)
        #expect(text.type == .text)
        let plain = ColumnMapping(column, choices: Self.choices { $0.unrepresentable = .null }, quirks: Self.mariaDB)
        #expect(plain.type == .decimal(precision: 38, scale: 10))
    }
}
