"""What state, retries and crashes did to other tools (threads.csv, 2.2): the same happens to `ingest run`, and afterwards the
lake has what the source has, each row once, and the records say what happened."""

import shutil
import subprocess

import pytest

from ingest import files_under
from loads import RETRY, Loads
from proxy import Proxy
from tables import SQLiteTables, ago, same_form

JOB = {"job_id": "t", "table_name": "t", "load_type": "INCREMENTAL", "watermark_column": "id"}
SQLITE = pytest.mark.parametrize("tables", ["sqlite"], indirect=True)
POSTGRES = pytest.mark.parametrize("tables", ["postgresql"], indirect=True)
OVER_A_NETWORK = pytest.mark.parametrize("tables", ["postgresql", "mariadb"], indirect=True)


def lake(loads, table="t") -> list[tuple]:
    return same_form(loads.rows(table, 'id, note, "at"'))


def numbers(first, count, note="x"):
    return [(n, note, ago(60)) for n in range(first, first + count)]


def through(tables, proxy) -> dict:
    return tables.source(port=proxy.port, sslmode="disable", stall_timeout="2s", connect_timeout="2s")


def killed(loads, call: str, number: int):
    """A run that dies as it enters its K-th such system call."""
    if not shutil.which("strace"):
        pytest.skip("strace is not installed")
    inject = f"inject={call}:signal=SIGKILL:when={number}"
    done = subprocess.run(
        ["strace", "-f", "-q", "-o", "/dev/null", "-e", f"trace={call}", "-e", inject, loads.ingest.binary, "run",
         "--project", loads.project.folder], env=loads.ingest.environment(), capture_output=True, timeout=60, check=False)
    assert done.returncode in (-9, 137), done


def test_dlt_4052_what_is_told_about_a_load_cannot_be_written(loads, tables):
    """The load is in the lake, and then neither the table of watermarks, the audit trail nor the workbook can be written."""
    tables.create()
    tables.insert(*numbers(1, 50))
    loads.jobs(JOB)
    metadata = loads.project.folder / "metadata"
    metadata.write_text("in the way")
    lock = loads.project.folder / "~$ingestion_config.xlsx"
    with open(loads.project.folder / "ingest.toml", "a") as toml:
        toml.write('[run]\nlogs = "metadata/logs"\n')
    report = loads.one()
    assert report["status"] == "SUCCESS" and report["rows"] == 50
    tables.insert(*numbers(51, 5))
    assert loads.one()["rows"] == 5
    assert lake(loads) == tables.held()
    metadata.unlink()
    assert loads.one()["rows"] == 0 and lake(loads) == tables.held()
    assert not lock.exists()
    # Nothing is lost of what could not be told then.
    loads.verb("repair")
    assert sorted(int(row["rows_processed"]) for row in loads.audit() if row["load_id"]) == [5, 50]


@SQLITE
@pytest.mark.parametrize("call, number", [("renameat2", 1), ("fsync", 9), ("link", 2)])
def test_dlt_4023_files_are_there_and_the_record_is_not(loads, tables, call, number):
    """kill -9 as files appear and as records are written: the next run finishes or undoes it, and each load that counts is
    in the audit trail once."""
    tables.create()
    tables.insert(*numbers(1, 50))
    loads.jobs(JOB)
    loads.run()
    tables.insert(*numbers(51, 5))
    killed(loads, call, number)
    tables.insert(*numbers(56, 5))
    loads.run()
    assert lake(loads) == tables.held()
    committed = [r["load_id"] for r in loads.records("t") if r["kind"] == "load"]
    told = [row["load_id"] for row in loads.audit() if row["load_id"] and row["status"] == "SUCCESS"]
    assert sorted(told) == sorted(committed)


def test_dlt_3375_one_failed_job_holds_nothing_back(loads, tables):
    """A job fails for good: the others are loaded, in this run and the next, and its own watermark has not moved."""
    tables.create()
    tables.insert(*numbers(1, 20))
    other = JOB | {"job_id": "other", "target_table": "other"}
    loads.jobs(JOB, other)
    loads.run()
    tables.insert(*numbers(21, 5))
    loads.jobs(JOB | {"query_filter": "nowhere = 1"}, other)
    report = {job["job"]: job["status"] for job in loads.run(code=1)["jobs"]}
    assert report == {"t": "FAILED", "other": "SUCCESS"}
    tables.insert(*numbers(26, 5))
    loads.jobs(JOB, other)
    assert {job["job"]: job["rows"] for job in loads.run()["jobs"]} == {"t": 10, "other": 5}
    assert lake(loads) == lake(loads, "other") == tables.held()


@SQLITE
def test_dlt_3227_a_run_reads_what_is_there_now(loads, tables):
    """What a killed run had begun is not what the next one loads: its rows may have changed since."""
    tables.create()
    tables.insert(*numbers(1, 20))
    loads.jobs(JOB)
    loads.run()
    tables.insert(*numbers(21, 5, "first"))
    killed(loads, "link", 2)
    tables.sql("update t set note = 'second' where note = 'first'", "delete from t where id = 22")
    tables.insert(*numbers(30, 5))
    assert loads.one()["rows"] == 9
    assert lake(loads) == tables.held()


