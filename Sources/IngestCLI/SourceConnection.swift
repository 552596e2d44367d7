import Glibc
import ODBCSource
import Ports
import PostgresSource
import SQLiteSource
import Settings

/// Opens the sources of the settings.
enum SourceConnection {
    /// Debian's bundle: libpq 15 has no word for "what the system trusts".
    static let systemRoots = "/etc/ssl/certs/ca-certificates.crt"

    /// Secrets are fetched here, and held by the source that is returned.
    static func source(
        _ source: SourceSettings, project: ProjectSettings, environment: [String: String],
        options: SourceTable.SourceOptions
    ) throws -> any BatchSource {
        guard let type = source.type else {
            throw SettingsFault(
                "\(source.place): [sources.\(source.name)] has no type",
                remedy: "Add for instance type = \"postgresql\".")
        }
        let connections = options.connections ?? source.integer("max_connections") ?? 4
        switch type {
        case .postgresql:
            let keywords = try keywords(source, project: project, environment: environment)
            var settings = try ConnectionSettings("", overrides: keywords)
            settings.stallTimeout = options.stallTimeoutSeconds
            // What --parallel says are those that read; one more holds their snapshot.
            return PostgresSource(settings, maximumConnections: options.connections.map { $0 + 1 } ?? connections)
        case .sqlite:
            return SQLiteSource(
                path: try databaseFile(source, project: project), maximumConnections: connections,
                lockSeconds: options.stallTimeoutSeconds)
        case .mssql, .azureSQL, .oracle, .mysql, .mariadb, .odbc:
            var settings = ODBCOptions()
            settings.stallSeconds = options.stallTimeoutSeconds
            if let seconds = source.seconds("connect_timeout") { settings.loginSeconds = seconds }
            let plan = try connectionPlan(source, type: type, project: project)
            return ODBCSource(
                try resolved(plan, source), type: type, options: settings, maximumConnections: connections)
        case .api, .file:
            throw SettingsFault(
                "\(source.place): [sources.\(source.name)] is of the type \(type.rawValue), which this version cannot read",
                remedy: "This version reads databases.")
        }
    }

    private static func resolved(
        _ plan: ODBCConnectionPlan, _ source: SourceSettings
    ) throws(SettingsFault) -> ResolvedConnection {
        do throws(ODBCFault) {
            return try plan.resolved(among: .current())
        } catch {
            throw SettingsFault("\(source.place): [sources.\(source.name)]: \(error.message)", remedy: error.remedy)
        }
    }

    /// Its keys with their values; what stands in its table `odbc` goes to the driver as it is.
    private static func connectionPlan(
        _ source: SourceSettings, type: SourceType, project: ProjectSettings
    ) throws -> ODBCConnectionPlan {
        var values: [String: String] = [:]
        for key in ODBCConnectionPlan.keys where source.isSet(key) {
            guard let text = try source.text(key, secrets: project.secrets) else { continue }
            values[key] = key.hasPrefix("ssl") && key != "sslmode" ? project.settings.project.path(of: text) : text
        }
        if values["application_name"] == nil { values["application_name"] = "ingest" }
        var extra: [String: String] = [:]
        for key in source.entries.keys where key.hasPrefix("odbc.") {
            extra[String(key.dropFirst("odbc.".count))] = try source.text(key, secrets: project.secrets)
        }
        return try ODBCConnectionPlan(
            type: type, values: values, extra: extra, origin: source.isEarlier ? .earlier : .settings)
    }

    /// The path of a SQLite file. A relative one belongs to the project.
    private static func databaseFile(_ source: SourceSettings, project: ProjectSettings) throws -> String {
        guard let text = try source.text("database", secrets: project.secrets), !text.isEmpty else {
            throw SettingsFault(
                "\(source.place): [sources.\(source.name)] has no database",
                remedy: "Add database = \"path/to/file.db\".")
        }
        let path = text.hasPrefix("sqlite:") || text.hasPrefix("sqlite3:") ? try DatabasePath.of(url: text) : text
        return project.settings.project.path(of: path)
    }

    /// libpq's keywords with their values: no connection string is put together.
    static func keywords(
        _ source: SourceSettings, project: ProjectSettings, environment: [String: String]
    ) throws -> [String: String] {
        var keywords: [String: String] = [:]
        let names = [
            "host": "host", "port": "port", "database": "dbname", "username": "user", "password": "password",
            "application_name": "application_name", "sslcert": "sslcert", "sslkey": "sslkey",
        ]
        for (key, keyword) in names where source.isSet(key) {
            guard let text = try source.text(key, secrets: project.secrets) else { continue }
            keywords[keyword] = key.hasPrefix("ssl") ? project.settings.project.path(of: text) : text
        }
        if let seconds = source.seconds("connect_timeout") {
            keywords["connect_timeout"] = String(Int(seconds.rounded(.up)))
        }
        let protection = ConnectionProtection(host: keywords["host"], source: source)
        keywords["sslmode"] = protection.mode
        if protection.needsRoots || source.isSet("sslrootcert") {
            if let path = try source.text("sslrootcert", secrets: project.secrets) {
                keywords["sslrootcert"] = project.settings.project.path(of: path)
            } else if environment["PGSSLROOTCERT"] == nil, !hasOwnRoots(environment),
                access(systemRoots, R_OK) == 0
            {
                keywords["sslrootcert"] = systemRoots
            }
        }
        return keywords
    }

    /// libpq's own place for certificates, which it uses by itself.
    private static func hasOwnRoots(_ environment: [String: String]) -> Bool {
        environment["HOME"].map { access($0 + "/.postgresql/root.crt", R_OK) == 0 } ?? false
    }
}
