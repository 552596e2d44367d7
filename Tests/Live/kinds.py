"""Each row of the types contract: values to store, how the server is asked for them, what the file must declare.

`said` is the SQL by which the server itself tells the value as text (`{c}` is the column); `parse` turns that text into
what a reader should hand out; `compare` brings a reader's value to the same form. Values stand as SQL literals.
"""

import dataclasses
import datetime
import decimal
import json
import struct
import typing

Decimal = decimal.Decimal
decimal.getcontext().prec = 100


def identity(value):
    return value


def float_bits(width: str):
    """NaN equals NaN, and -0 does not equal 0."""

    def bits(value):
        value = float(value)
        return "nan" if value != value else struct.pack(width, value)

    return bits


def moment(value) -> int:
    """Microseconds since 1970, from what a reader hands out or from the server's ISO text."""
    if isinstance(value, str):
        value = datetime.datetime.fromisoformat(value)
    if value.tzinfo is not None:
        value = value.astimezone(datetime.timezone.utc).replace(tzinfo=None)
    return (value - datetime.datetime(1970, 1, 1)) // datetime.timedelta(microseconds=1)


def day(value) -> str:
    return value if isinstance(value, str) else value.isoformat()


def exact_decimal(value):
    value = Decimal(value)
    assert value == value, "a NaN came through"
    return value


def listed(element):
    def convert(value):
        if isinstance(value, str):
            value = json.loads(value, parse_float=Decimal)
        return walk(value)

    def walk(value):
        if value is None:
            return None
        return [walk(item) for item in value] if isinstance(value, list) else element(value)

    return convert


@dataclasses.dataclass
class Kind:
    sql: str
    values: list[str]
    arrow: str
    duck: str
    polars: str
    said: str = "({c})::text"
    parse: typing.Callable = identity
    compare: typing.Callable = identity
    physical: str = "BYTE_ARRAY"


def text_kind(sql: str, values: list[str], said: str = "({c})::text") -> Kind:
    return Kind(sql, values, "string", "VARCHAR", "String", said)


def decimal_kind(sql: str, values: list[str], precision: int, scale: int, said: str = "({c})::text") -> Kind:
    physical = "INT32" if precision <= 9 else "INT64" if precision <= 18 else "FIXED_LEN_BYTE_ARRAY"
    return Kind(
        sql, values, f"decimal128({precision}, {scale})", f"DECIMAL({precision},{scale})",
        f"Decimal(precision={precision}, scale={scale})", said, exact_decimal, exact_decimal, physical,
    )


def quoted(*values: str) -> list[str]:
    return ["'" + value.replace("'", "''") + "'" for value in values]


NINES = "9" * 28 + "." + "9" * 10
TEXTS = quoted(
    "", " ", "a", "naïve – Größe 漢字 🎉", "tab\tnew\nline\r", "\\N", "NULL", "'\"\\", "x" * 70, "é" * 40, "\x01",
)
# 24:00:00 is a case of its own: TIME, which `modern` writes, has no such moment.
TIMES = quoted("00:00:00", "23:59:59.999", "12:34:56.7", "00:00:00.001")
STAMPS = quoted(
    "1970-01-01 00:00:00", "1969-12-31 23:59:59.999999", "0001-01-01 00:00:00", "9999-12-31 23:59:59.999999",
    "2024-02-29 12:34:56.789", "1582-10-10 00:00:00", "2000-01-01 00:00:00.000001",
)
ZONED = quoted(
    "1970-01-01 00:00:00+00", "0001-01-01 00:00:00+00", "9999-12-31 23:59:59.999999+00", "2024-03-31 02:30:00+05:45",
    "1900-01-01 00:00:00-11:30:15",
)
DATES = quoted("1970-01-01", "0001-01-01", "9999-12-31", "2024-02-29", "1582-10-10", "1969-12-31")