def test_drt_1074_a_failed_row_is_not_passed_over(loads, tables):
    """One of the new rows has a value that cannot be loaded: nothing of the load counts, and the watermark stays."""
    bad, good = {
        "postgresql": ("'infinity'", "'2026-01-01'"), "mariadb": ("'0000-00-00'", "'2026-01-01'"),
        "sqlite": ("'not a day'", "'2026-01-01'"),
    }[tables.kind]  # fmt: skip
    tables.create()
    tables.sql("alter table t add column due date")
    tables.insert(*[(*row, "2026-01-01") for row in numbers(1, 20)])
    loads.jobs(JOB)
    loads.run()
    tables.insert(*[(*row, "2026-01-01") for row in numbers(21, 20)])
    tables.sql(f"update t set due = {bad} where id = 25")
    before = lake(loads)
    report = loads.one(code=1)
    assert report["status"] == "FAILED" and "due" in report["error"], report
    assert lake(loads) == before and loads.records("t")[-1]["watermark"]["value"] == "20"
    assert loads.audit()[-1]["status"] == "FAILED" and loads.audit()[-1]["load_id"] in ("", report["load_id"])
    tables.sql(f"update t set due = {good} where id = 25")
    assert loads.one()["rows"] == 20 and lake(loads) == tables.held()


@POSTGRES
@pytest.mark.thread("airbyte 2627")
def test_airbyte_11832_what_is_done_stays_done(ingest, tmp_path, tables):
    """A long backfill breaks off in the middle: the weeks before stay, the watermark of every other job too, and going on
    does not begin at zero."""
    tables.create("date")
    tables.insert(*[(n, "x" * 100, f"2026-0{1 + n % 6}-{1 + n // 6 % 28:02}") for n in range(30000)])
    tables.sql("create index if not exists t_at on t (at)")
    job = JOB | {"watermark_column": "at", "last_watermark": "2026-07-01"}
    with Proxy(tables.source()["port"]) as proxy:
        loads = Loads(ingest, tmp_path / "project", {"s": through(tables, proxy)}, '[retry]\nmax_attempts = 1\n')
        loads.jobs(job, JOB | {"job_id": "other", "target_table": "other"})
        loads.run()
        proxy.cut_after = proxy.sent + 2_000_000
        chunks = ("backfill", "t", "--from", "2026-01-01", "--to", "2026-07-01", "--chunk", "14d")
        loads.verb(*chunks, code=1)
        done = lake(loads)
        assert 0 < len(done) < 30000 and done == tables.held(f"at <= '{done and max(row[2] for row in done)}'")
        proxy.cut_after = None
        began = proxy.sent
        last = str(max(row[2] for row in done))
        loads.verb("backfill", "t", "--from", last, "--to", "2026-07-01", "--chunk", "14d")
        assert proxy.sent - began < 4_000_000
        assert lake(loads) == tables.held() == lake(loads, "other")
        assert {job["job"]: job["rows"] for job in loads.run()["jobs"]} == {"t": 0, "other": 0}


@OVER_A_NETWORK
def test_airbyte_13692_failed_attempts_leave_nothing(ingest, tmp_path, tables):
    """Attempts that break off midway, within a run and over runs: no file of theirs stays anywhere in the lake."""
    tables.create(key="bigint primary key")
    tables.insert(*numbers(1, 20000, "x" * 100))
    with Proxy(tables.source()["port"]) as proxy:
        loads = Loads(ingest, tmp_path / "project", {"s": through(tables, proxy)}, RETRY + "max_attempts = 3\n")
        loads.jobs(JOB)
        proxy.cut_after = 1_000_000
        assert loads.one(code=1)["attempt"] == 3
        assert not list(loads.lake.rglob("*.par*"))
        proxy.cut_after = None
        proxy.cut_once(after=proxy.sent + 1_000_000)
        assert loads.one()["rows"] == 20000
        assert lake(loads) == tables.held()
        data = [name for name in files_under(loads.lake) if ".par" in name]
        assert sorted(data) == sorted(loads.listed("t"))
    told = [(row["status"], row["error_message"]) for row in loads.audit()]
    assert [status for status, _ in told[:3]] == ["RETRIED", "RETRIED", "FAILED"]
    # A connection that is gone is not asked again, whose answer would hide why it went.
    assert "not open" not in told[0][1] and float(loads.audit()[0]["duration_seconds"]) < 4, told[0]


