"""The types contract for MariaDB, in the form of `kinds`. A kind's values are SQL literals; what is expected of a file is
the server's text of them, by the text protocol."""

from kinds import Kind, day, decimal_kind, float_bits, moment, quoted, text_kind

AS_TEXT = "cast({c} as char)"
NINES = "9" * 28 + "." + "9" * 10


def whole(sql: str, values: list[str], arrow: str, duck: str, polars: str, physical: str = "INT32") -> Kind:
    return Kind(sql, values, arrow, duck, polars, AS_TEXT, int, physical=physical)


def words(sql: str, values: list[str], said: str = AS_TEXT) -> Kind:
    return text_kind(sql, values, said)


def number(sql: str, values: list[str], precision: int, scale: int) -> Kind:
    return decimal_kind(sql, values, precision, scale, AS_TEXT)


def truth(sql: str, values: list[str]) -> Kind:
    return Kind(sql, values, "bool", "BOOLEAN", "Boolean", "cast({c} + 0 as char)", lambda text: text == "1",
                physical="BOOLEAN")


def binary(sql: str, values: list[str]) -> Kind:
    return Kind(sql, values, "binary", "BLOB", "Binary", "hex({c})", bytes.fromhex)


def local(sql: str, values: list[str]) -> Kind:
    return Kind(sql, values, "timestamp[us]", "TIMESTAMP", "Datetime(time_unit='us', time_zone=None)", AS_TEXT, moment,
                moment, "INT64")


TEXTS = quoted("", " ", "a  ", "naïve – Größe 漢字 🎉", "tab\tnew\nline\r", "NULL", "x" * 70, "é" * 40, "\x01")
TIMES = quoted("00:00:00", "23:59:59", "838:59:59", "-838:59:59", "-00:00:01", "100:00:00")
# '838:59:59.999999' is the end of the range.
FINE_TIMES = quoted("00:00:00.000001", "23:59:59.999999", "838:59:59.999999", "-838:59:59.999999", "-00:00:00.000001")

