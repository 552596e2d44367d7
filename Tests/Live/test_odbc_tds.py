"""SQL Server's types, errors and lost connections by way of its two drivers, FreeTDS and Microsoft's own, from a small
server of ours that speaks their protocol. What T-SQL means is not tested here: see the parser's tests."""

import datetime
import functools
import pathlib
import random
import signal
import time
import urllib.parse

import duckdb
import mssql_python_odbc
import pyarrow.parquet
import pytds
import pytest

from kinds import moment
from odbc_checks import peak_megabytes, refused
from proxy import Proxy
from readers import READERS
from tds.encryption import certificate
from tds.engine import Fault, Refused
from tds.server import Server
from tds_kinds import KINDS

LIBRARY = next((pathlib.Path(mssql_python_odbc.get_libs_dir()) / "linux/debian_ubuntu").glob("*/lib/libmsodbcsql-*"), None)
SECRET = "Pw;1&% x"
DRIVERS = {
    "freetds": "DRIVER={{FreeTDS}};SERVER={host};PORT={port};TDS_Version=7.4;ClientCharset=UTF-8",
    "microsoft": f"DRIVER={LIBRARY};SERVER=tcp:{{host}},{{port}};Encrypt=no",
}


@pytest.fixture(scope="module")
def server():
    server = Server()
    server.users["reader"] = SECRET
    yield server
    server.stop()


@pytest.fixture(params=DRIVERS, scope="module")
def driver(request):
    if request.param == "microsoft" and LIBRARY is None:
        pytest.skip("the wheel has no driver for this machine")
    return request.param


@pytest.fixture(scope="module")
def source(server, driver):
    def made(user="reader", secret=SECRET, host="127.0.0.1", port=None, database="lake") -> str:
        text = DRIVERS[driver].format(host=host, port=port or server.port)
        return f"odbc:{text};UID={user};PWD={{{secret}}};DATABASE={database}"

    return made


@pytest.fixture(scope="module")
def everything(server):
    height = max(len(kind.values) for kind in KINDS.values())
    rows = [
        (n, *(kind.kept[n] if n < len(kind.values) else None for kind in KINDS.values())) for n in range(height + 1)
    ]
    server.engine.create("everything", {"id": "int"} | {name: kind.sql for name, kind in KINDS.items()}, rows, key=["id"])
    return height + 1


def plain(value):
    return moment(value) if isinstance(value, datetime.datetime) else value


@pytest.fixture(scope="module")
def copied(ingest, source, everything, driver, module_dir):
    path = module_dir / f"{driver}.parquet"
    outcome = ingest.copy(source(), "dbo.everything", path).expect()
    read = functools.cache(lambda reader: READERS[reader](path))
    read("pyarrow")
    return read, outcome


def test_the_server_as_another_client_reads_it(server, everything):
    """The server's own encoding is checked by pytds, so that ours is not compared with itself."""
    connection = pytds.connect("127.0.0.1", port=server.port, database="lake", user="reader", password=SECRET)
    with connection.cursor() as cursor:
        cursor.execute("select * from dbo.everything order by id")
        rows = cursor.fetchall()
        names = [column[0] for column in cursor.description]
    connection.close()
    padded = {"char_5": 5, "nchar_5": 5}
    for place, (name, kind) in enumerate(KINDS.items(), 1):
        assert names[place] == name
        for number, expected in enumerate(kind.expected):
            found = rows[number][place]
            match found:
                case datetime.datetime():
                    found = moment(found)
                case datetime.time():
                    found = found.isoformat("microseconds")
                case str() if name in padded:
                    found = found.rstrip(" ")
                case _ if name == "uniqueidentifier":
                    found = str(found)
            assert found == expected, name
        assert all(row[place] is None for row in rows[len(kind.values):])


@pytest.mark.parametrize("reader", READERS)
@pytest.mark.parametrize("name", KINDS)
def test_value_by_value(copied, driver, everything, reader, name):
    kind = KINDS[name]
    if driver in kind.beyond:
        pytest.skip(kind.beyond[driver])
    found = [plain(value) for value in copied[0](reader)[0][name]]
    assert found == kind.expected + [None] * (everything - len(kind.values))


@pytest.mark.parametrize("name", KINDS)
def test_declared_types(copied, driver, name):
    assert copied[0]("pyarrow")[1][name] == KINDS[name].arrow


