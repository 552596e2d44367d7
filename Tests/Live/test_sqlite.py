"""SQLite files, value by value against Python's own sqlite3: types, what does not fit, damaged files, writers at work."""

import datetime
import decimal
import os
import pathlib
import random
import signal
import sqlite3
import struct
import subprocess
import sys
import threading
import time

import pyarrow.parquet
import pytest

from ingest import files_under, wait_for, wait_until_it_can_be_stopped
from readers import READERS, read_pyarrow

Decimal = decimal.Decimal
SEEDS = range(int(os.environ.get("INGEST_SEEDS", 12)))


def url(path: pathlib.Path) -> str:
    return f"sqlite://{path}"


def make(path: pathlib.Path, *statements: str) -> pathlib.Path:
    connection = sqlite3.connect(path)
    for statement in statements:
        connection.executescript(statement)
    connection.commit()
    connection.close()
    return path


def copied(ingest, path, table, out, *options) -> dict[str, list]:
    ingest.copy(url(path), table, out, "--overwrite", *options).expect()
    return read_pyarrow(out)[0]


# Types.

MOMENT = datetime.datetime(2024, 2, 29, 12, 34, 56, 789000)
# Declared type: SQL literals, the Arrow type, and what each must become.
KINDS = {
    "INTEGER": (["-9223372036854775808", "9223372036854775807", "0", "'12'", "3.0"], "int64",
                [-2**63, 2**63 - 1, 0, 12, 3]),
    "BIGINT UNSIGNED": (["1"], "int64", [1]),
    "TINYINT": (["300"], "int64", [300]),
    "BOOLEAN": (["0", "1", "'true'", "'FALSE'"], "bool", [False, True, True, False]),
    "REAL": (["0.1", "1e308", "5e-324", "7", "9e999", "-9e999"], "double",
             [0.1, 1e308, 5e-324, 7.0, float("inf"), float("-inf")]),
    "DECIMAL(10,2)": (["0.1", "12", "-99999999.99", "0.29", "1e3", "4.35", "0.1 + 0.2"], "decimal128(10, 2)",
                      [Decimal(x) for x in ("0.10", "12.00", "-99999999.99", "0.29", "1000.00", "4.35", "0.30")]),
    "NUMERIC(18,4)": (["12345678901.2345", "-0.0001", "922337203685"], "decimal128(18, 4)",
                      [Decimal("12345678901.2345"), Decimal("-0.0001"), Decimal("922337203685.0000")]),
    "DECIMAL(38,2)": (["9223372036854775807", "0.1"], "decimal128(38, 2)",
                      [Decimal("9223372036854775807.00"), Decimal("0.10")]),
    "NUMERIC": (["0.1", "12345", "1e20"], "decimal128(38, 10)", [Decimal("0.1000000000"), Decimal(12345), Decimal(10**20)]),
    "DATE": (["'2024-02-29'", "'0001-01-01'", "'9999-12-31'", "'2024-02-29 00:00:00'", "2460369.5", "1709164800"],
             "date32[day]", [datetime.date(2024, 2, 29), datetime.date.min, datetime.date.max]
             + [datetime.date(2024, 2, 29)] * 3),
    "DATETIME": (["'2024-02-29 12:34:56.789'", "'2024-02-29T12:34:56.789Z'", "'2024-02-29 14:34:56.789+02:00'",
                  "julianday('2024-02-29 12:34:56.789')", "1709210096", "1709210096.789", "'2024-02-29'",
                  "'2024-02-29 12:34'"],
                 "timestamp[us]",
                 [MOMENT] * 4 + [MOMENT.replace(microsecond=0), MOMENT, datetime.datetime(2024, 2, 29),
                                 datetime.datetime(2024, 2, 29, 12, 34)]),
    "TIMESTAMP WITH TIME ZONE": (["'2024-02-29 14:34:56.789+02:00'"], "timestamp[us, tz=UTC]",
                                 [MOMENT.replace(tzinfo=datetime.timezone.utc)]),
    "TIME": (["'12:30'", "'23:59:59.5'"], "string", ["12:30:00.000000", "23:59:59.500000"]),
    "TEXT": (["''", "'naïve 漢字 🎉'", "'a' || char(0) || 'b'", "12", "0.5"], "string",
             ["", "naïve 漢字 🎉", "a\0b", "12", "0.5"]),
    "VARCHAR(3)": (["'longer than three'"], "string", ["longer than three"]),
    "BLOB": (["X''", "X'00FF'", "zeroblob(5)", "'text'"], "binary", [b"", b"\x00\xff", b"\0" * 5, b"text"]),
    "JSON": (["'{\"a\": 1}'", "'[]'", "'12'"], "string", ['{"a": 1}', "[]", "12"]),
    "UUID": (["'550E8400-E29B-41D4-A716-446655440000'", "X'550E8400E29B41D4A716446655440000'",
              "'550e8400e29b41d4a71644665544000a'"], "string",
             ["550e8400-e29b-41d4-a716-446655440000"] * 2 + ["550e8400-e29b-41d4-a716-44665544000a"]),
    "POINT": (["X'4750'"], "binary", [b"GP"]),
    "": (["1", "0.1 + 0.2", "'x'"], "string", ["1", "0.30000000000000004", "x"]),
}