KINDS: dict[str, Kind] = {
    "boolean": Kind("boolean", ["true", "false"], "bool", "BOOLEAN", "Boolean", parse=lambda t: t == "true",
                    physical="BOOLEAN"),
    "smallint": Kind("smallint", ["-32768", "32767", "0"], "int16", "SMALLINT", "Int16", parse=int, physical="INT32"),
    "integer": Kind("integer", ["-2147483648", "2147483647", "0", "-1"], "int32", "INTEGER", "Int32", parse=int,
                    physical="INT32"),
    "bigint": Kind("bigint", ["-9223372036854775808", "9223372036854775807", "0"], "int64", "BIGINT", "Int64",
                   parse=int, physical="INT64"),
    "real": Kind("real", quoted("NaN", "Infinity", "-Infinity", "-0", "3.4028235e38", "1e-45", "1.5"), "float",
                 "FLOAT", "Float32", parse=float_bits("f"), compare=float_bits("f"), physical="FLOAT"),
    "double": Kind("double precision",
                   quoted("NaN", "Infinity", "-Infinity", "-0", "1.7976931348623157e308", "5e-324", "0.1"), "double",
                   "DOUBLE", "Float64", parse=float_bits("d"), compare=float_bits("d"), physical="DOUBLE"),
    "numeric_9_2": decimal_kind("numeric(9,2)", ["9999999.99", "-9999999.99", "0", "0.01", "-0.01", "100"], 9, 2),
    "numeric_1_0": decimal_kind("numeric(1,0)", ["9", "-9", "0"], 1, 0),
    "numeric_4_4": decimal_kind("numeric(4,4)", ["0.9999", "-0.0001", "0"], 4, 4),
    "numeric_18_4": decimal_kind("numeric(18,4)", ["99999999999999.9999", "-99999999999999.9999", "10000", "0.0001"],
                                 18, 4),
    "numeric_19_0": decimal_kind("numeric(19,0)", ["9999999999999999999", "-9999999999999999999", "10000"], 19, 0),
    "numeric_38_10": decimal_kind("numeric(38,10)", [NINES, "-" + NINES, "0", "0.0000000001", "-0.0000000001",
                                                     "10000000000000000", "0.00010001"], 38, 10),
    "numeric_38_0": decimal_kind("numeric(38,0)", ["9" * 38, "-" + "9" * 38, "1" + "0" * 37], 38, 0),
    "numeric_38_38": decimal_kind("numeric(38,38)", ["0." + "9" * 38, "-0." + "9" * 38, "0"], 38, 38),
    "numeric_3_5": decimal_kind("numeric(3,5)", ["0.00999", "-0.00001"], 5, 5),
    "numeric_5_m2": decimal_kind("numeric(5,-2)", ["9999900", "-9999900", "100"], 7, 0),
    "numeric_bare": decimal_kind("numeric", [NINES, "-" + NINES, "1", "0.5", "1e27", "123.4560000000000"], 38, 10),
    "numeric_50_5": decimal_kind("numeric(50,5)", ["9" * 28 + ".99999", "-1.5", "0"], 38, 10),
    "money": decimal_kind("money", quoted("92233720368547758.07", "-92233720368547758.08", "0.01"), 19, 2,
                          "({c})::numeric::text"),
    "date": Kind("date", DATES, "date32[day]", "DATE", "Date", compare=day, physical="INT32"),
    "time": text_kind("time", TIMES + quoted("23:59:59.999999", "00:00:00.000001"), "to_char({c}, 'HH24:MI:SS.US')"),
    "time_3": text_kind("time(3)", TIMES, "to_char({c}, 'HH24:MI:SS.US')"),
    "timestamp": Kind("timestamp", STAMPS, "timestamp[us]", "TIMESTAMP", "Datetime(time_unit='us', time_zone=None)",
                      parse=moment, compare=moment, physical="INT64"),
    "timestamp_0": Kind("timestamp(0)", STAMPS[:3], "timestamp[us]", "TIMESTAMP",
                        "Datetime(time_unit='us', time_zone=None)", parse=moment, compare=moment, physical="INT64"),
    "timestamptz": Kind("timestamptz", ZONED, "timestamp[us, tz=UTC]", "TIMESTAMP WITH TIME ZONE",
                        "Datetime(time_unit='us', time_zone='UTC')", "to_char({c}, 'YYYY-MM-DD\"T\"HH24:MI:SS.US')",
                        moment, moment, "INT64"),
    "interval": text_kind("interval", quoted("1 year 2 mons 3 days 04:05:06.789", "-1 day", "0", "-178000000 years")),
    "char_10": text_kind("char(10)", quoted("abc", "", "  x", "0123456789", "漢字")),
    "varchar_20": text_kind("varchar(20)", quoted("abc  ", "", "漢字")),
    "text": text_kind("text", TEXTS),
    "name": text_kind("name", quoted("pg_class", "")),
    "citext": text_kind("citext", quoted("MiXeD", "")),
    "xml": text_kind("xml", quoted("<a>1</a>", "text")),
    "enum": text_kind("mood", quoted("sad", "very happy")),
    "json": text_kind("json", quoted('{"a":  1, "a": 2}', "[1, null]", '"x"', "null")),
    "jsonb": text_kind("jsonb", quoted('{"b": 1, "a": [1.50, "é"]}', "null", "1e3")),
    "uuid": text_kind("uuid", quoted("00000000-0000-0000-0000-000000000000", "FFFFFFFF-ffff-4fff-bfff-0123456789ab")),
    "bytea": Kind("bytea", quoted("\\x", "\\x00ff10", "\\x" + "ab" * 300), "binary", "BLOB", "Binary",
                  "encode({c}, 'hex')", parse=bytes.fromhex),
    "timetz": text_kind("timetz", quoted("12:34:56.7+05:45", "00:00:00-12")),
    "bit_5": text_kind("bit(5)", ["b'10101'", "b'00000'"]),
    "varbit": text_kind("varbit", ["b'1'", "b''"]),
    "composite": text_kind("pair", ["row(1, 'a,b')::pair", "row(null, '')::pair"]),
    "hstore": text_kind("hstore", quoted('a=>1, b=>NULL')),
    "int4range": text_kind("int4range", quoted("[1,10)", "empty", "(,5]")),
    "point": text_kind("point", quoted("(1.5,-2)")),
    "polygon": text_kind("polygon", quoted("((0,0),(1,1),(1,0))")),
    "tsvector": text_kind("tsvector", quoted("fat cat sat")),
    "inet": text_kind("inet", quoted("192.168.0.1/24", "::1", "10.0.0.1"),
                      # The cast to text would add a netmask that psql does not show.
                      "textin(inet_out({c}))"),
    "cidr": text_kind("cidr", quoted("10.0.0.0/8")),
    "macaddr": text_kind("macaddr", quoted("08:00:2b:01:02:03")),
    "pg_lsn": text_kind("pg_lsn", quoted("16/B374D848")),
    "domain_int": Kind("positive", ["1", "2147483647"], "int32", "INTEGER", "Int32", parse=int, physical="INT32"),
    "domain_numeric": decimal_kind("price", ["99999999.99", "-1"], 10, 2),
    "domain_domain": decimal_kind("listprice", ["99999999.99", "1"], 10, 2),
    "domain_text": text_kind("code", quoted("x", "yy")),
    "int_array": Kind("integer[]", quoted("{}", "{1,2,3}", "{NULL}", "{1,NULL,-2147483648}"), "list<element: int32>",
                      "INTEGER[]", "List(Int32)", "array_to_json({c})::text", listed(int), listed(int), "INT32"),
    "text_array": Kind("text[]", quoted("{}", '{a,"",NULL,"NULL","a,b","é{}"}'), "list<element: string>", "VARCHAR[]",
                       "List(String)", "array_to_json({c})::text", listed(identity), listed(identity)),
    "bool_array": Kind("boolean[]", quoted("{t,f,NULL}"), "list<element: bool>", "BOOLEAN[]", "List(Boolean)",
                       "array_to_json({c})::text", listed(identity), listed(identity), "BOOLEAN"),
    "numeric_array": Kind("numeric(10,2)[]", quoted("{1.5,-99999999.99,NULL}", "{}"),
                          "list<element: decimal128(10, 2)>", "DECIMAL(10,2)[]",
                          "List(Decimal(precision=10, scale=2))", "array_to_json({c}::text[])::text",
                          listed(exact_decimal), listed(exact_decimal), "INT64"),
    "double_array": Kind("float8[]", quoted("{NaN,-0,1e308,NULL}"), "list<element: double>", "DOUBLE[]",
                         "List(Float64)", "array_to_json({c}::text[])::text", listed(float_bits("d")),
                         listed(float_bits("d")), "DOUBLE"),
    "date_array": Kind("date[]", quoted("{2024-02-29,NULL,0001-01-01}"), "list<element: date32[day]>", "DATE[]",
                       "List(Date)", "array_to_json({c})::text", listed(day), listed(day), "INT32"),
    "timestamptz_array": Kind("timestamptz[]", quoted('{"2024-01-01 00:00:00+00",NULL}'),
                              "list<element: timestamp[us, tz=UTC]>", "TIMESTAMP WITH TIME ZONE[]",
                              "List(Datetime(time_unit='us', time_zone='UTC'))", "array_to_json({c})::text",
                              listed(moment), listed(moment), "INT64"),
    "uuid_array": Kind("uuid[]", quoted("{00000000-0000-0000-0000-00000000000a,NULL}"), "list<element: string>",
                       "VARCHAR[]", "List(String)", "array_to_json({c})::text", listed(identity), listed(identity)),
    "int_matrix": Kind("integer[][]", quoted("{{1,2},{3,NULL}}", "{}"), "list<element: list<element: int32>>",
                       "INTEGER[][]", "List(List(Int32))", "array_to_json({c})::text", listed(int), listed(int),
                       "INT32"),
}

