"""PostgreSQL through psqlODBC against the native source: the same bytes in every value, for every type."""

import re

import pyarrow.parquet
import pytest

from kinds import KINDS, PREPARE, create_everything
from odbc_checks import peak_megabytes, refused
from proxy import Proxy
from test_snapshot import Storm

DRIVER = "DRIVER={PostgreSQL Unicode};SERVER=127.0.0.1;PORT=%d;DATABASE=%s;UID=%s;PWD={%s};SSLMODE=disable"
# What a driver of the Open Database Connectivity cannot describe: the same values, as the database's text.
LISTS = {name for name, kind in KINDS.items() if kind.arrow.startswith("list")}


def odbc(database, user="postgres", password=None, port=None) -> str:
    secret = (database.server.password if password is None else password).replace("}", "}}")
    return "odbc:" + DRIVER % (port or database.server.port, database.name, user, secret)


@pytest.fixture(scope="module")
def everything(database):
    database.execute(PREPARE)
    return create_everything(database, KINDS)


@pytest.fixture(scope="module")
def both(ingest, database, everything, module_dir):
    """The same table by either source, as Arrow."""
    paths = module_dir / "native.parquet", module_dir / "odbc.parquet"
    ingest.copy(database.url(), "public.everything", paths[0]).expect()
    ingest.copy(odbc(database), "public.everything", paths[1]).expect()
    return [pyarrow.parquet.ParquetFile(path).read().sort_by("id").combine_chunks() for path in paths]


@pytest.mark.parametrize("name", [name for name in KINDS if name not in LISTS])
def test_byte_equal(both, name):
    native, odbc = both[0][name], both[1][name]
    assert odbc.type == native.type
    if str(native.type) in ("float", "double"):
        # Through text: NaN equals itself there, and -0 does not equal 0.
        assert str(odbc.to_pylist()) == str(native.to_pylist())
    else:
        assert odbc.equals(native), [pair for pair in zip(native.to_pylist(), odbc.to_pylist()) if pair[0] != pair[1]][:3]


@pytest.mark.parametrize("name", sorted(LISTS))
def test_arrays_are_their_text(database, both, name):
    said = [row[0] for row in database.rows(f'select "{name}"::text from everything order by id')]
    assert both[1][name].to_pylist() == said


@pytest.mark.parametrize("count", [0, 1, 1_000, 1_001, 70_000])
def test_rows_around_the_rowset(ingest, database, tmp_path, count):
    database.execute("drop table if exists counted; create table counted as select i as id, md5(i::text) as t,"
                     " (i * 1.5)::numeric(20,2) as n, case when i % 2 = 0 then repeat('ü', i % 300) end as u,"
                     f" timestamp '2024-01-01' + i * interval '1.000001 s' as at from generate_series(1, {count}) i")
    ingest.copy(database.url(), "counted", tmp_path / "n.parquet").expect()
    ingest.copy(odbc(database), "counted", tmp_path / "o.parquet").expect()
    one, other = (pyarrow.parquet.read_table(tmp_path / name).sort_by("id") for name in ("n.parquet", "o.parquet"))
    assert one.num_rows == count and one.combine_chunks().equals(other.combine_chunks())


def test_one_connection_sees_one_moment(ingest, database, tmp_path):
    """Each transaction gives all rows the same generation, so that any mix of two moments shows."""
    database.execute("drop table if exists storm; create table storm (id bigint primary key, gen bigint, pad text);"
                     " insert into storm select i, 0, repeat('x', 150) from generate_series(1, 5000) i")
    with Proxy(database.server.port, 1e6) as slow, Storm(database, "update storm set gen = gen + 1") as storm:
        before = storm.commits
        ingest.copy(odbc(database, port=slow.port), "storm", tmp_path / "o.parquet").expect()
        assert storm.commits > before + 2, storm.faults
    found = pyarrow.parquet.read_table(tmp_path / "o.parquet")
    assert found.num_rows == 5_000 and len(found["id"].combine_chunks().unique()) == 5_000
    assert len(found["gen"].combine_chunks().unique()) == 1


def test_several_connections_read_each_row_once_and_say_that_it_is_no_snapshot(ingest, database, tmp_path):
    database.execute("drop table if exists divided; create table divided as select i as id, md5(i::text) as t,"
                     " case when i % 5 <> 0 then i % 1000 end as k from generate_series(1, 300000) i;"
                     " alter table divided add primary key (id); create index on divided (k); analyze divided")
    for column in ("id", "k"):
        path = tmp_path / f"{column}.parquet"
        outcome = ingest.copy(odbc(database), "divided", path, "--parallel", "3", "--split-column", column).expect()
        found = pyarrow.parquet.read_table(path, columns=["id"])["id"].combine_chunks()
        assert len(found) == 300_000 and len(found.unique()) == 300_000
        # No more than this machine has cores for.
        assert re.search(r"[23] connections to", outcome.err) and "not a snapshot" in outcome.err, outcome.err
    assert database.wait_until_quiet() == []


def test_parallel_without_a_column_to_divide_by_is_one_connection_and_says_so(ingest, database, tmp_path):
    database.execute("drop table if exists whole; create table whole as select i as id from generate_series(1, 3000) i")
    outcome = ingest.copy(odbc(database), "whole", tmp_path / "o.parquet", "--parallel", "3").expect()
    assert pyarrow.parquet.read_table(tmp_path / "o.parquet").num_rows == 3_000
    assert "one connection" in outcome.err and "none was named" in outcome.err, outcome.err


