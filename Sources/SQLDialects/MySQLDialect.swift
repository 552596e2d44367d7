import Ports

/// MySQL from 5.7 on, and MariaDB.
package struct MySQLDialect: SQLDialect {
    package let title: String
    package let names = NameRules(open: "`", close: "`", folding: .none, limit: .characters(64))
    package let rowLimit = RowLimit.limit
    private let isMariaDB: Bool

    package init(isMariaDB: Bool = false) {
        title = isMariaDB ? "MariaDB" : "MySQL"
        self.isMariaDB = isMariaDB
    }

    package var lexicon: Lexicon {
        var lexicon = Lexicon(quotes: [
            .init("'", "'", backslashes: true), .init("\"", "\"", backslashes: true), .init("`", "`"),
        ])
        lexicon.isMySQL = true
        return lexicon
    }

    /// What a backslash means depends on sql_mode, so a text with one is written by its bytes.
    package func literal(_ text: String) throws(SQLDialectFault) -> String {
        guard text.utf8.contains(UInt8(ascii: "\\")) else { return try QuotedText.standardLiteral(text, title: title) }
        try QuotedText.refuseNUL(text, title: title)
        let digits = Array("0123456789ABCDEF".utf8)
        let hex = text.utf8.flatMap { [digits[Int($0 >> 4)], digits[Int($0 & 15)]] }
        return "CONVERT(X'\(String(decoding: hex, as: UTF8.self))' USING utf8mb4)"
    }

    package func reading(of type: DatabaseType) -> ColumnReading {
        switch type.name {
        case "bit":
            guard let size = type.size, size > 1 else { return .plain }
            return .text("LPAD(BIN(", "), \(size), '0')", "bit(\(size)) is read as text of zeros and ones")
        // Up to 838:59:59, and below zero: no time of day.
        case "time":
            return ColumnReading(
                ["CAST(", " AS CHAR)"], .durationText, note: "time is read as text: it may exceed a day")
        // Said in the session's zone, which is UTC.
        case "timestamp": return .utc
        case "geometry", "point", "linestring", "polygon", "multipoint", "multilinestring", "multipolygon",
            "geometrycollection", "geomcollection":
            return .text("ST_AsText(", ")", "\(type.name) is read as well-known text")
        case "vector":
            let function = isMariaDB ? "VEC_ToText" : "VECTOR_TO_STRING"
            return .text("\(function)(", ")", "vector is read as text")
        // Dates are plain: who reads them has to ask the driver for text, as MariaDB's shows 0000-00-00 as NULL to whoever asks
        // for a date.
        default: return .plain
        }
    }

    package func key(of type: DatabaseType) -> KeyType? {
        let digits = type.digits ?? 6
        switch type.name {
        case "tinyint", "smallint", "mediumint", "int", "integer", "bigint":
            return .cast(
                .integer, tag: type.name + (type.isUnsigned ? " unsigned" : ""),
                to: type.isUnsigned ? "UNSIGNED" : "SIGNED", text: "CHAR")
        case "year": return .cast(.integer, tag: "year", to: "UNSIGNED", text: "CHAR")
        case "decimal", "numeric":
            let (precision, scale) = (type.size ?? 65, type.digits ?? 0)
            return .cast(
                scale == 0 ? .integer : .decimal(scale: scale), tag: "numeric(\(precision),\(scale))",
                to: "DECIMAL(\(precision),\(scale))", text: "CHAR")
        case "date": return .cast(.date, tag: "date", to: "DATE", text: "CHAR")
        case "datetime":
            return .cast(
                .time(digits: digits, zone: false), tag: "timestamp(\(digits))", to: "DATETIME(\(digits))", text: "CHAR"
            )
        // The session's zone is UTC, on both sides of the comparison.
        case "timestamp":
            return .cast(
                .time(digits: digits, zone: false), tag: "timestamptz(\(digits))", to: "DATETIME(\(digits))",
                text: "CHAR")
        case "char", "varchar":
            // Without a cast: it would carry a collation of its own, and the column's decides.
            return KeyType(
                .text, tag: type.size.map { "\(type.name)(\($0))" } ?? type.name, parameter: ("", ""), text: ("", ""))
        default: return nil
        }
    }

    package var session: SessionStatements {
        SessionStatements(
            opening: [
                "SET SESSION time_zone = '+00:00'", "SET SESSION TRANSACTION READ ONLY",
                // Seconds that the server waits while we write what we have read: 60 are too few for a slow disk.
                "SET SESSION net_write_timeout = 600",
            ],
            consistent: ConsistentRead(
                begin: [
                    "SET SESSION TRANSACTION ISOLATION LEVEL REPEATABLE READ",
                    "START TRANSACTION WITH CONSISTENT SNAPSHOT, READ ONLY",
                ],
                end: ["COMMIT"],
                proof: isMariaDB
                    ? MomentProof(
                        report: "SHOW ENGINE INNODB STATUS", connection: "SELECT CONNECTION_ID()", privilege: "PROCESS")
                    : nil,
                otherwise: "Tables that are not kept by InnoDB show each moment as it passes."))
    }

    /// The session's zone is UTC; the server's own is the one that writers see unless they chose another.
    package var clock: DatabaseClock? {
        DatabaseClock(
            local: "CONVERT_TZ(UTC_TIMESTAMP(6), '+00:00', @@GLOBAL.time_zone)", utc: "UTC_TIMESTAMP(6)", instant: nil)
    }

    package var openTransactions: OpenTransactions? {
        OpenTransactions(
            // Transactions that only read are none that anybody waits for. A statement may have taken its time and not begun
            // its transaction yet.
            list: """
                SELECT CAST(t.trx_id AS CHAR), \
                DATE_FORMAT(CONVERT_TZ(t.trx_started, 'SYSTEM', '+00:00'), '%Y-%m-%dT%H:%i:%s'), p.USER, p.HOST, t.trx_state \
                FROM information_schema.INNODB_TRX t \
                LEFT JOIN information_schema.PROCESSLIST p ON p.ID = t.trx_mysql_thread_id \
                WHERE t.trx_mysql_thread_id <> CONNECTION_ID() AND t.trx_is_read_only = 0 \
                UNION ALL \
                SELECT CONCAT('statement ', q.ID), \
                DATE_FORMAT(UTC_TIMESTAMP() - INTERVAL q.TIME + 1 SECOND, '%Y-%m-%dT%H:%i:%s'), q.USER, q.HOST, q.STATE \
                FROM information_schema.PROCESSLIST q \
                WHERE q.COMMAND IN ('Query', 'Execute') AND q.TIME < 10 AND q.ID <> CONNECTION_ID() \
                AND q.ID NOT IN (SELECT x.trx_mysql_thread_id FROM information_schema.INNODB_TRX x) \
                ORDER BY 2
                """,
            privilege: "PROCESS",
            // The server keeps this list for as long as somebody asks for it within a tenth of a second (InnoDB's trx0i_s).
            freshness: ListFreshness(
                begin: "START TRANSACTION WITH CONSISTENT SNAPSHOT, READ ONLY",
                probe:
                    "SELECT COUNT(*) FROM information_schema.INNODB_TRX WHERE trx_mysql_thread_id = CONNECTION_ID()",
                end: "COMMIT"))
    }

    package func isInSnapshot(schema: String?, table: String) throws(SQLDialectFault) -> String? {
        let schema = try schema.map { (name) throws(SQLDialectFault) in try literal(name) } ?? "DATABASE()"
        return "SELECT CASE WHEN t.ENGINE = 'InnoDB' THEN '1' ELSE '0' END FROM information_schema.TABLES t "
            + "WHERE t.TABLE_SCHEMA = \(schema) AND t.TABLE_NAME = \(try literal(table))"
    }

    package var catalog: (any CatalogStatements)? { MySQLCatalog(dialect: self) }

    /// Not IS NULL, which is true of 0000-00-00 as well in columns that are declared NOT NULL: the row would be read twice.
    package func isNull(_ expression: String) -> String { "\(expression) <=> NULL" }

    /// Reads all of an index or of the table, and sends little.
    package func sample(rows: Int, of total: Int, isTable: Bool) -> SampleClause? {
        .condition("RAND() < \(SampleShare.fraction(rows, of: total))")
    }
}
