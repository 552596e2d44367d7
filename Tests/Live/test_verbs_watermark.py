"""`ingest watermark` and `ingest backfill`: what the table holds afterwards is what the source holds, each row once."""

import json
import time

import duckdb
import pytest

from lake import Lake

SERIES = "with recursive s(value) as (select 1 union all select value + 1 from s where value < 200) "
JOBS = [
    {"job_id": "orders", "source_name": "shop", "table_name": "orders", "load_type": "INCREMENTAL",
     "watermark_column": "updated_at"},
    {"job_id": "ids", "source_name": "shop", "table_name": "orders", "load_type": "INCREMENTAL",
     "watermark_column": "id", "target_table": "ids"},
    {"job_id": "full", "source_name": "shop", "table_name": "orders", "target_table": "full"},
]  # fmt: skip


@pytest.fixture
def lake(tmp_path):
    lake = Lake(
        tmp_path,
        "create table orders (id integer primary key, note text, updated_at timestamp not null);"
        "insert into orders "
        + SERIES
        + "select value, 'n' || value, datetime('2026-01-01', '+' || value || ' hours') from s;",
    )
    lake.write(JOBS)
    return lake


def held(ingest, lake, job="ids") -> list[tuple]:
    """By the table's own list, and by whoever looks into the folder."""
    line = ingest.run("files", job, "--project", lake.folder, "--format", "duckdb").expect().out
    listed = sorted((r[0], r[1]) for r in duckdb.connect().execute(line).fetchall())
    seen = duckdb.connect().execute(f"select id, note from '{lake.lake}/{job}/**/*.parquet' order by 1, 2").fetchall()
    assert listed == seen
    return listed


def run(ingest, lake, *arguments, code=0):
    return ingest.run(*arguments, "--project", lake.folder).expect(code)


def of(lake, condition="1") -> list[tuple]:
    return lake.rows(f"select id, note from orders where {condition} order by 1, 2")


def test_set_back_reads_again_and_doubles_nothing(ingest, lake):
    run(ingest, lake, "run", "ids")
    lake.sql("insert into orders values (201, 'new', '2026-02-01 00:00:00')")
    run(ingest, lake, "run", "ids")
    lake.sql("update orders set note = 'changed' where id in (5, 150, 201); delete from orders where id = 6")
    assert held(ingest, lake) != of(lake)
    said = run(ingest, lake, "watermark", "set", "ids", "100", "--reason", "a fix", "--format", "json").summary
    assert (said["before"], said["after"], said["number"]) == ("201", "100", 3)
    shown = run(ingest, lake, "watermark", "show", "ids", "--format", "json").summary["jobs"][0]
    assert shown["watermark"] == "100" and shown["reason"] == "a fix" and shown["rows"] == 201
    assert "a fix" in run(ingest, lake, "watermark", "show").out
    run(ingest, lake, "run", "ids")
    assert held(ingest, lake) == of(lake)
    shown = run(ingest, lake, "watermark", "show", "ids", "--format", "json").summary["jobs"][0]
    assert shown["watermark"] == "201" and shown["reason"] is None


def test_set_back_to_the_end_of_a_slice_reads_only_what_follows(ingest, lake):
    lake.write([JOBS[1]])
    run(ingest, lake, "run", "ids")
    lake.sql("insert into orders values (201, 'new', '2026-02-01 00:00:00')")
    run(ingest, lake, "run", "ids")
    first = run(ingest, lake, "files", "ids").out.splitlines()[0]
    run(ingest, lake, "watermark", "set", "ids", "200")
    lake.sql("update orders set note = 'changed' where id = 201")
    ran = run(ingest, lake, "run", "ids", "--format", "json").summary["jobs"][0]
    assert ran["rows"] == 1 and held(ingest, lake) == of(lake)
    assert first in run(ingest, lake, "files", "ids").out, "the file before was not touched"


def test_forward_leaves_a_gap_and_wants_to_be_told(ingest, lake):
    lake.sql("delete from orders where id > 100")
    run(ingest, lake, "run", "ids")
    lake.sql("insert into orders values (150, 'gap', '2026-02-01'), (160, 'x', '2026-02-01'), (161, 'y', '2026-02-01')")
    refused = run(ingest, lake, "watermark", "set", "ids", "160", code=2)
    assert "left out" in refused.err and "--yes" in refused.err
    run(ingest, lake, "run", "--dry-run", "ids")
    said = run(ingest, lake, "watermark", "set", "ids", "160", "--yes")
    assert "left out" in said.out and "ingest backfill ids" in said.out
    run(ingest, lake, "run", "ids")
    assert held(ingest, lake) == of(lake, "id not in (150, 160)")
    run(ingest, lake, "backfill", "ids", "--from", "101")
    assert held(ingest, lake) == of(lake)


def test_reset_replaces_everything(ingest, lake):
    for job in ("orders", "ids"):
        run(ingest, lake, "run", job)
    lake.sql("update orders set note = note || '!'; delete from orders where id = 3")
    for job in ("orders", "ids"):
        run(ingest, lake, "watermark", "reset", job)
        assert "from the beginning" in run(ingest, lake, "watermark", "show", job).out
        run(ingest, lake, "run", job)
        assert held(ingest, lake, job) == of(lake)


