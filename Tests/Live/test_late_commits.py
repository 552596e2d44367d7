"""Writers that commit late, while `ingest run` runs again and again: when they have stopped, one more run, and the lake has
every row, each once. A strict > over the same tables loses rows, so the test can fail."""

import random
import subprocess
import threading
import time

import psycopg2
import pytest

from clocked import ClockedServer
from loads import Loads
from postgres import SCRIPT, Database, Server
from project import Project, postgres_source
from proxy import Proxy

WRITERS, SECONDS = 8, 3.0


class Writers:
    """Transactions of random length that take their time, and their ids, at the beginning, and commit late."""

    def __init__(self, database):
        self.database = database
        self.stopped = threading.Event()
        self.failures = []
        self.threads = [threading.Thread(target=self.write, args=(seed,)) for seed in range(WRITERS)]

    def __enter__(self):
        for thread in self.threads:
            thread.start()
        return self

    def __exit__(self, *_):
        self.stopped.set()
        for thread in self.threads:
            thread.join()
        assert not self.failures

    def write(self, seed):
        chance = random.Random(seed)
        try:
            connection = psycopg2.connect(self.database.server.dsn(self.database.name))
            with connection.cursor() as cursor:
                while not self.stopped.is_set():
                    cursor.execute("insert into late (writer, at) select %s, now() from generate_series(1, %s)",
                                   (seed, chance.randint(1, 20)))
                    time.sleep(chance.random() ** 3 * 1.2)
                    (connection.commit if chance.random() < 0.9 else connection.rollback)()
            connection.close()
        except Exception as error:
            self.failures.append(error)


@pytest.fixture(scope="module")
def primary(scratch):
    server = Server(scratch / "late-primary", settings=("max_prepared_transactions = 20",))
    server.start()
    yield server
    server.stop()


@pytest.fixture(scope="module")
def database(primary):
    database = primary.create_database("late")
    yield database
    database.close()


@pytest.fixture(scope="module")
def standby(primary, database, scratch):
    """It follows the primary, and shows nothing of what is open there."""
    server = Server(scratch / "late-standby")
    subprocess.run([SCRIPT, "standby", server.directory, primary.directory], check=True, capture_output=True)
    server.port, server.password = int((server.directory / "port").read_text()), primary.password
    yield server
    server.stop()


PATHS = {
    "waits": {},
    "sees starts": {},
    # Nothing is waited for: windows end where an earlier list of open transactions says.
    "held": {"watermark_wait": "0s"},
    # Longer than a transaction lasts.
    "standby": {"settle": "2s", "settle_ids": "2s"},
}


@pytest.fixture(params=PATHS)
def shop(ingest, tmp_path, database, request):
    create(database)
    if request.param == "sees starts":
        database.execute("grant pg_read_all_stats to late_reader")
    source = postgres_source(database, "late_reader", "late reader's own") | PATHS[request.param]
    if request.param == "standby":
        source["port"] = request.getfixturevalue("standby").port
    shop = Loads(ingest, tmp_path / "late", {"shop": source}, "")
    shop.path = request.param
    yield shop
    database.execute("drop owned by late_reader; drop role late_reader")


def create(database):
    database.execute("drop table if exists late; create table late (id bigserial primary key, writer int, at timestamptz)")
    database.execute("create index on late (at); drop role if exists late_reader")
    database.execute("create role late_reader login password 'late reader''s own'; grant select on late to late_reader")


BY_TIME = {"job_id": "by_time", "table_name": "late", "load_type": "INCREMENTAL", "watermark_column": "at",
           "target_table": "by_time"}  # fmt: skip
BY_ID = BY_TIME | {"job_id": "by_id", "watermark_column": "id", "target_table": "by_id"}


def ids(shop, table) -> list[int]:
    return [row[0] for row in shop.rows(table, "id")]


def strict(database, column, low):
    """What a plain watermark reads next: everything above the greatest value that it saw."""
    condition = f"where {column} > '{low}'" if low is not None else ""
    return database.rows(f"select id, {column} from late {condition}")


@pytest.mark.thread("dlt 2269")
def test_no_row_is_lost_or_doubled(shop, database, request):
    shop.jobs(BY_TIME, BY_ID)
    database.execute("insert into late (writer, at) values (0, now())")
    time.sleep(0.2)
    shop.run()
    naive = {"at": (None, set()), "id": (None, set())}
    runs = 0
    with Writers(database):
        end = time.monotonic() + SECONDS
        while runs < 4 or time.monotonic() < end:
            shop.run()
            runs += 1
            for column, (low, seen) in naive.items():
                found = strict(database, column, low)
                if found:
                    naive[column] = (max(row[1] for row in found), seen | {row[0] for row in found})
            time.sleep(0.3)
    time.sleep(2.3 if shop.path == "standby" else 1.2)
    if shop.path == "standby":
        # While the primary is idle, what was replayed last stands still.
        database.execute("create table if not exists tick (at timestamptz); insert into tick values (now())")
        replica = Database(request.getfixturevalue("standby"), database.name)
        written, deadline = database.value("select pg_current_wal_lsn()"), time.monotonic() + 20
        while replica.value(f"select pg_last_wal_replay_lsn() < '{written}'"):
            assert time.monotonic() < deadline
            time.sleep(0.05)
        replica.connection.close()
    shop.run()
    expected = sorted(row[0] for row in database.rows("select id from late"))
    assert len(expected) > 100
    for table in ("by_time", "by_id"):
        assert len(shop.listed(table)) > 1
        assert sorted(ids(shop, table)) == expected, table
    for column, (low, seen) in naive.items():
        seen |= {row[0] for row in strict(database, column, low)}
    lost = {column: len(set(expected) - seen) for column, (_, seen) in naive.items()}
    assert sum(lost.values()) > 0, "a strict > should have lost rows"


