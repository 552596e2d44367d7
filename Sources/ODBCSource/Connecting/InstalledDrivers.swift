import CODBC
import Glibc
import Ports
import Synchronization

/// The drivers that unixODBC knows on this machine (odbcinst.ini), and which of them serves a source.
package struct InstalledDrivers: Equatable, Sendable {
    package struct Driver: Equatable, Sendable {
        package var name: String
        package var library: String
        package var family: DriverFamily { DriverFamily(name: name, library: library) }

        package init(name: String, library: String) {
            self.name = name
            self.library = library
        }

        /// The first number of its name: 18 of "ODBC Driver 18 for SQL Server".
        fileprivate var version: Int {
            Int(name.drop { !$0.isNumber }.prefix { $0.isNumber }) ?? 0
        }
        /// Of two builds of one driver, the one for Unicode.
        fileprivate var isUnicode: Bool { !name.lowercased().contains("ansi") }
    }

    package var drivers: [Driver]

    package init(_ drivers: [Driver]) { self.drivers = drivers }

    /// The place in the list is the environment's, and there is one environment.
    private static let listing = Mutex(())

    /// As the driver manager lists them now.
    package static func current() throws(ODBCFault) -> InstalledDrivers {
        try listing.withLock { _ throws(ODBCFault) in try listed() }
    }

    private static func listed() throws(ODBCFault) -> InstalledDrivers {
        let environment = try Environment.handle()
        var drivers: [Driver] = []
        var direction = SQLUSMALLINT(SQL_FETCH_FIRST)
        while drivers.count < 1000 {
            var name = [SQLWCHAR](repeating: 0, count: 512)
            var attributes = [SQLWCHAR](repeating: 0, count: 8192)
            var (nameLength, attributesLength): (SQLSMALLINT, SQLSMALLINT) = (0, 0)
            let code = SQLDriversW(
                environment, direction, &name, SQLSMALLINT(name.count), &nameLength, &attributes,
                SQLSMALLINT(attributes.count), &attributesLength)
            guard ReturnCode.succeeded(code) else { break }
            direction = SQLUSMALLINT(SQL_FETCH_NEXT)
            // `Key=value`, each ended by a 0, the list by another.
            let library = attributes.split(separator: 0).map { String(decoding: $0, as: UTF16.self) }
                .first { $0.lowercased().hasPrefix("driver=") }.map { String($0.dropFirst("driver=".count)) }
            drivers.append(Driver(name: WideText.string(name), library: library ?? ""))
        }
        return InstalledDrivers(drivers)
    }

    // MARK: - Choice

    /// The driver that the settings name, as it is installed or as the path of its library; else the best for the type.
    package func driver(named name: String?, for type: SourceType) throws(ODBCFault) -> Driver {
        guard let name, !name.isEmpty else { return try best(for: type) }
        if name.contains("/") {
            guard access(name, R_OK) == 0 else {
                throw ODBCFault(
                    .configuration, "There is no ODBC driver '\(name)' that can be read", remedy: Self.advice(type))
            }
            return Driver(name: name, library: name)
        }
        if let found = drivers.first(where: { $0.name.lowercased() == name.lowercased() }) {
            try checkLibrary(of: found, type)
            return found
        }
        let near = NearestName.suggestion(for: name, among: drivers.map(\.name)).map { " Did you mean '\($0)'?" } ?? ""
        throw ODBCFault(
            .configuration, "The ODBC driver \(VisibleText.quoted(name)) is not installed; \(listed).\(near)",
            remedy: Self.advice(type))
    }

    private func best(for type: SourceType) throws(ODBCFault) -> Driver {
        for family in Self.families(of: type) {
            let found = drivers.filter { $0.family == family }
                .max { ($0.isUnicode ? 1 : 0, $0.version, $1.name) < ($1.isUnicode ? 1 : 0, $1.version, $0.name) }
            if let found {
                try checkLibrary(of: found, type)
                return found
            }
        }
        throw ODBCFault(
            .configuration, "No ODBC driver for \(Self.title(type)) is installed; \(listed)", remedy: Self.advice(type))
    }

    /// In order of preference.
    private static func families(of type: SourceType) -> [DriverFamily] {
        switch type {
        case .mssql, .azureSQL: [.microsoft, .freeTDS]
        case .mysql: [.mySQL, .mariaDB]
        case .mariadb: [.mariaDB, .mySQL]
        case .oracle: [.oracle]
        case .sqlite: [.sqlite]
        case .postgresql: [.postgreSQL]
        case .odbc, .api, .file: []
        }
    }

    /// An absolute path that is gone; others the loader finds.
    private func checkLibrary(of driver: Driver, _ type: SourceType) throws(ODBCFault) {
        guard driver.library.hasPrefix("/"), access(driver.library, R_OK) != 0 else { return }
        throw ODBCFault(
            .configuration, "The library '\(driver.library)' of the ODBC driver '\(driver.name)' is not there",
            remedy: "Correct its path in odbcinst.ini. " + Self.advice(type))
    }

    private var listed: String {
        drivers.isEmpty
            ? "none is installed" : "installed are " + drivers.map { "'\($0.name)'" }.sorted().joined(separator: ", ")
    }

    static func title(_ type: SourceType) -> String {
        switch type {
        case .mssql: "SQL Server"
        case .azureSQL: "Azure SQL"
        case .mysql: "MySQL"
        case .mariadb: "MariaDB"
        case .oracle: "Oracle"
        case .sqlite: "SQLite"
        case .postgresql: "PostgreSQL"
        case .odbc, .api, .file: "this source"
        }
    }

    /// Which package has it.
    static func advice(_ type: SourceType) -> String {
        switch type {
        case .mssql, .azureSQL:
            "Install Microsoft's package msodbcsql18 (from packages.microsoft.com), or Debian's tdsodbc (FreeTDS)."
        case .mysql, .mariadb:
            "Install Debian's package odbc-mariadb, or MySQL's own mysql-connector-odbc."
        case .oracle:
            "Install Oracle Instant Client with its ODBC package (oracle-instantclient-basiclite and -odbc), and register it "
                + "with its odbc_update_ini.sh."
        case .sqlite: "Install Debian's package libsqliteodbc."
        case .postgresql: "Install Debian's package odbc-postgresql."
        case .odbc, .api, .file:
            "`odbcinst -q -d` lists what is installed; a driver can also be named by the path of its library."
        }
    }
}
