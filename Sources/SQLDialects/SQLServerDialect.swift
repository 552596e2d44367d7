import Ports

/// SQL Server from 2012 on, and Azure SQL.
package struct SQLServerDialect: SQLDialect {
    package let title: String
    // sysname is nvarchar(128).
    package let names = NameRules(open: "[", close: "]", folding: .none, limit: .units(128))
    package let rowLimit = RowLimit.top
    private let isAzure: Bool

    package init(isAzure: Bool = false) {
        title = isAzure ? "Azure SQL" : "SQL Server"
        self.isAzure = isAzure
    }

    package var lexicon: Lexicon {
        var lexicon = Lexicon(quotes: [.init("'", "'"), .init("\"", "\""), .init("[", "]")])
        lexicon.nestsComments = true
        lexicon.isTransactSQL = true
        return lexicon
    }

    /// N: without it, characters that the database's code page lacks become question marks.
    package func literal(_ text: String) throws(SQLDialectFault) -> String {
        "N" + (try QuotedText.standardLiteral(text, title: title))
    }

    package func reading(of type: DatabaseType) -> ColumnReading {
        switch type.name {
        case "bit", "tinyint", "smallint", "int", "bigint", "decimal", "numeric", "money", "smallmoney", "float",
            "real",
            "date", "time", "datetime", "smalldatetime", "datetime2", "datetimeoffset", "char", "varchar", "text",
            "nchar",
            "nvarchar", "ntext", "binary", "varbinary", "image", "uniqueidentifier", "timestamp", "rowversion",
            "sysname":
            .plain
        // sql_variant holds no value of more than 8,000 bytes, and takes part in no cast to max.
        case "sql_variant":
            .text("CAST(", " AS nvarchar(4000))", "sql_variant holds values of several types; it is read as text")
        // xml, hierarchyid, geometry, geography, json, vector, and types of assemblies: ToString() of the type.
        default: .text("CAST(", " AS nvarchar(max))", "\(type.name) is read as text")
        }
    }

    package func key(of type: DatabaseType) -> KeyType? {
        let digits = type.digits ?? 7
        // Style 126 is ISO 8601; with T it means the same in every language of the session.
        func time(_ name: String, digits: Int, zone: Bool = false) -> KeyType {
            KeyType(
                .time(digits: digits, zone: zone), tag: name, parameter: ("CAST(", " AS \(name))"),
                text: ("CONVERT(varchar(34), ", ", 126)"))
        }
        switch type.name {
        case "tinyint", "smallint", "int", "bigint": return .cast(.integer, to: type.name, text: "varchar(20)")
        case "decimal", "numeric":
            let (precision, scale) = (type.size ?? 38, type.digits ?? 0)
            return .cast(
                scale == 0 ? .integer : .decimal(scale: scale), tag: "numeric(\(precision),\(scale))",
                to: "decimal(\(precision),\(scale))", text: "varchar(41)")
        // Style 2: all four digits behind the point; a cast to text would show two.
        case "money", "smallmoney":
            return KeyType(
                .decimal(scale: 4), tag: type.name, parameter: ("CAST(", " AS \(type.name))"),
                text: ("CONVERT(varchar(24), ", ", 2)"))
        case "date":
            return KeyType(
                .date, tag: "date", parameter: ("CAST(", " AS date)"), text: ("CONVERT(varchar(10), ", ", 23)"))
        // Compared as datetime: as datetime2 its ticks of 1/300 s would differ from the digits that they are shown with.
        case "datetime": return time("datetime", digits: 3)
        case "smalldatetime": return time("smalldatetime", digits: 0)
        case "datetime2": return time("datetime2(\(digits))", digits: digits)
        case "datetimeoffset": return time("datetimeoffset(\(digits))", digits: digits, zone: true)
        // Style 1: 0x and sixteen hexadecimal digits.
        case "timestamp", "rowversion":
            return KeyType(
                .binary, tag: "rowversion", parameter: ("CONVERT(binary(8), ", ", 1)"),
                text: ("CONVERT(varchar(18), CONVERT(binary(8), ", "), 1)"))
        case "char", "varchar", "nchar", "nvarchar", "sysname":
            guard let size = type.size, size > 0, size <= 4000 else { return nil }
            // Of the column's own kind: a varchar column compared with nvarchar would be converted row by row.
            let name = type.name == "sysname" ? "nvarchar" : type.name
            return KeyType(
                .text, tag: "\(name)(\(size))", parameter: ("CAST(", " AS \(name)(\(size)))"), text: ("", ""))
        default: return nil
        }
    }

    package var session: SessionStatements {
        SessionStatements(
            // FreeTDS asks for 64 kB of each long text; the others have these set already.
            opening: [
                "SET TEXTSIZE 2147483647", "SET ANSI_NULLS ON", "SET QUOTED_IDENTIFIER ON", "SET ANSI_WARNINGS ON",
            ],
            consistent: ConsistentRead(
                allowed: """
                    SELECT CASE WHEN snapshot_isolation_state = 1 THEN 1 ELSE 0 END FROM sys.databases \
                    WHERE database_id = DB_ID()
                    """,
                begin: ["SET TRANSACTION ISOLATION LEVEL SNAPSHOT", "BEGIN TRANSACTION"],
                end: ["COMMIT TRANSACTION", "SET TRANSACTION ISOLATION LEVEL READ COMMITTED"],
                otherwise: "Its owner can allow reads of one moment: "
                    + "ALTER DATABASE CURRENT SET ALLOW_SNAPSHOT_ISOLATION ON;"))
    }

    package var clock: DatabaseClock? {
        DatabaseClock(local: "SYSDATETIME()", utc: "SYSUTCDATETIME()", instant: "SYSDATETIMEOFFSET()")
    }

    package var openTransactions: OpenTransactions? {
        OpenTransactions(
            list: """
                SELECT CONVERT(varchar(20), t.transaction_id), CONVERT(varchar(27), \
                DATEADD(minute, DATEDIFF(minute, GETDATE(), GETUTCDATE()), t.transaction_begin_time), 126), \
                s.login_name, s.program_name, s.status \
                FROM sys.dm_tran_active_transactions t \
                JOIN sys.dm_tran_database_transactions d ON d.transaction_id = t.transaction_id AND d.database_id = DB_ID() \
                JOIN sys.dm_tran_session_transactions x ON x.transaction_id = t.transaction_id \
                JOIN sys.dm_exec_sessions s ON s.session_id = x.session_id \
                WHERE s.session_id <> @@SPID \
                AND NOT (s.transaction_isolation_level = 5 AND s.program_name = APP_NAME()) ORDER BY t.transaction_begin_time
                """,
            privilege: isAzure ? "VIEW DATABASE STATE" : "VIEW SERVER STATE",
            lowestRowVersion: "SELECT CONVERT(varchar(18), MIN_ACTIVE_ROWVERSION(), 1)")
    }

    package var catalog: (any CatalogStatements)? { SQLServerCatalog(dialect: self) }

    /// A table by its pages: cheap, and close enough for bounds.
    package func sample(rows: Int, of total: Int, isTable: Bool) -> SampleClause? {
        guard isTable else {
            // NEWID() is another one for each row, RAND() is not.
            return .condition("ABS(CHECKSUM(NEWID()) % \(SampleShare.oneIn(rows, of: total))) = 0")
        }
        return .behindTable("TABLESAMPLE (\(SampleShare.percent(rows, of: total)) PERCENT)")
    }
}
