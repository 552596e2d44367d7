/// What kind of place a source is: decides which columns of the workbook apply to its jobs.
package enum SourceType: String, CaseIterable, Sendable {
    case postgresql, mssql
    case azureSQL = "azure_sql"
    case oracle, mysql, mariadb, sqlite, odbc, api, file

    /// As people write it: without regard to case, blanks, `_` and `-`, and by the names that are common elsewhere.
    package init?(name: String) {
        let plain = String(name.lowercased().filter { $0 != " " && $0 != "_" && $0 != "-" })
        switch plain {
        case "postgresql", "postgres", "pg": self = .postgresql
        case "mssql", "sqlserver", "mssqlserver": self = .mssql
        case "azuresql", "azure", "azuresqldatabase": self = .azureSQL
        case "oracle": self = .oracle
        case "mysql": self = .mysql
        case "mariadb": self = .mariadb
        case "sqlite", "sqlite3": self = .sqlite
        case "odbc": self = .odbc
        case "api", "rest", "restapi": self = .api
        case "file", "files": self = .file
        default: return nil
        }
    }

    package var isDatabase: Bool { self != .api && self != .file }
}

/// A source of the settings, as far as the workbook needs to know it.
package struct KnownSource: Equatable, Sendable {
    package var name: String
    /// Nil: the row's `source_type` says it.
    package var type: SourceType?
    /// Of rows that name none.
    package var schema: String?

    package init(name: String, type: SourceType?, schema: String? = nil) {
        self.name = name
        self.type = type
        self.schema = schema
    }
}
