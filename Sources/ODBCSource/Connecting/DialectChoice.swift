import Ports
import SQLDialects

/// Which SQL a connected database speaks: what the driver says of the database, as a source's type may be odbc.
package enum DialectChoice {
    package static func dialect(type: SourceType, identity: DriverIdentity, product: DatabaseProduct) -> any SQLDialect
    {
        switch product {
        case .sqlServer: return SQLServerDialect(isAzure: type == .azureSQL)
        case .oracle: return OracleDialect(major: major(identity.databaseVersion) ?? 19)
        // MySQL's own driver says MySQL of MariaDB too; MariaDB's version names itself.
        case .mysql:
            let said = (identity.database + " " + identity.databaseVersion).lowercased()
            return MySQLDialect(isMariaDB: said.contains("mariadb") || type == .mariadb)
        case .postgres: return PostgreSQLDialect()
        case .sqlite: return SQLiteDialect()
        case .other:
            return GenericDialect(
                title: identity.database.isEmpty ? "the database" : identity.database,
                quote: identity.quote.unicodeScalars.first)
        }
    }

    /// 19 of "19.00.0000 Oracle 19.3.0.0.0".
    static func major(_ version: String) -> Int? {
        Int(version.prefix { $0.isNumber })
    }
}
