"""The scripted driver against real ones: what was recorded from a real driver, it plays so that a second recording says
the same. And the rules it is strict about are those of real drivers."""

import ctypes
import os
import pathlib
import sys

import mssql_python_odbc
import pytest

ROOT = pathlib.Path(__file__).parents[2]
sys.path.insert(0, str(ROOT / "Tests" / "ScriptedDriver"))

import record  # noqa: E402
from tds.server import Server  # noqa: E402
from tds_kinds import KINDS  # noqa: E402

SCRIPTED = pathlib.Path(os.environ.get("SCRIPTED_DRIVER", ROOT / ".build/debug/libScriptedDriver.so"))
MICROSOFT = next((pathlib.Path(mssql_python_odbc.get_libs_dir()) / "linux/debian_ubuntu").glob("*/lib/libmsodbcsql-*"), None)


@pytest.fixture(scope="module", autouse=True)
def is_built():
    assert SCRIPTED.exists(), f"{SCRIPTED} is missing: swift build --product ScriptedDriver"


@pytest.fixture(scope="module")
def microsoft():
    if MICROSOFT is None:
        pytest.skip("the wheel has no driver for this machine")
    server = Server()
    server.users["reader"] = "Pw"
    for name, kind in KINDS.items():
        server.engine.create(name, {"v": kind.sql}, [(value,) for value in kind.kept] + [(None,)])
    server.engine.create("pair", {"a": "int", "b": "int", "c": "nvarchar(20)"}, [(-2**31, 2, "é"), (3, 4, "ab🎉cdef")])
    yield f"DRIVER={MICROSOFT};SERVER=tcp:127.0.0.1,{server.port};Encrypt=no;UID=reader;PWD=Pw;DATABASE=lake"
    server.stop()


def played(tmp_path, script: str) -> str:
    (tmp_path / "script").write_text(script, encoding="utf-8")
    (tmp_path / "journal").unlink(missing_ok=True)
    return f"DRIVER={SCRIPTED};Script={tmp_path / 'script'};Journal={tmp_path / 'journal'}"


def again(tmp_path, script: str, sql: str) -> str:
    """What a recording of the recording says; nothing forbidden was done on the way."""
    text = record.record(played(tmp_path, script), sql)
    journal = (tmp_path / "journal").read_text().splitlines()
    assert [line for line in journal if line.startswith("violation")] == []
    assert journal.count("open statement") == journal.count("close statement") == 1
    return text


@pytest.mark.parametrize("name", KINDS)
def test_microsoft(microsoft, tmp_path, name):
    sql = f"SELECT v FROM dbo.{name}"
    script = record.record(microsoft, sql)
    assert "column 'v'" in script
    assert again(tmp_path, script, sql) == script


def test_sqlite(tmp_path):
    string = f"DRIVER={{SQLite3}};DATABASE={tmp_path / 't.sqlite'}"
    connection = record.Connection(string)
    for sql in ["CREATE TABLE t (i INTEGER NOT NULL, t TEXT, r REAL, b BLOB, v VARCHAR(20), d DATE, s TIMESTAMP)",
                "INSERT INTO t VALUES (1, 'é漢''\n\\', 1.5, x'00ff', 'abc', '2024-02-29', '2024-02-29 12:34:56'),"
                " (2, NULL, NULL, NULL, NULL, NULL, NULL)"]:
        connection.did(record.ODBC.SQLExecDirectW(connection.statement, record.wide(sql), record.NTS))
    connection.close()
    sql = "SELECT * FROM t"
    script = record.record(string, sql)
    assert script.count("column") == 7 and script.count("  row") == 2
    assert again(tmp_path, script, sql) == script


def state(connection, code: int) -> str:
    with pytest.raises(record.Refused) as refused:
        connection.did(code)
    return str(refused.value)[:5]


PAIR = "SELECT a, b, c FROM dbo.pair"


@pytest.fixture(params=["microsoft", "scripted"])
def pair(request, microsoft, tmp_path):
    string = microsoft if request.param == "microsoft" else played(tmp_path, record.record(microsoft, PAIR))
    connection = record.Connection(string)
    connection.did(record.ODBC.SQLExecDirectW(connection.statement, record.wide(PAIR), record.NTS))
    yield connection
    connection.close()


class Buffer:
    def __init__(self, connection):
        self.connection = connection
        self.bytes, self.length = ctypes.create_string_buffer(64), ctypes.c_int64()

    def get(self, column: int, c_type: int = 4, capacity: int = 64) -> int:
        return record.ODBC.SQLGetData(self.connection.statement, column, ctypes.c_int16(c_type), self.bytes,
                                      ctypes.c_int64(capacity), ctypes.byref(self.length))

    def bind(self, column: int, c_type: int = 4) -> int:
        return record.ODBC.SQLBindCol(self.connection.statement, column, ctypes.c_int16(c_type), self.bytes,
                                      ctypes.c_int64(64), ctypes.byref(self.length))


def test_refuses_alike_what_is_out_of_turn(pair):
    buffer = Buffer(pair)
    assert state(pair, buffer.get(1)) == "24000"  # before the first row
    pair.did(record.ODBC.SQLFetch(pair.statement))
    assert state(pair, buffer.get(9)) == "07009"  # no such column
    assert state(pair, buffer.get(1, capacity=-7)) == "HY090"
    assert state(pair, buffer.get(1, c_type=5)) == "22003"  # the least of 32 bits in 16
    assert buffer.get(1) == record.NO_DATA  # it is gone now
    pair.did(buffer.get(2))
    assert state(pair, buffer.get(1)) == "07009"  # SQL_GD_ANY_ORDER is not there
    pair.did(record.ODBC.SQLFetch(pair.statement))
    assert record.ODBC.SQLFetch(pair.statement) == record.NO_DATA


def test_refuses_alike_what_is_bound(pair):
    bound, other = Buffer(pair), Buffer(pair)
    pair.did(bound.bind(2))
    pair.did(record.ODBC.SQLFetch(pair.statement))
    assert state(pair, other.get(2)) == "07009"  # SQL_GD_BOUND is not there
    assert state(pair, other.get(1)) == "07009"  # SQL_GD_ANY_COLUMN is not there
    pair.did(other.get(3, c_type=-8))
    assert other.bytes.raw[:other.length.value].decode("utf-16-le") == "é"


def test_cuts_alike(pair):
    buffer = Buffer(pair)
    pair.did(record.ODBC.SQLFetch(pair.statement))
    pair.did(record.ODBC.SQLFetch(pair.statement))
    told = []
    while (code := buffer.get(3, c_type=-8, capacity=9)) != record.NO_DATA:  # 3 units and a zero; a byte is over
        told.append((code, buffer.length.value, buffer.bytes.raw[:8].decode("utf-16-le", "surrogatepass")))
    assert told == [(1, 16, "ab\ud83c\0"), (1, 10, "\udf89cd\0"), (0, 4, "ef\0\0")]
