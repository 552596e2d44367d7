import Columnar

/// Oracle's types as its ODBC driver describes them, from its documentation ("DATE and TIMESTAMP … are reported as
/// SQL_TIMESTAMP") and from what others met with it: SQL_C_SBIGINT is refused when rows are fetched, times with zone come
/// as local times of the session, NUMBER without precision has none, and numbers below one have no zero before the point.
/// No Oracle server and no driver of Oracle's was there to record from.
enum OracleColumns {
    static let nines = String(repeating: "9", count: 38)

    static let all: [RecordedColumn] = numbers + times + texts

    static let numbers: [RecordedColumn] = [
        RecordedColumn(
            "NUMBER(10,2)", "DECIMAL size=10 digits=2 type-name=NUMBER", .decimal(precision: 10, scale: 2),
            [("99999999.99", "99999999.99"), ("-.05", "-0.05"), (".5", "0.50"), ("12", "12.00"), ("0", "0.00")]),
        RecordedColumn(
            "NUMBER(5)", "DECIMAL size=5 type-name=NUMBER", .decimal(precision: 5, scale: 0),
            [("-99999", "-99999"), ("7", "7")]),
        RecordedColumn(
            "NUMBER(19)", "DECIMAL size=19 type-name=NUMBER", .decimal(precision: 19, scale: 0),
            [("9223372036854775808", "9223372036854775808")]),
        RecordedColumn(
            "NUMBER(38)", "DECIMAL size=38 type-name=NUMBER", .decimal(precision: 38, scale: 0),
            [(nines, nines), ("-" + nines, "-" + nines)]),
        RecordedColumn(
            "NUMBER(4,-2)", "DECIMAL size=4 digits=-2 type-name=NUMBER", .decimal(precision: 6, scale: 0),
            [("999900", "999900"), ("-100", "-100")]),
        RecordedColumn(
            "NUMBER(2,5)", "DECIMAL size=2 digits=5 type-name=NUMBER", .decimal(precision: 5, scale: 5),
            [(".00012", "0.00012")]),
        RecordedColumn(
            "NUMBER", "DECIMAL size=0 digits=0 type-name=NUMBER", .decimal(precision: 38, scale: 10),
            [("12.5", "12.5000000000"), ("-.0000000001", "-0.0000000001"), ("3", "3.0000000000")]),
        // What a query's NUMBER is called by versions of the driver that know no precision.
        RecordedColumn(
            "NUMBER as a double", "DOUBLE size=15 type-name=NUMBER", .decimal(precision: 38, scale: 10),
            [("12345678901234567890.5", "12345678901234567890.5000000000")]),
        RecordedColumn(
            "FLOAT(126)", "FLOAT size=126 type-name=FLOAT", .decimal(precision: 38, scale: 10),
            [("42.123", "42.1230000000")]),
        RecordedColumn(
            "BINARY_FLOAT", "REAL size=7 type-name=BINARY_FLOAT", .float, [("1.5", "1.5"), ("-inf", "-inf")]),
        RecordedColumn(
            "BINARY_DOUBLE", "DOUBLE size=15 type-name=BINARY_DOUBLE", .double, [("0.1", "0.1"), ("nan", "nan")]),
        // An integer of a function or another driver of Oracle's; the refused SQL_C_SBIGINT is not asked for.
        RecordedColumn(
            "INTEGER of 64 bits", "BIGINT size=19 type-name=INTEGER", .int64,
            [("-9223372036854775808", "-9223372036854775808"), ("9223372036854775807", "9223372036854775807")]),
    ]

    static let times: [RecordedColumn] = [
        RecordedColumn(
            "DATE", "TYPE_TIMESTAMP size=19 type-name=DATE", .timestamp(.microseconds, utc: false),
            [("ts'2020-12-31 23:58:59'", Moment.micros("2020-12-31 23:58:59"))]),
        RecordedColumn(
            "TIMESTAMP(9)", "TYPE_TIMESTAMP size=29 digits=9 type-name=TIMESTAMP",
            .timestamp(.microseconds, utc: false),
            [
                ("ts'2020-12-31 12:34:56.123456789'", Moment.micros("2020-12-31 12:34:56.123456")),
                ("ts'1969-12-31 23:59:59.999999999'", "-1"),
            ]),
        RecordedColumn(
            "TIMESTAMP(6) WITH TIME ZONE",
            "TYPE_TIMESTAMP size=26 digits=6 type-name='TIMESTAMP WITH TIME ZONE'",
            .timestamp(.microseconds, utc: true),
            [("ts'2020-12-31 17:34:56.123456'", Moment.micros("2020-12-31 17:34:56.123456"))]),
        RecordedColumn(
            "TIMESTAMP(6) WITH LOCAL TIME ZONE",
            "TYPE_TIMESTAMP size=26 digits=6 type-name='TIMESTAMP WITH LOCAL TIME ZONE'",
            .timestamp(.microseconds, utc: true),
            [("ts'2020-12-31 17:34:56.123456'", Moment.micros("2020-12-31 17:34:56.123456"))]),
    ]

    static let texts: [RecordedColumn] = [
        RecordedColumn(
            "VARCHAR2(10 CHAR)", "VARCHAR size=10 type-name=VARCHAR2 octets=40", .text,
            [("'é漢🎉'", "é漢🎉"), ("repeat:10:'🎉'", String(repeating: "🎉", count: 10))]),
        RecordedColumn("CHAR(5)", "CHAR size=5 type-name=CHAR octets=5", .text, [("'abc  '", "abc")]),
        RecordedColumn(
            "NVARCHAR2(10)", "WVARCHAR size=10 type-name=NVARCHAR2 octets=20", .text, [("'é漢🎉'", "é漢🎉")]),
        RecordedColumn(
            "CLOB", "LONGVARCHAR size=2147483647 type-name=CLOB", .text,
            [("repeat:20000:'clob é'", String(repeating: "clob é", count: 20000)), ("'x'", "x")]),
        RecordedColumn(
            "NCLOB", "WLONGVARCHAR size=1073741823 type-name=NCLOB", .text,
            [("repeat:3000:'🎉'", String(repeating: "🎉", count: 3000))]),
        RecordedColumn("LONG", "LONGVARCHAR size=2147483647 type-name=LONG", .text, [("'long'", "long")]),
        RecordedColumn(
            "BLOB", "LONGVARBINARY size=2147483647 type-name=BLOB", .binary,
            [("repeat:30000:x'00ff'", "\\x" + String(repeating: "00ff", count: 30000)), ("x'00'", "\\x00")]),
        RecordedColumn("RAW(16)", "VARBINARY size=16 type-name=RAW", .binary, [("x'00ff'", "\\x00ff")]),
        RecordedColumn(
            "ROWID", "VARCHAR size=18 type-name=ROWID", .text, [("'AAAR3qAAEAAAACXAAA'", "AAAR3qAAEAAAACXAAA")]),
        // "Interval data types" are among the features that the driver does not support: text arrives.
        RecordedColumn(
            "INTERVAL DAY TO SECOND", "VARCHAR size=30 type-name='INTERVAL DAY TO SECOND'", .text,
            [("'+02 03:04:05.600000'", "+02 03:04:05.600000")]),
    ]
}
