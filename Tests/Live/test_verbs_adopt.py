"""`ingest adopt`: files of another tool stay where they are and count; loads go on behind them."""

import duckdb
import pytest

from ingest import files_under
from lake import Lake

SETUP = """
create table orders (id integer primary key, note text, updated_at timestamp not null);
insert into orders values (1, 'a', '2026-01-01 10:00:00'), (2, 'b', '2026-01-02 10:00:00'),
    (3, 'c', '2026-01-03 10:00:00'), (4, 'd', '2026-01-04 10:00:00');
"""
JOB = {
    "job_id": "orders", "source_name": "shop", "table_name": "orders", "load_type": "INCREMENTAL",
    "watermark_column": "updated_at",
}  # fmt: skip
COLUMNS = "id::bigint as id, note, updated_at::timestamp as updated_at"


@pytest.fixture
def lake(tmp_path):
    lake = Lake(tmp_path, SETUP)
    lake.write([JOB])
    return lake


def put(lake, name: str, values: str, columns: str = COLUMNS):
    path = lake.lake / "orders" / name
    path.parent.mkdir(parents=True, exist_ok=True)
    duckdb.connect().execute(f"copy (select {columns} from (values {values}) v(id, note, updated_at)) to '{path}'")
    return path


def theirs(lake):
    return [
        put(lake, "2026/01/01/1.0.parquet", "(1, 'a', '2026-01-01 10:00:00')"),
        put(lake, "load_date=2026-01-02/part-0.parquet", "(2, 'b', '2026-01-02 10:00:00')"),
    ]


def held(ingest, lake, job="orders"):
    line = ingest.run("files", job, "--project", lake.folder, "--format", "duckdb").expect().out
    return sorted(duckdb.connect().execute(line.replace("*", "id, note", 1)).fetchall())


def test_loads_go_on_behind_them(ingest, lake):
    files = theirs(lake)
    (lake.lake / "orders/_SUCCESS").touch()
    before = {p: (p.read_bytes(), p.stat().st_mtime_ns) for p in files}
    assert "no record of a load" in ingest.run("run", "--project", lake.folder).expect(1).err
    said = (
        ingest.run(
            "adopt", "orders", "--watermark", "2026-01-03 00:00:00", "--project", lake.folder, "--format", "json"
        )
        .expect()
        .summary
    )
    assert (said["files"], said["rows"], said["number"]) == (2, 2, 1) and said["watermark"].startswith("2026-01-03")
    assert {p: (p.read_bytes(), p.stat().st_mtime_ns) for p in files} == before
    assert held(ingest, lake) == [(1, "a"), (2, "b")]
    ran = ingest.run("run", "--project", lake.folder, "--format", "json").expect().summary
    assert ran["jobs"][0]["rows"] == 2
    assert held(ingest, lake) == [(1, "a"), (2, "b"), (3, "c"), (4, "d")]
    assert ingest.run("repair", "--verify", "--project", lake.folder).expect()
    # They are replaced like any other part when their range is loaded again.
    lake.sql("update orders set note = 'new' where id = 1")
    ingest.run("backfill", "orders", "--from", "START", "--project", lake.folder).expect()
    assert held(ingest, lake) == [(1, "new"), (2, "b"), (3, "c"), (4, "d")]
    assert not any(p.exists() for p in files)


def test_a_full_job_replaces_them(ingest, lake):
    lake.write([{"job_id": "orders", "source_name": "shop", "table_name": "orders"}])
    theirs(lake)
    said = ingest.run("adopt", "orders", "--project", lake.folder).expect()
    assert "took over 2 rows in 2 files" in said.out and "replaces them" in said.out
    ingest.run("run", "--project", lake.folder).expect()
    assert held(ingest, lake) == [(1, "a"), (2, "b"), (3, "c"), (4, "d")]
    assert len(lake.data("orders")) == 1
    refused = ingest.run("adopt", "orders", "--project", lake.folder).expect(2)
    assert "already" in refused.err


def test_the_cell_says_the_watermark(ingest, lake):
    theirs(lake)
    refused = ingest.run("adopt", "orders", "--project", lake.folder).expect(2)
    assert "--watermark" in refused.err and "last_watermark" in refused.err
    lake.write([JOB | {"last_watermark": "2026-01-03 00:00:00"}])
    ingest.run("adopt", "orders", "--project", lake.folder).expect()
    ingest.run("run", "--project", lake.folder).expect()
    assert held(ingest, lake) == [(1, "a"), (2, "b"), (3, "c"), (4, "d")]


def test_files_of_different_columns_are_named(ingest, lake):
    first, second = theirs(lake)
    for columns, words in [
        ("id::int as id, note, updated_at::timestamp as updated_at", "'id' is int"),
        ("id::bigint as id, updated_at::timestamp as updated_at", "'note' is only in the first"),
        (COLUMNS + ", 1 as more", "'more' is only in the second"),
    ]:
        put(lake, "load_date=2026-01-02/part-0.parquet", "(2, 'b', '2026-01-02 10:00:00')", columns)
        failed = ingest.run("adopt", "orders", "--watermark", "2026-01-03", "--project", lake.folder).expect(1)
        assert first.name in failed.err and second.name in failed.err and words in failed.err
    second.write_bytes(b"PAR1 no file PAR1")
    assert "part-0.parquet" in ingest.run(
        "adopt", "orders", "--watermark", "2026-01-03", "--project", lake.folder
    ).expect(1).err  # fmt: skip
    assert not [name for name in files_under(lake.folder) if name.startswith("lake/_ingest")]


def test_what_is_refused(ingest, lake):
    here = ("--project", lake.folder)
    assert "no Parquet files" in ingest.run("adopt", "orders", "--watermark", "2026-01-03", *here).expect(2).err
    theirs(lake)
    assert "not a value" in ingest.run("adopt", "orders", "--watermark", "soon", *here).expect(2).err
    lake.write([{"job_id": "orders", "source_name": "shop", "table_name": "orders"}])
    assert "FULL load" in ingest.run("adopt", "orders", "--watermark", "2026-01-03", *here).expect(2).err


def test_a_renamed_job_takes_its_table_along(ingest, lake):
    here = ("--project", lake.folder)
    ingest.run("run", *here).expect()
    lake.write([JOB | {"job_id": "sales", "target_table": "orders"}])
    assert "ingest adopt sales" in ingest.run("run", *here).expect(1).err
    said = ingest.run("adopt", "sales", *here, "--format", "json").expect().summary
    assert said["former_job"] == "orders" and said["rows"] == 4
    lake.sql("insert into orders values (5, 'e', datetime('now'))")
    ingest.run("run", *here).expect()
    assert held(ingest, lake, "sales")[:4] == [(1, "a"), (2, "b"), (3, "c"), (4, "d")]
    # Another source object is not the same job under another name.
    lake.sql("create table other (id integer primary key, updated_at timestamp)")
    lake.write([JOB | {"job_id": "third", "table_name": "other", "target_table": "orders"}])
    assert "orders" in ingest.run("adopt", "third", *here).expect(2).err
    # And a job that still has its row keeps its table.
    lake.write([JOB | {"job_id": "sales"}, JOB | {"job_id": "thief", "enabled": "N", "target_table": "orders"}])
    done = ingest.run("adopt", "thief", *here)
    assert done.code == 2 and "sales" in done.err