@pytest.mark.parametrize("declared", KINDS)
def test_types(ingest, tmp_path, declared):
    """All readers see the very values, in the declared type, also where every value is NULL."""
    literals, arrow, expected = KINDS[declared]
    rows = ", ".join(f"({n}, {literal})" for n, literal in enumerate(literals))
    path = make(tmp_path / "kinds.db", f"create table t (id integer primary key, v {declared})",
                f"insert into t values {rows}, ({len(literals)}, null)", "create table e (id integer primary key, v "
                + declared + "); insert into e values (1, null)", "create view w as select id, v from t")
    out = tmp_path / "out.parquet"
    for table in ("t", "w"):
        ingest.copy(url(path), table, out, "--overwrite").expect()
        for name, reader in READERS.items():
            values = reader(out)[0]["v"]
            assert values == expected + [None], f"{name} of {table}"
    assert read_pyarrow(out)[1]["v"] == arrow
    ingest.copy(url(path), "e", out, "--overwrite").expect()
    assert read_pyarrow(out) == ({"id": [1], "v": [None]}, {"id": "int64", "v": arrow})


UNFIT = [
    ("INTEGER", "'abc'"), ("INTEGER", "1.5"), ("INTEGER", "9223372036854775808"), ("INTEGER", "X'00'"),
    ("BOOLEAN", "2"), ("BOOLEAN", "'maybe'"), ("REAL", "'abc'"), ("REAL", "X'00'"), ("DECIMAL(10,2)", "0.125"),
    ("DECIMAL(10,2)", "0.1 + 0.2 + 0.3 + 0.3 - 0.9"), ("DECIMAL(20,2)", "12345678901234.5678"), ("DECIMAL(4,2)", "100"), ("DECIMAL(10,2)", "'abc'"), ("DECIMAL(10,2)", "9e999"),
    ("NUMERIC", "1e-11"), ("DATE", "'2023-02-29'"), ("DATE", "'2024-02-29 00:00:01'"), ("DATE", "20240229"),
    ("DATE", "'29.02.2024'"), ("DATE", "'0000-00-00'"), ("DATETIME", "20240229"), ("DATETIME", "2460000"),
    ("DATETIME", "1700000000000"), ("DATETIME", "'yesterday'"), ("DATETIME", "'9999-12-31 23:59:59-01:00'"),
    ("TIME", "'24:00'"), ("TIME", "3600"), ("TEXT", "X'4142'"), ("TEXT", "CAST(X'FF' AS TEXT)"), ("BLOB", "5"),
    ("UUID", "'nonsense'"), ("UUID", "X'00'"), ("", "X'00'"),
]


@pytest.mark.parametrize("declared, literal", UNFIT)
def test_what_does_not_fit(ingest, tmp_path, declared, literal):
    path = make(tmp_path / "unfit.db", f"create table t (id integer primary key, v {declared})",
                f"insert into t values (7, null), (81, {literal})")
    out = tmp_path / "out.parquet"
    failed = ingest.copy(url(path), "t", out).expect(1)
    assert "Column 'v', rowid 81 of t: the " in failed.err or "Column 'v', rowid 81 of t: a " in failed.err
    assert "--on-unrepresentable" in failed.err
    assert files_under(tmp_path) == ["unfit.db"]
    summary = ingest.copy(url(path), "t", out, "--on-unrepresentable", "null", "--format", "json").expect().summary
    assert [(a["column"], a["count"]) for a in summary["adjustments"]] == [("v", 1)]
    assert read_pyarrow(out)[0]["v"] == [None, None]
    text = copied(ingest, path, "t", out, "--on-unrepresentable", "string")["v"]
    assert text[0] is None and text[1] is not None
    if declared != "BLOB":
        assert isinstance(text[1], str)
        connection = sqlite3.connect(path)
        connection.text_factory = lambda raw: raw.decode(errors="replace")
        kind, quoted = connection.execute("select typeof(v), quote(v) from t where id = 81").fetchone()
        if kind == "blob":
            assert text[1] == quoted
        elif kind == "real":
            assert float(text[1]) == connection.execute("select v from t where id = 81").fetchone()[0]


