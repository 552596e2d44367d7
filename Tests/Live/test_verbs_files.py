"""`ingest files`: the list is exact, and each line works as pasted."""

import subprocess
import sys

import duckdb
import pyarrow.parquet as pq
import pytest

from lake import Lake

SETUP = """
create table orders (id integer primary key, note text, total decimal(10, 2));
insert into orders values (1, 'a', 1.5), (2, NULL, 2), (3, 'ü ''"', -3.25);
create table days (id integer primary key, n integer);
insert into days values (1, 10), (2, 20);
"""
JOBS = [
    {"job_id": "orders", "source_name": "shop", "table_name": "orders"},
    {"job_id": "days", "source_name": "shop", "table_name": "days", "write_mode": "snapshot", "primary_key": "id"},
]


@pytest.fixture
def lake(tmp_path):
    lake = Lake(tmp_path / "it's a [pro]ject *", SETUP, name="la ke {x}?")
    lake.write(JOBS)
    return lake


def test_the_list_is_what_the_table_consists_of(ingest, lake):
    here = ("--project", lake.folder)
    assert ingest.run("files", "orders", *here).expect().out == ""
    ingest.run("run", *here).expect()
    first = ingest.run("files", "orders", *here).expect().out.splitlines()
    assert first == lake.data("orders") and len(first) == 1
    ingest.run("run", "orders", *here).expect()
    second = ingest.run("files", "orders", *here).expect().out.splitlines()
    assert second == lake.data("orders") and second != first
    told = ingest.run("files", "orders", *here, "--format", "json").expect().summary
    assert [f["path"] for f in told["files"]] == second and told["rows"] == 3
    assert told["files"][0]["bytes"] == len(open(second[0], "rb").read())
    # A file that no record names is not in it.
    stray = lake.lake / "orders" / "stray.parquet"
    stray.write_bytes(open(second[0], "rb").read())
    assert ingest.run("files", "orders", *here).expect().out.splitlines() == second


def test_a_load_that_is_not_finished_is_not_in_it(ingest, lake):
    here = ("--project", lake.folder)
    ingest.run("run", "days", *here).expect()
    before = ingest.run("files", "days", *here).expect().out
    ingest.run("run", "days", *here).expect()
    # As if the second had ended between its commit and the last of its files.
    (lake.state("days") / "commits/000000000002.done").unlink()
    assert ingest.run("files", "days", *here).expect().out == before
    ingest.run("run", "days", *here).expect()
    assert ingest.run("files", "days", *here).expect().out.splitlines() == lake.data("days")


def test_duckdb_polars_and_pandas_read_it_as_pasted(ingest, lake):
    here = ("--project", lake.folder)
    ingest.run("run", *here).expect()
    lake.sql("alter table days add column late text; update days set late = 'x' where id = 2")
    expected = [(1, "a", "1.50"), (2, None, "2.00"), (3, "ü '\"", "-3.25")]
    line = ingest.run("files", "orders", *here, "--format", "duckdb").expect().out
    assert line.count("\n") == 1
    found = duckdb.connect().execute(line).fetchall()
    assert sorted((a, b, str(c)) for a, b, c in found) == expected
    for form in ("polars", "pandas"):
        line = ingest.run("files", "orders", *here, "--format", form).expect().out
        assert line.count("\n") == 1
        rows = "df.rows()" if form == "polars" else "df.astype(object).where(df.notna(), None).values.tolist()"
        script = line + f"print(sorted((a, b, str(c)) for a, b, c in {rows}))"
        done = subprocess.run([sys.executable, "-c", script], capture_output=True, text=True, check=False)
        assert done.returncode == 0, done.stderr
        assert done.stdout.strip() == str(expected)


def test_spark_gets_a_line_of_python(ingest, lake):
    ingest.run("run", "--project", lake.folder).expect()
    line = ingest.run("files", "orders", "--project", lake.folder, "--format", "spark").expect().out

    class Spark:
        """Says what it was asked for."""

        def __getattr__(self, name):
            return self if name == "read" else lambda *arguments: self if name == "option" else arguments

    names = {"spark": Spark()}
    exec(line, names)
    (path,) = names["df"]
    assert path.startswith("file:///")
    # Hadoop's way to say that a character is meant as it is.
    plain = path.removeprefix("file://")
    for character in "*?[]{}":
        plain = plain.replace("\\" + character, character)
    assert plain == lake.data("orders")[0]


def test_latest_shows_the_newest_version_of_each_key(ingest, lake):
    here = ("--project", lake.folder)
    ingest.run("run", *here).expect()
    # The day before, as its record and its file would have it.
    lake.write([JOBS[0], JOBS[1] | {"target_table": "days"}])
    sql = ingest.run("files", "days", *here, "--latest").expect().out
    connection = duckdb.connect()
    connection.execute(sql)
    shown = connection.execute('select id, n from "days_latest" order by id').fetchall()
    assert shown == [(1, 10), (2, 20)]
    refused = ingest.run("files", "orders", *here, "--latest").expect(2)
    assert "primary_key" in refused.err
    refused = ingest.run("files", "days", *here, "--latest", "--format", "spark").expect(2)
    assert "DuckDB" in refused.err


def test_what_is_refused(ingest, lake):
    here = ("--project", lake.folder)
    assert "no files yet" in ingest.run("files", "orders", *here, "--format", "duckdb").expect(1).err
    assert "did you mean 'orders'" in ingest.run("files", "order", *here).expect(2).err
    assert "csv" in ingest.run("files", "orders", *here, "--format", "csv").expect(2).err
    ingest.run("run", "orders", *here).expect()
    lake.write([JOBS[0] | {"job_id": "renamed"}])
    assert "belongs to the job 'orders'" in ingest.run("files", "renamed", *here).expect(2).err


@pytest.mark.parametrize("lost", ["state", "never ours"])
@pytest.mark.thread("rocky 1179")
def test_data_without_records_is_an_error_never_a_reload(ingest, lake, lost):
    here = ("--project", lake.folder)
    ingest.run("run", *here).expect()
    before = lake.data("orders")
    for part in sorted(lake.state("orders").rglob("*"), reverse=True):
        part.rmdir() if part.is_dir() else part.unlink()
    if lost == "never ours":
        folder = lake.lake / "orders/load_date=2026-01-01"
        folder.mkdir()
        for path in before:
            pq.write_table(pq.read_table(path), folder / "part-0.parquet")
    for more in ((), ("--full-refresh",)):
        failed = ingest.run("run", "orders", *here, *more).expect(1)
        assert "no record of a load" in failed.err and "ingest adopt orders" in failed.err
    assert set(before) <= set(lake.data("orders")), "nothing was removed or added"
    assert not list(lake.state("orders").rglob("*.json"))
