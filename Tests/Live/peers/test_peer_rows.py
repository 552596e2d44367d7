"""Rows that other tools lost or doubled at the watermark (threads.csv, 2.1): the same happens to `ingest run`, and the lake
has what the source has, each row once."""

import datetime
import time

import pytest

from loads import Loads
from proxy import Proxy
from tables import TIMES, ago, same_form

JOB = {"job_id": "t", "table_name": "t", "load_type": "INCREMENTAL", "watermark_column": "at"}
BY_ID = JOB | {"job_id": "by_id", "target_table": "by_id", "watermark_column": "id"}
OVER_A_NETWORK = pytest.mark.parametrize("tables", ["postgresql", "mariadb"], indirect=True)


def lake(loads, table="t") -> list[tuple]:
    return same_form(loads.rows(table, 'id, note, "at"'))


def settled():
    """What has been written is older than the second by which windows end before the clock."""
    time.sleep(1.2)


@OVER_A_NETWORK
def test_dlt_2269_rows_committed_after_the_run(ingest, tmp_path, tables):
    """A transaction takes its id and its time, another one after it commits first, and a run comes between the two."""
    tables.create()
    tables.insert((1, "old", ago(3600)))
    loads = Loads(ingest, tmp_path / "project", {"s": tables.source(watermark_wait="0s")})
    loads.jobs(JOB, BY_ID)
    loads.run()
    late = tables.transaction()
    with late.cursor() as cursor:
        cursor.execute(f"insert into t values (2, 'late', '{ago(0)}')")
    tables.insert((3, "early", ago(0)))
    settled()
    loads.run()
    assert all("late" not in row for name in ("t", "by_id") for row in lake(loads, name)), "it is not committed"
    late.commit()
    late.close()
    settled()
    loads.run()
    assert lake(loads) == lake(loads, "by_id") == tables.held()
    assert [row[1] for row in lake(loads)] == ["old", "late", "early"]


@OVER_A_NETWORK
def test_airbyte_14732_a_row_of_the_same_second(loads, tables):
    """Times in whole seconds: rows of one second, before, during and after a run that begins within it."""
    tables.create("timestamp(0)" if tables.kind == "postgresql" else "datetime")
    loads.jobs(JOB)
    number = 0
    for _ in range(3):
        time.sleep(1 - time.time() % 1 + 0.05)
        this = ago(0)[:19]
        number += 1
        tables.insert((number, "before", this))
        run = loads.start()
        while run.poll() is None:
            number += 1
            tables.insert((number, "during", ago(0)[:19]))
            time.sleep(0.05)
        loads.ended(run)
        number += 1
        tables.insert((number, "after", ago(0)[:19]))
    time.sleep(2.1)
    loads.run()
    assert lake(loads) == tables.held() and len(lake(loads)) == number >= 9


def test_airbyte_14732_a_number_that_later_rows_share(loads, tables):
    """A number that is not a row's own (a batch's) is for a lookback: the last batch is read again and replaced."""
    tables.create()
    tables.insert((1, "a", ago(9)), (2, "b", ago(9)))
    loads.jobs(BY_ID | {"watermark_lookback": "1"})
    loads.run()
    tables.insert((2, "b too", ago(9)), (3, "c", ago(9)))
    loads.run()
    tables.insert((3, "c too", ago(9)))
    loads.run()
    assert lake(loads, "by_id") == tables.held() and len(tables.held()) == 5


def test_airbyte_44450_rows_of_the_same_day(loads, tables):
    """A DATE with the day of each row: rows that come later on the same day, and on the days before."""
    tables.create("date")
    today = datetime.datetime.now(datetime.timezone.utc).date()
    yesterday = today - datetime.timedelta(days=1)
    tables.insert((1, "old", "2026-01-01"), (2, "yesterday", str(yesterday)), (3, "today", str(today)))
    loads.jobs(JOB)
    loads.run()
    for number in (4, 5):
        tables.insert((number, "later", str(today)), (number + 10, "late", str(yesterday)))
        loads.run()
        assert lake(loads) == tables.held()


@OVER_A_NETWORK
def test_airbyte_21500_rows_that_move_while_they_are_read(ingest, tmp_path, tables):
    """Each row gets a new time while the table is read: what is read is one moment, and the next run has the changes."""
    tables.create(key="bigint primary key")
    old = ago(3600)
    tables.insert(*[(n, "x" * 200, old) for n in range(20000)])
    if tables.kind == "postgresql":
        tables.sql("analyze t")
    before = tables.held()
    with Proxy(tables.source()["port"], bytes_per_second=4_000_000) as proxy:
        loads = Loads(ingest, tmp_path / "project", {"s": tables.source(port=proxy.port, sslmode="disable")})
        loads.jobs(JOB | {"parallelism": 2})
        run = loads.start()
        while proxy.sent < 300_000 and run.poll() is None:
            time.sleep(0.01)
        for first in range(19000, -1, -1000):
            assert first < 15000 or run.poll() is None, "it was read too soon"
            tables.sql(f"update t set note = 'moved', at = '{ago(0)}' where id >= {first} and id < {first + 1000}")
        assert loads.ended(run)["jobs"][0]["rows"] == 20000
        assert lake(loads) == before
        proxy.rate = None
        settled()
        loads.run()
    assert lake(loads) == sorted(before + tables.held(), key=repr)