@pytest.mark.parametrize("sees", [False, True], ids=["starts out of sight", "sees starts"])
def test_a_transaction_that_is_idle_for_days(ingest, tmp_path, scratch, sees):
    """Nothing beyond its start is guessed, each run says whose it is, and what it brings is there when it has gone."""
    server = ClockedServer(scratch / f"idle-{sees}")
    server.start()
    try:
        database = server.create_database("idle")
        create(database)
        if sees:
            database.execute("grant pg_read_all_stats to late_reader")
        source = postgres_source(database, "late_reader", "late reader's own") | {"watermark_wait": "0s"}
        shop = Loads(ingest, tmp_path / "idle", {"shop": source}, "")
        shop.jobs(BY_TIME, BY_ID)
        database.execute("insert into late (writer, at) select 1, now() - interval '1 hour' from generate_series(1, 10)")
        time.sleep(1.1)
        shop.run()
        idle = database.connect()
        idle.autocommit = False
        with idle.cursor() as cursor:
            cursor.execute("set application_name = 'forgotten report'")
            cursor.execute("insert into late (writer, at) values (2, now())")
        pid = idle.info.backend_pid
        for day, age in ((1, "24 h"), (2, "2 d"), (3, "3 d")):
            server.set_clock(day)
            database.execute("insert into late (writer, at) values (3, now())")
            time.sleep(1.1)
            for job in shop.run()["jobs"]:
                assert (job["status"], job["rows"]) == ("SUCCESS", 0), job
                [told] = [text for text in job["warnings"] if str(pid) in text]
                assert f"open for {age}." in told or not sees and f"open for at most {age}." in told, told
                assert "forgotten report" in told and f"process {pid} of postgres" in told, told
                # What would not help is not asked for.
                assert ("GRANT" in told) == (not sees and job["job"] == "by_time"), told
        idle.commit()
        idle.close()
        assert {job["job"]: job["rows"] for job in shop.run()["jobs"]} == {"by_time": 4, "by_id": 4}
        expected = database.rows("select id, writer from late order by id")
        assert shop.rows("by_time", "id, writer") == shop.rows("by_id", "id, writer") == expected
        database.close()
    finally:
        server.stop()


@pytest.mark.parametrize("shop", ["waits", "sees starts"], indirect=True)
def test_a_prepared_transaction_holds_the_window(shop, database):
    """It belongs to no session and may be committed by anybody, much later."""
    shop.project = Project(shop.project.folder, {"shop": postgres_source(database, "late_reader", "late reader's own")
                                                 | {"watermark_wait": "0s"}})
    shop.jobs(BY_TIME, BY_ID)
    database.execute("insert into late (writer, at) select 1, now() - interval '1 hour' from generate_series(1, 10)")
    shop.run()
    writer = database.connect()
    with writer.cursor() as cursor:
        cursor.execute("begin; insert into late (writer, at) values (2, now()); prepare transaction 'later'")
    writer.close()
    try:
        database.execute("insert into late (writer, at) values (3, now())")
        time.sleep(1.2)
        assert [job["rows"] for job in shop.run()["jobs"]] == [0, 0]
    finally:
        database.execute("commit prepared 'later'")
    shop.run()
    expected = database.rows("select id from late order by id")
    assert [(n,) for n in sorted(ids(shop, "by_time"))] == [(n,) for n in sorted(ids(shop, "by_id"))] == expected


@pytest.mark.parametrize("shop", ["waits"], indirect=True)
def test_our_own_long_reads_hold_nothing_up(shop, database, ingest, tmp_path):
    """One run reads for seconds, within its transaction; another one beside it neither waits for it nor ends its windows
    before it, though starts of others are out of its sight."""
    database.execute("drop table if exists long; create table long as select i as id, repeat('x', 500) as note from"
                     " generate_series(1, 40000) i; grant select on long to late_reader")
    shop.jobs(BY_TIME, BY_ID)
    shop.run()
    with Proxy(database.server.port, bytes_per_second=1_000_000) as proxy:
        slow = Loads(ingest, tmp_path / "slow", {"shop": postgres_source(database, "late_reader", "late reader's own")
                                                 | {"port": proxy.port}}, "")
        slow.jobs({"job_id": "long", "table_name": "long"})
        reading = slow.start()
        database.wait_for_copy()
        database.execute("insert into late (writer, at) select 1, now() from generate_series(1, 50)")
        time.sleep(1.2)
        began = time.monotonic()
        assert [job["rows"] for job in shop.run()["jobs"]] == [50, 50]
        assert time.monotonic() - began < 10 and reading.poll() is None, "it waited for our own read"
        proxy.rate = None
        slow.ended(reading)
    assert len(slow.rows("long", "id")) == 40000
