"""`ingest repair`: interrupted loads are settled, lost projections come back, and what is damaged is told."""

import csv
import json

import duckdb
import pytest

from ingest import files_under
from lake import Lake

SETUP = """
create table orders (id integer primary key, note text);
insert into orders values (1, 'a'), (2, 'b'), (3, 'c');
create table small (id integer primary key);
insert into small values (1);
"""
JOBS = [
    {"job_id": "orders", "source_name": "shop", "table_name": "orders", "load_type": "INCREMENTAL",
     "watermark_column": "id"},
    {"job_id": "small", "source_name": "shop", "table_name": "small"},
]  # fmt: skip


@pytest.fixture
def lake(tmp_path):
    lake = Lake(tmp_path, SETUP)
    lake.write(JOBS)
    return lake


@pytest.fixture
def loaded(ingest, lake):
    """Two loads of `orders`, one of `small`."""
    ingest.run("run", "--project", lake.folder).expect()
    lake.sql("insert into orders values (4, 'd')")
    ingest.run("run", "orders", "--project", lake.folder).expect()
    return lake


def repair(ingest, lake, *more, code=0) -> dict:
    found = ingest.run("repair", "--project", lake.folder, "--format", "json", *more).expect(code).summary
    return {table["job"]: table for table in found["tables"]} | {"": found}


def audit(lake) -> list[dict]:
    rows = []
    for path in sorted((lake.folder / "metadata").glob("audit_*.csv")):
        with path.open(newline="") as file:
            rows += list(csv.DictReader(file))
    return [row for row in rows if row["status"] == "SUCCESS" and row["load_id"]]


def test_nothing_to_do(ingest, lake, loaded):
    before = {name: (lake.folder / name).read_bytes() for name in files_under(lake.folder)}
    found = repair(ingest, lake, "--verify")
    assert found["orders"]["sound"] and found["orders"]["files"] == 2 and found["orders"]["rows"] == 4
    changed = {n for n in files_under(lake.folder) if before.get(n) != (lake.folder / n).read_bytes()}
    # What is made again may differ in nothing.
    assert not {n for n in changed if not n.startswith("metadata/") and not n.startswith("logs/")}


def test_projections_come_back_from_the_lake(ingest, lake, loaded):
    lines, watermarks = audit(lake), (lake.folder / "metadata/watermarks.csv").read_text()
    for path in (lake.folder / "metadata").rglob("*"):
        if path.is_file():
            path.unlink()
    for hint in ("head.json", "current.json"):
        (lake.state("orders") / hint).unlink()
    found = repair(ingest, lake)
    assert found["orders"]["audit_lines"] == 2 and found["small"]["audit_lines"] == 1
    again = audit(lake)
    for column in ("job_id", "load_id", "run_id", "rows_processed", "files", "bytes", "watermark_to", "write_mode"):
        key = "load_id"
        assert {r[key]: r[column] for r in again} == {r[key]: r[column] for r in lines}, column
    values = {tuple(line.split(",")[:4]) for line in (lake.folder / "metadata/watermarks.csv").read_text().splitlines()}
    assert values == {tuple(line.split(",")[:4]) for line in watermarks.splitlines()}
    assert json.loads((lake.state("orders") / "current.json").read_text())["rows"] == 4
    assert repair(ingest, lake)["orders"]["audit_lines"] == 0, "once"


def test_an_interrupted_load_is_finished(ingest, lake, loaded):
    state = lake.state("orders")
    # As if it had ended between its commit and the publication of its file.
    name = lake.data("orders")[-1]
    (state / "staging").mkdir(exist_ok=True)
    last = json.loads((state / "commits/000000000002.json").read_text())
    file = last["load"]["slices"][0]["files"][0]
    (lake.lake / file["name"]).rename(lake.lake / file["upload"])
    (state / "commits/000000000002.done").unlink()
    found = repair(ingest, lake)
    assert found["orders"]["finished"] == [last["load_id"]]
    assert name in lake.data("orders") and found["orders"]["rows"] == 4


def test_damage_is_told_and_nothing_is_removed(ingest, lake, loaded):
    first, second = lake.data("orders")
    body = bytearray(open(first, "rb").read())
    body[10] ^= 0xFF
    open(first, "wb").write(body)
    stray = lake.lake / "orders/by_hand.parquet"
    duckdb.connect().execute(f"copy (select 1 as id) to '{stray}'")
    found = repair(ingest, lake)
    assert found["orders"]["sound"], "sizes are the same"
    assert [s["path"] for s in found["orders"]["strays"]] == [str(stray)]
    found = repair(ingest, lake, "--verify", code=1)
    assert [(d["kind"], d["path"]) for d in found["orders"]["damages"]] == [("digest", first)]
    open(first, "ab").write(b"x")
    (lake.lake / second).unlink()
    found = repair(ingest, lake, "orders", code=1)
    assert sorted(d["kind"] for d in found["orders"]["damages"]) == ["missing", "size"]
    text = ingest.run("repair", "--project", lake.folder).expect(1).out
    assert "DAMAGED" in text and "restore the files from a backup" in text and "move them away" in text
    assert stray.exists() and (lake.lake / first).exists()
    # And what it says to do does it.
    ingest.run("run", "orders", "--full-refresh", "--project", lake.folder).expect()
    assert repair(ingest, lake, "--verify")["orders"]["sound"]


def test_a_damaged_history_stops_only_its_table(ingest, lake, loaded):
    (lake.state("orders") / "commits/000000000001.json").write_text("{}")
    (lake.state("orders") / "current.json").unlink()
    found = repair(ingest, lake, code=1)
    assert "000000000001.json" in found["orders"]["error"] and "backup" in found["orders"]["remedy"]
    assert found["small"]["sound"]


def test_data_without_records(ingest, lake, loaded):
    (lake.state("orders")).rename(lake.folder / "elsewhere")
    assert "no record of a load" in repair(ingest, lake, code=1)["orders"]["error"]
