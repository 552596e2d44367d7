import Ports

/// PostgreSQL through ODBC. Its own source has statements of its own; what both write is quoted by `PostgreSQLText`.
package struct PostgreSQLDialect: SQLDialect {
    package let title = "PostgreSQL"
    // Longer names are cut by the server itself, in CREATE as in SELECT.
    package let names = NameRules(open: "\"", close: "\"", folding: .lower, limit: .none)
    package let rowLimit = RowLimit.limit

    package init() {}

    package var lexicon: Lexicon {
        var lexicon = Lexicon(quotes: [.init("'", "'"), .init("\"", "\"")])
        lexicon.nestsComments = true
        lexicon.dollarQuotes = true
        lexicon.escapeQuotes = true
        return lexicon
    }

    package func literal(_ text: String) throws(SQLDialectFault) -> String {
        try QuotedText.refuseNUL(text, title: title)
        return PostgreSQLText.literal(text)
    }

    package func reading(of type: DatabaseType) -> ColumnReading {
        switch type.name {
        case "bool", "boolean", "int2", "int4", "int8", "smallint", "integer", "bigint", "oid", "float4", "float8",
            "real",
            "double precision", "text", "varchar", "character varying", "bpchar", "char", "character", "name", "bytea",
            "uuid", "serial", "bigserial", "smallserial":
            return .plain
        // As text: of infinity, of years before Christ and beyond 9999 psqlODBC makes other dates without a word.
        case "date": return ColumnReading(["CAST(", " AS text)"], .dateText, note: nil)
        case "timestamp", "timestamp without time zone":
            return ColumnReading(["CAST(", " AS text)"], .timestampText(utc: false), note: nil)
        // Said in the session's zone, which is UTC.
        case "timestamptz", "timestamp with time zone":
            return ColumnReading(["CAST(", " AS text)"], .timestampText(utc: true), note: nil)
        case "time", "time without time zone": return ColumnReading(["CAST(", " AS text)"], .timeText, note: nil)
        case "numeric", "decimal":
            guard let precision = type.size, precision > 0, precision <= 1000, type.digits != nil else {
                return ColumnReading(["CAST(", " AS text)"], .decimalText, note: "numeric without precision and scale")
            }
            return .plain
        case "money":
            return ColumnReading(["CAST(", " AS numeric(19,2))"], .decimal(precision: 19, scale: 2), note: nil)
        // Their cast to text shows a netmask that they themselves do not.
        case "inet": return .text("textin(inet_out(", "))", "inet is read as text")
        case "cidr": return .text("textin(cidr_out(", "))", "cidr is read as text")
        default: return .text("CAST(", " AS text)", "\(type.name) is read as text")
        }
    }

    package func key(of type: DatabaseType) -> KeyType? {
        let digits = type.digits ?? 6
        func cast(_ sort: KeyType.Sort, _ tag: String, _ name: String) -> KeyType {
            .cast(sort, tag: tag, to: name, text: "text")
        }
        switch type.name {
        case "int2", "smallint", "smallserial": return cast(.integer, "smallint", "int2")
        case "int4", "integer", "serial": return cast(.integer, "integer", "int4")
        case "int8", "bigint", "bigserial": return cast(.integer, "bigint", "int8")
        case "numeric", "decimal": return cast(.decimal(scale: type.digits ?? 0), "numeric", "numeric")
        case "date": return cast(.date, "date", "date")
        case "timestamp", "timestamp without time zone":
            return cast(.time(digits: digits, zone: false), "timestamp(\(digits))", "timestamp")
        case "timestamptz", "timestamp with time zone":
            return cast(.time(digits: digits, zone: true), "timestamptz(\(digits))", "timestamptz")
        case "text", "varchar", "character varying", "bpchar", "char", "character":
            return cast(.text, "text", type.name.hasSuffix("char") && type.name != "varchar" ? "bpchar" : "text")
        default: return nil
        }
    }

    package var session: SessionStatements {
        SessionStatements(
            opening: [
                "SET SESSION CHARACTERISTICS AS TRANSACTION READ ONLY", "SET TimeZone = 'UTC'",
                "SET DateStyle = 'ISO, YMD'", "SET IntervalStyle = 'iso_8601'", "SET extra_float_digits = 3",
                "SET bytea_output = 'hex'",
            ],
            consistent: ConsistentRead(
                begin: ["BEGIN ISOLATION LEVEL REPEATABLE READ READ ONLY"], end: ["COMMIT"], otherwise: ""))
    }

    /// The session's zone is UTC; what the role or database had set before is the server's own.
    package var clock: DatabaseClock? {
        DatabaseClock(
            local: "clock_timestamp() AT TIME ZONE (SELECT s.reset_val FROM pg_catalog.pg_settings s "
                + "WHERE s.name = 'TimeZone')",
            utc: "clock_timestamp() AT TIME ZONE 'UTC'", instant: "clock_timestamp()")
    }

    package var openTransactions: OpenTransactions? {
        OpenTransactions(
            list: """
                SELECT CAST(a.pid AS text), CAST(a.xact_start AT TIME ZONE 'UTC' AS text), CAST(a.usename AS text), \
                a.application_name, a.state FROM pg_catalog.pg_stat_activity a \
                WHERE a.datname = current_database() AND a.pid <> pg_backend_pid() AND a.xact_start IS NOT NULL \
                ORDER BY a.xact_start
                """,
            privilege: "pg_read_all_stats")
    }

    package var catalog: (any CatalogStatements)? { PostgreSQLCatalog(dialect: self) }

    package func sample(rows: Int, of total: Int, isTable: Bool) -> SampleClause? {
        isTable
            ? .behindTable("TABLESAMPLE SYSTEM (\(SampleShare.percent(rows, of: total)))")
            : .condition("random() < \(SampleShare.fraction(rows, of: total))")
    }
}
