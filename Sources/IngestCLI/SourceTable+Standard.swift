import ODBCSource
import PostgresSource
import SQLiteSource

extension SourceTable {
    /// Every source of this version.
    package static let standard = SourceTable(entries: [
        Entry(schemes: ["postgresql", "postgres"]) { url, options in
            var settings = try ConnectionSettings(url)
            settings.stallTimeout = options.stallTimeoutSeconds
            // Those that read, and the one that holds their snapshot.
            return options.connections.map { PostgresSource(settings, maximumConnections: $0 + 1) }
                ?? PostgresSource(settings)
        },
        Entry(schemes: ["sqlite", "sqlite3"]) { url, options in
            let path = try DatabasePath.of(url: url)
            return options.connections.map {
                SQLiteSource(path: path, maximumConnections: $0, lockSeconds: options.stallTimeoutSeconds)
            } ?? SQLiteSource(path: path, lockSeconds: options.stallTimeoutSeconds)
        },
        Entry(schemes: ["mssql", "sqlserver", "azure_sql", "oracle", "mysql", "mariadb", "odbc"]) { url, options in
            let plan = try ODBCConnectionPlan(url: url)
            var settings = ODBCOptions()
            settings.stallSeconds = options.stallTimeoutSeconds
            return ODBCSource(
                try plan.resolved(among: .current()), type: plan.type, options: settings,
                maximumConnections: options.connections ?? 4)
        },
    ])
}
