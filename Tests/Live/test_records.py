"""What `ingest run` leaves for people and programs besides the lake: the audit trail, watermarks.csv, run files, logs, the
workbook's result columns. Read with the libraries of others."""

import csv
import datetime
import json
import pathlib
import shutil
import signal
import sqlite3
import zipfile

import duckdb
import openpyxl
import pytest

from ingest import files_under, wait_for
from project import COLUMNS, Project

HEADER = (
    "timestamp,job_name,status,rows_processed,duration_seconds,partition_path,error_message,job_id,run_id,load_id,attempt,"
    "load_type,write_mode,source_rows,files,bytes,watermark_from,watermark_to,null_watermarks,schema_change,warnings,host,"
    "user,version,workbook_sha256"
)


class Site:
    """A project over a SQLite file, and its records."""

    def __init__(self, ingest, folder: pathlib.Path, settings: str = ""):
        self.ingest = ingest
        self.file = folder / "shop.db"
        self.project = Project(folder / "project", {"shop": {"type": "sqlite", "database": str(self.file)}})
        self.folder = self.project.folder
        with open(self.folder / "ingest.toml", "a") as toml:
            toml.write("[run]\ntimezone = \"Europe/Berlin\"\n" + settings)
        with sqlite3.connect(self.file) as connection:
            connection.execute("create table orders (id integer primary key, v text)")
            connection.execute("create table users (id integer primary key, v text)")
            connection.executemany("insert into orders values (?, 'v')", [(i,) for i in range(1, 101)])
            connection.execute("insert into users values (1, 'u')")

    def jobs(self, *jobs):
        self.project.write([{"source_name": "shop"} | job for job in jobs])

    def run(self, code=0, **more):
        return self.ingest.run("run", "--project", self.folder, **more).expect(code)

    def audit_files(self):
        return sorted((self.folder / "metadata").glob("audit_*.csv"))

    def audit(self) -> list[dict]:
        rows = []
        for file in self.audit_files():
            with open(file, newline="") as lines:
                rows += list(csv.DictReader(lines))
        return rows

    def cells(self, path=None, sheet="SourceConfig") -> dict[str, dict]:
        table = openpyxl.load_workbook(path or self.project.workbook)[sheet]
        names = [cell.value for cell in table[1]]
        rows = [dict(zip(names, (cell.value for cell in row))) for row in table.iter_rows(min_row=2)]
        return {row["job_id"]: row for row in rows if row["job_id"]}


@pytest.fixture
def site(ingest, tmp_path) -> Site:
    return Site(ingest, tmp_path)


FULL = {"job_id": "orders", "table_name": "orders"}
INCREMENTAL = {"job_id": "orders", "table_name": "orders", "load_type": "INCREMENTAL", "watermark_column": "id"}


