"""Writers that commit late, while `ingest run` runs again and again: when they have stopped, one more run, and the lake has
every row, each once. A strict > over the same tables loses rows, so the test can fail."""

import random
import threading
import time

import duckdb
import psycopg2
import pytest

from project import Project, postgres_source
from test_run import Shop

WRITERS, SECONDS = 8, 8.0


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


@pytest.fixture(params=["waits", "sees starts"])
def shop(ingest, tmp_path, database, request):
    database.execute("drop table if exists late; create table late (id bigserial primary key, writer int, at timestamptz)")
    database.execute("create index on late (at); drop role if exists late_reader")
    database.execute("create role late_reader login password 'late reader''s own'; grant select on late to late_reader")
    if request.param == "sees starts":
        database.execute("grant pg_read_all_stats to late_reader")
    shop = Shop(ingest, tmp_path)
    shop.project = Project(tmp_path / "late", {"shop": postgres_source(database, "late_reader", "late reader's own")})
    shop.lake = shop.project.folder / "lake"
    yield shop
    database.execute("drop owned by late_reader; drop role late_reader")


def strict(database, column, low):
    """What a plain watermark reads next: everything above the greatest value that it saw."""
    condition = f"where {column} > '{low}'" if low is not None else ""
    return database.rows(f"select id, {column} from late {condition}")


@pytest.mark.thread("dlt 2269")
def test_no_row_is_lost_or_doubled(shop, database):
    jobs = [{"job_id": "by_time", "table_name": "late", "load_type": "INCREMENTAL", "watermark_column": "at",
             "target_table": "by_time"},
            {"job_id": "by_id", "table_name": "late", "load_type": "INCREMENTAL", "watermark_column": "id",
             "target_table": "by_id"}]
    shop.jobs(*jobs)
    naive = {"at": (None, set()), "id": (None, set())}
    runs = 0
    with Writers(database):
        end = time.monotonic() + SECONDS
        while time.monotonic() < end:
            shop.run()
            runs += 1
            for column, (low, seen) in naive.items():
                found = strict(database, column, low)
                if found:
                    naive[column] = (max(row[1] for row in found), seen | {row[0] for row in found})
            time.sleep(0.3)
    time.sleep(1.2)
    shop.run()
    expected = sorted(row[0] for row in database.rows("select id from late"))
    assert runs >= 3 and len(expected) > 100
    for job in jobs:
        names = [str(shop.lake / name) for name in shop.listed(job["target_table"])]
        assert len(names) > 1
        found = sorted(row[0] for row in duckdb.sql(f"select id from read_parquet({names!r})").fetchall())
        assert found == expected, job["job_id"]
    for column, (low, seen) in naive.items():
        seen |= {row[0] for row in strict(database, column, low)}
    lost = {column: len(set(expected) - seen) for column, (_, seen) in naive.items()}
    assert sum(lost.values()) > 0, "a strict > should have lost rows"


def test_a_transaction_that_stays_open_holds_the_window_back(shop, database, request):
    """Days in small: nothing beyond its start is guessed, and what comes is there when it has gone."""
    with open(shop.project.folder / "ingest.toml", "a") as toml:
        toml.write('watermark_wait = "1s"\nwatermark_max_lag = "1s"\n')
    shop.jobs({"job_id": "late", "table_name": "late", "load_type": "INCREMENTAL", "watermark_column": "at"})
    database.execute("insert into late (writer, at) select 1, now() - interval '1 hour' from generate_series(1, 10)")
    shop.run()
    idle = database.connect()
    idle.autocommit = False
    with idle.cursor() as cursor:
        cursor.execute("insert into late (writer, at) values (2, now())")
    time.sleep(1.5)
    database.execute("insert into late (writer, at) values (3, now())")
    report = shop.run()["jobs"][0]
    assert report["status"] == "SUCCESS"
    assert any("open" in text for text in report["warnings"] + report["notes"]), report
    names = [str(shop.lake / name) for name in shop.listed("late")]
    held = {row[0] for row in duckdb.sql(f"select writer from read_parquet({names!r})").fetchall()}
    assert 2 not in held and 3 not in held
    idle.commit()
    idle.close()
    time.sleep(1.2)
    shop.run()
    names = [str(shop.lake / name) for name in shop.listed("late")]
    rows = duckdb.sql(f"select writer, count(*) from read_parquet({names!r}) group by 1 order by 1").fetchall()
    assert rows == [(1, 10), (2, 1), (3, 1)]