@pytest.mark.parametrize("column", ["at", "id", "day"])
def test_tap_postgres_104_nothing_is_sent_again(loads, tables, column):
    """Three runs over a table in which nothing happens: no row, no file, no record."""
    tables.create()
    tables.sql("alter table t add column day date")
    for number in (1, 2, 3):
        tables.sql(f"insert into t values ({number}, null, '2026-01-01 00:00:00.12345{number}', '2026-01-0{number}')")
    loads.jobs(JOB | {"watermark_column": column})
    assert loads.one()["rows"] == 3
    files, records = loads.listed("t"), len(loads.records("t"))
    for _ in range(3):
        job = loads.one()
        assert (job["rows"], job["files"], job["status"]) == (0, 0, "SUCCESS")
    assert loads.listed("t") == files and lake(loads) == tables.held()
    # The window of times moves on without a record; that of the last days is read again, and holds nothing.
    assert len(loads.records("t")) == records


@pytest.mark.thread("dlt 971")
def test_sling_36_ties_at_the_end_of_a_window(loads, tables):
    """Windows that end on a value that many rows share, again and again: none twice, none lost, and rows that are equal in
    every column stay as many as they are."""
    tables.create()
    times = [f"2026-01-01 00:00:0{second}.000000" for second in range(5)]
    for at in times:
        tables.insert(*[(1 if n % 2 else n, "same" if n % 2 else None, at) for n in range(100)])
    for end in times[1:] + [None]:
        loads.jobs(JOB | {"watermark_end": end})
        job = loads.one()
        assert job["rows"] == 100, end
        assert lake(loads) == tables.held(f"at < '{end}'" if end else "1 = 1")
        assert loads.one()["rows"] == 0, end


def test_sling_36_ties_of_numbers(loads, tables):
    tables.create()
    for number in range(1, 6):
        tables.insert(*[(number, None, ago(9)) for _ in range(50)])
    for end in (2, 3, 4, 5, None):
        loads.jobs(BY_ID | {"watermark_end": end})
        assert loads.one()["rows"] == 50, end
        assert lake(loads, "by_id") == tables.held(f"id < {end}" if end else "1 = 1")
        assert loads.one()["rows"] == 0, end


def test_sling_307_all_six_digits_count(loads, tables):
    """Rows that lie a microsecond apart, on either side of the end of a window."""
    tables.create()
    tables.insert(*[(n, "x", f"2026-01-01 00:00:00.12345{n}") for n in range(10)])
    loads.jobs(JOB | {"watermark_end": "2026-01-01 00:00:00.123455"})
    assert loads.one()["rows"] == 5
    assert loads.records("t")[-1]["watermark"]["value"].startswith("2026-01-01T00:00:00.123455")
    assert loads.one()["rows"] == 0
    loads.jobs(JOB)
    assert loads.one()["rows"] == 5
    assert lake(loads) == tables.held() and [row[2].microsecond for row in lake(loads)] == list(range(123450, 123460))
    assert loads.one()["rows"] == 0


@pytest.mark.parametrize("tables, time_type", [
    ("postgresql", "timestamp(3)"), ("postgresql", "timestamp(0)"), ("mariadb", "datetime(3)"), ("mariadb", "datetime"),
], indirect=["tables"])  # fmt: skip
def test_sling_366_a_column_that_is_coarser_than_the_clock(loads, tables, time_type):
    """The database rounds what is written (PostgreSQL up as well), and a window's end has more digits than the column."""
    tables.create(time_type)
    loads.jobs(JOB)
    number = 0
    for _ in range(4):
        for _ in range(5):
            number += 1
            tables.insert((number, None, ago(0)))
            time.sleep(0.11)
        loads.run()
    time.sleep(2.2)
    loads.run()
    assert lake(loads) == tables.held() and len(lake(loads)) == number


def test_dlt_4030_nothing_is_kept_of_rows_that_tie(loads, tables):
    """40,000 rows of one moment at a window's end: what is kept of them is their number."""
    tables.create()
    tables.insert(*[(n, None, "2026-01-01 00:00:00.000000") for n in range(40000)])
    loads.jobs(JOB)
    loads.run()
    tables.insert(*[(n, None, "2026-01-01 00:00:00.000001") for n in range(40000, 40010)])
    loads.jobs(JOB | {"reload_from": "2026-01-01 00:00:00.000001"})
    loads.run()
    assert lake(loads) == tables.held()
    state = sum(path.stat().st_size for path in (loads.lake / "_ingest").rglob("*") if path.is_file())
    assert state < 30_000, f"{state} bytes"