def test_seven_digits_are_counted(copied):
    """Floored to microseconds, and said so, once per column."""
    said = copied[1].err
    for name in ("datetime2_7", "datetimeoffset_7", "time_7"):
        assert said.count(f"'{name}'") == 1, said


@pytest.mark.parametrize("count", [0, 1, 999, 1_000, 1_001, 20_000])
def test_rows_around_the_rowset(ingest, server, source, tmp_path, count):
    server.engine.create("counted", {"id": "int", "t": "nvarchar(50)", "m": "varchar(max)", "n": "decimal(18,4)"},
                         f"select i, 'r🎉' || i, if(i % 3 = 0, null, repeat('é', i % 200)), i * 1.5 from range({count}) t(i)")
    ingest.copy(source(), "dbo.counted", tmp_path / "c.parquet").expect()
    same_as(tmp_path / "c.parquet", server, "counted")


def same_as(path, server, table: str):
    with server.engine.lock:
        expected = server.engine.connection.execute(f"select * from dbo.{table} order by id").fetchall()
    assert duckdb.sql(f"select * from '{path}' order by id").fetchall() == expected


def test_several_connections(ingest, server, source, tmp_path):
    server.engine.create("divided", {"id": "bigint", "t": "varchar(20)"},
                         "select i * 3, 'r' || i from range(30000) t(i)", key=["id"])
    ingest.copy(source(), "dbo.divided", tmp_path / "d.parquet", "--parallel", "2").expect()
    same_as(tmp_path / "d.parquet", server, "divided")


@pytest.mark.parametrize("size", [1, 15, 16, 17, 127, 128, 129, 255, 256, 257, 1_023, 1_024, 2_047, 2_048, 4_095, 4_096, 70_000])
def test_lengths_around_a_buffers(ingest, server, source, tmp_path, size):
    rows = [(n, c * size, b"\xff" * (size + n - 1), ("é" * size)) for n, c in enumerate("aé漢🎉")]
    server.engine.create("lengths", {"id": "int", "t": "nvarchar(max)", "b": "varbinary(max)", "v": "varchar(max)"}, rows)
    ingest.copy(source(), "dbo.lengths", tmp_path / "l.parquet").expect()
    same_as(tmp_path / "l.parquet", server, "lengths")


def test_a_cell_of_20_megabytes(ingest, server, source, tmp_path):
    server.engine.create("heavy", {"id": "int", "t": "nvarchar(max)", "b": "varbinary(max)"},
                         [(1, "é🎉" * 3_500_000, b"\0\xff" * 10_000_000), (2, None, None), (3, "", b"")])
    ingest.copy(source(), "dbo.heavy", tmp_path / "h.parquet").expect()
    same_as(tmp_path / "h.parquet", server, "heavy")


@pytest.mark.thread("odbc2parquet 456")
def test_declared_widths_do_not_decide_memory(ingest, server, source, tmp_path):
    server.engine.create("hollow", {"id": "int"} | {f"c{n}": "nvarchar(max)" for n in range(10)},
                         "select i, " + ", ".join(f"'a' || i as c{n}" for n in range(10)) + " from range(100) t(i)")
    peak = peak_megabytes(ingest, "copy", source(), "dbo.hollow", tmp_path / "h.parquet", "--quiet")
    assert peak <= 60, f"{peak:.0f} MB"
    same_as(tmp_path / "h.parquet", server, "hollow")


def test_odd_identifiers(ingest, server, source, tmp_path):
    for name in ["Odd Name", "select", "ta]ble", 'quo"te', "漢字", "it's"]:
        server.engine.create("odd", {"id": "int", name: "varchar(5)"}, [(1, "x")])
        ingest.copy(source(), "dbo.odd", tmp_path / "o.parquet", "--overwrite").expect()
        assert pyarrow.parquet.read_table(tmp_path / "o.parquet").to_pydict() == {"id": [1], name: ["x"]}


KIND_POOL = ["int", "bigint", "bit", "float", "decimal(18,4)", "decimal(38,10)", "nvarchar(30)", "varchar(max)",
             "nvarchar(max)", "varbinary(20)", "date"]
MAKERS = {
    "int": "({k} * 40503 % 2147483647)::int", "bigint": "{k} * 2654435761", "bit": "{k} % 2 = 0", "float": "{k} / 7",
    "decimal(18,4)": "({k} * 7919 / 10000)::decimal(18,4)", "decimal(38,10)": "({k} * 1234567.5)::decimal(38,10)",
    "nvarchar(30)": "repeat('漢', {k} % 29)", "varchar(max)": "repeat('é', {k} % 700)",
    "nvarchar(max)": "repeat('🎉x', {k} % 300)", "varbinary(20)": "('v' || {k} % 10000)::blob",
    "date": "date '0001-01-01' + ({k} % 3652058)::int",
}


