import Ports

/// Oracle Database from 11.2 on.
package struct OracleDialect: SQLDialect {
    package let title = "Oracle"
    package let names: NameRules
    package let rowLimit: RowLimit

    /// - Parameter major: the server's version: before 12 names have 30 bytes, and there is no FETCH FIRST.
    package init(major: Int = 19) {
        names = NameRules(
            open: "\"", close: "\"", folding: .upper, limit: .bytes(major >= 12 ? 128 : 30), refused: ["\""])
        rowLimit = major >= 12 ? .fetchFirst : .rownum
    }

    package var lexicon: Lexicon {
        var lexicon = Lexicon(quotes: [.init("'", "'"), .init("\"", "\"")])
        lexicon.alternativeQuotes = true
        return lexicon
    }

    /// By code units where it is not ASCII: the database's character set may lack the letters, the national one has them.
    package func literal(_ text: String) throws(SQLDialectFault) -> String {
        if text.utf8.allSatisfy({ $0 < 0x80 }) { return try QuotedText.standardLiteral(text, title: title) }
        try QuotedText.refuseNUL(text, title: title)
        var out = "UNISTR('"
        for unit in text.utf16 {
            switch unit {
            case 0x27: out += "''"
            case 0x20...0x7E where unit != 0x5C: out.unicodeScalars.append(Unicode.Scalar(UInt8(unit)))
            default:
                let digits = String(unit, radix: 16, uppercase: true)
                out += "\\" + String(repeating: "0", count: 4 - digits.count) + digits
            }
        }
        return out + "')"
    }

    package func reading(of type: DatabaseType) -> ColumnReading {
        switch type.name {
        case "number", "decimal", "numeric":
            // A NUMBER without precision has up to 40 digits and any scale; drivers call it a double, or a decimal of 38
            // digits without any behind the point.
            guard let precision = type.size, precision > 0, type.digits != nil else { return Self.digits }
            return .plain
        case "float": return Self.digits
        case "date", "char", "nchar", "varchar2", "nvarchar2", "varchar", "clob", "nclob", "long", "raw", "long raw",
            "blob",
            "binary_float", "binary_double", "boolean", "integer", "smallint":
            return .plain
        case "timestamp": return .plain
        case "timestamp with time zone", "timestamp with local time zone":
            return ColumnReading(["SYS_EXTRACT_UTC(", ")"], .utc, note: nil)
        case "rowid", "urowid": return .text("CAST(", " AS VARCHAR2(4000))", "\(type.name) is read as text")
        case "interval year to month": return Self.months
        case "interval day to second": return Self.seconds
        case "bfile":
            return ColumnReading(["TO_BLOB(", ")"], .asDescribed, note: "bfile: the bytes of the file are read")
        case "xmltype": return .text("XMLSERIALIZE(CONTENT ", " AS CLOB)", "xmltype is read as text")
        case "json": return .text("JSON_SERIALIZE(", " RETURNING CLOB)", "json is read as text")
        case "sdo_geometry": return .text("SDO_UTIL.TO_WKTGEOMETRY(", ")", "sdo_geometry is read as well-known text")
        case "vector": return .text("FROM_VECTOR(", " RETURNING CLOB)", "vector is read as text")
        // Objects and collections have no text of their own but their XML.
        default:
            return .text("XMLSERIALIZE(CONTENT XMLTYPE(", ") AS CLOB)", "\(type.name) is read as the text of its XML")
        }
    }

    private static let numberText = "'TM9', 'NLS_NUMERIC_CHARACTERS=''.,''')"
    /// The shortest text that holds all digits.
    private static let digits = ColumnReading(
        ["TO_CHAR(", ", " + numberText], .decimalText, note: "number without precision and scale")
    /// ISO 8601. Each part carries the sign, as PostgreSQL writes it.
    private static let months = ColumnReading(
        ["NVL2(", ", 'P' || EXTRACT(YEAR FROM ", ") || 'Y' || EXTRACT(MONTH FROM ", ") || 'M', NULL)"], .text,
        note: "interval is read as ISO 8601 text")
    private static let seconds = ColumnReading(
        [
            "NVL2(", ", 'P' || EXTRACT(DAY FROM ", ") || 'DT' || EXTRACT(HOUR FROM ",
            ") || 'H' || EXTRACT(MINUTE FROM ",
            ") || 'M' || TO_CHAR(EXTRACT(SECOND FROM ", "), \(numberText) || 'S', NULL)",
        ], .text, note: "interval is read as ISO 8601 text")

    package func key(of type: DatabaseType) -> KeyType? {
        let digits = type.digits ?? 6
        switch type.name {
        case "number", "decimal", "numeric", "integer", "smallint":
            let scale = type.digits ?? 0
            let isInteger = type.size != nil && scale <= 0 || type.name.hasSuffix("int") || type.name == "integer"
            return KeyType(
                isInteger ? .integer : .decimal(scale: max(0, scale)),
                tag: type.size.map { "numeric(\($0),\(scale))" } ?? "numeric",
                parameter: ("TO_NUMBER(", ")"), text: ("TO_CHAR(", ", " + Self.numberText))
        // It has seconds: a time, not a date.
        case "date":
            let form = "'YYYY-MM-DD\"T\"HH24:MI:SS')"
            return KeyType(
                .time(digits: 0, zone: false), tag: "date(seconds)", parameter: ("TO_DATE(", ", " + form),
                text: ("TO_CHAR(", ", " + form))
        case "timestamp":
            let form = "'YYYY-MM-DD\"T\"HH24:MI:SS.FF9')"
            return KeyType(
                .time(digits: max(1, digits), zone: false), tag: "timestamp(\(digits))",
                parameter: ("TO_TIMESTAMP(", ", " + form), text: ("TO_CHAR(", ", " + form))
        case "timestamp with time zone", "timestamp with local time zone":
            return KeyType(
                .time(digits: max(1, digits), zone: true), tag: "timestamptz(\(digits))",
                parameter: ("TO_TIMESTAMP_TZ(", ", 'YYYY-MM-DD\"T\"HH24:MI:SS.FF9TZH:TZM')"),
                text: ("TO_CHAR(SYS_EXTRACT_UTC(", "), 'YYYY-MM-DD\"T\"HH24:MI:SS.FF9') || '+00:00'"))
        case "char", "nchar", "varchar2", "nvarchar2", "varchar":
            guard let size = type.size, size > 0 else { return nil }
            let name = type.name == "varchar" ? "varchar2" : type.name
            return KeyType(
                .text, tag: "\(name)(\(size))", parameter: ("CAST(", " AS \(name.uppercased())(\(size)))"),
                text: ("", ""))
        default: return nil
        }
    }

    package var session: SessionStatements {
        SessionStatements(
            opening: [
                "ALTER SESSION SET NLS_NUMERIC_CHARACTERS = '.,'", "ALTER SESSION SET TIME_ZONE = '+00:00'",
                "ALTER SESSION SET NLS_COMP = 'BINARY'", "ALTER SESSION SET NLS_SORT = 'BINARY'",
            ],
            consistent: ConsistentRead(
                begin: ["SET TRANSACTION READ ONLY"], end: ["COMMIT"], isManualCommit: true,
                moment: "SELECT TO_CHAR(DBMS_FLASHBACK.GET_SYSTEM_CHANGE_NUMBER) FROM DUAL",
                otherwise:
                    "For several connections to read one moment, the user needs EXECUTE on SYS.DBMS_FLASHBACK and "
                    + "FLASHBACK on the table."))
    }

    package var clock: DatabaseClock? {
        DatabaseClock(
            local: "CAST(SYSTIMESTAMP AS TIMESTAMP)", utc: "SYS_EXTRACT_UTC(SYSTIMESTAMP)", instant: "SYSTIMESTAMP")
    }

    package var openTransactions: OpenTransactions? {
        // START_DATE is the server's wall clock.
        OpenTransactions(
            list: """
                SELECT t.XIDUSN || '.' || t.XIDSLOT || '.' || t.XIDSQN, \
                TO_CHAR(t.START_DATE - (SYSDATE - CAST(SYS_EXTRACT_UTC(SYSTIMESTAMP) AS DATE)), \
                'YYYY-MM-DD"T"HH24:MI:SS'), s.USERNAME, s.PROGRAM, s.STATUS \
                FROM V$TRANSACTION t LEFT JOIN V$SESSION s ON s.SADDR = t.SES_ADDR \
                WHERE s.AUDSID IS NULL OR s.AUDSID <> SYS_CONTEXT('USERENV', 'SESSIONID') ORDER BY t.START_DATE
                """,
            privilege: "SELECT on SYS.V_$TRANSACTION and SYS.V_$SESSION")
    }

    package var catalog: (any CatalogStatements)? { OracleCatalog(dialect: self) }

    package func sample(rows: Int, of total: Int, isTable: Bool) -> SampleClause? {
        let percent = SampleShare.percent(rows, of: total)
        // 100 is none that Oracle takes.
        return isTable && percent != "100.0000" ? .behindTable("SAMPLE BLOCK (\(percent))") : nil
    }

    package func asOf(moment: String) -> String? {
        moment.utf8.allSatisfy { (0x30...0x39).contains($0) } && !moment.isEmpty ? "AS OF SCN \(moment)" : nil
    }

    package var fromNothing: String { " FROM DUAL" }
}