@OVER_A_NETWORK
def test_kafka_connect_jdbc_1354_ids_and_times_in_different_orders(ingest, tmp_path, tables):
    """Rows of one moment whose ids are committed in the reverse order, with a run between them."""
    tables.create()
    tables.insert((0, None, ago(3600)))
    loads = Loads(ingest, tmp_path / "project", {"s": tables.source(watermark_wait="0s")})
    loads.jobs(JOB, BY_ID)
    loads.run()
    at = ago(0)
    open_ones = []
    for number in (1, 2, 3):
        writer = tables.transaction()
        with writer.cursor() as cursor:
            cursor.execute(f"insert into t values ({number}, 'tie', '{at}')")
        open_ones.append(writer)
    while open_ones:
        writer = open_ones.pop()
        writer.commit()
        writer.close()
        settled()
        loads.run()
    assert lake(loads) == lake(loads, "by_id") == tables.held() and len(tables.held()) == 4


@pytest.mark.thread("airbyte 5765")
def test_posthog_64417_a_lookback_finds_late_and_stale_rows(loads, tables):
    """273 rows come with times of the day before, and 2,133 change without a new time. A lookback has them all; without one
    they are what is missing, so the comparison can fail."""
    tables.create(key="bigint primary key")
    tables.insert((0, "ancient", ago(10 * 86400)))
    tables.insert(*[(n, "first", ago(3600 * (1 + n % 20))) for n in range(1, 7837)])
    plain = JOB | {"job_id": "plain", "target_table": "plain"}
    loads.jobs(JOB | {"watermark_lookback": "2d"}, plain)
    loads.run()
    tables.insert(*[(n, "late", ago(30 * 3600)) for n in range(10000, 10273)])
    tables.sql("update t set note = 'changed' where id between 1 and 2133")
    report = {job["job"]: job for job in loads.run()["jobs"]}
    source = tables.held()
    assert lake(loads) == source and len(source) == 7837 + 273
    assert report["t"]["rows"] == 7836 + 273 and report["plain"]["rows"] == 0
    missing = set(source) - set(lake(loads, "plain"))
    assert len(missing) == 273 + 2133


@pytest.mark.parametrize("policy", ["skip", "include", "error", "coalesce"])
def test_posthog_76090_rows_without_a_time(loads, tables, policy):
    """436 of 7,836 rows have no time: never silently left out."""
    tables.create()
    tables.sql(f"alter table t add column made {TIMES[tables.kind]}")
    made = ago(86400)
    tables.insert(*[(n, None, None if n < 436 else ago(3600), made) for n in range(7836)])
    job = JOB | {"on_null_watermark": None if policy in ("skip", "coalesce") else policy}
    if policy == "coalesce":
        job["watermark_column"] = "at, made"
    loads.jobs(job)
    report = loads.one(code=1 if policy == "error" else 0)
    if policy == "error":
        assert report["status"] == "FAILED" and "436" in report["error"] and not (loads.lake / "t").exists()
        return
    if policy == "skip":
        assert any("436" in warning for warning in report["warnings"]), report
        assert loads.audit()[-1]["null_watermarks"] == "436" and "436" in loads.audit()[-1]["warnings"]
        assert lake(loads) == tables.held("at is not null")
        return
    assert lake(loads) == tables.held() and len(tables.held()) == 7836
    # Some of them get a time: each is there once, as it is now.
    tables.sql(f"update t set at = '{ago(0)}', note = 'timed' where id < 100")
    settled()
    loads.run()
    rows = lake(loads)
    if policy == "include":
        assert rows == tables.held()
    else:
        # The rows had a window of their own before, by the time at which they were made.
        assert rows == sorted(tables.held() + [(n, None, None) for n in range(100)], key=repr)


def test_airbyte_cdk_605_nothing_but_rows_without_a_time(loads, tables):
    """A table whose rows have no watermark at all, and one whose last row has none: the run goes on, and says so."""
    tables.create()
    tables.insert((1, "a", None), (2, "b", None))
    loads.jobs(JOB)
    report = loads.one()
    assert report["status"] == "SUCCESS" and any("2" in warning for warning in report["warnings"]), report
    tables.insert((3, "c", ago(60)), (4, "d", None))
    report = loads.one()
    assert report["rows"] == 1 and any("3" in warning for warning in report["warnings"]), report
    assert lake(loads) == tables.held("id = 3")
    loads.jobs(JOB | {"on_null_watermark": "include"})
    loads.run()
    assert lake(loads) == tables.held()
