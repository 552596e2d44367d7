"""What has no exact form stops the load, names column and value, and leaves nothing behind."""

import pytest

from ingest import files_under
from readers import READERS

CASES = {
    "numeric NaN": ("numeric(10,2)", "'NaN'"),
    "numeric wide NaN": ("numeric(38,10)", "'NaN'"),
    "numeric Infinity": ("numeric", "'Infinity'"),
    "numeric -Infinity": ("numeric", "'-Infinity'"),
    "numeric too many decimals": ("numeric", "0.00000000001"),
    "numeric too many digits": ("numeric", "1" + "0" * 28),
    "numeric(50,5) too many digits": ("numeric(50,5)", "1" + "0" * 28),
    "numeric(50,20) lost decimals": ("numeric(50,20)", "0.00000000000000000001"),
    "date infinity": ("date", "'infinity'"),
    "date -infinity": ("date", "'-infinity'"),
    "date BC": ("date", "'0044-03-15 BC'"),
    "date year 10000": ("date", "'10000-01-01'"),
    "date year 5874897": ("date", "'5874897-12-31'"),
    "timestamp infinity": ("timestamp", "'infinity'"),
    "timestamp BC": ("timestamp", "'4713-01-01 00:00:00 BC'"),
    "timestamp 294276": ("timestamp", "'294276-12-31 23:59:59.999999'"),
    "timestamptz -infinity": ("timestamptz", "'-infinity'"),
    "timestamptz 294276": ("timestamptz", "'294276-12-31 23:59:59.999999+00'"),
    "timestamptz year 0": ("timestamptz", "'0001-12-31 23:59:59.999999+00 BC'"),
    "array of another depth": ("integer[]", "'{{1,2},{3,4}}'"),
    "array with a lower bound": ("integer[]", "'[0:1]={1,2}'"),
    "infinity in an array": ("date[]", "'{2024-01-01,infinity}'"),
    "NaN in an array": ("numeric(10,2)[]", "'{1.00,NaN}'"),
}


@pytest.mark.parametrize("case", CASES)
@pytest.mark.thread("airbyte 7871", "wrenai 2655")
def test_stops_the_load(ingest, database, tmp_path, case):
    sql, literal = CASES[case]
    database.execute(f'drop table if exists bad; create table bad (id bigint, "odd one" {sql})')
    database.execute("insert into bad select i, null from generate_series(1, 40) i")
    database.execute(f"insert into bad values (41, {literal})")
    outcome = ingest.copy(database.url(), "bad", tmp_path).expect(1)
    assert "odd one" in outcome.err, outcome.err
    assert "41" in outcome.err, f"the row is not named: {outcome.err}"
    assert files_under(tmp_path) == []
    assert database.wait_until_quiet() == []


def test_zero_column_table_is_refused(ingest, database, tmp_path):
    database.execute("create table nothing ()")
    outcome = ingest.copy(database.url(), "nothing", tmp_path)
    assert outcome.code in (1, 2) and "column" in outcome.err.lower()
    assert files_under(tmp_path) == []


def test_two_columns_of_one_name_are_refused(ingest, database, tmp_path):
    outcome = ingest.copy_query(database.url(), "select 1 as a, 2 as a", tmp_path / "x.parquet")
    assert outcome.code in (1, 2) and "'a'" in outcome.err
    assert files_under(tmp_path) == []


CHOICES = ["numeric NaN", "numeric Infinity", "date infinity", "timestamp 294276", "timestamptz year 0", "date BC",
           "array of another depth"]


@pytest.mark.parametrize("case", CHOICES)
def test_null_instead_is_counted(ingest, database, tmp_path, case):
    sql, literal = CASES[case]
    database.execute(f"drop table if exists chosen; create table chosen (id bigint, v {sql})")
    database.execute(f"insert into chosen values (1, {literal}), (2, null), (3, {literal})")
    outcome = ingest.copy(database.url(), "chosen", tmp_path / "n.parquet", "--on-unrepresentable", "null").expect()
    for read in READERS.values():
        assert read(tmp_path / "n.parquet")[0]["v"] == [None, None, None]
    assert "2 values" in outcome.err, outcome.err


@pytest.mark.parametrize("case", ["numeric NaN", "numeric Infinity", "date infinity", "timestamp 294276", "date BC"])
def test_text_instead_keeps_the_servers_words(ingest, database, tmp_path, case):
    sql, literal = CASES[case]
    database.execute(f"drop table if exists chosen; create table chosen (id bigint, v {sql})")
    database.execute(f"insert into chosen values (1, {literal}), (2, null)")
    ingest.copy(database.url(), "chosen", tmp_path / "t.parquet", "--on-unrepresentable", "string").expect()
    expected = [row[0] for row in database.rows("select v::text from chosen order by id")]
    for read in READERS.values():
        assert read(tmp_path / "t.parquet")[0]["v"] == expected


def test_wide_numeric_as_string(ingest, database, tmp_path):
    database.execute("create table precise (id bigint, v numeric)")
    database.execute("insert into precise values (1, 0.123456789012345678901234567890), (2, 1e50), (3, null)")
    database.execute("insert into precise values (4, 'NaN')")
    ingest.copy(database.url(), "precise", tmp_path / "s.parquet", "--wide-numeric", "string").expect()
    expected = [row[0] for row in database.rows("select v::text from precise order by id")]
    for read in READERS.values():
        assert read(tmp_path / "s.parquet")[0]["v"] == expected


def test_midnight_at_the_end_of_the_day(ingest, database, tmp_path):
    """24:00:00 is text like any other; the TIME annotation of `modern` has no such value."""
    database.execute("create table midnight (id bigint, v time); insert into midnight values (1, '24:00:00')")
    ingest.copy(database.url(), "midnight", tmp_path / "s.parquet").expect()
    assert READERS["duckdb"](tmp_path / "s.parquet")[0]["v"] == ["24:00:00.000000"]
    outcome = ingest.copy(database.url(), "midnight", tmp_path / "m.parquet", "--profile", "modern").expect(1)
    assert "'v'" in outcome.err and "24:00:00" in outcome.err
    assert files_under(tmp_path) == ["s.parquet"]