def test_more_than_microseconds_are_cut_and_counted(ingest, tmp_path):
    path = make(tmp_path / "cut.db", "create table t (id integer primary key, v datetime)",
                "insert into t values (1, '2024-01-01 00:00:00.123456789'), (2, '2024-01-01 00:00:00.123456000')")
    done = ingest.copy(url(path), "t", tmp_path / "out.parquet", "--format", "json").expect()
    assert [a["count"] for a in done.summary["adjustments"]] == [1]
    assert {v.microsecond for v in read_pyarrow(tmp_path / "out.parquet")[0]["v"]} == {123456}


def test_decimals_agree_with_their_shortest_text(ingest, tmp_path):
    """A million amounts: each real is the decimal that was typed in."""
    dice = random.Random(5)
    amounts = [Decimal(dice.randrange(-10**dice.randint(1, 14), 10**dice.randint(1, 14))).scaleb(-2)
               for _ in range(100_000)]
    path = tmp_path / "amounts.db"
    connection = sqlite3.connect(path)
    connection.execute("create table t (id integer primary key, v decimal(16,2), w decimal(30,2))")
    connection.executemany("insert into t values (?, ?, ?)", ((i, str(a), str(a)) for i, a in enumerate(amounts)))
    connection.commit()
    table = copied(ingest, path, "t", tmp_path / "out.parquet")
    assert table["v"] == amounts
    assert table["w"] == amounts


# Objects.

OBJECTS = """
create table plain (id integer primary key, v text); insert into plain values (1, 'a'), (2, 'b');
create table keyed (k text primary key, v int) without rowid; insert into keyed values ('x', 1), ('y', 2);
create table strict_one (i int, r real, t text, b blob, a any) strict; insert into strict_one values (1, 1.5, 't', x'01', 'x');
create table made (a int, b int as (a * 2) stored, c int as (a * 3)); insert into made (a) values (5);
create table "Odd ""Name"" [x]" ("a b" int, "select" text, "ü" int); insert into "Odd ""Name"" [x]" values (1, 's', 2);
create table shadows (rowid text, _rowid_ text, oid text, v int); insert into shadows values ('a', 'b', 'c', 'x');
create table lonely (rowid text, v int); insert into lonely values ('r', 1);
create virtual table words using fts5(body); insert into words values ('some text');
create virtual table boxes using rtree(id, x0, x1); insert into boxes values (1, 0.5, 1.5);
create view seen as select v, count(*) as n, v || 'x' as more from plain group by v;
create view typed as select "id", "v" from plain;
create view quoted as select id, "just text" as note from plain;
create view broken as select * from gone;
"""


@pytest.fixture(scope="module")
def objects(module_dir):
    return make(module_dir / "objects.db", OBJECTS)


@pytest.mark.parametrize("name, expected", [
    ("plain", {"id": [1, 2], "v": ["a", "b"]}), ("PLAIN", {"id": [1, 2], "v": ["a", "b"]}),
    ("main.plain", {"id": [1, 2], "v": ["a", "b"]}), ("keyed", {"k": ["x", "y"], "v": [1, 2]}),
    ("strict_one", {"i": [1], "r": [1.5], "t": ["t"], "b": [b"\x01"], "a": ["x"]}),
    ("made", {"a": [5], "b": [10], "c": [15]}),
    ('"Odd ""Name"" [x]"', {"a b": [1], "select": ["s"], "ü": [2]}),
    ("lonely", {"rowid": ["r"], "v": [1]}), ("words", {"body": ["some text"]}),
    ("boxes", {"id": [1], "x0": [0.5], "x1": [1.5]}),
    ("seen", {"v": ["a", "b"], "n": ["1", "1"], "more": ["ax", "bx"]}),
    ("typed", {"id": [1, 2], "v": ["a", "b"]}),
    ("quoted", {"id": [1, 2], "note": ["just text", "just text"]}),
])
def test_objects(ingest, objects, tmp_path, name, expected):
    out = tmp_path / "out.parquet"
    ingest.copy(url(objects), name, out).expect()
    values = read_pyarrow(out)[0]
    if name == "boxes":
        values["id"] = [int(v) for v in values["id"]]
        values |= {k: [float(v) for v in values[k]] for k in ("x0", "x1")}
    assert values == expected


