"""The types of SQL Server: what the small server is given, and what a file must hold."""

import dataclasses
import datetime
import decimal

from kinds import moment

Decimal = decimal.Decimal


@dataclasses.dataclass
class TDSKind:
    sql: str
    # What the server keeps, and what a reader of the file must find.
    values: list[tuple]
    arrow: str
    # Drivers that cannot do it, and why.
    beyond: dict[str, str] = dataclasses.field(default_factory=dict)

    @property
    def kept(self) -> list:
        return [kept for kept, _ in self.values]

    @property
    def expected(self) -> list:
        return [found for _, found in self.values]


def same(*values) -> list[tuple]:
    return [(value, value) for value in values]


def stamps(*values: str) -> list[tuple]:
    """Floored to microseconds."""
    return [(value, moment(value[:26])) for value in values]


def zoned(*values: str) -> list[tuple]:
    return [(value, moment(value[:26] + value[28:])) for value in values]


def days(*values: str) -> list[tuple]:
    return [(value, datetime.date.fromisoformat(value)) for value in values]


def numbers(*values: str) -> list[tuple]:
    return [(Decimal(value), Decimal(value)) for value in values]


NINES = "9" * 28 + "." + "9" * 10
LONG = "naïve €" * 3_000
WIDE = "漢字🎉" * 5_000

KINDS: dict[str, TDSKind] = {
    "bit": TDSKind("bit", same(True, False), "bool"),
    "tinyint": TDSKind("tinyint", same(0, 255), "int16"),
    "smallint": TDSKind("smallint", same(-32768, 32767), "int16"),
    "int": TDSKind("int", same(-2**31, 2**31 - 1, 0), "int32"),
    "bigint": TDSKind("bigint", same(-2**63, 2**63 - 1, 0), "int64"),
    "real": TDSKind("real", same(1.5, -3.4028234663852886e38, 1.401298464324817e-45), "float"),
    "float": TDSKind("float", same(0.1, -1.7976931348623157e308, 5e-324), "double"),
    "decimal_9_2": TDSKind("decimal(9,2)", numbers("9999999.99", "-9999999.99", "0.00"), "decimal128(9, 2)"),
    "decimal_18_0": TDSKind("decimal(18,0)", numbers("9" * 18, "-" + "9" * 18), "decimal128(18, 0)"),
    "decimal_38_10": TDSKind("decimal(38,10)", numbers(NINES, "-" + NINES, "0.0000000001"), "decimal128(38, 10)"),
    "decimal_38_38": TDSKind("decimal(38,38)", numbers("0." + "9" * 38, "-0." + "9" * 38), "decimal128(38, 38)"),
    "decimal_38_0": TDSKind("decimal(38,0)", numbers("9" * 38, "-" + "9" * 38), "decimal128(38, 0)"),
    "money": TDSKind("money", numbers("922337203685477.5807", "-922337203685477.5808", "0.0001"), "decimal128(19, 4)"),
    "smallmoney": TDSKind("smallmoney", numbers("214748.3647", "-214748.3648"), "decimal128(10, 4)"),
    "date": TDSKind("date", days("0001-01-01", "9999-12-31", "1582-10-10"), "date32[day]"),
    "time_7": TDSKind("time(7)", [("23:59:59.9999999", "23:59:59.999999"), ("00:00:00.0000001", "00:00:00.000000")],
                      "string"),
    "time_0": TDSKind("time(0)", [("12:34:56.0000000", "12:34:56.000000")], "string"),
    "datetime2_7": TDSKind("datetime2(7)", stamps("0001-01-01 00:00:00.0000001", "9999-12-31 23:59:59.9999999",
                                                  "1969-12-31 23:59:59.9999999"), "timestamp[us]"),
    "datetime2_3": TDSKind("datetime2(3)", stamps("2024-02-29 12:34:56.7890000"), "timestamp[us]"),
    "datetime2_0": TDSKind("datetime2(0)", stamps("1582-10-10 12:34:56.0000000"), "timestamp[us]"),
    "datetime": TDSKind("datetime", stamps("1753-01-01 00:00:00.0030000", "9999-12-31 23:59:59.9970000"),
                        "timestamp[us]"),
    "smalldatetime": TDSKind("smalldatetime", stamps("1900-01-01 00:00:00.0000000", "2079-06-06 23:59:00.0000000"),
                             "timestamp[us]"),
    "datetimeoffset_7": TDSKind("datetimeoffset(7)", zoned("2024-02-29 23:59:59.9999999 +05:45",
                                                           "1900-01-01 00:00:00.1234567 -11:30",
                                                           "2024-07-01 00:00:00.0000000 +00:00"),
                                "timestamp[us, tz=UTC]"),
    "datetimeoffset_0": TDSKind("datetimeoffset(0)", zoned("2024-02-29 12:34:56.0000000 +14:00"), "timestamp[us, tz=UTC]"),
    "char_5": TDSKind("char(5)", [("abc", "abc"), ("", ""), ("12345", "12345")], "string"),
    "nchar_5": TDSKind("nchar(5)", [("漢字", "漢字"), ("🎉é", "🎉é")], "string"),
    "varchar_20": TDSKind("varchar(20)", same("naïve €", "", "blanks  "), "string"),
    "nvarchar_20": TDSKind("nvarchar(20)", same("漢字 🎉🎉", "", "blanks  ", "e\u0301"), "string"),
    "varchar_max": TDSKind("varchar(max)", same(LONG, "", "short"), "string"),
    "nvarchar_max": TDSKind("nvarchar(max)", same(WIDE, "", "short 🎉", "x" * 4_000, "x" * 4_001), "string"),
    "varbinary_max": TDSKind("varbinary(max)", same(bytes(range(256)) * 300, b"", b"\0"), "binary"),
    "varbinary_8": TDSKind("varbinary(8)", same(b"\0\xff", b"", b"12345678"), "binary"),
    "binary_4": TDSKind("binary(4)", same(b"\0\1\2\3", b"\xff\xff\xff\xff"), "binary"),
    "rowversion": TDSKind("rowversion", same(b"\0\0\0\0\0\0\7\xd1"), "binary"),
    "uniqueidentifier": TDSKind("uniqueidentifier", [("6F9619FF-8B86-D011-B42D-00C04FC964FF",
                                                      "6f9619ff-8b86-d011-b42d-00c04fc964ff")], "string"),
    "xml": TDSKind("xml", same("<a>é🎉</a>", "<b/>" * 3_000), "string"),
    "text": TDSKind("text", same("old text é", ""), "string"),
    "ntext": TDSKind("ntext", same("old text 🎉" * 2_000, ""), "string"),
    "image": TDSKind("image", same(b"\0\1" * 5_000, b""), "binary"),
}
