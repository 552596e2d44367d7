"""`ingest files --latest`: of each key the newest version, compared with the source, and with the choice that Polars makes over
the list of files."""

import shutil
import time

import duckdb
import polars
import pytest

from loads import Loads
from project import postgres_source

JOB = {"job_id": "prices", "table_name": "prices", "load_type": "INCREMENTAL", "primary_key": "id, region",
       "watermark_column": "changed"}  # fmt: skip
COLUMNS = ["id", "region", "price", "changed"]


@pytest.fixture
def prices(ingest, tmp_path, database):
    database.execute("drop table if exists prices; create table prices (id bigint not null, region text not null,"
                     " price numeric(10,2), changed timestamptz, made timestamptz not null default '2026-01-01')")
    return Loads(ingest, tmp_path / "p", {"shop": postgres_source(database, watermark_wait="0s")})


def view(loads, job="prices", columns=COLUMNS) -> list[tuple]:
    """By DuckDB, as pasted."""
    sql = loads.verb("files", job, "--latest").out
    connection = duckdb.connect()
    connection.execute("set timezone = 'UTC'")
    connection.execute(sql)
    connection.execute(sql)
    return connection.execute(f'select {", ".join(columns)} from "{job}_latest" order by {columns[0]}, 2').fetchall()


def newest(loads, order: list[str], job="prices", key=("id", "region"), columns=COLUMNS) -> list[tuple]:
    """By Polars, over the same list: sorted, and the last of each key."""
    paths = loads.verb("files", job).out.splitlines()
    frame = polars.concat([polars.read_parquet(path) for path in paths], how="diagonal")
    frame = frame.sort(order, nulls_last=False).unique(list(key), keep="last", maintain_order=True)
    return frame.select(columns).sort(list(key)).rows()


def source(database, columns=COLUMNS) -> list[tuple]:
    return database.rows(f"select {', '.join(columns)} from prices order by 1, 2")


def test_versions_over_several_loads(prices, database):
    database.execute("insert into prices select i, r, i, now() - interval '1 hour' from generate_series(1, 50) i,"
                     " unnest(array['north', 'south']) r")
    prices.jobs(JOB)
    prices.run()
    for number in (2, 3, 5):
        database.execute(f"update prices set price = price + {number}, changed = clock_timestamp() where id % {number} = 0"
                         " and region = 'north'")
        time.sleep(1.2)
        prices.run()
        assert view(prices) == newest(prices, ["changed", "_loaded_at"]) == source(database)
    versions = prices.rows("prices", "count(*), count(distinct (id, region))")
    assert versions[0][0] > versions[0][1] == 100


def test_a_tie_goes_to_what_was_loaded_last(prices, database):
    """The time stays as it is while the price changes, and both are in the table: by the number of each change."""
    database.execute("alter table prices add column change bigserial")
    job = JOB | {"watermark_column": "change", "primary_key": "id"}
    at = "2026-02-01 10:00:00+00"
    prices.jobs(job)
    for price in (10, 20, 15):
        database.execute("delete from prices")
        database.execute(f"insert into prices (id, region, price, changed) values (1, 'n', {price}, '{at}'),"
                         f" (2, 'n', {-price}, null)")
        prices.run()
    assert view(prices) == newest(prices, ["change", "_loaded_at"], key=("id",)) == source(database)
    assert len(prices.rows("prices")) == 6
    # By the time, which ties, the last load decides.
    prices.jobs(JOB | {"job_id": "ties", "target_table": "ties", "primary_key": "ID", "on_null_watermark": "include"})
    for price in (1, 3, 2):
        database.execute(f"update prices set price = {price}, changed = '{at}'")
        prices.verb("run", "ties", "--full-refresh")
        assert view(prices, "ties") == source(database)


def test_two_columns_and_rows_without_a_time(prices, database):
    database.execute("insert into prices select i, 'n', i, null, now() - interval '2 hours' from generate_series(1, 10) i")
    prices.jobs(JOB | {"watermark_column": "changed, made", "primary_key": "id"})
    prices.run()
    database.execute("update prices set price = -price, changed = now() where id <= 5")
    time.sleep(1.2)
    prices.run()
    assert len(prices.rows("prices")) == 15
    assert view(prices) == source(database)


def test_snapshots_of_two_days(prices, database):
    if not shutil.which("faketime"):
        pytest.skip("faketime is not installed")
    prices.jobs({"job_id": "prices", "table_name": "prices", "write_mode": "snapshot", "primary_key": "id"})
    database.execute("insert into prices values (1, 'n', 10, now()), (2, 'n', 20, now())")
    prices.run()
    database.execute("update prices set price = 11 where id = 1; delete from prices where id = 2;"
                     "insert into prices values (3, 'n', 30, now())")
    prices.run(under=("faketime", "-m", "-f", "+1d"))
    assert [row[0] for row in prices.rows("prices", "id")] == [1, 1, 2, 3]
    # What is gone from the source keeps the last version that was seen.
    assert [(row[0], int(row[2])) for row in view(prices)] == [(1, 11), (2, 20), (3, 30)]
    assert view(prices) == newest(prices, ["_loaded_at"], key=("id",))


def test_files_of_another_tool(prices, database):
    """They have no mark of ours: what we load later is newer where the watermark ties."""
    folder = prices.lake / "prices" / "2026"
    folder.mkdir(parents=True)
    columns = ("id::bigint as id, region, price::decimal(10,2) as price, changed::timestamptz as changed, "
               "made::timestamptz as made")
    duckdb.connect().execute(f"set timezone = 'UTC'; copy (select {columns} from (values (1, 'n', 1, '2026-01-01 00:00:00',"
                             " '2026-01-01'), (2, 'n', 2, '2026-01-02 00:00:00', '2026-01-01')) v(id, region, price, changed, made))"
                             f" to '{folder}/theirs.parquet'")
    prices.jobs(JOB | {"primary_key": "id"})
    prices.verb("adopt", "prices", "--watermark", "2026-01-03 00:00:00+00:00")
    assert [row[0] for row in view(prices)] == [1, 2]
    database.execute("insert into prices values (2, 'n', 22, '2026-01-04'), (3, 'n', 3, '2026-01-04')")
    prices.run()
    assert [(row[0], int(row[2])) for row in view(prices)] == [(1, 1), (2, 22), (3, 3)]