@pytest.mark.parametrize("name, said", [
    ("plian", "Did you mean plain?"), ("other.plain", "no schemas"), ("broken", "no such table"), ("gone", "Name one that it has: "),
    ('"unclosed', "not closed"), ("a.b.c", "no schemas"),
])
def test_objects_that_are_not_there(ingest, objects, tmp_path, name, said):
    failed = ingest.copy(url(objects), name, tmp_path / "out.parquet").expect(2)
    assert said in failed.err
    assert files_under(tmp_path) == []


def test_a_row_without_rowid_is_named_by_its_number(ingest, objects, tmp_path):
    failed = ingest.copy(url(objects), "shadows", tmp_path / "out.parquet").expect(1)
    assert "Column 'v', row 1 of shadows: the text \"x\"" in failed.err


def test_columns_filter_limit(ingest, objects, tmp_path):
    out = tmp_path / "out.parquet"
    assert copied(ingest, objects, "plain", out, "--columns", "V", "--where", "id > 1 -- the rest") == {"v": ["b"]}
    assert len(copied(ingest, objects, "plain", out, "--limit", "1")["v"]) == 1
    assert copied(ingest, objects, "plain", out, "--limit", "0") == {"id": [], "v": []}
    for condition, said in [("1) OR (1", "parentheses"), ("1; DELETE FROM plain", "semicolon"), ("nope = 1", "no such"),
                            ('"typo" = 1', "no such column"), ("", "empty")]:
        failed = ingest.copy(url(objects), "plain", tmp_path / "x.parquet", "--where", condition).expect(2)
        assert said in failed.err, failed.err
    failed = ingest.copy(url(objects), "plain", tmp_path / "x.parquet", "--columns", "vv").expect(2)
    assert "Did you mean v?" in failed.err


def test_queries(ingest, objects, tmp_path):
    out = tmp_path / "out.parquet"
    ingest.copy_query(url(objects), "select id * 2 as twice, v from plain order by id desc; ", out).expect()
    values, types = read_pyarrow(out)
    assert values == {"twice": ["4", "2"], "v": ["b", "a"]}
    ingest.copy_query(url(objects), "select cast(count(*) as integer) as n, cast(sum(id) as real) as r, cast(0.1 as numeric)"
                      " as d, cast(5 as text) as t, id + 1 as x, id from plain", out, "--overwrite").expect()
    assert read_pyarrow(out) == (
        {"n": [2], "r": [3.0], "d": [Decimal("0.1")], "t": ["5"], "x": ["2"], "id": [1]},
        {"n": "int64", "r": "double", "d": "decimal128(38, 10)", "t": "string", "x": "string", "id": "int64"})
    before = objects.read_bytes()
    for query in ["delete from plain", "update plain set v = 1 returning v", "attach 'x.db' as x", "pragma user_version = 5",
                  "vacuum", "select 1; drop table plain", "select writefile('x', 'y')"]:
        failed = ingest.copy_query(url(objects), query, tmp_path / "x.parquet").expect(2)
        assert failed.err.startswith("error: "), query
    assert objects.read_bytes() == before
    assert sorted(p.name for p in objects.parent.iterdir() if "x.db" in p.name) == []


def test_utf16(ingest, tmp_path):
    path = make(tmp_path / "wide.db", "pragma encoding = 'UTF-16le'", "create table t (id integer primary key, v text, d date)",
                "insert into t values (1, 'naïve 漢字 🎉', '2024-02-29'), (2, '', null)")
    values = copied(ingest, path, "t", tmp_path / "out.parquet")
    assert values["v"] == ["naïve 漢字 🎉", ""]
    assert values["d"] == [datetime.date(2024, 2, 29), None]


def test_large_values(ingest, tmp_path):
    path = make(tmp_path / "large.db", "create table t (id integer primary key, v blob)",
                "insert into t values (1, zeroblob(60000000)), (2, x'01')")
    values = copied(ingest, path, "t", tmp_path / "out.parquet")
    assert [len(v) for v in values["v"]] == [60_000_000, 1]


# In parallel.

def big(path: pathlib.Path, rowids: str, rows: int = 120_000, mode: str = "delete") -> pathlib.Path:
    """About 30 MB, so that two connections are taken by default."""
    return make(path, f"pragma journal_mode = {mode}",
                "create table t (id integer primary key, v text, gen int)",
                f"insert into t select {rowids}, printf('%0200d', value), 0 from"
                f" (with recursive n(value) as (select 1 union all select value + 1 from n where value < {rows})"
                " select value from n)")