@pytest.mark.parametrize("seed", range(4))
def test_random_table(ingest, server, source, tmp_path, seed):
    dice = random.Random(seed)
    rows = dice.choice([1, 100, 999, 2_000, 5_000])
    columns, values = {"id": "int"}, ["i"]
    for n in range(dice.randint(1, 12)):
        kind = dice.choice(KIND_POOL)
        value = MAKERS[kind].format(k=f"((i * 7919) % {dice.choice([1, 3, 1000, 100_000])})")
        nulls = dice.choice([None, "i % 2 = 0", "i > 500", "true"])
        columns[f"c{n}"] = kind
        values.append(f"case when {nulls} then null else {value} end" if nulls else value)
    server.engine.create("chance", columns, f"select {', '.join(values)} from range({rows}) t(i)")
    ingest.copy(source(), "dbo.chance", tmp_path / "c.parquet").expect()
    same_as(tmp_path / "c.parquet", server, "chance")


# By URL, and encrypted

REGISTERED = {"freetds": "FreeTDS", "microsoft": "ODBC Driver 18 for SQL Server"}


@pytest.fixture(scope="module")
def registered(driver, module_dir):
    """An environment in which this driver alone is installed."""
    registry = module_dir / f"registry-{driver}"
    registry.mkdir(exist_ok=True)
    library = LIBRARY if driver == "microsoft" else "libtdsodbc.so"
    (registry / "odbcinst.ini").write_text(f"[{REGISTERED[driver]}]\nDriver={library}\n")
    return {"ODBCSYSINI": str(registry)}


def url(server, parameters: str = "") -> str:
    return f"mssql://reader:{urllib.parse.quote(SECRET, safe='')}@127.0.0.1:{server.port}/lake{parameters}"


def test_by_url(ingest, server, registered, everything, tmp_path):
    ingest.run("copy", url(server, "?encrypt=no"), "dbo.everything", tmp_path / "u.parquet", env=registered).expect()
    assert pyarrow.parquet.ParquetFile(tmp_path / "u.parquet").metadata.num_rows == everything


@pytest.fixture(scope="module")
def encrypted(module_dir):
    server = Server(tls=certificate(module_dir))
    server.users["reader"] = SECRET
    server.engine.create("many", {"id": "int", "t": "nvarchar(50)"}, "select i, 'row ' || i from range(5000) t(i)")
    yield server
    server.stop()


def test_encrypted(ingest, encrypted, registered, tmp_path):
    ingest.run("copy", url(encrypted, "?encrypt=yes&trust_server_certificate=yes"), "dbo.many", tmp_path / "e.parquet",
               env=registered).expect()
    same_as(tmp_path / "e.parquet", encrypted, "many")


def test_a_certificate_that_nobody_signed(ingest, encrypted, driver, registered, tmp_path):
    """Encrypted is the default, and who the server is, is checked by default."""
    if driver == "freetds":
        pytest.skip("FreeTDS of Debian 12 checks no certificates unless it is told which authorities to trust")
    outcome = ingest.run("copy", url(encrypted), "dbo.many", tmp_path, env=registered)
    refused(outcome, tmp_path, (1, 2), "certificate", "trust_server_certificate", without=(SECRET,))


# Faults

@pytest.fixture
def faults(server):
    yield server.engine.faults
    server.engine.faults.clear()


@pytest.fixture(scope="module")
def long(server):
    server.engine.create("long", {"id": "int", "t": "nvarchar(50)"}, "select i, 'row ' || i from range(50000) t(i)")
    return "dbo.long"


def test_wrong_password(ingest, source, tmp_path):
    refused(ingest.copy(source(secret="wr0ng secret"), "dbo.everything", tmp_path), tmp_path, (1, 2), "reader", "18456",
            without=("wr0ng secret",))


def test_expired_password(ingest, server, source, tmp_path):
    server.users["late"] = SECRET
    server.refusals["late"] = Refused(18487, "Login failed for user 'late'.  Reason: The password of the account has expired.",
                                      14)
    refused(ingest.copy(source(user="late"), "dbo.everything", tmp_path), tmp_path, (1, 2), "expired", without=(SECRET,))


