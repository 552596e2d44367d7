"""SQLite through its ODBC driver: how any driver is read that no dialect was written for."""

import sqlite3

import pyarrow.parquet
import pytest

from odbc_checks import refused


@pytest.fixture
def file(tmp_path):
    path = tmp_path / "t.sqlite"
    connection = sqlite3.connect(path)
    connection.execute('create table "odd one" (id integer primary key, t text, r real, b blob, v varchar(20), n decimal(9,2))')
    rows = [(1, "é漢'\n\\", 1.5, b"\0\xff", "abc", 1.25), (2, None, None, None, None, None),
            (2**53, "x" * 100_000, -0.1, b"ab" * 40_000, "longer than its twenty characters", -9999999.99)]
    connection.executemany('insert into "odd one" values (?, ?, ?, ?, ?, ?)', rows)
    connection.execute("create table many (id integer primary key, t text)")
    connection.execute("insert into many with recursive n(i) as (select 1 union all select i + 1 from n where i < 70000)"
                       " select i, 'r' || i from n")
    connection.commit()
    connection.close()
    return path, rows


def url(path) -> str:
    return f"odbc:DRIVER={{SQLite3}};DATABASE={path}"


def test_every_value(ingest, file, tmp_path):
    path, rows = file
    ingest.copy(url(path), '"odd one"', tmp_path / "o.parquet").expect()
    table = pyarrow.parquet.read_table(tmp_path / "o.parquet").sort_by("id")
    for number, name in enumerate(["id", "t", "r", "b", "v"]):
        assert table[name].to_pylist() == [r[number] for r in sorted(rows)]
    assert [None if n is None else float(n) for n in table["n"].to_pylist()] == [r[5] for r in sorted(rows)]


def test_rows_beyond_a_rowset(ingest, file, tmp_path):
    ingest.copy(url(file[0]), "many", tmp_path / "m.parquet", "--where", "id % 2 = 0").expect()
    table = pyarrow.parquet.read_table(tmp_path / "m.parquet").sort_by("id")
    assert table.to_pydict() == {"id": list(range(2, 70_001, 2)), "t": [f"r{i}" for i in range(2, 70_001, 2)]}


def test_a_table_that_is_not_there(ingest, file, tmp_path):
    refused(ingest.copy(url(file[0]), "mayn", tmp_path / "out"), tmp_path / "out", (1, 2), "mayn", "many")