@pytest.mark.parametrize("rowids", [
    "value", "value * 1000000007", "-value", "value * 76861433640 - 4611686018427387904",
    "case when value < 60000 then value else value + 9000000000000000000 end",
    "case when value % 1000 = 0 then value * 90000000000 else value end",
    "(1700000000000 + value / 50) * 4194304 + value % 50",
])
def test_rowids_are_divided(ingest, tmp_path, rowids):
    path = big(tmp_path / "big.db", rowids)
    expected = [row[0] for row in sqlite3.connect(path).execute("select id from t order by id")]
    done = ingest.copy(url(path), "t", tmp_path / "out.parquet", "--parallel", "3", "--format", "json").expect()
    assert done.summary["connections"] == 3 and done.summary["parts"] > 3
    assert sorted(read_pyarrow(tmp_path / "out.parquet")[0]["id"]) == expected
    # No part is much larger than the others.
    sizes = ingest.copy(url(path), "t", tmp_path / "parts", "--parallel", "3", "--file-per-connection", "--format",
                        "json").expect().summary["files"]
    assert sum(f["rows"] for f in sizes) == len(expected)


def test_rowids_at_the_ends(ingest, tmp_path):
    path = make(tmp_path / "ends.db", "create table t (id integer primary key)",
                "insert into t values (-9223372036854775808), (0), (9223372036854775807)")
    assert copied(ingest, path, "t", tmp_path / "o.parquet", "--parallel", "4")["id"] == [-2**63, 0, 2**63 - 1]


# Writers at work.

class Transfers:
    """Moves money between accounts, in transactions, until it is left."""

    def __init__(self, path: pathlib.Path, pause: float):
        self.path = path
        self.pause = pause
        self.commits = 0
        self.stop = threading.Event()
        self.thread = threading.Thread(target=self.run)

    def run(self):
        connection = sqlite3.connect(self.path, isolation_level=None, timeout=30)
        dice = random.Random(3)
        top = connection.execute("select max(id) from t").fetchone()[0]
        while not self.stop.is_set():
            connection.execute("begin immediate")
            amount = dice.randint(1, 100)
            connection.execute("update t set gen = gen - ? where id = ?", (amount, dice.randint(1, top)))
            connection.execute("update t set gen = gen + ? where id = ?", (amount, dice.randint(1, top)))
            # And one that makes a hole at one end and grows the other.
            low, top = connection.execute("select min(id), max(id) from t").fetchone()
            connection.execute("update t set id = ? where id = ?", (top + 1, low))
            top += 1
            connection.execute("commit")
            self.commits += 1
            time.sleep(self.pause)
        connection.close()

    def __enter__(self):
        self.thread.start()
        while not self.commits:
            time.sleep(0.01)
        return self

    def __exit__(self, *_):
        self.stop.set()
        self.thread.join(60)


@pytest.mark.parametrize("mode", ["wal", "delete", "truncate"])
@pytest.mark.parametrize("parallel", [1, 3])
def test_one_moment_while_others_write(ingest, tmp_path, mode, parallel):
    path = big(tmp_path / "bank.db", "value", mode=mode)
    during = 0
    with Transfers(path, pause=0.001) as transfers:
        for attempt in range(4):
            out = tmp_path / f"{attempt}.parquet"
            before = transfers.commits
            ingest.copy(url(path), "t", out, "--parallel", parallel).expect()
            during += transfers.commits - before
            table = pyarrow.parquet.ParquetFile(out).read(columns=["id", "gen"])
            ids = table["id"].to_pylist()
            assert sum(table["gen"].to_pylist()) == 0, "rows of several moments"
            assert len(ids) == 120_000 and max(ids) - min(ids) == 119_999 and len(set(ids)) == 120_000
    if mode == "wal":
        assert during > 0, "nothing was committed during the copies: this test proved nothing"


def test_a_lock_is_waited_for_and_given_up(ingest, tmp_path):
    path = make(tmp_path / "locked.db", "create table t (a int); insert into t values (1)")
    writer = sqlite3.connect(path, isolation_level=None)
    writer.execute("begin exclusive")
    began = time.monotonic()
    failed = ingest.copy(url(path), "t", tmp_path / "out.parquet", "--stall-timeout", "1s", "--format", "json").expect(1)
    assert 0.9 < time.monotonic() - began < 10
    assert '"kind":"transient"' in failed.out and "locked" in failed.out
    process = ingest.start("copy", url(path), "t", tmp_path / "out.parquet")
    time.sleep(0.5)
    assert process.poll() is None
    writer.execute("commit")
    _, err = process.communicate(timeout=30)
    assert process.returncode == 0, err