def test_every_record_of_one_run(site):
    site.jobs(INCREMENTAL, {"job_id": "nope", "table_name": "nope"},
              {"job_id": "child", "table_name": "users", "depends_on": "nope"},
              {"job_id": "bad", "source_name": "nobody", "table_name": "@SUM"})
    site.run(code=1)
    assert site.audit_files()[0].read_bytes().startswith(HEADER.encode() + b"\r\n")
    rows = {row["job_id"]: row for row in site.audit()}
    assert {job: row["status"] for job, row in rows.items()} == {
        "orders": "SUCCESS", "nope": "FAILED", "child": "SKIPPED", "bad": "INVALID"}
    orders = rows["orders"]
    assert orders["job_name"] == "shop.orders" and rows["bad"]["job_name"] == "nobody.@SUM"
    assert (orders["rows_processed"], orders["watermark_to"], orders["load_type"], orders["attempt"]) == (
        "100", "100", "INCREMENTAL", "1")
    moment = datetime.datetime.fromisoformat(orders["timestamp"])
    assert abs(datetime.datetime.now(datetime.UTC) - moment) < datetime.timedelta(minutes=2)
    assert moment.utcoffset() in (datetime.timedelta(hours=1), datetime.timedelta(hours=2))
    assert "no table or view 'nope'" in rows["nope"]["error_message"] and rows["nope"]["rows_processed"] == "0"
    with open(site.folder / "metadata" / "watermarks.csv", newline="") as lines:
        (watermark,) = csv.DictReader(lines)
    assert (watermark["job_id"], watermark["watermark"], watermark["watermark_type"]) == ("orders", "100", "integer")
    assert watermark["load_id"] == orders["load_id"]
    (file,) = (site.folder / "metadata" / "runs").iterdir()
    run = json.loads(file.read_text())
    assert file.stem == run["run_id"] == orders["run_id"] and run["exit_code"] == 1
    assert run["totals"] | {"rows": 100} == run["totals"] and run["totals"]["jobs"] == 4
    log = (site.folder / "logs" / "ingest.log").read_text().splitlines()
    assert all(f" run={run['run_id']} " in line for line in log)
    assert sum(" ERROR " in line for line in log) == 2
    errors = (site.folder / "logs" / "errors.log").read_text().splitlines()
    assert len(errors) == 2 and all(" ERROR " in line for line in errors)
    # DuckDB reads it as the documentation says.
    found = duckdb.sql(f"""select job_id, rows_processed::bigint from read_csv(
        '{site.folder}/metadata/audit_*.csv', union_by_name = true, all_varchar = true) where status = 'SUCCESS'""")
    assert found.fetchall() == [("orders", 100)]


def test_results_stand_in_the_workbook_and_nothing_else_changes(site):
    site.jobs(INCREMENTAL | {"reload_from": "START"}, {"job_id": "bad", "source_name": "nobody", "table_name": "x"})
    before = site.folder / "before.xlsx"
    shutil.copy(site.project.workbook, before)
    validated = site.ingest.run("validate", "--project", site.folder, "--format", "json").summary
    sentence = next(f["message"] for f in validated["findings"] if f["severity"] == "error")
    site.run(code=1)
    cells = site.cells()
    orders = cells["orders"]
    assert (orders["last_status"], orders["last_rows"], orders["last_watermark"]) == ("SUCCESS", 100, "100")
    assert orders["reload_from"] is None
    assert isinstance(orders["last_run"], datetime.datetime) and isinstance(orders["last_duration"], (int, float))
    assert cells["bad"]["last_status"] == "INVALID" and sentence in cells["bad"]["last_message"]
    old, new = zipfile.ZipFile(before), zipfile.ZipFile(site.project.workbook)
    assert old.namelist() == new.namelist()
    changed = {name for name in old.namelist() if old.read(name) != new.read(name)}
    assert changed <= {"xl/worksheets/sheet1.xml", "xl/styles.xml"}
    written = {"last_status", "last_run", "last_rows", "last_duration", "last_message", "last_watermark", "reload_from"}
    for one, other in zip(openpyxl.load_workbook(before).worksheets, openpyxl.load_workbook(site.project.workbook).worksheets):
        for row, other_row in zip(one.iter_rows(), other.iter_rows()):
            for cell, other_cell in zip(row, other_row):
                if COLUMNS[cell.column - 1] not in written:
                    assert cell.value == other_cell.value, cell.coordinate
    # The row is no copy of another: the next run goes on.
    site.run(code=1)
    assert site.cells()["orders"]["last_message"].startswith("Nothing new")


def test_a_workbook_that_is_open_is_left_alone_and_written_by_the_next_run(site):
    site.jobs(FULL)
    before = site.project.workbook.read_bytes()
    lock = site.folder / "~$ingestion_config.xlsx"
    lock.write_bytes(b"\x03Ada" + b" " * 160)
    outcome = site.run()
    assert "open in Excel by Ada" in outcome.err
    assert site.project.workbook.read_bytes() == before
    assert site.audit()[0]["status"] == "SUCCESS"
    lock.unlink()
    site.run()
    assert site.cells()["orders"]["last_status"] == "SUCCESS"


