import Columnar
import Glibc
import Ports
import SQLDialects
import Testing

@testable import ODBCSource

/// A throwaway server of the live tests, reached through its ODBC driver.
enum LiveSource: String, CaseIterable, Sendable {
    case mariaDB, postgreSQL

    static let present = allCases.filter(\.isPresent)
    var isPresent: Bool { text != nil }

    /// In ODBC's own words. INGEST_TEST_MARIADB has them without the driver; INGEST_TEST_PG is a conninfo.
    private var text: String? {
        switch self {
        case .mariaDB:
            return getenv("INGEST_TEST_MARIADB").map { "DRIVER={MariaDB Unicode};" + String(cString: $0) }
        case .postgreSQL:
            guard let conninfo = getenv("INGEST_TEST_PG").map({ String(cString: $0) }) else { return nil }
            var words = ["DRIVER={PostgreSQL Unicode}", "SSLMODE=disable"]
            let names = ["host": "SERVERNAME", "port": "PORT", "user": "UID", "password": "PWD", "dbname": "DATABASE"]
            for part in conninfo.split(separator: " ") {
                let pair = part.split(separator: "=", maxSplits: 1)
                if pair.count == 2, let name = names[String(pair[0])] { words.append("\(name)={\(pair[1])}") }
            }
            return words.joined(separator: ";")
        }
    }

    func plan(_ more: String = "") throws -> ODBCConnectionPlan {
        // The first of two keywords counts.
        try ODBCConnectionPlan(url: "odbc:" + more + (try #require(text)))
    }

    func connect(_ more: String = "") throws -> ODBCConnection {
        try ODBCConnection.connect(
            try plan(more).resolved(among: .current()).target, stop: StopSignal())
    }

    var dialect: any SQLDialect {
        switch self {
        case .mariaDB: MySQLDialect(isMariaDB: true)
        case .postgreSQL: PostgreSQLDialect()
        }
    }

    /// Set up as for reading.
    func opened() throws -> ODBCSession {
        try ODBCSession.open(
            try plan().resolved(among: .current()).target, type: .odbc, stop: StopSignal())
    }

    func session() throws -> ODBCConnection { try opened().connection }

    /// Drops and makes a schema, and runs statements in it.
    func prepare(_ schema: String, _ statements: [String]) throws {
        let connection = try connect()
        defer { connection.close() }
        let name = try dialect.identifier(schema)
        let drop = self == .mariaDB ? "DROP DATABASE IF EXISTS \(name)" : "DROP SCHEMA IF EXISTS \(name) CASCADE"
        for sql in [drop, "CREATE SCHEMA \(name)"] + statements { try connection.run(sql, doing: sql) }
    }
}

/// One after the other: they share servers.
@Suite(
    "Databases through their ODBC drivers",
    .enabled(if: !LiveSource.present.isEmpty, "set INGEST_TEST_MARIADB and INGEST_TEST_PG"), .serialized)
enum LiveODBCTests {}