def test_a_wait_for_a_lock_can_be_interrupted(ingest, tmp_path):
    path = make(tmp_path / "locked.db", "create table t (a int)")
    writer = sqlite3.connect(path, isolation_level=None)
    writer.execute("begin exclusive")
    process = ingest.start("copy", url(path), "t", tmp_path / "out.parquet")
    wait_until_it_can_be_stopped(process)
    # It waits for the lock by then, or will.
    time.sleep(0.3)
    process.send_signal(signal.SIGINT)
    process.communicate(timeout=10)
    assert process.returncode == 130
    assert files_under(tmp_path) == ["locked.db"]


def test_a_long_query_can_be_interrupted(ingest, tmp_path):
    path = make(tmp_path / "x.db", "create table t (a int)")
    process = ingest.start(
        "copy", "--query", "with recursive n(i) as (select 1 union all select i + 1 from n) select max(i) as a from n",
        url(path), tmp_path / "out.parquet")
    wait_until_it_can_be_stopped(process)
    time.sleep(0.3)
    process.send_signal(signal.SIGINT)
    process.communicate(timeout=10)
    assert process.returncode == 130


def test_kill_leaves_the_source_as_it_was(ingest, tmp_path):
    path = big(tmp_path / "big.db", "value", rows=600_000)
    before = path.read_bytes()
    process = ingest.start("copy", url(path), "t", tmp_path / "lake")
    wait_for(lambda: (tmp_path / "lake").exists() and files_under(tmp_path / "lake"), process)
    process.kill()
    process.communicate()
    assert process.returncode == -signal.SIGKILL
    assert path.read_bytes() == before
    done = ingest.copy(url(path), "t", tmp_path / "lake", "--overwrite").expect()
    assert "600,000 rows" in done.err
    connection = sqlite3.connect(path)
    connection.execute("update t set gen = 1")


CRASHING_WRITER = """
import os, sqlite3, sys
connection = sqlite3.connect(sys.argv[1], isolation_level=None)
connection.execute("pragma cache_size = 5")
connection.execute("begin immediate")
connection.execute("update t set gen = 5, v = v || 'x'")
os.kill(os.getpid(), 9)
"""


@pytest.mark.parametrize("mode", ["wal", "delete"])
def test_after_a_writer_crashed(ingest, tmp_path, mode):
    """WAL: what was not committed is not seen. A rollback journal has to be rolled back by somebody who may write."""
    path = big(tmp_path / "crash.db", "value", rows=20_000, mode=mode)
    subprocess.run([sys.executable, "-c", CRASHING_WRITER, path], check=False)
    out = tmp_path / "out.parquet"
    outcome = ingest.copy(url(path), "t", out)
    if mode == "delete":
        assert outcome.code == 1, outcome.err
        assert "was cut off" in outcome.err and "sqlite3 '" in outcome.err
        sqlite3.connect(path).execute("select count(*) from sqlite_schema").fetchall()
        outcome = ingest.copy(url(path), "t", out)
    outcome.expect()
    assert set(read_pyarrow(out)[0]["gen"]) == {0}


def test_what_is_in_the_wal_is_read(ingest, tmp_path):
    path = tmp_path / "wal.db"
    writer = sqlite3.connect(path, isolation_level=None)
    writer.execute("pragma journal_mode = wal")
    writer.execute("pragma wal_autocheckpoint = 0")
    writer.execute("create table t (a int)")
    writer.execute("insert into t values (42)")
    assert (tmp_path / "wal.db-wal").stat().st_size > 0
    assert copied(ingest, path, "t", tmp_path / "out.parquet") == {"a": [42]}


def test_the_file_may_be_read_only(ingest, tmp_path):
    path = make(tmp_path / "ro.db", "create table t (a int); insert into t values (1)")
    path.chmod(0o444)
    assert copied(ingest, path, "t", tmp_path / "out.parquet") == {"a": [1]}


# Files that are none, damaged or hostile.

