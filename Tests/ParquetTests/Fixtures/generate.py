"""Writes the files of this folder with pyarrow 26, and what is in them as text. Run it in this folder."""

import datetime
import decimal

import pyarrow as pa
import pyarrow.parquet as pq

D, ROWS = decimal.Decimal, 40


def column(kind, values):
    return pa.array([None if i % 7 == 3 else values[i % len(values)] for i in range(ROWS)], kind)


def utc(*parts):
    return datetime.datetime(*parts, tzinfo=datetime.timezone.utc)


TABLE = pa.table(
    {
        "flag": column(pa.bool_(), [True, False, True, True]),
        "i8": column(pa.int8(), [-128, 127, 0]),
        "u32": column(pa.uint32(), [2**32 - 1, 0, 7]),
        "i32": column(pa.int32(), [-(2**31), 2**31 - 1, 5, 6, 7]),
        "i64": column(pa.int64(), [-(2**63), 2**63 - 1, 0, 1]),
        "f32": column(pa.float32(), [0.5, -1.25, float("inf"), float("nan")]),
        "f64": column(pa.float64(), [0.5, -1.25, float("-inf"), 1024.5]),
        "d9": column(pa.decimal128(9, 2), [D("-9999999.99"), D("0.01")]),
        "d38": column(pa.decimal128(38, 10), [D("9" * 28 + "." + "9" * 10), D("-0.0000000001")]),
        "day": column(pa.date32(), [datetime.date(1, 1, 1), datetime.date(9999, 12, 31), datetime.date(2024, 2, 29)]),
        "local": column(pa.timestamp("us"), [datetime.datetime(1969, 12, 31, 23, 59, 59, 999999)]),
        "instant": column(pa.timestamp("us", "UTC"), [utc(2024, 2, 29, 12), utc(1, 1, 1)]),
        "text": column(pa.string(), ["", "größe", "same prefix one", "same prefix two"]),
        "bytes": column(pa.binary(), [b"", b"\x00\xff", b"abc", b"abd"]),
        "fixed": column(pa.binary(3), [b"abc", b"\x00\x01\x02"]),
        "list": column(pa.list_(pa.int32()), [[], [1, None], [2], [3, 4, 5]]),
        "deep": column(pa.list_(pa.list_(pa.string())), [[], [None, []], [["a"], ["b", None]]]),
        "nothing": column(pa.string(), [None]),
    }
)


def text(value, kind):
    if value is None:
        return "NULL"
    if pa.types.is_list(kind):
        return "[" + ",".join(text(v, kind.value_type) for v in value) + "]"
    if pa.types.is_boolean(kind):
        return str(value).lower()
    if pa.types.is_timestamp(kind):
        return value.strftime("%Y-%m-%dT%H:%M:%S.%f").rjust(26, "0") + ("Z" if kind.tz else "")
    if pa.types.is_decimal(kind):
        return f"{value:f}"
    return "0x" + value.hex() if isinstance(value, bytes) else str(value)


with open("values.txt", "w") as out:
    for name in TABLE.column_names:
        values = TABLE.column(name)
        out.write("|".join([name] + [text(v, values.type) for v in values.to_pylist()]) + "\n")

common = dict(row_group_size=25, max_rows_per_page=9, write_page_index=True, write_page_checksum=True)
encodings = {
    "flag": "RLE", "i32": "DELTA_BINARY_PACKED", "i64": "DELTA_BINARY_PACKED", "f32": "BYTE_STREAM_SPLIT",
    "f64": "BYTE_STREAM_SPLIT", "d38": "BYTE_STREAM_SPLIT", "fixed": "DELTA_BYTE_ARRAY", "text": "DELTA_BYTE_ARRAY",
    "bytes": "DELTA_LENGTH_BYTE_ARRAY", "local": "DELTA_BINARY_PACKED",
}
pq.write_table(TABLE, "dictionary.parquet", compression="snappy", **common)
pq.write_table(TABLE, "dictionary_v2.parquet", compression="zstd", data_page_version="2.0", **common)
pq.write_table(TABLE, "encodings.parquet", compression="gzip", use_dictionary=False, column_encoding=encodings, **common)
pq.write_table(
    TABLE, "encodings_v2.parquet", compression="lz4", use_dictionary=False, column_encoding=encodings,
    data_page_version="2.0", **common)
