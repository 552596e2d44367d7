import Columnar

/// SQL Server's types as Microsoft's ODBC driver 18.6 describes and delivers them: recorded from the driver itself
/// (Tests/ScriptedDriver/record.py), which read from the small TDS server of Tests/Live. Version 17 says the same. The last
/// few are what its documentation says of types that this server lacks.
enum MicrosoftColumns {
    static let nines = String(repeating: "9", count: 28) + ".9999999999"

    static let all: [RecordedColumn] = numbers + times + texts + bytes + documented

    static let numbers: [RecordedColumn] = [
        RecordedColumn(
            "bit", "-7 size=1 type-name=bit octets=1 unsigned=yes", .boolean, [("1", "t"), ("0", "f")]),
        RecordedColumn(
            "tinyint", "-6 size=3 type-name=tinyint octets=1 unsigned=yes", .int16, [("0", "0"), ("255", "255")]),
        RecordedColumn(
            "smallint", "5 size=5 type-name=smallint octets=2", .int16, [("-32768", "-32768"), ("32767", "32767")]),
        RecordedColumn(
            "int", "4 size=10 nullable=no type-name='int identity' octets=4", .int32,
            [("-2147483648", "-2147483648"), ("2147483647", "2147483647")]),
        RecordedColumn(
            "bigint", "-5 size=19 type-name=bigint octets=8", .int64,
            [("-9223372036854775808", "-9223372036854775808"), ("9223372036854775807", "9223372036854775807")]),
        RecordedColumn(
            "real", "7 size=24 type-name=real octets=4", .float,
            [("1.5", "1.5"), ("-3.402823466E+38", "-3.4028235e+38"), ("1.4012985E-45", "1e-45")]),
        RecordedColumn(
            "float", "6 size=53 type-name=float octets=8", .double,
            [("0.10000000000000001", "0.1"), ("-1.7976931348623157E+308", "-1.7976931348623157e+308")]),
        RecordedColumn(
            "decimal(9,2)", "2 size=9 digits=2 type-name=numeric octets=11", .decimal(precision: 9, scale: 2),
            [("9999999.99", "9999999.99"), ("-9999999.99", "-9999999.99"), (".00", "0.00"), ("-.05", "-0.05")]),
        RecordedColumn(
            "decimal(18,0)", "3 size=18 type-name=decimal octets=20", .decimal(precision: 18, scale: 0),
            [("999999999999999999", "999999999999999999"), ("-999999999999999999", "-999999999999999999")]),
        RecordedColumn(
            "decimal(38,10)", "2 size=38 digits=10 type-name=numeric octets=40", .decimal(precision: 38, scale: 10),
            [(nines, nines), ("-" + nines, "-" + nines), (".0000000001", "0.0000000001")]),
        RecordedColumn(
            "decimal(38,38)", "2 size=38 digits=38 type-name=numeric octets=40", .decimal(precision: 38, scale: 38),
            [("." + String(repeating: "9", count: 38), "0." + String(repeating: "9", count: 38))]),
        RecordedColumn(
            "money", "3 size=19 digits=4 type-name=money octets=21", .decimal(precision: 19, scale: 4),
            [("922337203685477.5807", "922337203685477.5807"), (".0001", "0.0001")]),
        RecordedColumn(
            "smallmoney", "3 size=10 digits=4 type-name=smallmoney octets=12", .decimal(precision: 10, scale: 4),
            [("214748.3647", "214748.3647"), ("-214748.3648", "-214748.3648")]),
    ]

    static let times: [RecordedColumn] = [
        RecordedColumn(
            "date", "91 size=10 type-name=date octets=6 unsigned=yes", .date,
            ["0001-01-01", "9999-12-31", "1582-10-10", "2024-02-29"].map { ("d'\($0)'", Moment.days($0)) }),
        RecordedColumn(
            "time(7)", "-154 size=16 digits=7 type-name=time octets=12 unsigned=yes", .text,
            [("t'23:59:59.9999999'", "23:59:59.999999"), ("t'00:00:00.0000001'", "00:00:00.000000")]),
        RecordedColumn(
            "time(0)", "-154 size=8 type-name=time octets=12 unsigned=yes", .text,
            [("t'12:34:56'", "12:34:56.000000")]),
        RecordedColumn(
            "datetime2(7)", "93 size=27 digits=7 type-name=datetime2 octets=16 unsigned=yes",
            .timestamp(.microseconds, utc: false),
            [
                ("ts'0001-01-01 00:00:00.0000001'", Moment.micros("0001-01-01")),
                ("ts'9999-12-31 23:59:59.9999999'", Moment.micros("9999-12-31 23:59:59.999999")),
                ("ts'1969-12-31 23:59:59.9999999'", "-1"),
            ]),
        RecordedColumn(
            "datetime", "93 size=23 digits=3 type-name=datetime octets=16 unsigned=yes",
            .timestamp(.microseconds, utc: false),
            [("ts'1753-01-01 00:00:00.003'", Moment.micros("1753-01-01 00:00:00.003"))]),
        RecordedColumn(
            "smalldatetime", "93 size=16 type-name=smalldatetime octets=16 unsigned=yes",
            .timestamp(.microseconds, utc: false),
            [("ts'2079-06-06 23:59:00'", Moment.micros("2079-06-06 23:59:00"))]),
        RecordedColumn(
            "datetimeoffset(7)", "-155 size=34 digits=7 type-name=datetimeoffset octets=20 unsigned=yes",
            .timestamp(.microseconds, utc: true),
            [
                ("tz'2024-02-29 23:59:59.9999999 +05:45'", Moment.micros("2024-02-29 18:14:59.999999")),
                ("tz'1900-01-01 00:00:00.1234567 -11:30'", Moment.micros("1900-01-01 11:30:00.123456")),
                ("tz'2024-07-01 00:00:00 +00:00'", Moment.micros("2024-07-01")),
                ("tz'2024-07-01 00:15:00 -00:30'", Moment.micros("2024-07-01 00:45:00")),
            ]),
    ]

