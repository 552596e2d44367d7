"""Cells of 20 MB through ODBC drivers: each is in memory a few times, and never many of them at once."""

import pyarrow.parquet
import pytest

from ingest import files_under
from odbc_checks import peak_megabytes
from proxy import Proxy
from test_odbc_postgres import odbc


@pytest.fixture(scope="module")
def maria(mariadb):
    database = mariadb.create_database("t_odbc_memory")
    yield database
    database.close()


@pytest.mark.parametrize("kind, literal", [("longblob", "repeat(x'00ff', 10000000)"), ("longtext", "repeat('ab', 10000000)")])
@pytest.mark.parametrize("connections", ["1", "2"])
def test_mariadb(ingest, maria, tmp_path, kind, literal, connections):
    """The driver has the rows of a statement in memory, of which there are one or two; each cell is besides in what it
    received, as it came, in a page, and encoded."""
    maria.execute(f"create or replace table heavy (id int primary key, c {kind})")
    rows = 24
    for row in range(rows):
        maria.execute(f"insert into heavy values ({row}, {literal})")
    maria.execute("analyze table heavy")
    path = tmp_path / "heavy.parquet"
    peak = peak_megabytes(ingest, "copy", maria.url(), "heavy", path, "--quiet", "--parallel", connections)
    assert peak <= 175 + 75 * (int(connections) - 1), f"{peak:.0f} MB"
    assert pyarrow.parquet.ParquetFile(path).metadata.num_rows == rows


@pytest.mark.parametrize("kind, literal, limit", [("bytea", "decode(repeat('00ff', 10000000), 'hex')", 200),
                                                  ("text", "repeat('ab', 10000000)", 150)])
def test_psqlodbc(ingest, database, tmp_path, kind, literal, limit):
    """It asks its server for as many rows as are asked of it; bytes come as digits, two each."""
    database.execute(f"drop table if exists heavy; create table heavy (id int, c {kind});"
                     f" insert into heavy select i, {literal} from generate_series(1, 24) i")
    path = tmp_path / "heavy.parquet"
    peak = peak_megabytes(ingest, "copy", odbc(database), "heavy", path, "--quiet")
    assert peak <= limit, f"{peak:.0f} MB"
    assert pyarrow.parquet.ParquetFile(path).metadata.num_rows == 24


def test_lengths_that_jump(ingest, database, tmp_path):
    """As many rows are fetched at a time as their lengths allow, and a rowset may end anywhere in a page."""
    database.execute("drop table if exists jumping; create table jumping as select i as id, repeat(chr(97 + i % 26),"
                     " case when i between 900 and 960 then 300000 when i = 2000 then 5000000 when i % 500 = 0 then 70000"
                     " else i % 400 end) as t, case when i % 3 = 0 then null else repeat('é', i % 700) end as u"
                     " from generate_series(1, 6000) i")
    ingest.copy(database.url(), "jumping", tmp_path / "n.parquet").expect()
    ingest.copy(odbc(database), "jumping", tmp_path / "o.parquet").expect()
    one, other = (pyarrow.parquet.read_table(tmp_path / name).sort_by("id") for name in ("n.parquet", "o.parquet"))
    assert one.num_rows == 6_000 and one.combine_chunks().equals(other.combine_chunks())


# Closed early

SPLIT = ("--parallel", "3", "--split-column", "id")


def test_a_limit_ends_all_connections(ingest, maria, database, tmp_path):
    maria.execute("create or replace table many (id int primary key, t varchar(40)) select seq as id, uuid() as t from"
                  " seq_1_to_200000")
    database.execute("drop table if exists many; create table many as select i as id, md5(i::text) as t from"
                     " generate_series(1, 200000) i; alter table many add primary key (id); analyze many")
    for source, name in ((maria.url(), "m"), (odbc(database), "p")):
        path = tmp_path / f"{name}.parquet"
        ingest.copy(source, "many", path, "--limit", "10", *SPLIT).expect()
        assert pyarrow.parquet.read_table(path).num_rows == 10
    assert maria.wait_until_quiet() == [] and database.wait_until_quiet() == []


def test_interrupted_with_several_connections(ingest, database, tmp_path):
    database.execute("drop table if exists long; create table long as select i as id, repeat(md5(i::text), 8) as t from"
                     " generate_series(1, 200000) i; alter table long add primary key (id); analyze long")
    with Proxy(database.server.port, 2e6) as slow:
        process = ingest.start("copy", odbc(database, port=slow.port), "long", tmp_path, *SPLIT)
        database.wait_for_statements("FETCH")
        process.send_signal(2)
        _, err = process.communicate(timeout=60)
    assert process.returncode == 130, err
    assert database.wait_until_quiet() == [] and files_under(tmp_path) == []