@pytest.mark.parametrize("form", ["status_file", "csv"])
def test_the_status_file_where_the_configuration_is_not_written_into(ingest, tmp_path, form):
    settings = 'write_back = "status_file"\n' if form == "status_file" else 'workbook = "SourceConfig.csv"\n'
    site = Site(ingest, tmp_path, settings)
    site.jobs(FULL, {"job_id": "users", "table_name": "users"})
    config = site.project.workbook
    if form == "csv":
        config = site.folder / "SourceConfig.csv"
        config.write_text("job_id,enabled,source_name,table_name,load_type\n"
                          "orders,Y,shop,orders,FULL\nusers,Y,shop,users,FULL\n")
        site.project.workbook.unlink()
    before = config.read_bytes()
    site.run()
    assert config.read_bytes() == before
    status = site.folder / "ingestion_status.xlsx"
    cells = site.cells(status, "Status")
    assert {job: row["last_rows"] for job, row in cells.items()} == {"orders": 100, "users": 1}
    ingest.run("run", "users", "--project", site.folder).expect()
    again = site.cells(status, "Status")
    assert again["orders"] == cells["orders"] and again["users"]["last_run"] >= cells["users"]["last_run"]


def test_write_back_off_touches_nothing(ingest, tmp_path):
    site = Site(ingest, tmp_path, 'write_back = "off"\nlog_format = "json"\n')
    site.jobs(FULL)
    before = site.project.workbook.read_bytes()
    site.run()
    assert site.project.workbook.read_bytes() == before
    assert not (site.folder / "ingestion_status.xlsx").exists()
    lines = [json.loads(line) for line in (site.folder / "logs" / "ingest.log").read_text().splitlines()]
    ended = next(line for line in lines if line.get("status") == "SUCCESS")
    assert (ended["job"], ended["rows"], ended["level"]) == ("orders", 100, "info")


def test_a_file_of_the_earlier_framework_stays_as_it_is(site):
    site.jobs(FULL)
    folder = site.folder / "metadata"
    folder.mkdir()
    berlin = datetime.datetime.now(datetime.timezone(datetime.timedelta(hours=1)))
    days = {(berlin + datetime.timedelta(hours=h)).strftime("%Y%m%d") for h in (0, 1)}
    text = ("timestamp,job_name,status,rows_processed,duration_seconds,partition_path,error_message\r\n"
            f"{berlin:%Y-%m-%d}T00:00:01.920529,shop.orders,FAILED,0,15.86,,Job execution failed")
    for day in days:
        (folder / f"audit_{day}.csv").write_text(text, newline="")
    site.run()
    assert all((folder / f"audit_{day}.csv").read_bytes() == text.encode() for day in days)
    history = site.ingest.run("history", "orders", "--project", site.folder, "--format", "json").expect().summary
    assert [attempt["status"] for attempt in history["attempts"]][0] == "SUCCESS"
    both = site.ingest.run("history", "shop.orders", "--project", site.folder, "--format", "json").expect().summary
    assert {attempt["status"] for attempt in both["attempts"]} == {"SUCCESS", "FAILED"}


def test_records_that_cannot_be_written_are_warnings_and_the_load_stands(site):
    site.jobs(FULL)
    (site.folder / "metadata").write_text("in the way")
    (site.folder / "logs").write_text("in the way")
    outcome = site.run()
    assert outcome.err.count("A line of the audit trail could not be written") == 1
    assert "The loads are not affected." in outcome.err
    assert any(name.endswith(".parquet") for name in files_under(site.folder / "lake"))
    assert site.cells()["orders"]["last_status"] == "SUCCESS"


