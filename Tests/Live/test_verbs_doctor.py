"""`ingest doctor`: every line is the real thing, tried."""

import os
import subprocess

import pytest

from ingest import files_under
from lake import Lake
from project import Project, postgres_source

SETUP = "create table t (id integer primary key); insert into t values (1);"


@pytest.fixture
def lake(tmp_path):
    lake = Lake(tmp_path / "p", SETUP)
    lake.write([{"job_id": "t", "source_name": "shop", "table_name": "t"}])
    return lake


def doctor(ingest, lake, code=0, **env) -> dict[str, list]:
    found = ingest.run("doctor", "--project", lake.folder, "--format", "json", env=env).expect(code).summary
    by_subject: dict[str, list] = {}
    for check in found["checks"]:
        by_subject.setdefault(check["subject"], []).append(check)
    return by_subject


def verdict(checks: list) -> str:
    return max((c["verdict"] for c in checks), key=["ok", "warn", "FAIL"].index)


def test_a_project_that_is_in_order(ingest, lake):
    before = files_under(lake.folder)
    found = doctor(ingest, lake)
    assert set(found) == {"settings", "workbook", "time zone", "metadata", "logs", "source shop", "destination"}
    assert {verdict(checks) for checks in found.values()} == {"ok"}
    assert "SQLite 3." in found["source shop"][0]["message"]
    assert files_under(lake.folder) == before and not (lake.lake / "_ingest").exists(), "nothing is left behind"
    text = ingest.run("doctor", "--project", lake.folder).expect().out
    assert text.endswith("Everything is in order.\n") and "of two writers one wins" in text


def test_each_thing_that_is_wrong_is_a_line_and_the_rest_goes_on(ingest, lake):
    with (lake.folder / "ingest.toml").open("a") as settings:
        settings.write('[sources.gone]\ntype = "sqlite"\ndatabase = "nowhere.db"\n')
        settings.write('[sources.pg]\ntype = "postgresql"\nhost = "127.0.0.1"\nport = 1\nusername = "u"\n')
        settings.write('database = "d"\npassword = "${env:NOT_SET_ANYWHERE}"\n')
        settings.write('[run]\ntimezone = "Mars/Base"\nlogs = "ingest.toml"\n')
    lake.write([{"job_id": "t", "source_name": "shop", "table_name": "t", "load_type": "SOMETIMES"}])
    found = doctor(ingest, lake, code=1)
    assert verdict(found["workbook"]) == "FAIL" and "1 error" in found["workbook"][0]["message"]
    assert verdict(found["source gone"]) == "FAIL" and "nowhere.db" in found["source gone"][0]["message"]
    assert verdict(found["source pg"]) == "FAIL" and "NOT_SET_ANYWHERE" in str(found["source pg"])
    assert verdict(found["source shop"]) == "ok" and verdict(found["destination"]) == "ok"
    assert verdict(found["logs"]) == "FAIL" or verdict(found["settings"]) == "FAIL"
    assert "Mars/Base" in str(found["time zone"]) + str(found["settings"])
    assert all(c["remedy"] for checks in found.values() for c in checks if c["verdict"] == "FAIL" and "zone" in str(c))


def test_a_destination_that_is_a_file(ingest, lake):
    lake.lake.write_text("not a folder")
    found = doctor(ingest, lake, code=1)
    assert verdict(found["destination"]) == "FAIL" and str(lake.lake) in found["destination"][0]["message"]


@pytest.mark.skipif(os.geteuid() != 0, reason="needs root to become somebody else")
def test_a_destination_that_may_not_be_written(ingest, binary, module_dir):
    lake = Lake(module_dir / "p", SETUP)
    lake.write([{"job_id": "t", "source_name": "shop", "table_name": "t"}])
    lake.lake.mkdir()
    copy = module_dir / "ingest"
    copy.write_bytes(binary.read_bytes())
    copy.chmod(0o755)
    done = subprocess.run(
        ["setpriv", "--reuid=65534", "--regid=65534", "--clear-groups", copy, "doctor", "--project", lake.folder],
        capture_output=True, text=True, env=ingest.environment(), check=False,
    )  # fmt: skip
    assert done.returncode == 1, done
    for subject in ("destination", "metadata"):
        assert any(line.startswith("FAIL  " + subject) and "ermission" in line for line in done.stdout.splitlines()), (
            done
        )


def test_postgresql(ingest, database, tmp_path):
    database.execute("create role seer login password 'seer-secret' in role pg_read_all_stats")
    database.execute("create role blind login password 'blind-secret'")
    project = Project(
        tmp_path,
        {
            "seer": postgres_source(database, "seer", "seer-secret"),
            "blind": postgres_source(database, "blind", "blind-secret"),
            "wrong": postgres_source(database, "blind", "another-secret"),
        },
    )
    project.write([])
    done = ingest.run("doctor", "--project", project.folder, "--format", "json")
    lines = {}
    for check in done.summary["checks"]:
        lines.setdefault(check["subject"], []).append(check)
    assert "PostgreSQL" in lines["source seer"][0]["message"]
    assert any("clock" in c["message"] for c in lines["source seer"])
    assert verdict(lines["source seer"]) == "ok" and verdict(lines["source blind"]) == "warn"
    assert "pg_read_all_stats" in str(lines["source blind"])
    assert verdict(lines["source wrong"]) == "FAIL" and "-secret" not in done.out