KINDS: dict[str, Kind] = {
    "flag": truth("tinyint(1)", ["0", "1"]),
    "boolean": truth("boolean", ["false", "true"]),
    "bit_1": truth("bit(1)", ["b'0'", "b'1'"]),
    "tinyint": whole("tinyint", ["-128", "127", "0"], "int8", "TINYINT", "Int8"),
    "utinyint": whole("tinyint unsigned", ["255", "0"], "int16", "SMALLINT", "Int16"),
    "smallint": whole("smallint", ["-32768", "32767"], "int16", "SMALLINT", "Int16"),
    "usmallint": whole("smallint unsigned", ["65535", "0"], "int32", "INTEGER", "Int32"),
    "mediumint": whole("mediumint", ["-8388608", "8388607"], "int32", "INTEGER", "Int32"),
    "umediumint": whole("mediumint unsigned", ["16777215", "0"], "int32", "INTEGER", "Int32"),
    "integer": whole("int", ["-2147483648", "2147483647", "0"], "int32", "INTEGER", "Int32"),
    "uinteger": whole("int unsigned", ["4294967295", "2147483648", "0"], "int64", "BIGINT", "Int64", "INT64"),
    "bigint": whole("bigint", ["-9223372036854775808", "9223372036854775807"], "int64", "BIGINT", "Int64", "INT64"),
    "ubigint": number("bigint unsigned", ["18446744073709551615", "9223372036854775808", "0"], 20, 0),
    "zerofill": whole("int(6) zerofill", ["42"], "int64", "BIGINT", "Int64", "INT64"),
    "float": Kind("float", ["3.40282e38", "-1.5", "1.17549e-38", "0"], "float", "FLOAT", "Float32",
                  "cast(cast({c} as double) as char)", float_bits("f"), float_bits("f"), "FLOAT"),
    "double": Kind("double", ["1.7976931348623157e308", "-0.1", "2.2250738585072014e-308", "0"], "double", "DOUBLE",
                   "Float64", AS_TEXT, float_bits("d"), float_bits("d"), "DOUBLE"),
    "decimal_9_2": number("decimal(9,2)", ["9999999.99", "-9999999.99", "0", "0.01"], 9, 2),
    "decimal_18_0": number("decimal(18,0)", ["9" * 18, "-" + "9" * 18], 18, 0),
    "decimal_18_4": number("decimal(18,4)", ["99999999999999.9999", "-0.0001"], 18, 4),
    "decimal_20_20": number("decimal(20,20)", ["0." + "9" * 20, "-0." + "0" * 19 + "1"], 20, 20),
    "decimal_38_10": number("decimal(38,10)", [NINES, "-" + NINES, "0.0000000001"], 38, 10),
    "decimal_38_0": number("decimal(38,0)", ["9" * 38, "-" + "9" * 38], 38, 0),
    "udecimal": number("decimal(10,2) unsigned", ["99999999.99", "0"], 10, 2),
    "decimal_65_30": number("decimal(65,30)", [NINES + "0" * 20, "-1.5", "0"], 38, 10),
    "date": Kind("date", quoted("1970-01-01", "1000-01-01", "9999-12-31", "2024-02-29", "0001-01-01"), "date32[day]",
                 "DATE", "Date", AS_TEXT, compare=day, physical="INT32"),
    "datetime": local("datetime", quoted("1970-01-01 00:00:00", "1000-01-01 00:00:00", "9999-12-31 23:59:59")),
    "datetime_3": local("datetime(3)", quoted("2024-02-29 12:34:56.789", "1969-12-31 23:59:59.999")),
    "datetime_6": local("datetime(6)", quoted("9999-12-31 23:59:59.999999", "1000-01-01 00:00:00.000001")),
    "timestamp": Kind("timestamp null", quoted("1970-01-01 00:00:01", "2038-01-19 03:14:07", "2024-03-31 02:30:00"),
                      "timestamp[us, tz=UTC]", "TIMESTAMP WITH TIME ZONE", "Datetime(time_unit='us', time_zone='UTC')",
                      AS_TEXT, moment, moment, "INT64"),
    "timestamp_6": Kind("timestamp(6) null", quoted("1970-01-01 00:00:00.000001", "2038-01-19 03:14:07.999999"),
                        "timestamp[us, tz=UTC]", "TIMESTAMP WITH TIME ZONE",
                        "Datetime(time_unit='us', time_zone='UTC')", AS_TEXT, moment, moment, "INT64"),
    "time": words("time", TIMES, "cast(cast({c} as time(6)) as char)"),
    "time_6": words("time(6)", FINE_TIMES),
    "year": whole("year", ["1901", "2155", "0000"], "int16", "SMALLINT", "Int16"),
    "char_10": words("char(10)", quoted("abc", "", "0123456789", "漢字🎉")),
    "varchar_20": words("varchar(20)", quoted("abc  ", "", "漢字🎉", "20 characters exactly")),
    "latin1": words("varchar(20) character set latin1", quoted("naïve", "€")),
    "tinytext": words("tinytext", TEXTS),
    "text": words("text", TEXTS),
    "mediumtext": words("mediumtext", quoted("", "ab" * 40_000)),
    "longtext": words("longtext", quoted("", "é" * 100_001)),
    "enum": words("enum('sad', 'very happy', '漢')", quoted("sad", "very happy", "漢")),
    "set": words("set('a', 'b', 'c d')", quoted("", "a,b", "c d")),
    "json": words("json", quoted('{"a":  1, "a": 2}', "[1, null]", '"x"')),
    "uuid": words("uuid", quoted("00000000-0000-0000-0000-000000000000", "FFFFFFFF-ffff-4fff-bfff-0123456789ab")),
    "inet6": words("inet6", quoted("::1", "2001:db8::ff00:42:8329")),
    "inet4": words("inet4", quoted("192.168.0.1", "255.255.255.255")),
    "binary_4": binary("binary(4)", ["x'00ff'", "x'01020304'"]),
    "varbinary": binary("varbinary(300)", ["x''", "x'00ff10'", "x'" + "ab" * 300 + "'"]),
    "tinyblob": binary("tinyblob", ["x''", "x'00'"]),
    "blob": binary("blob", ["x''", "x'" + "00ff" * 4_000 + "'"]),
    "longblob": binary("longblob", ["x''", "repeat(x'feff', 70000)"]),
    "bit_17": words("bit(17)", ["b'10000000000000001'", "b'0'"], "lpad(bin({c}), 17, '0')"),
    "bit_64": words("bit(64)", ["b'" + "1" * 64 + "'", "b'1'"], "lpad(bin({c}), 64, '0')"),
    "geometry": words("geometry", ["point(1.5, -2)"], "st_astext({c})"),
}
