"""`plan`, `watermark`, `backfill`, `repair` and `adopt` over a PostgreSQL source: as over SQLite, and where its types, clocks and
open transactions make a difference."""

import datetime
import signal
import time

import duckdb
import openpyxl
import pytest

from ingest import files_under, wait_for
from loads import Loads
from project import postgres_source
from proxy import Proxy
from tables import PostgresTables, ago, same_form

JOB = {"job_id": "t", "table_name": "t", "load_type": "INCREMENTAL", "watermark_column": "at"}
UTC = datetime.timezone.utc


@pytest.fixture
def tables(database):
    tables = PostgresTables(database)
    tables.create(key="bigint primary key")
    tables.sql("create index on t (at)")
    tables.insert(*[(n, f"n{n}", f"2026-01-{1 + n // 24:02} {n % 24:02}:00:00.000001") for n in range(240)])
    tables.sql("analyze t")
    return tables


@pytest.fixture
def loads(ingest, tmp_path, tables) -> Loads:
    loads = Loads(ingest, tmp_path / "p", {"s": tables.source(watermark_wait="0s")})
    loads.jobs(JOB)
    return loads


def lake(loads, table="t"):
    return same_form(loads.rows(table, 'id, note, "at"'))


def answer(loads, *arguments, code=0) -> dict:
    return loads.verb(*arguments, "--format", "json", code=code).summary


def test_plan_says_what_the_run_does(loads, tables):
    by_id = JOB | {"job_id": "by_id", "watermark_column": "id", "target_table": "by_id", "query_filter": "id <> 5"}
    full = {"job_id": "full", "table_name": "T", "schema_name": "PUBLIC", "target_table": "full"}
    loads.jobs(JOB | {"watermark_lookback": "2d"}, by_id, full)
    before = files_under(loads.project.folder)
    plan = {job["job"]: job for job in answer(loads, "plan")["jobs"]}
    assert files_under(loads.project.folder) == before
    assert {job["verdict"] for job in plan.values()} == {"loads"}
    assert [part["to"] for part in plan["by_id"]["slices"]] == ["239"] and "id <> 5" in str(plan["by_id"]["slices"])
    ran = {job["job"]: job for job in loads.run()["jobs"]}
    assert {name: job["rows"] for name, job in ran.items()} == {"t": 240, "by_id": 239, "full": 240}
    # What it says of replaced slices is what the run then takes out.
    tables.insert((240, "new", ago(3 * 3600)))
    plan = {job["job"]: job for job in answer(loads, "plan")["jobs"]}
    assert plan["by_id"]["watermark"] == "239" and plan["by_id"]["slices"][0]["from"] == "239"
    assert plan["full"]["replaces"]["rows"] == 240
    slices = len(loads.records("t")[-1]["load"]["slices"])
    assert len(plan["t"]["slices"]) == slices == 2 and plan["t"]["replaces"]["slices"] == 1
    assert {job["job"]: job["rows"] for job in loads.run()["jobs"]} == {"t": 1, "by_id": 1, "full": 241}
    assert lake(loads) == lake(loads, "full") == tables.held()
    # A plan waits for nobody, and is not held up.
    with tables.transaction() as writer, writer.cursor() as cursor:
        cursor.execute(f"insert into t values (241, 'open', '{ago(0)}')")
        began = time.monotonic()
        answer(loads, "plan")
        assert time.monotonic() - began < 5
        writer.rollback()


def test_plan_names_what_stands_in_the_way(loads, tables, database):
    database.execute("drop role if exists nobody; create role nobody login password 'nobody-password'")
    loads.jobs(JOB | {"job_id": "gone", "table_name": "orders_2"}, JOB | {"job_id": "col", "watermark_column": "updated"},
               JOB | {"job_id": "float", "watermark_column": "price", "target_table": "float"})
    tables.sql("alter table t add column price double precision")
    plan = {job["job"]: job for job in answer(loads, "plan", code=1)["jobs"]}
    assert "orders_2" in plan["gone"]["error"] and "updated" in plan["col"]["error"] and "price" in plan["float"]["error"]
    blind = Loads(loads.ingest, loads.project.folder.parent / "blind",
                  {"s": postgres_source(database, "nobody", "nobody-password")})
    blind.jobs(JOB)
    [job] = answer(blind, "plan", code=1)["jobs"]
    assert "permission" in job["error"] and "GRANT" in job["remedy"]


def test_watermarks_of_times_with_a_zone(loads, tables):
    loads.run()
    shown = answer(loads, "watermark", "show", "t")["jobs"][0]
    assert shown["type"] == "timestamptz(6)" and shown["watermark"].endswith("+00")
    tables.sql("update t set note = 'again' where id >= 100", "delete from t where id = 120")
    # The same moment, in another zone.
    said = answer(loads, "watermark", "set", "t", "2026-01-05 09:30:00+05:30", "--reason", "prices")
    assert datetime.datetime.fromisoformat(said["after"]) == datetime.datetime(2026, 1, 5, 4, tzinfo=UTC)
    loads.run()
    assert lake(loads) == tables.held()
    for wrong in ("yesterday", "2026-02-30", "12", ""):
        assert "not a value" in loads.verb("watermark", "set", "t", wrong, code=2).err, wrong
    tables.sql("update t set note = note || '!'")
    loads.verb("watermark", "reset", "t")
    loads.run()
    assert lake(loads) == tables.held()