def test_missing_files(ingest, tmp_path):
    make(tmp_path / "orders.db", "create table t (a int)")
    failed = ingest.copy(url(tmp_path / "order.db"), "t", tmp_path / "o.parquet").expect(2)
    assert "Did you mean orders.db?" in failed.err
    (tmp_path / "text.db").write_text("no database at all\n" * 100)
    failed = ingest.copy(url(tmp_path / "text.db"), "t", tmp_path / "o.parquet").expect(1)
    assert "no SQLite database" in failed.err
    os.mkfifo(tmp_path / "pipe.db")
    ingest.copy(url(tmp_path / "pipe.db"), "t", tmp_path / "o.parquet", timeout=10).expect(2)
    ingest.copy(url(tmp_path), "t", tmp_path / "o.parquet").expect(2)
    assert sorted(p.name for p in tmp_path.iterdir()) == ["orders.db", "pipe.db", "text.db"]


def test_a_url_of_two_slashes_is_relative(ingest, tmp_path):
    make(tmp_path / "a b.db", "create table t (a int); insert into t values (1)")
    ingest.run("copy", "sqlite://a%20b.db", "t", "out", cwd=tmp_path).expect()
    failed = ingest.run("copy", "sqlite:///a%20b.db", "t", "out2", cwd=tmp_path).expect(2)
    assert "sqlite://a b.db, with two slashes, is relative" in failed.err


@pytest.fixture(scope="module")
def victim(module_dir):
    path = make(module_dir / "victim.db", "pragma page_size = 1024",
                "create table t (id integer primary key, d decimal(10,2), s datetime, v text, b blob)",
                "create table k (v text primary key, n int) without rowid", "create index i on t (v)",
                "create view w as select v, n from t join k using (v)")
    connection = sqlite3.connect(path)
    connection.executemany("insert into t values (?, ?, ?, ?, ?)",
                           ((i, i / 100, f"2024-01-01 00:00:{i % 60:02}", f"text {i}" * (i % 40), bytes([i % 256]) * (i % 3000))
                            for i in range(400)))
    connection.executemany("insert into k values (?, ?)", ((f"text {i}", i) for i in range(300)))
    connection.commit()
    connection.close()
    return path


def expected_rows(path, table) -> int:
    return sqlite3.connect(path).execute(f"select count(*) from {table}").fetchone()[0]


