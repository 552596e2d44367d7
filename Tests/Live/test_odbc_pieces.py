"""One connection to MariaDB reads a large table in pieces: the driver brings the next one, whole, while rows of the present
one are read. What is read is exact, and whatever happens in between is an error in words that leaves nothing behind."""

import signal
import threading
import time

import pyarrow.parquet
import pytest

from ingest import files_under
from mariadb import MariaDB
from odbc_checks import killed_server, refused, same_as_text
from proxy import Proxy

ROWS = 240_000
# Some 70 MB: six pieces.
COLUMNS = "id bigint primary key, n decimal(12,2), d date, a varchar(200) not null, b varchar(200)"
FILL = (f"select seq * 3 as id, seq / 7 as n, '2024-01-01' + interval seq % 900 day as d, repeat(md5(seq), 4) as a,"
        f" if(seq % 5 = 0, null, repeat(md5(-seq), seq % 5)) as b from seq_1_to_{ROWS}")
ALONE = ("--parallel", "1")


@pytest.fixture(scope="module")
def database(mariadb):
    database = mariadb.create_database("t_pieces")
    database.execute(f"create table large ({COLUMNS}) {FILL}")
    database.execute("analyze table large")
    yield database
    database.close()


def selects(database) -> int:
    return int(database.rows("show global status like 'Com_select'")[0][1])


def test_every_value_arrives(ingest, database, tmp_path):
    path = tmp_path / "large.parquet"
    before = selects(database)
    ingest.copy(database.url(), "large", path, *ALONE).expect()
    # To look at the table takes 7 of them.
    assert selects(database) - before >= 13, "not read in pieces"
    with database.connection.cursor() as cursor:
        cursor.execute("select * from large order by id")
        same_as_text(path, [column[0] for column in cursor.description], list(cursor.fetchall()))


def test_one_moment_while_others_write(ingest, database, tmp_path):
    """Each transaction changes rows of two pieces, so that the sum stays as it is."""
    database.execute(f"create or replace table purse ({COLUMNS}, v bigint not null default 1000) {FILL}")
    database.execute("analyze table purse")
    stop = threading.Event()

    def move():
        connection = database.server.connect(database.name)
        with connection.cursor() as cursor:
            turn = 0
            while not stop.is_set():
                turn += 7
                cursor.execute("begin")
                cursor.execute(f"update purse set v = v - 1 where id = {turn % ROWS * 3 + 3}")
                cursor.execute(f"update purse set v = v + 1 where id = {(ROWS - turn % ROWS) * 3}")
                cursor.execute("commit")
        connection.close()

    mover = threading.Thread(target=move)
    mover.start()
    try:
        for n in range(3):
            outcome = ingest.copy(database.url(), "purse", tmp_path / f"{n}.parquet", *ALONE).expect()
            assert "not a snapshot" not in outcome.out + outcome.err
            values = pyarrow.parquet.read_table(tmp_path / f"{n}.parquet", columns=["v"])["v"].to_pylist()
            assert len(values) == ROWS and sum(values) == 1000 * ROWS
    finally:
        stop.set()
        mover.join()


def test_a_value_of_a_later_piece_has_no_form(ingest, database, tmp_path):
    database.execute(f"create or replace table odd ({COLUMNS}) {FILL}")
    database.execute(f"update odd set d = '2024-00-00' where id = {ROWS * 3 - 30}")
    database.execute("analyze table odd")
    refused(ingest.copy(database.url(), "odd", tmp_path, *ALONE), tmp_path, (1, 2), "'d'", "2024-00-00")
    assert database.wait_until_quiet() == []


@pytest.mark.parametrize("number, code", [(signal.SIGINT, 130), (signal.SIGTERM, 143)])
@pytest.mark.parametrize("piece", ["`id` <", "`id` >="])
def test_interrupted(ingest, database, tmp_path, number, code, piece):
    """In the first piece, and in one that comes while another is read: on this line it would take a minute. What the server
    has sent before it is told to stop is still on its way."""
    with Proxy(database.server.port, 2e7) as slow:
        process = ingest.start("copy", database.url(port=slow.port), "large", tmp_path, *ALONE)
        database.wait_for_reading(piece)
        slow.rate = 2e5
        time.sleep(0.3)
        began = time.monotonic()
        process.send_signal(number)
        _, err = process.communicate(timeout=60)
        assert process.returncode == code, err
        assert time.monotonic() - began < 8
        # What reads was told to stop, and is not yet rid of what it has sent.
        assert [session for session in database.sessions() if session[3] and session[2] != "Killed"] == []
    assert database.wait_until_quiet() == [] and files_under(tmp_path) == []


@pytest.mark.parametrize("what", ["connection", "query"])
@pytest.mark.parametrize("pause", [0.1, 0.6, 1.1])
def test_killed_by_the_administrator(ingest, database, tmp_path, what, pause):
    """`kill query` may come between two statements, where it kills nothing."""
    with Proxy(database.server.port, 2e7) as slow:
        process = ingest.start("copy", database.url(port=slow.port), "large", tmp_path / "l.parquet", *ALONE)
        reading = database.wait_for_reading("`id` <")
        time.sleep(pause)
        database.execute(f"kill {what} {reading[0][0]}")
        _, err = process.communicate(timeout=60)
    if what == "query" and process.returncode == 0:
        assert pyarrow.parquet.ParquetFile(tmp_path / "l.parquet").metadata.num_rows == ROWS
    else:
        assert process.returncode == 1, err
        assert "error: " in err and files_under(tmp_path) == []
    assert database.wait_until_quiet() == []


@pytest.mark.parametrize("after", [1_000, 300_000, 9_000_000, 20_000_000, 33_000_000])
def test_connection_cut(ingest, database, tmp_path, after):
    with Proxy(database.server.port) as proxy:
        proxy.cut_after = after
        outcome = ingest.copy(database.url(port=proxy.port), "large", tmp_path, *ALONE)
    refused(outcome, tmp_path, (1,), without=(database.server.password,))
    assert database.wait_until_quiet() == []


@pytest.mark.parametrize("after", [9_000_000, 20_000_000])
def test_connection_stalls(ingest, database, tmp_path, after):
    with Proxy(database.server.port) as proxy:
        proxy.stall_after = after
        began = time.monotonic()
        outcome = ingest.copy(database.url(port=proxy.port), "large", tmp_path, *ALONE, "--stall-timeout", "500ms", timeout=90)
        assert time.monotonic() - began < 30
    refused(outcome, tmp_path, (1,), "nothing came", without=(database.server.password,))
    assert database.wait_until_quiet() == []


def test_server_killed(ingest, scratch, tmp_path):
    killed_server(ingest, MariaDB(scratch / "mariadb-pieces"), tmp_path, f"create table t ({COLUMNS}) {FILL}", "`id` <",
                  rate=3e7, pause=0.7)