def test_backfill_by_days_over_rows_that_change(loads, tables):
    loads.jobs(JOB | {"last_watermark": "2026-01-08 00:00:00+00"})
    loads.run()
    assert lake(loads) == tables.held("at >= '2026-01-08'")
    span = ("backfill", "t", "--from", "2026-01-01", "--to", "2026-01-08", "--chunk", "1d")
    told = [job for job in answer(loads, *span)["jobs"] if job["load_id"]]
    assert [job["rows"] for job in told] == [24] * 7 and lake(loads) == tables.held()
    tables.sql("update t set note = 'x' where id < 100", "delete from t where id between 30 and 40")
    tables.insert((1000, "late", "2026-01-03 23:59:59.999999"), (1001, "edge", "2026-01-04 00:00:00"))
    answer(loads, *span)
    assert lake(loads) == tables.held()
    # A day that the source has purged.
    tables.sql("delete from t where at < '2026-01-02'")
    one_day = ("backfill", "t", "--from", "2026-01-01", "--to", "2026-01-02")
    assert "24 rows would become 0" in loads.verb(*one_day, code=1).err
    loads.verb(*one_day, "--accept-shrink")
    assert lake(loads) == tables.held()
    # By a column of days, of numbers with places, and of text.
    tables.sql("alter table t add column day date", "alter table t add column place numeric(10,2)",
               "update t set day = at::date, place = id / 4.0")
    for column, low, high, width in (("day", "2026-01-03", "2026-01-06", "1d"), ("place", "10.25", "40", "7.5")):
        job = JOB | {"job_id": column, "target_table": column, "watermark_column": column}
        loads.jobs(job)
        loads.run()
        tables.sql(f"update t set note = '{column}' where id % 3 = 0")
        before = lake(loads, column)
        loads.verb("backfill", column, "--from", low, "--to", high)
        loads.verb("backfill", column, "--from", low, "--to", high, "--chunk", width, code=0 if column == "day" else 2)
        assert lake(loads, column) == tables.held() != before


def test_an_interrupted_backfill_leaves_everything_in_order(loads, tables, database):
    """What is done stays done; what was under way is cancelled on the server, on record, and in the sheet."""
    loads.jobs(JOB | {"last_watermark": "2026-01-08 00:00:00+00"})
    loads.run()
    tables.sql("update t set note = repeat(md5(id::text), 3000) where id < 72")
    with Proxy(database.server.port, 2e6) as slow:
        settings = loads.project.folder / "ingest.toml"
        settings.write_text(settings.read_text().replace(f"port = {database.server.port}", f"port = {slow.port}"))
        process = loads.ingest.start("backfill", "t", "--from", "2026-01-01", "--to", "2026-01-04", "--chunk", "1d",
                                     "--project", loads.project.folder)
        wait_for(lambda: any("COPY" in session[3] and ">=) '2026-01-02" in session[3] for session in database.sessions()),
                 process)
        process.send_signal(signal.SIGINT)
        _, said = process.communicate(timeout=30)
        assert database.wait_until_quiet() == []
    assert process.returncode == 130, said
    # The load, the first day, the second one.
    assert [row["status"] for row in loads.audit()] == ["SUCCESS", "SUCCESS", "CANCELLED"]
    sheet = openpyxl.load_workbook(loads.project.workbook)["SourceConfig"]
    cells = dict(zip([cell.value for cell in sheet[1]], [cell.value for cell in sheet[2]]))
    assert cells["last_status"] == "CANCELLED" and "last_watermark was" not in said
    assert not list((loads.lake / "_ingest").glob("*/leases/*"))
    loads.verb("backfill", "t", "--from", "2026-01-01", "--to", "2026-01-04", "--chunk", "1d")
    assert lake(loads) == tables.held("at < '2026-01-04' or at >= '2026-01-08'")


def test_backfill_holds_before_open_transactions(loads, tables):
    """A range up to now ends where the run's windows do."""
    loads.run()
    writer = tables.transaction()
    with writer.cursor() as cursor:
        cursor.execute(f"insert into t values (500, 'open', '{ago(0)}')")
    tables.insert((501, "after", ago(0)))
    time.sleep(1.2)
    loads.verb("backfill", "t", "--from", "2026-01-09")
    assert not {500, 501} & {row[0] for row in lake(loads)}
    writer.commit()
    time.sleep(1.2)
    loads.run()
    assert lake(loads) == tables.held()


def test_repair_and_adopt(loads, tables):
    loads.jobs(JOB | {"parallelism": 2})
    loads.run()
    tables.insert((300, "new", ago(0)))
    time.sleep(1.2)
    loads.run()
    state = loads.lake / "_ingest/t"
    for hint in ("head.json", "current.json"):
        (state / hint).unlink()
    (state / "commits/000000000002.done").unlink()
    for path in (loads.project.folder / "metadata").glob("*.csv"):
        path.unlink()
    assert loads.verb("repair", "--verify").code == 0
    assert lake(loads) == tables.held() and len(loads.audit()) == 2
    assert (loads.project.folder / "metadata/watermarks.csv").read_text().count("timestamptz(6)") == 1
    # The records are lost: the files are taken over as they are, up to a moment that is known.
    (loads.lake / "_ingest").rename(loads.project.folder / "lost")
    assert "no record of a load" in loads.one(code=1)["error"]
    known = ago(0)
    tables.insert((301, "newer", ago(0)))
    time.sleep(1.2)
    loads.verb("adopt", "t", "--watermark", known + "+00")
    assert loads.one()["rows"] == 1
    assert lake(loads) == tables.held()
    # Replaced like any other part.
    tables.sql("update t set note = 'z'")
    loads.verb("backfill", "t", "--from", "START")
    assert lake(loads) == tables.held()


def test_files_as_pasted(loads, tables):
    loads.run()
    line = loads.verb("files", "t", "--format", "duckdb").out
    connection = duckdb.connect()
    connection.execute("set timezone = 'UTC'")
    assert same_form(row[:3] for row in connection.execute(line).fetchall()) == tables.held()