@pytest.mark.parametrize("seed", SEEDS)
def test_damaged_files_are_an_error_or_right(ingest, victim, tmp_path, seed):
    """Never a trap, never a hang, and no file of a copy that failed. (A changed byte within a value is a changed value:
    nobody can tell.)"""
    dice = random.Random(seed)
    original = victim.read_bytes()
    for _ in range(8):
        data = bytearray(original)
        match dice.randint(0, 3):
            case 0:
                data = data[:dice.randrange(len(data))]
            case 1:
                for _ in range(dice.choice([1, 3, 30, 300])):
                    data[dice.randrange(len(data))] = dice.randrange(256)
            case 2:
                # The headers of pages, where lengths and pointers stand.
                for _ in range(dice.choice([1, 5, 50])):
                    data[min(len(data) - 1, dice.randrange(len(data) // 1024) * 1024 + dice.randrange(40))] = dice.randrange(256)
            case 3:
                at = dice.randrange(100)
                data[at:at + 4] = struct.pack(">I", dice.randrange(2**32))
        path = tmp_path / "hurt.db"
        path.write_bytes(data)
        out = tmp_path / "out.parquet"
        outcome = ingest.copy(url(path), dice.choice(["t", "k", "w"]), out, "--parallel", dice.choice([1, 3]), "--overwrite",
                              timeout=60)
        assert outcome.code in (0, 1, 2), outcome.err
        if outcome.code:
            assert outcome.err.startswith("error: "), outcome.err
            assert not [name for name in files_under(tmp_path) if name.endswith(".part")]
        out.unlink(missing_ok=True)
        for more in ("-wal", "-shm", "-journal"):
            pathlib.Path(str(path) + more).unlink(missing_ok=True)


def test_hostile_schema(ingest, tmp_path):
    """What a schema makes SQLite run must not reach beyond the file."""
    path = tmp_path / "hostile.db"
    connection = sqlite3.connect(path)
    connection.executescript("create table t (a int); insert into t values (1);"
                             "create view v as select load_extension('/tmp/evil.so') as x;"
                             "create view f as select fts3_tokenizer('x', x'00') as x;")
    connection.close()
    for view in ("v", "f"):
        failed = ingest.copy(url(path), view, tmp_path / "o.parquet")
        assert failed.code in (1, 2) and failed.err.startswith("error: ")
    endless = make(tmp_path / "endless.db",
                   "create view e as with recursive n(i) as (select 1 union all select i from n) select max(i) as i from n")
    process = ingest.start("copy", url(endless), "e", tmp_path / "o.parquet")
    wait_until_it_can_be_stopped(process)
    time.sleep(0.3)
    process.send_signal(signal.SIGTERM)
    process.communicate(timeout=10)
    assert process.returncode == 143


# Random tables, compared as a whole.

GENERATORS = {
    "integer": lambda d: d.choice([0, 1, -1, d.randrange(-2**63, 2**63)]),
    "boolean": lambda d: d.choice([0, 1]),
    "real": lambda d: d.choice([0.5, d.random(), d.uniform(-1e300, 1e300)]),
    "decimal(12,3)": lambda d: str(Decimal(d.randrange(-10**9, 10**9)).scaleb(-3)),
    "decimal(30,6)": lambda d: str(Decimal(d.randrange(-10**14, 10**14)).scaleb(-6)),
    "date": lambda d: (datetime.date.min + datetime.timedelta(days=d.randrange(3_652_059))).isoformat(),
    "timestamp": lambda d: (datetime.datetime.min + datetime.timedelta(microseconds=d.randrange(
        315_537_897_600_000_000))).isoformat(sep=d.choice(" T")),
    "text": lambda d: "".join(d.choices("abcäöü漢🎉 \n\"'", k=d.choice([0, 1, 7, 8, 9, 15, 16, 17, 31, 32, 33, 200]))),
    "blob": lambda d: d.randbytes(d.choice([0, 1, 7, 8, 16, 17, 33, 5000])),
}
MEANINGS = {
    "boolean": bool, "decimal(12,3)": lambda v: Decimal(str(v)).quantize(Decimal("0.001")),
    "decimal(30,6)": lambda v: Decimal(repr(v)).quantize(Decimal("0.000001")), "date": datetime.date.fromisoformat,
    "timestamp": datetime.datetime.fromisoformat,
}


@pytest.mark.parametrize("seed", SEEDS)
def test_random_tables(ingest, tmp_path, seed):
    dice = random.Random(seed)
    kinds = [dice.choice(list(GENERATORS)) for _ in range(dice.randint(1, 20))]
    rows = dice.choice([0, 1, 63, 64, 65, 1000, 16_383, 16_384, 16_385, 30_000])
    holes = [dice.choice([0, 0, 0.1, 0.9, 1]) for _ in kinds]
    path = tmp_path / "chance.db"
    connection = sqlite3.connect(path)
    columns = ", ".join(f"c{n} {kind}" for n, kind in enumerate(kinds))
    connection.execute(f"create table t (id integer primary key, {columns})")
    made = ([None if dice.random() < hole else GENERATORS[kind](dice) for kind, hole in zip(kinds, holes)]
            for _ in range(rows))
    connection.executemany(f"insert into t values (?{', ?' * len(kinds)})",
                           ([i * dice.choice([1, 1]) , *values] for i, values in enumerate(made)))
    connection.commit()
    out = tmp_path / "out.parquet"
    ingest.copy(url(path), "t", out, "--parallel", dice.choice([1, 2, 3]), "--profile",
                dice.choice(["standard", "modern", "legacy"])).expect()
    values = read_pyarrow(out)[0]
    expected = connection.execute("select * from t order by id").fetchall()
    assert values["id"] == [row[0] for row in expected]
    for n, kind in enumerate(kinds):
        meaning = MEANINGS.get(kind, lambda v: v)
        assert values[f"c{n}"] == [None if row[n + 1] is None else meaning(row[n + 1]) for row in expected], kind


# From the settings.

def test_a_source_of_the_settings(ingest, tmp_path):
    (tmp_path / "data").mkdir()
    make(tmp_path / "data/shop.db", "create table t (a int); insert into t values (1)")
    (tmp_path / "ingest.toml").write_text('[sources.shop]\ntype = "sqlite"\ndatabase = "data/shop.db"\n')
    ingest.run("copy", "shop", "t", tmp_path / "out", "--project", tmp_path, cwd="/").expect()
    assert read_pyarrow(tmp_path / "out/t.parquet")[0] == {"a": [1]}
    (tmp_path / "ingest.toml").write_text('[sources.shop]\ntype = "sqlite"\n')
    failed = ingest.run("copy", "shop", "t", tmp_path / "out2", "--project", tmp_path).expect(2)
    assert "has no database" in failed.err and "ingest.toml:1" in failed.err