@pytest.mark.thread("dlt 4023")
def test_runs_that_are_killed_leave_whole_lines_and_each_load_is_told_once(site):
    site.jobs(*[{"job_id": f"j{i}", "table_name": "orders", "target_table": f"t{i}"} for i in range(20)])
    def commits() -> int:
        return len(list((site.folder / "lake" / "_ingest").glob("*/commits/*.json")))

    for more in (0, 1, 4, 8, 12):
        before = commits()
        process = site.ingest.start("run", "--project", site.folder)
        wait_for(lambda least=before + more: commits() >= least, process)
        process.send_signal(signal.SIGKILL)
        process.communicate()
        assert process.returncode == -signal.SIGKILL
        # As if the dead run's leases had run out.
        for lease in (site.folder / "lake" / "_ingest").glob("*/leases/*"):
            lease.unlink()
    site.run()
    rows = site.audit()
    assert {row["job_id"] for row in rows} == {f"j{i}" for i in range(20)}
    loads = [(row["load_id"], row["attempt"], row["status"]) for row in rows if row["load_id"]]
    assert len(loads) == len(set(loads))
    told = {row["load_id"] for row in rows if row["status"] == "SUCCESS"}
    committed = set()
    for record in (site.folder / "lake" / "_ingest").glob("*/commits/*.json"):
        record = json.loads(record.read_text())
        if record["kind"] == "load":
            committed.add(record["load_id"])
    assert committed == told, "each committed load has its line, and no other has one"
    for file in site.audit_files():
        assert file.read_bytes().count(HEADER.encode()) == 1
        duckdb.sql(f"select count(*) from read_csv('{file}', strict_mode = true)").fetchall()


def test_two_runs_at_a_time_write_into_the_same_files(site):
    site.jobs(*[{"job_id": f"j{i}", "table_name": "orders", "target_table": f"t{i}"} for i in range(10)])
    runs = [site.ingest.start("run", "--project", site.folder) for _ in range(3)]
    for run in runs:
        run.communicate(timeout=180)
    rows = site.audit()
    assert len(rows) == 30 and {row["status"] for row in rows} <= {"SUCCESS", "LOCKED"}
    assert len({row["run_id"] for row in rows}) == 3
    log = (site.folder / "logs" / "ingest.log").read_text().splitlines()
    assert sum("run ended" in line for line in log) == 3
    assert all(" run=" in line for line in log)
    cells = site.cells()
    assert set(cells) == {f"j{i}" for i in range(10)}
    # The one that wrote last may have found the table taken.
    assert {row["last_status"] for row in cells.values()} <= {"SUCCESS", "LOCKED"}, cells


def test_status_and_history(site):
    site.jobs(INCREMENTAL, {"job_id": "nope", "table_name": "nope"},
              {"job_id": "off", "table_name": "users", "enabled": "N"})
    text = site.ingest.run("status", "--project", site.folder).expect().out
    assert text.count("never run") == 3 and "(off)" in text
    assert "Nothing has run yet." in site.ingest.run("history", "--project", site.folder).expect().out
    site.run(code=1)
    status = site.ingest.run("status", "--project", site.folder, "--format", "json").expect().summary
    jobs = {job["job_id"]: job for job in status["jobs"]}
    assert [job["job_id"] for job in status["jobs"]] == ["orders", "nope", "off"]
    assert (jobs["orders"]["state"], jobs["orders"]["rows"], jobs["orders"]["watermark"]) == ("SUCCESS", 100, "100")
    assert 0 <= jobs["orders"]["age_seconds"] < 120
    assert jobs["nope"]["state"] == "FAILED" and "nope" in jobs["nope"]["error"]
    assert jobs["off"]["enabled"] is False and jobs["off"]["state"] == "never run"
    wrong = site.ingest.run("status", "order", "--project", site.folder).expect(2)
    assert "did you mean 'orders'" in wrong.err
    site.run(code=1)
    history = site.ingest.run("history", "--limit", "3", "--project", site.folder, "--format", "json").expect().summary
    times = [attempt["timestamp"] for attempt in history["attempts"]]
    assert len(times) == 3 and times == sorted(times, reverse=True)
    # A workbook that can't be read takes nothing away from what is on record.
    site.project.workbook.unlink()
    text = site.ingest.run("status", "--project", site.folder).expect().out
    assert "orders" in text and "The jobs are those of the audit trail." in text
