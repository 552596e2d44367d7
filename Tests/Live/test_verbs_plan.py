"""`ingest plan`: what it says is what the run then does, and it writes nothing."""

import json
import shutil

import pytest

from ingest import files_under
from lake import Lake

SETUP = """
create table orders (id integer primary key, note text, updated_at timestamp not null);
insert into orders values (1, 'a', '2026-01-01 10:00:00'), (2, 'b', '2026-01-05 10:00:00');
create table small (id integer primary key);
insert into small values (1), (2);
"""
JOBS = [
    {
        "job_id": "orders", "source_name": "shop", "table_name": "orders", "load_type": "INCREMENTAL",
        "watermark_column": "updated_at", "query_filter": "id < 100",
    },
    {"job_id": "ids", "source_name": "shop", "table_name": "orders", "load_type": "INCREMENTAL",
     "watermark_column": "id", "target_table": "ids", "target_folder_path": "deep/er"},
    {"job_id": "small", "source_name": "shop", "table_name": "small"},
]  # fmt: skip


@pytest.fixture
def lake(tmp_path):
    lake = Lake(tmp_path, SETUP)
    lake.write(JOBS)
    return lake


def planned(ingest, lake, *more, code=0) -> dict:
    found = ingest.run("plan", "--project", lake.folder, "--format", "json", *more).expect(code).summary
    return {job["job"]: job for job in found["jobs"]}


def test_it_says_what_the_run_does_and_writes_nothing(ingest, lake):
    before = files_under(lake.folder)
    jobs = planned(ingest, lake)
    assert files_under(lake.folder) == before
    assert [j["verdict"] for j in jobs.values()] == ["loads"] * 3
    assert jobs["small"]["estimated_rows"] == 2 and jobs["small"]["slices"][0]["statement"] == 'SELECT * FROM "small"'
    (part,) = jobs["ids"]["slices"]
    assert part["statement"].endswith("WHERE id <= 2") and part["from"] is None and part["to"] == "2"
    assert "(id < 100) AND updated_at < '2" in jobs["orders"]["slices"][0]["statement"]
    ran = ingest.run("run", "--project", lake.folder, "--format", "json").expect().summary
    for job in ran["jobs"]:
        if job["rows"]:
            assert jobs[job["job"]]["folder"].rstrip("/").endswith(job["partition_path"].rstrip("/"))
    assert {str(lake.lake / "deep/er/ids")} == {jobs["ids"]["folder"].split("/20")[0]}
    before = files_under(lake.folder)
    jobs = planned(ingest, lake)
    assert jobs["ids"]["verdict"] == "nothing new" and jobs["ids"]["rows_now"] == 2 and jobs["ids"]["watermark"] == "2"
    assert jobs["small"]["replaces"] == {
        "slices": 1, "rows": 2, "files": 1, "ranges": ["the table"],
        "bytes": sum(p.stat().st_size for p in (lake.lake / "small").rglob("*.parquet")),
    }  # fmt: skip
    again = planned(ingest, lake, "ids", "--full-refresh")
    assert again["ids"]["verdict"] == "loads" and again["ids"]["replaces"]["rows"] == 2
    assert files_under(lake.folder) == before


def test_what_stands_in_the_way_is_shown_and_the_others_go_on(ingest, lake):
    ingest.run("run", "small", "--project", lake.folder).expect()
    lake.write(
        [
            {"job_id": "gone", "source_name": "shop", "table_name": "gone"},
            {
                "job_id": "bad",
                "source_name": "shop",
                "table_name": "small",
                "load_type": "SOMETIMES",
                "target_table": "other",
            },
            {"job_id": "mine", "source_name": "shop", "table_name": "small", "target_table": "small"},
            JOBS[0],
        ]
    )
    jobs = planned(ingest, lake, code=1)
    assert "no table or view 'gone'" in jobs["gone"]["error"]
    assert jobs["bad"]["verdict"] == "refused" and "SOMETIMES" in jobs["bad"]["error"]
    assert "belongs to the job 'small'" in jobs["mine"]["error"] and "ingest adopt mine" in jobs["mine"]["remedy"]
    assert jobs["orders"]["verdict"] == "loads"
    text = ingest.run("plan", "--project", lake.folder).expect(1).out
    assert "4 jobs: 1 would load, 3 can't. Nothing was written." in text


def test_run_dry_run_is_the_same(ingest, lake):
    here = ("--project", lake.folder)
    a = ingest.run("plan", "small", *here, "--format", "json").expect()
    b = ingest.run("run", "--dry-run", "--jobs", "small", *here, "--format", "json").expect()
    assert json.loads(a.out) == json.loads(b.out)
    assert not (lake.folder / "lake").exists() and not (lake.folder / "metadata").exists()


def test_data_without_records_stands_in_the_way(ingest, lake):
    ingest.run("run", "small", "--project", lake.folder).expect()
    (lake.lake / "_ingest").rename(lake.folder / "elsewhere")
    assert "no record of a load" in planned(ingest, lake, "small", code=1)["small"]["error"]


def test_a_table_that_its_row_has_left_is_named(ingest, lake):
    def noted() -> list[bool]:
        said = [ingest.run(verb, "--project", lake.folder).expect() for verb in ("plan", "run")]
        return ["'small' loaded the table 'small' before" in outcome.out + outcome.err for outcome in said]

    assert noted() == [False, False]
    lake.write(JOBS[:2] + [JOBS[2] | {"target_table": "tiny"}])
    assert noted() == [True, True]
    # A row that goes says nothing of its table: it may come back.
    lake.write(JOBS[:2])
    assert noted() == [False, False]
    lake.write(JOBS[:2] + [JOBS[2] | {"target_table": "tiny"}])
    for folder in (lake.lake / "small", lake.state("small")):
        shutil.rmtree(folder)
    assert noted() == [False, False]