def test_unknown_database(ingest, source, tmp_path):
    refused(ingest.copy(source(database="nowhere"), "dbo.everything", tmp_path), tmp_path, (1, 2), "nowhere",
            without=(SECRET,))


def test_unknown_table(ingest, source, everything, tmp_path):
    refused(ingest.copy(source(), "dbo.evrything", tmp_path), tmp_path, (1, 2), "evrything", without=(SECRET,))


def test_one_column_is_denied(ingest, server, source, tmp_path):
    server.engine.create("guarded", {"id": "int", "salary": "money"}, [(1, None)])
    server.engine.denied_columns.add(("guarded", "salary"))
    refused(ingest.copy(source(), "dbo.guarded", tmp_path), tmp_path, (1, 2), "salary", "denied", without=(SECRET,))
    ingest.copy(source(), "dbo.guarded", tmp_path / "g.parquet", "--columns", "id").expect()


def test_chosen_as_the_victim_of_a_deadlock(ingest, source, faults, long, tmp_path):
    faults["long"] = Fault(3_000, "error", Refused(1205, "Transaction (Process ID 51) was deadlocked on lock resources with"
                                                   " another process and has been chosen as the deadlock victim.", 13))
    refused(ingest.copy(source(), long, tmp_path), tmp_path, (1,), "1205", "deadlock", without=(SECRET,))


def test_an_error_midway(ingest, source, faults, long, tmp_path):
    """Numeric overflow and its like come when some rows are read already: the rows before it are no result."""
    faults["long"] = Fault(3_000, "error", Refused(8115, "Arithmetic overflow error converting expression to data type int."))
    refused(ingest.copy(source(), long, tmp_path), tmp_path, (1,), "8115", "overflow", without=(SECRET,))


@pytest.mark.parametrize("after", [0, 1, 3_000])
def test_connection_lost(ingest, source, faults, long, tmp_path, after):
    faults["long"] = Fault(after, "hangup")
    refused(ingest.copy(source(), long, tmp_path), tmp_path, (1,), without=(SECRET,))


def test_server_goes_silent(ingest, source, faults, long, tmp_path):
    faults["long"] = Fault(3_000, "silence")
    began = time.monotonic()
    outcome = ingest.copy(source(), long, tmp_path, "--stall-timeout", "500ms", timeout=60)
    assert time.monotonic() - began < 30
    refused(outcome, tmp_path, (1,), without=(SECRET,))


def test_network_goes_silent(ingest, server, source, long, tmp_path):
    with Proxy(server.port) as proxy:
        proxy.stall_after = 200_000
        began = time.monotonic()
        outcome = ingest.copy(source(port=proxy.port), long, tmp_path, "--stall-timeout", "500ms", timeout=60)
        assert time.monotonic() - began < 30
    refused(outcome, tmp_path, (1,), without=(SECRET,))


def test_interrupted(ingest, server, source, faults, long, tmp_path):
    """The statement is cancelled on the server, which hears of it."""
    faults["long"] = Fault(3_000, "silence")
    before, silent = server.attentions, server.silences
    process = ingest.start("copy", source(), long, str(tmp_path))
    server.wait_for(lambda: process.poll() is not None or server.silences > silent)
    time.sleep(0.5)
    began = time.monotonic()
    process.send_signal(signal.SIGINT)
    _, err = process.communicate(timeout=30)
    assert process.returncode == 130, err
    assert time.monotonic() - began < 15
    assert server.attentions > before
    assert list(tmp_path.rglob("*.parquet")) == []


def test_table_dropped_between_planning_and_reading(ingest, server, source, tmp_path):
    server.engine.create("doomed", {"id": "int", "t": "nvarchar(20)"}, [(1, "x")])
    server.engine.faults["doomed"] = Fault(0, "error", Refused(208, "Invalid object name 'dbo.doomed'."))
    try:
        refused(ingest.copy(source(), "dbo.doomed", tmp_path), tmp_path, (1, 2), "doomed", without=(SECRET,))
    finally:
        server.engine.faults.clear()


def test_a_lone_surrogate(ingest, server, source, tmp_path):
    """Not Unicode: it is said, or replaced and said; never written as it is."""
    server.engine.create("broken", {"id": "int", "t": "nvarchar(20)"}, [(1, "ok")])
    server.engine.mangled = ("broken", "ok", "o\ud83d")
    try:
        outcome = ingest.copy(source(), "dbo.broken", tmp_path)
    finally:
        server.engine.mangled = None
    refused(outcome, tmp_path, (1,), "'t'", without=(SECRET,))
