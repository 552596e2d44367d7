import Ports
import SQLDialects
import Testing

@testable import ODBCSource

extension LiveODBCTests {
    @Suite("Types in lists of tables", .serialized)
    struct ListedTypes {
        @Test("lists of tables describe types as the driver does", arguments: LiveSource.present)
        func listedTypes(source: LiveSource) throws {
            let types =
                source == .mariaDB
                ? [
                    "bit(1)", "bit(9)", "tinyint(1)", "tinyint", "tinyint unsigned", "smallint unsigned", "mediumint",
                    "int",
                    "int unsigned", "bigint", "bigint unsigned", "float", "double", "decimal(20,4)", "date", "time(3)",
                    "datetime", "datetime(6)", "timestamp(3) NULL", "year", "char(5)", "varchar(40)", "text",
                    "longtext",
                    "binary(4)", "varbinary(40)", "blob", "enum('a','b')", "set('a','b')", "json", "uuid", "inet6",
                    "point",
                ]
                : [
                    "boolean", "smallint", "integer", "bigint", "real", "double precision", "numeric(20,4)", "date",
                    "time",
                    "timestamp", "timestamptz", "char(5)", "varchar(40)", "text", "bytea", "uuid",
                ]
            let columns = types.enumerated().map { "c\($0) \($1)" }.joined(separator: ", ")
            try source.prepare("listed_types", ["CREATE TABLE listed_types.t (\(columns))"])
            let connection = try source.session()
            defer { connection.close() }
            let listing = CatalogListing(connection: connection, dialect: source.dialect)
            let listed = try #require(try listing.columns(schema: "listed_types").values.first)
            let described = try connection.describe("SELECT * FROM listed_types.t", doing: "describing")
            #expect(listed.count == types.count && described.count == types.count)
            for (one, described) in zip(listed, described) {
                let driver = described.refined(declared: one.type, dialect: source.dialect)
                let ours = DescribedColumn(
                    name: one.name, catalogType: one.type, dialect: source.dialect, isNullable: one.isNullable)
                let what =
                    "\(one.type): \(ours.sqlType) \(ours.size) \(ours.digits), the driver \(driver.sqlType) \(driver.size) "
                    + "\(driver.digits) \(driver.typeName)"
                let reading = source.dialect.reading(of: driver.databaseType)
                #expect(source.dialect.reading(of: DatabaseType(one.type)).arrival == reading.arrival, "\(what)")
                // Its own type does not matter then.
                if reading.arrival == .text { continue }
                #expect(Self.group(ours.sqlType) == Self.group(driver.sqlType), "\(what)")
                #expect(ours.isUnsigned == (driver.isUnsigned && Self.integers.contains(driver.sqlType)), "\(what)")
                if [2, 3].contains(driver.sqlType) {
                    #expect(ours.size == driver.size && ours.digits == driver.digits, "\(what)")
                }
                if driver.sqlType == 93 { #expect(ours.digits == driver.digits, "\(what)") }
            }
        }

        private static let integers = [-6, 5, 4, -5]

        /// Types that become the same: texts of any length and width, bytes of any length.
        private static func group(_ type: Int) -> Int {
            switch type {
            case -10, -9, -1, 12: 12
            case -8, 1: 1
            case -4, -3, -2: -2
            case 2, 3: 3
            case 6, 8: 8
            default: type
            }
        }
    }
}
