import Ports
import Testing

@testable import ODBCSource

@Suite("Installed ODBC drivers")
struct InstalledDriversTests {
    static let drivers = InstalledDrivers([
        .init(name: "FreeTDS", library: "libtdsodbc.so"),
        .init(name: "ODBC Driver 17 for SQL Server", library: "libmsodbcsql-17.so"),
        .init(name: "ODBC Driver 18 for SQL Server", library: "libmsodbcsql-18.so"),
        .init(name: "PostgreSQL ANSI", library: "psqlodbca.so"),
        .init(name: "PostgreSQL Unicode", library: "psqlodbcw.so"),
        .init(name: "MariaDB Unicode", library: "libmaodbc.so"),
        .init(name: "MySQL ODBC 9.1 ANSI Driver", library: "libmyodbc9a.so"),
        .init(name: "MySQL ODBC 9.1 Unicode Driver", library: "libmyodbc9w.so"),
        .init(name: "Oracle 19 ODBC driver", library: "libsqora.so.19.1"),
        .init(name: "Oracle 21 ODBC driver", library: "libsqora.so.21.1"),
        .init(name: "SQLite3", library: "libsqlite3odbc.so"),
    ])

    @Test(
        "the best for a type",
        arguments: [
            (SourceType.mssql, "ODBC Driver 18 for SQL Server"), (.azureSQL, "ODBC Driver 18 for SQL Server"),
            (.mysql, "MySQL ODBC 9.1 Unicode Driver"), (.mariadb, "MariaDB Unicode"),
            (.oracle, "Oracle 21 ODBC driver"),
            (.sqlite, "SQLite3"), (.postgresql, "PostgreSQL Unicode"),
        ])
    func best(type: SourceType, name: String) throws {
        #expect(try Self.drivers.driver(named: nil, for: type).name == name)
    }

    @Test("the second best where the best is missing")
    func secondBest() throws {
        let few = InstalledDrivers(Self.drivers.drivers.filter { [.freeTDS, .mariaDB].contains($0.family) })
        #expect(try few.driver(named: nil, for: .mssql).family == .freeTDS)
        #expect(try few.driver(named: nil, for: .mysql).family == .mariaDB)
    }

    @Test("by name, in any case")
    func named() throws {
        #expect(try Self.drivers.driver(named: "freetds", for: .mssql).family == .freeTDS)
    }

    @Test("a missing driver names its package, what is installed, and what may have been meant")
    func missing() {
        func message(_ drivers: InstalledDrivers, _ name: String?, _ type: SourceType) -> String {
            do {
                return "found " + (try drivers.driver(named: name, for: type).name)
            } catch {
                return error.description
            }
        }
        let none = InstalledDrivers([])
        #expect(message(none, nil, .mssql).contains("msodbcsql18"))
        #expect(message(none, nil, .mssql).contains("tdsodbc"))
        #expect(message(none, nil, .mariadb).contains("odbc-mariadb"))
        #expect(message(none, nil, .mysql).contains("none is installed"))
        #expect(message(none, nil, .oracle).contains("Oracle Instant Client"))
        #expect(message(none, nil, .sqlite).contains("libsqliteodbc"))
        #expect(message(none, nil, .postgresql).contains("odbc-postgresql"))
        let wrong = message(Self.drivers, "ODBC Driver 81 for SQL Server", .mssql)
        #expect(wrong.contains("Did you mean 'ODBC Driver 1"))
        #expect(wrong.contains("'MariaDB Unicode'"))
        #expect(message(none, "/nowhere/libx.so", .odbc).contains("'/nowhere/libx.so'"))
        let gone = InstalledDrivers([
            .init(name: "ODBC Driver 18 for SQL Server", library: "/nowhere/libmsodbcsql-18.so")
        ])
        #expect(message(gone, nil, .mssql).contains("'/nowhere/libmsodbcsql-18.so'"))
    }

    @Test("the driver manager's own list")
    func current() throws {
        let found = try InstalledDrivers.current().drivers
        for driver in found { #expect(!driver.name.isEmpty) }
        if let maria = found.first(where: { $0.name == "MariaDB Unicode" }) {
            #expect(maria.library.contains("libmaodbc"))
            #expect(maria.family == .mariaDB)
        }
    }
}