    static let texts: [RecordedColumn] = [
        RecordedColumn(
            "char(5)", "1 size=5 type-name=char octets=5 unsigned=yes", .text,
            [("'abc  '", "abc"), ("'     '", ""), ("'12345'", "12345")]),
        RecordedColumn(
            "nchar(5)", "-8 size=5 type-name=nchar octets=10 unsigned=yes", .text,
            [("'漢字   '", "漢字"), ("'🎉é  '", "🎉é")]),
        RecordedColumn(
            "varchar(20)", "12 size=20 type-name=varchar octets=20 unsigned=yes", .text,
            [("'naïve €'", "naïve €"), ("''", ""), ("'blanks  '", "blanks  ")]),
        // 20 bytes of it; the driver gives UTF-16.
        RecordedColumn(
            "varchar(20) in UTF-8", "12 size=20 type-name=varchar octets=20 unsigned=yes", .text,
            [("'🎉🎉🎉🎉🎉'", "🎉🎉🎉🎉🎉"), ("'abcdefghijklmnopqrst'", "abcdefghijklmnopqrst")]),
        RecordedColumn(
            "nvarchar(20)", "-9 size=20 type-name=nvarchar octets=40 unsigned=yes", .text,
            [
                ("'漢字 🎉🎉'", "漢字 🎉🎉"), ("''", ""), ("'a\\0b\\n'", "a\0b\n"), ("'e\u{301}'", "e\u{301}"),
                ("repeat:10:'🎉'", String(repeating: "🎉", count: 10)),
            ]),
        RecordedColumn(
            "varchar(max)", "12 size=0 type-name=varchar octets=0 unsigned=yes", .text,
            [
                ("repeat:3000:'naïve €'", String(repeating: "naïve €", count: 3000)), ("''", ""), ("'short'", "short"),
            ]),
        RecordedColumn(
            "nvarchar(max)", "-9 size=0 type-name=nvarchar octets=0 unsigned=yes", .text,
            [
                ("repeat:5000:'漢字🎉'", String(repeating: "漢字🎉", count: 5000)), ("''", ""),
                ("repeat:4000:'x'", String(repeating: "x", count: 4000)), ("'a\\0b'", "a\0b"),
            ]),
        RecordedColumn(
            "xml", "-152 size=0 type-name=xml octets=0 unsigned=yes", .text,
            [("'<a>é🎉</a>'", "<a>é🎉</a>"), ("repeat:3000:'<b/>'", String(repeating: "<b/>", count: 3000))]),
        RecordedColumn(
            "text", "-1 size=2147483647 type-name=text octets=2147483647 unsigned=yes", .text,
            [("'old text é'", "old text é"), ("''", "")]),
        RecordedColumn(
            "ntext", "-10 size=1073741823 type-name=ntext octets=2147483647 unsigned=yes", .text,
            [("repeat:2000:'old text 🎉'", String(repeating: "old text 🎉", count: 2000)), ("''", "")]),
        RecordedColumn(
            "uniqueidentifier", "-11 size=36 type-name=uniqueidentifier octets=16 unsigned=yes", .text,
            [("g'6F9619FF-8B86-D011-B42D-00C04FC964FF'", "6f9619ff-8b86-d011-b42d-00c04fc964ff")]),
    ]

    static let bytes: [RecordedColumn] = [
        RecordedColumn(
            "varbinary(max)", "-3 size=0 type-name=varbinary octets=0 unsigned=yes", .binary,
            [
                ("repeat:9000:x'00ff7f'", "\\x" + String(repeating: "00ff7f", count: 9000)), ("x''", "\\x"),
                ("x'00'", "\\x00"),
            ]),
        RecordedColumn(
            "varbinary(8)", "-3 size=8 type-name=varbinary octets=8 unsigned=yes", .binary,
            [("x'00ff'", "\\x00ff"), ("x''", "\\x"), ("x'3132333435363738'", "\\x3132333435363738")]),
        RecordedColumn(
            "binary(4)", "-2 size=4 type-name=binary octets=4 unsigned=yes", .binary,
            [("x'00010203'", "\\x00010203")]),
        RecordedColumn(
            "rowversion", "-2 size=8 nullable=no type-name=timestamp octets=8 unsigned=yes", .binary,
            [("x'00000000000007d1'", "\\x00000000000007d1")]),
        RecordedColumn(
            "image", "-4 size=2147483647 type-name=image octets=2147483647 unsigned=yes", .binary,
            [("repeat:5000:x'0001'", "\\x" + String(repeating: "0001", count: 5000)), ("x''", "\\x")]),
    ]

    static let documented: [RecordedColumn] = [
        // A query may select these without a cast.
        RecordedColumn(
            "sql_variant", "-150 size=8000 type-name=sql_variant octets=8000", .text,
            [("'a text'", "a text"), ("42", "42")]),
        RecordedColumn(
            "hierarchyid", "-151 size=892 type-name=hierarchyid octets=892", .text, [("x'5AC0'", "5AC0")]),
        RecordedColumn("geography", "-151 size=0 type-name=geography octets=0", .text, [("x'E6100000'", "E6100000")]),
    ]
}