@OVER_A_NETWORK
def test_meltano_9947_two_runners_that_share_the_lake_only(ingest, tmp_path, tables):
    """Two projects of the same job, with a workbook and records each, as on two machines, over one lake."""
    tables.create(key="bigint primary key")
    tables.insert(*numbers(1, 20000, "x" * 50))
    shared = f'[destination]\nurl = "file://{tmp_path}/shared"\n'
    runners = [Loads(ingest, tmp_path / name, {"s": tables.source()}, shared) for name in ("one", "two")]
    for runner in runners:
        runner.lake = tmp_path / "shared"
        runner.jobs(JOB)
    for round_ in range(3):
        processes = [runner.start() for runner in runners]
        found = []
        for process in processes:
            said, _ = process.communicate(timeout=60)
            assert process.returncode in (0, 3), said
            found.append(process.returncode)
        assert 0 in found
        assert lake(runners[0]) == tables.held(), f"round {round_}: {found}"
        tables.insert(*numbers(20001 + 10 * round_, 10))
    runners[1].run()
    assert lake(runners[1]) == tables.held()


def test_meltano_8316_a_new_job_is_loaded_once(loads, tables):
    """A job that is added later, and one that is run alone, remember where they are like those that were there before."""
    tables.create()
    tables.insert(*numbers(1, 20))
    loads.jobs(JOB)
    loads.run()
    added = JOB | {"job_id": "added", "target_table": "added"}
    loads.jobs(JOB, added)
    assert {job["job"]: job["rows"] for job in loads.run("added")["jobs"]} == {"added": 20}
    tables.insert(*numbers(21, 1))
    assert {job["job"]: job["rows"] for job in loads.run()["jobs"]} == {"t": 1, "added": 1}
    assert {job["job"]: job["rows"] for job in loads.run("--jobs", "added")["jobs"]} == {"added": 0}
    assert lake(loads) == lake(loads, "added") == tables.held()


def test_sling_793_nothing_new_is_no_failure(loads, tables):
    """An empty table, nothing new, nothing due, nothing enabled: exit code 0, and no mail for anybody."""
    tables.create()
    loads.jobs(JOB, {"job_id": "full", "table_name": "t", "target_table": "full"})
    assert [job["status"] for job in loads.run()["jobs"]] == ["SUCCESS"] * 2
    tables.insert((1, None, ago(60)))
    loads.run()
    for _ in range(2):
        report = loads.run()
        assert [(job["status"], job["error"]) for job in report["jobs"]] == [("SUCCESS", None)] * 2
    assert loads.verb("run", "--quiet").err == ""
    loads.jobs(JOB | {"schedule": "0 0 29 2 *"})
    assert loads.run("--due")["jobs"] == []
    loads.jobs(JOB | {"enabled": "N"})
    assert loads.run()["jobs"] == []
    assert {row["status"] for row in loads.audit()} == {"SUCCESS"}


@OVER_A_NETWORK
def test_sling_242_a_flaky_network_and_80_tables(ingest, tmp_path, tables):
    """Of 80 tables some are cut off, again and again: each is tried again by itself, and all are there."""
    tables.create(key="bigint primary key")
    tables.insert(*numbers(1, 200, "x" * 100))
    expected = tables.held()
    with Proxy(tables.source()["port"]) as proxy:
        loads = Loads(ingest, tmp_path / "project", {"s": through(tables, proxy)}, RETRY + "max_attempts = 8\n")
        loads.jobs(*[{"job_id": f"j{n}", "table_name": "t", "target_table": f"j{n}"} for n in range(80)])
        proxy.cut_every = 300_000
        report = loads.run()
        assert proxy.cuts >= 5
    assert {job["status"] for job in report["jobs"]} == {"SUCCESS"} and len(report["jobs"]) == 80
    for number in range(80):
        assert lake(loads, f"j{number}") == expected
    retried = [row for row in loads.audit() if row["status"] == "RETRIED"]
    assert 0 < len(retried) < 40


@SQLITE
def test_rocky_1179_records_that_are_gone_reload_nothing(loads, tables):
    """A table with data and without the record of its loads: an error that says what to do, and no row is added. What other
    files say of the watermark (the workbook, watermarks.csv) moves nothing either."""
    tables.create()
    tables.insert(*numbers(1, 20))
    loads.jobs(JOB)
    loads.run()
    before = files_under(loads.lake / "t")
    (loads.lake / "_ingest").rename(loads.project.folder / "elsewhere")
    report = loads.one(code=1)
    assert "no record of a load" in report["error"] and files_under(loads.lake / "t") == before
    (loads.project.folder / "elsewhere").rename(loads.lake / "_ingest")
    # The lake is a day older than what was told about it: a backup that was put back.
    shutil.copytree(loads.lake, loads.project.folder / "backup")
    tables.insert(*numbers(21, 5))
    loads.run()
    shutil.rmtree(loads.lake)
    (loads.project.folder / "backup").rename(loads.lake)
    assert loads.one()["rows"] == 5
    assert lake(loads) == tables.held()


def test_the_tables_of_each_kind_differ(tmp_path):
    """What the comparisons above rely on: a row more, less, or changed is a difference."""
    tables = SQLiteTables(tmp_path / "source.db")
    tables.create()
    tables.insert(*numbers(1, 3))
    before = tables.held()
    for change in ("insert into t select * from t where id = 1", "update t set note = null where id = 2",
                   "delete from t where id = 3"):
        tables.sql(change)
        assert tables.held() != before
        before = tables.held()