@pytest.mark.parametrize("literal, sql", [("'infinity'", "date"), ("'-infinity'", "timestamp"), ("'NaN'", "numeric(10,2)"),
                                          ("'294276-12-31'", "timestamp"), ("'0044-03-15 BC'", "date"),
                                          ("0.00000000001", "numeric"), ("1" + "0" * 28, "numeric")])
def test_stops_the_load(ingest, database, tmp_path, literal, sql):
    database.execute(f'drop table if exists bad; create table bad (id bigint, "odd one" {sql})')
    database.execute("insert into bad select i, null from generate_series(1, 40) i")
    database.execute(f"insert into bad values (41, {literal})")
    refused(ingest.copy(odbc(database), "bad", tmp_path), tmp_path, (1,), "odd one", "41")
    assert database.wait_until_quiet() == []


@pytest.mark.parametrize("choice", ["null", "string"])
@pytest.mark.parametrize("sql, literals", {
    "date": ["'infinity'", "'-infinity'", "'0044-03-15 BC'", "'10000-01-01'", "'2024-02-29'"],
    "timestamp": ["'infinity'", "'294276-12-31 23:59:59.999999'", "'4713-01-01 00:00:00 BC'", "'2024-02-29 01:02:03.5'"],
    "timestamptz": ["'-infinity'", "'10000-01-01 00:00:00+00'", "'0001-12-31 BC'", "'2024-02-29 01:02:03.000001+05:45'"],
    "numeric(10,2)": ["'NaN'", "12.5"],
    "numeric": ["'NaN'", "'Infinity'", "12.5"],
    "numeric(28,6)": ["'NaN'", "12.5"],
    "time": ["'24:00:00'", "'01:02:03.4'"],
}.items())
def test_what_has_no_form_becomes_what_the_native_source_makes_of_it(ingest, database, tmp_path, sql, literals, choice):
    database.execute(f"drop table if exists bad; create table bad (id bigint, c {sql})")
    for number, literal in enumerate(literals):
        database.execute(f"insert into bad values ({number}, {literal})")
    ingest.copy(database.url(), "bad", tmp_path / "n.parquet", "--on-unrepresentable", choice).expect()
    ingest.copy(odbc(database), "bad", tmp_path / "o.parquet", "--on-unrepresentable", choice).expect()
    one, other = (pyarrow.parquet.read_table(tmp_path / name).sort_by("id") for name in ("n.parquet", "o.parquet"))
    assert other.schema.equals(one.schema) and other.to_pydict() == one.to_pydict()


@pytest.mark.parametrize("choice", ["null", "string"])
@pytest.mark.parametrize("sql, literal", [("numeric(65,0)", "1" + "0" * 28), ("numeric", "0.00000000001")])
def test_digits_that_do_not_fit_are_treated_as_by_the_native_source(ingest, database, tmp_path, sql, literal, choice):
    """Another type could keep them, so they are never dropped: only the choice of text lets them through."""
    database.execute(f"drop table if exists bad; create table bad (id bigint, c {sql}); insert into bad values (1, {literal})")
    for number, source in enumerate((database.url(), odbc(database))):
        outcome = ingest.copy(source, "bad", tmp_path / f"{number}.parquet", "--on-unrepresentable", choice)
        if choice == "null":
            refused(outcome, tmp_path, (1,), "column 'c'", "row 1", "decimal(38,10)")
        else:
            outcome.expect()
            assert pyarrow.parquet.read_table(tmp_path / f"{number}.parquet")["c"].to_pylist() == [literal]


def test_a_query_gives_what_its_table_does(ingest, database, both, module_dir):
    path = module_dir / "query.parquet"
    ingest.copy_query(odbc(database), "select * from everything", path).expect()
    query = pyarrow.parquet.ParquetFile(path).read().sort_by("id").combine_chunks()
    differing = [name for name in query.column_names if query[name].type != both[1][name].type
                 or str(query[name].to_pylist()) != str(both[1][name].to_pylist())]
    assert differing == []


def test_refusals_are_in_one_line_and_masked(ingest, database, tmp_path):
    """All of them are 08001 to psqlODBC; only where nothing listens it may help to try again."""
    nowhere = odbc(database).replace(f"DATABASE={database.name}", "DATABASE=nowhere")
    for source, code in [(odbc(database, password="wr0ng};x"), 2), (odbc(database, user="nobody", password="wr0ng"), 2),
                         (nowhere, 2), (odbc(database, port=1, password="wr0ng};x"), 1)]:  # fmt: skip
        outcome = ingest.copy(source, "everything", tmp_path)
        refused(outcome, tmp_path, (code,), "127.0.0.1", without=("wr0ng", database.server.password))
        assert "(SQLSTATE 08001" in outcome.err.splitlines()[0], outcome.err
        assert ("Check user, password and database" in outcome.err) == (code == 2), outcome.err


def test_a_view_that_fails_after_many_rows(ingest, database, tmp_path):
    database.execute("create or replace view failing as select i as id, 1 / (50000 - i) as x from generate_series(1, 100000) i")
    refused(ingest.copy(odbc(database), "failing", tmp_path), tmp_path, (1,), "division by zero")
    assert database.wait_until_quiet() == []


def test_wide_text_in_few_rows(ingest, database, tmp_path):
    database.execute("drop table if exists hollow; create table hollow as select i as id, "
                     + ", ".join(f"'a' || i as c{n}" for n in range(10)) + " from generate_series(1, 100) i")
    peak = peak_megabytes(ingest, "copy", odbc(database), "hollow", tmp_path / "h.parquet", "--quiet")
    assert peak <= 60, f"{peak:.0f} MB"
