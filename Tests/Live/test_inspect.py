"""`ingest inspect` on files by others, good and bad: it prints, or says one clear error; JSON is always JSON."""

import datetime
import decimal
import json
import random

import duckdb
import polars
import pyarrow
import pyarrow.parquet
import pytest


def everything() -> pyarrow.Table:
    when = datetime.datetime(2024, 2, 29, 12, 30, 15, 123456)
    return pyarrow.table({
        "i8": pyarrow.array([1, None, -128], pyarrow.int8()), "u64": pyarrow.array([0, 2**64 - 1, None], pyarrow.uint64()),
        "f16": pyarrow.array([1.5, None, -0.0], pyarrow.float32()), "f64": [float("nan"), float("inf"), None],
        "flag": [True, None, False], "day": pyarrow.array([0, -719162, None], pyarrow.date32()),
        "time": pyarrow.array([0, 86399999999, None], pyarrow.time64("us")),
        "ts": pyarrow.array([when, None, when], pyarrow.timestamp("ns")),
        "tz": pyarrow.array([when, None, when], pyarrow.timestamp("ms", "Asia/Kathmandu")),
        "span": pyarrow.array([1, None, 3], pyarrow.duration("us")),
        "money": pyarrow.array([decimal.Decimal("1.10"), None, decimal.Decimal("-9.99")], pyarrow.decimal128(38, 10)),
        "raw": pyarrow.array([b"\xff\xfe\x00", None, b"\x80"], pyarrow.binary()),
        "fixed": pyarrow.array([b"\xed\xa0\x80", None, b"abc"], pyarrow.binary(3)),
        "esc\x1b[31m\u202e\x00\n": ["\x1b]0;title\x07", "\u2028\u0085", None],
        "nothing": pyarrow.nulls(3), "word": pyarrow.array(["a", "b", "a"]).dictionary_encode(),
        "list": [[1, None], [], None], "deep": [{"a": [{"b": "x"}], "c": None}, None, {"a": None, "c": 1}],
        "map": pyarrow.array([[("k", 1)], [], None], pyarrow.map_(pyarrow.string(), pyarrow.int64())),
    }).replace_schema_metadata({"odd\x1b": "\u202e\x00value", "empty": ""})


def write(path, writer):
    table = everything()
    if writer == "pyarrow":
        pyarrow.parquet.write_table(table, path, write_page_index=True, store_schema=True)
    elif writer == "pyarrow 1.0":
        pyarrow.parquet.write_table(table, path, version="1.0", compression="gzip", use_deprecated_int96_timestamps=True)
    elif writer == "duckdb":
        plain = table.drop_columns(["nothing", "span"])  # noqa: F841 (DuckDB finds it by its name)
        duckdb.sql("select * from plain").write_parquet(str(path))
    else:
        polars.from_arrow(table.drop_columns(["map", "f16"]).replace_schema_metadata(None)).write_parquet(path)


@pytest.mark.parametrize("depth", [[], ["--row-groups"], ["--pages"]])
@pytest.mark.parametrize("writer", ["pyarrow", "pyarrow 1.0", "duckdb", "polars"])
def test_files_of_others(ingest, tmp_path, writer, depth):
    path = tmp_path / "x.parquet"
    write(path, writer)
    text = ingest.run("inspect", path, *depth).expect().out
    assert not {c for c in text if (c < " " and c != "\n") or "\x7f" <= c <= "\x9f" or c in "\u2028\u2029\u202e"}
    out = ingest.run("inspect", path, "--format", "json", *depth).expect().out
    assert out.count("\n") == 1 and "\x1b" not in out
    facts = json.loads(out)
    assert facts["rows"] == 3 and {"day", "u64", "money"} <= {c["name"] for c in facts["columns"]}
    by_name = {c["name"]: c for c in facts["columns"]}
    assert by_name["u64"]["max"] in (None, str(2**64 - 1)) and by_name["day"]["min"] in (None, "0001-01-01")
    assert ("row_groups" in facts) == bool(depth)


def test_names_and_bounds_that_are_not_utf8(ingest, tmp_path):
    """Thrift strings are bytes: lone surrogates and cut sequences become something that JSON can carry."""
    path = tmp_path / "x.parquet"
    pyarrow.parquet.write_table(pyarrow.table({"nameXYZ": ["valXYZ", "valXYZ"]}), path, store_schema=False)
    for bad in (b"\xed\xa0\x80", b"\xff\xfe\xfd", b"\xf0\x9f\xa6", b'"\\\x00'):
        path.with_suffix(".bad").write_bytes(path.read_bytes().replace(b"XYZ", bad))
        outcome = ingest.run("inspect", path.with_suffix(".bad"), "--format", "json")
        assert outcome.code in (0, 1), outcome
        json.loads(outcome.out)
        assert "Fatal" not in ingest.run("inspect", path.with_suffix(".bad")).err


def test_cut_anywhere(ingest, tmp_path):
    path = tmp_path / "cut.parquet"
    write(path, "pyarrow")
    whole = path.read_bytes()
    dice = random.Random(11)
    places = sorted({0, 1, 4, 8, 11, 12, len(whole) - 1, len(whole) - 4, len(whole) - 8,
                     *(dice.randrange(len(whole)) for _ in range(200))})
    for place in places:
        path.write_bytes(whole[:place])
        outcome = ingest.run("inspect", path, "--pages", timeout=10)
        assert outcome.code == 1 and outcome.out == "" and outcome.err.count("error:") == 1, (place, outcome)
        assert "cut.parquet" in outcome.err


@pytest.mark.parametrize("length", [0, 1, 8, 100, 2**31 - 1, 2**31, 2**32 - 1])
@pytest.mark.parametrize("body", [b"", b"\x00" * 64, b"\xff" * 64, b"\x15\x02\x19" + b"\xfc" * 61, b"\x19\xfc" * 32])
def test_forged_footers(ingest, tmp_path, length, body):
    path = tmp_path / "forged.parquet"
    path.write_bytes(b"PAR1" + body + length.to_bytes(4, "little") + b"PAR1")
    outcome = ingest.run("inspect", path, "--pages", "--format", "json", timeout=10).expect(1)
    assert json.loads(outcome.out)["error"]["message"] and outcome.err == ""


def test_what_is_no_file(ingest, tmp_path):
    (tmp_path / "c.csv").write_text("a,b\n1,2\n" * 100)
    assert "no Parquet file" in ingest.run("inspect", tmp_path / "c.csv").expect(1).err
    assert "folder" in ingest.run("inspect", tmp_path).expect(2).err
    missing = ingest.run("inspect", tmp_path / "x\x1b[31m.parquet").expect(2).err
    assert "No such file" in missing and "\x1b" not in missing
