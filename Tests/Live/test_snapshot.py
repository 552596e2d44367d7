"""What the file holds is one moment of the table, whatever happens to it meanwhile; or the load fails.

Every storm keeps an invariant that any mix of two moments breaks: each transaction gives all rows the same generation.
The copy goes through a slow proxy, so that many transactions commit while it reads.
"""

import threading
import time

import psycopg2
import pyarrow.parquet
import pytest

from ingest import files_under, wait_for
from proxy import Proxy

ROWS = 30_000


@pytest.fixture
def table(database):
    database.execute(f"""
        drop table if exists storm;
        create table storm (id bigint primary key, gen bigint, pad text);
        insert into storm select i, 0, repeat('x', 150) from generate_series(1, {ROWS}) i;
        analyze storm""")
    return "storm"


class Storm:
    """Runs statements in a loop on a connection of its own until stopped; counts what committed."""

    def __init__(self, database, *statements: str, pause: float = 0):
        self.connection = database.connect()
        self.statements = statements
        self.pause = pause
        self.stopped = threading.Event()
        self.commits = 0
        self.faults: list[str] = []
        self.thread = threading.Thread(target=self.run, daemon=True)

    def __enter__(self):
        self.thread.start()
        return self

    def run(self):
        with self.connection.cursor() as cursor:
            while not self.stopped.is_set():
                try:
                    for statement in self.statements:
                        cursor.execute(statement)
                    self.commits += 1
                except psycopg2.Error as fault:
                    self.faults.append(str(fault))
                    cursor.execute("rollback")
                self.stopped.wait(self.pause)

    def __exit__(self, *_):
        self.stopped.set()
        self.connection.cancel()
        self.thread.join(20)
        self.connection.close()


UPDATE = ("update storm set gen = gen + 1",)
REPLACE = ("begin", "truncate storm",
           f"insert into storm select i, extract(epoch from now())::bigint, 'y'"
           f" from generate_series(1, {ROWS}) i", "commit")
MOVE = ("begin", "delete from storm where id % 3 = 0",
        "insert into storm select i, (select max(gen) from storm), 'z' from generate_series(3, %d, 3) i" % ROWS,
        "update storm set gen = gen + 1", "commit")
REWRITE = ("vacuum full storm",)
# VACUUM FULL gives every row another place: a reader of ranges of places would lose and double rows.
STORMS = {"truncate and insert": REPLACE, "moved rows": MOVE, "vacuum full": REWRITE}


def landed(ingest, database, table, path, statements, parallel, pause) -> int:
    """One copy in a storm: one moment, or an error that leaves nothing. Returns how many transactions came meanwhile."""
    with Storm(database, *statements, pause=pause) as wind, Proxy(database.server.port, bytes_per_second=2e6) as slow:
        time.sleep(0.2)
        before = wind.commits
        outcome = ingest.copy(database.url(port=slow.port, parameters="?sslmode=disable"), table, path,
                              "--parallel", parallel)
        after = wind.commits
    if outcome.code == 0:
        judge(path)
        return after - before
    assert outcome.code == 1, outcome.err
    assert files_under(path.parent) == [], outcome.err
    return -1


def judge(path):
    """One generation, each row once."""
    table = pyarrow.parquet.ParquetFile(path).read(columns=["id", "gen"])
    ids = table["id"].to_pylist()
    assert len(set(table["gen"].to_pylist())) == 1, "rows of several moments"
    assert len(ids) == ROWS and len(set(ids)) == ROWS, f"{len(ids)} rows, {len(set(ids))} distinct"


@pytest.mark.parametrize("parallel", [1, 3])
def test_updates(ingest, database, table, tmp_path, parallel):
    came = landed(ingest, database, table, tmp_path / "out.parquet", UPDATE, parallel, pause=0)
    assert came > 0, "nothing was committed during the copy, or the copy failed: this test proved nothing"


@pytest.mark.parametrize("parallel", [1, 3])
@pytest.mark.parametrize("storm", STORMS)
def test_replaced_and_moved_rows(ingest, database, table, tmp_path, storm, parallel):
    """These take locks that exclude readers. A copy may lose the race for the lock, and says so; with pauses between the
    transactions it must succeed sooner or later."""
    for attempt in range(4):
        if landed(ingest, database, table, tmp_path / f"{attempt}.parquet", STORMS[storm], parallel, pause=0.6) >= 0:
            return
    pytest.fail("no copy succeeded")


@pytest.mark.parametrize("victim", range(4))
def test_a_lost_session_is_an_error_or_harmless(ingest, database, table, tmp_path, victim):
    """Each of the sessions in turn is terminated mid-copy, the one that exported the snapshot among them."""
    path = tmp_path / "out.parquet"
    # More than the buffers on the way can hold, so that the sessions are still sending.
    database.execute("update storm set pad = repeat('y', 1000)")
    with Storm(database, *UPDATE, pause=0.3), Proxy(database.server.port, bytes_per_second=6e6) as slow:
        process = ingest.start("copy", database.url(port=slow.port, parameters="?sslmode=disable"), table, path,
                               "--parallel", "3")
        database.wait_for_copy(connections=2)
        # Three that read, and the one whose snapshot they read under.
        wait_for(lambda: len(database.sessions()) == 4, process)
        sessions = sorted(database.sessions())
        database.execute("select pg_terminate_backend(%s)", (sessions[victim][0],))
        _, err = process.communicate(timeout=60)
    if process.returncode == 0:
        judge(path)
    else:
        assert process.returncode == 1, err
        assert err.strip(), "no error was printed"
        assert files_under(tmp_path) == []
    assert database.wait_until_quiet() == []