PREPARE = """
create extension citext; create extension hstore;
create type mood as enum ('sad', 'very happy');
create type pair as (a int, b text);
create domain positive as integer check (value > 0);
create domain price as numeric(10,2);
create domain listprice as price;
create domain code as varchar(5);
"""


def create_everything(database, kinds: dict[str, Kind]) -> int:
    """A table `everything` with a column of each kind, a value per row; NULL where a kind has fewer values, and in the first
    and the last row. Returns how many rows it has."""
    columns = ", ".join(f'"{name}" {kind.sql}' for name, kind in kinds.items())
    database.execute(f"create table everything (id bigint primary key, {columns})")
    height = max(len(kind.values) for kind in kinds.values()) + 2
    for row in range(height):
        cells = [kind.values[row - 1] if 0 < row <= len(kind.values) else "null" for kind in kinds.values()]
        database.execute(f"insert into everything values ({row}, {', '.join(cells)})")
    return height


def said_of_everything(database, kinds: dict[str, Kind]) -> dict[str, list]:
    """What the server says, per kind, in the form that `compare` gives."""
    expressions = ", ".join(kind.said.format(c=f'"{name}"') for name, kind in kinds.items())
    rows = database.rows(f"select {expressions} from everything order by id")
    return {
        name: [None if row[i] is None else kind.parse(row[i]) for row in rows]
        for i, (name, kind) in enumerate(kinds.items())
    }