def test_a_time_is_taken_as_the_column_shows_it(ingest, lake):
    run(ingest, lake, "run", "orders")
    run(ingest, lake, "watermark", "set", "orders", "2026-01-05 12:00:00")
    lake.sql("update orders set note = 'again' where id = 190")
    run(ingest, lake, "run", "orders")
    assert held(ingest, lake, "orders") == of(lake)
    assert "not a value" in run(ingest, lake, "watermark", "set", "orders", "yesterday", code=2).err
    run(ingest, lake, "run", "ids")
    assert "not a value" in run(ingest, lake, "watermark", "set", "ids", "1.5", code=2).err


def test_what_cannot_be_set(ingest, lake):
    assert "never loaded" in run(ingest, lake, "watermark", "set", "ids", "5", code=2).err
    assert "never loaded" in run(ingest, lake, "watermark", "show").out
    run(ingest, lake, "run", "full")
    assert "FULL load" in run(ingest, lake, "watermark", "reset", "full", code=2).err
    assert "show, set, reset" in run(ingest, lake, "watermark", "move", "ids", code=2).err
    assert "JOB VALUE" in run(ingest, lake, "watermark", "set", "ids", code=2).err
    run(ingest, lake, "run", "ids")
    same = run(ingest, lake, "watermark", "set", "ids", "200")
    assert "nothing was changed" in same.out


def test_backfill_in_chunks_is_a_load_each_and_can_be_repeated(ingest, lake):
    jobs = [JOBS[0] | {"last_watermark": "2026-01-05 00:00:00"}]
    lake.write(jobs)
    run(ingest, lake, "run", "orders")
    assert held(ingest, lake, "orders") == of(lake, "updated_at >= '2026-01-05 00:00:00'")
    said = run(
        ingest, lake, "backfill", "orders", "--from", "2026-01-01", "--to", "2026-01-05", "--chunk", "1d",
        "--format", "json",
    ).summary  # fmt: skip
    loads = [job for job in said["jobs"] if job["load_id"]]
    assert len(loads) == 4 and len({job["load_id"] for job in loads}) == 4
    assert [job["rows"] for job in loads] == [23, 24, 24, 24], "oldest first"
    assert held(ingest, lake, "orders") == of(lake)
    lake.sql("update orders set note = 'later' where id < 50")
    for _ in range(2):
        run(ingest, lake, "backfill", "orders", "--from", "2026-01-01", "--to", "2026-01-05", "--chunk", "1d")
        assert held(ingest, lake, "orders") == of(lake)


def test_backfill_refuses_to_lose_what_the_source_has_purged(ingest, lake):
    run(ingest, lake, "run", "ids")
    everything = held(ingest, lake)
    lake.sql("delete from orders; insert into orders values (201, 'last', '2026-01-10')")
    refused = run(ingest, lake, "backfill", "ids", "--from", "1", "--to", "201", code=1)
    assert "200 rows would become 0" in refused.err and "--accept-shrink" in refused.err
    assert held(ingest, lake) == everything
    run(ingest, lake, "backfill", "ids", "--from", "1", "--to", "201", "--accept-shrink")
    run(ingest, lake, "run", "ids")
    assert held(ingest, lake) == of(lake)


def test_backfill_is_refused_in_words(ingest, lake):
    run(ingest, lake, "run")
    for arguments, words in [
        (("orders",), "--from"),
        (("orders", "--from", "2026-01-02", "--chunk", "7x"), "7d"),
        (("orders", "--from", "2026-01-02", "--chunk", "100"), "--chunk"),
        (("orders", "--from", "2026-01-02", "--to", "2026-01-01"), "--to"),
        (("orders", "--from", "noon"), "--from"),
        (("ids", "--from", "1", "--chunk", "7d"), "--chunk"),
        (("full", "--from", "START"), "FULL"),
        (("nobody", "--from", "START"), "nobody"),
    ]:
        done = ingest.run("backfill", *arguments, "--project", lake.folder)
        assert done.code in (1, 2) and words in done.err, (arguments, done)
        assert "Traceback" not in done.err and "Fatal" not in done.err


def test_answers_are_json(ingest, lake):
    run(ingest, lake, "run")
    assert {j["job"] for j in json.loads(run(ingest, lake, "watermark", "show", "--format", "json").out)["jobs"]} == {
        "orders", "ids",
    }  # fmt: skip


def test_backfill_killed_between_chunks_is_repeated(ingest, lake):
    lake.write([JOBS[0] | {"last_watermark": "2026-01-09 00:00:00"}])
    run(ingest, lake, "run", "orders")
    arguments = ("backfill", "orders", "--from", "2026-01-01", "--to", "2026-01-09", "--chunk", "6h")
    process = ingest.start(*arguments, "--project", lake.folder)
    commits = lake.state("orders") / "commits"
    while len(list(commits.glob("*.json"))) < 6 and process.poll() is None:
        time.sleep(0.005)
    process.kill()
    process.communicate()
    done = len(list(commits.glob("*.json")))
    assert 6 <= done < 30, "it was killed on the way"
    # The process is dead, and so its lease is over.
    # Some chunks are in; whoever reads the list sees each row at most once.
    run(ingest, lake, "repair", "orders")
    rows = held(ingest, lake, "orders")
    assert len(rows) == len(set(rows)) and set(rows) < set(of(lake))
    run(ingest, lake, *arguments)
    assert held(ingest, lake, "orders") == of(lake)
