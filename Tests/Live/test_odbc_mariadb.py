"""MariaDB through its ODBC driver: every type, shapes, and random tables, against the server's own text."""

import functools
import os
import random

import pyarrow.parquet
import pytest

from ingest import files_under
from kinds import create_everything, said_of_everything
from mariadb_kinds import KINDS
from odbc_checks import peak_megabytes, refused, same_as_text
from readers import READERS


@pytest.fixture(scope="module")
def database(mariadb):
    database = mariadb.create_database("t_odbc")
    yield database
    database.close()


@pytest.fixture(scope="module")
def everything(database):
    return create_everything(database, KINDS)


@pytest.fixture(scope="module")
def said(database, everything):
    return said_of_everything(database, KINDS)


@pytest.fixture(scope="module")
def copied(ingest, database, everything, module_dir):
    path = module_dir / "everything.parquet"
    ingest.copy(database.url(), "everything", path).expect()
    return functools.cache(lambda reader: READERS[reader](path))


@pytest.mark.parametrize("reader", READERS)
@pytest.mark.parametrize("name", KINDS)
def test_value_by_value(copied, said, reader, name):
    values, _ = copied(reader)
    kind = KINDS[name]
    assert [None if v is None else kind.compare(v) for v in values[name]] == said[name]


@pytest.mark.parametrize("name", KINDS)
def test_inferred_types(copied, name):
    kind = KINDS[name]
    found = {reader: copied(reader)[1][name] for reader in READERS}
    assert found == {"pyarrow": kind.arrow, "duckdb": kind.duck, "polars": kind.polars}


@pytest.mark.thread("ingestr 806")
def test_a_query_gives_what_its_table_does(ingest, database, everything, module_dir, copied):
    """By its description alone a query's column says less than the catalog does, but never something else: of tinyint(1) the
    driver tells the same as of any tinyint, so there it stays a number."""
    path = module_dir / "query.parquet"
    ingest.copy_query(database.url(), "select * from everything", path).expect()
    (table, types), (query, query_types) = copied("pyarrow"), READERS["pyarrow"](path)
    flags = ["flag", "boolean"]
    differing = [name for name in KINDS if name not in flags
                 and (query_types[name], [str(v) for v in query[name]]) != (types[name], [str(v) for v in table[name]])]
    assert differing == []
    assert [query_types[name] for name in flags] == ["int8", "int8"]
    assert [query[name] for name in flags] == [[None if v is None else int(v) for v in table[name]] for name in flags]


# Shapes

def rows_of(database, sql: str) -> tuple[list[str], list[tuple]]:
    with database.connection.cursor() as cursor:
        cursor.execute(sql)
        return [column[0] for column in cursor.description], list(cursor.fetchall())


@pytest.mark.parametrize("count", [0, 1, 2, 999, 1_000, 1_001, 1_024, 16_384, 16_385, 70_000])
def test_rows_around_the_rowset(ingest, database, tmp_path, count):
    database.execute("create or replace table counted as select seq as id, concat('r', seq) as t,"
                     " if(seq % 3 = 0, null, seq * 1.5) as n,"
                     f" if(seq % 2 = 0, null, repeat('ü', seq % 50)) as u from seq_1_to_{max(count, 1)}")
    if count == 0:
        database.execute("delete from counted")
    path = tmp_path / "counted.parquet"
    ingest.copy(database.url(), "counted", path).expect()
    same_as_text(path, *rows_of(database, "select * from counted order by id"))


def test_several_connections(ingest, database, tmp_path):
    database.execute("create or replace table divided (id bigint primary key, k int, t varchar(40), key (k))"
                     " select seq * 7 as id, seq % 50 as k, uuid() as t from seq_1_to_200000")
    path = tmp_path / "divided.parquet"
    ingest.copy(database.url(), "divided", path, "--parallel", "3").expect()
    same_as_text(path, *rows_of(database, "select * from divided order by id"))
    path = tmp_path / "split.parquet"
    ingest.copy(database.url(), "divided", path, "--parallel", "3", "--split-column", "k").expect()
    same_as_text(path, *rows_of(database, "select * from divided order by id"))


def test_500_columns(ingest, database, tmp_path):
    kinds = ["int", "varchar(20)", "date", "decimal(12,2)", "double"]
    values = ["42", "'漢'", "'2024-02-29'", "-1.25", "0.5"]
    database.execute("create or replace table wide (id bigint, "
                     + ", ".join(f"c{n} {kinds[n % 5]}" for n in range(500)) + ") engine = aria")
    for row in range(3):
        database.execute(f"insert into wide values ({row}, "
                         + ", ".join("null" if (n + row) % 4 == 0 else values[n % 5] for n in range(500)) + ")")
    path = tmp_path / "wide.parquet"
    ingest.copy(database.url(), "wide", path).expect()
    same_as_text(path, *rows_of(database, "select * from wide order by id"))


@pytest.mark.parametrize("name", ["Odd Name", "select", "with`back`tick", 'quo"te', "semi;colon", "漢字", "per%cent_", "ta]ble",
                                  "back\\slash", "it's", "trailing.dot"])
def test_odd_identifiers(ingest, database, tmp_path, name):
    quoted = "`" + name.replace("`", "``") + "`"
    database.execute(f"create or replace table {quoted} (id bigint, {quoted} varchar(10))")
    database.execute(f"insert into {quoted} values (1, 'x')")
    path = tmp_path / "odd.parquet"
    ingest.copy(database.url(), '"' + name.replace('"', '""') + '"', path).expect()
    assert pyarrow.parquet.read_table(path).to_pydict() == {"id": [1], name: ["x"]}


def test_a_cell_of_20_megabytes(ingest, database, tmp_path):
    database.execute("create or replace table heavy (id int, t longtext, b longblob)")
    database.execute("insert into heavy values (1, repeat('é', 10000000), repeat(x'00ff', 10000000)), (2, 'x', x'01'),"
                     " (3, null, null), (4, '', x'')")
    path = tmp_path / "heavy.parquet"
    ingest.copy(database.url(), "heavy", path).expect()
    found = pyarrow.parquet.read_table(path).sort_by("id").to_pydict()
    assert found["t"] == ["é" * 10_000_000, "x", None, ""]
    assert found["b"] == [b"\0\xff" * 10_000_000, b"\1", None, b""]


@pytest.mark.parametrize("size", [1, 15, 16, 17, 254, 255, 256, 257, 1_023, 1_024, 4_095, 4_096, 4_097, 8_191, 8_192, 65_535])
def test_lengths_around_a_buffers(ingest, database, tmp_path, size):
    """Whatever a buffer's size is: one below, that, one above, in characters of one to four bytes, none of it cut."""
    database.execute("create or replace table lengths (id int, t longtext, b longblob)")
    database.execute(f"insert into lengths select seq, repeat(elt(seq, 'a', 'é', '漢', '🎉'), {size}),"
                     f" repeat(x'ff', {size} + seq - 2) from seq_1_to_4")
    path = tmp_path / "lengths.parquet"
    ingest.copy(database.url(), "lengths", path).expect()
    found = pyarrow.parquet.read_table(path).sort_by("id").to_pydict()
    assert found["t"] == [c * size for c in "aé漢🎉"]
    assert [len(b) for b in found["b"]] == [size + n for n in (-1, 0, 1, 2)]


def test_nul_in_text(ingest, database, tmp_path):
    database.execute("create or replace table nul (id int, v varchar(20), t longtext, b blob)")
    database.execute("insert into nul values (1, concat('a', char(0), 'b'), concat('x', char(0)), x'00'), (2, char(0), '', x'')")
    path = tmp_path / "nul.parquet"
    ingest.copy(database.url(), "nul", path).expect()
    found = pyarrow.parquet.read_table(path).sort_by("id").to_pydict()
    assert found == {"id": [1, 2], "v": ["a\0b", "\0"], "t": ["x\0", ""], "b": [b"\0", b""]}


def test_views_and_columns_of_choice(ingest, database, tmp_path):
    database.execute("create or replace table base (id int, secret int, t text)")
    database.execute("insert into base values (1, 9, 'a'), (2, 9, 'b'), (3, 9, null)")
    database.execute("create or replace view shown as select id, upper(t) as t from base")
    ingest.copy(database.url(), "shown", tmp_path / "v.parquet").expect()
    assert pyarrow.parquet.read_table(tmp_path / "v.parquet").sort_by("id").to_pydict() == {
        "id": [1, 2, 3], "t": ["A", "B", None]}
    ingest.copy(database.url(), "base", tmp_path / "c.parquet", "--columns", "t,id", "--where", "id > 1", "--limit",
                1).expect()
    assert pyarrow.parquet.read_table(tmp_path / "c.parquet").to_pydict() == {"t": ["b"], "id": [2]}


# What has no exact form

UNREPRESENTABLE = {
    "zero date": ("date", "'0000-00-00'"),
    "date without a day": ("date", "'2024-02-00'"),
    "date without a month": ("date", "'2024-00-00'"),
    "31 February": ("date", "'2024-02-31'"),
    "zero datetime": ("datetime", "'0000-00-00 00:00:00'"),
    "datetime without a day": ("datetime(6)", "'2024-02-00 12:00:00.5'"),
    "zero timestamp": ("timestamp null", "'0000-00-00 00:00:00'"),
    "decimal(65,0) too long": ("decimal(65,0)", "1" + "0" * 28),
    "decimal(65,30) too fine": ("decimal(65,30)", "0.00000000001"),
    "not a flag": ("tinyint(1)", "2"),
    "a negative flag": ("tinyint(1)", "-1"),
}


@pytest.mark.parametrize("case", UNREPRESENTABLE)
def test_stops_the_load(ingest, database, tmp_path, case):
    sql, literal = UNREPRESENTABLE[case]
    database.execute("set sql_mode = 'ANSI_QUOTES,ALLOW_INVALID_DATES'")
    database.execute(f'create or replace table bad (id bigint, "odd one" {sql})')
    database.execute("insert into bad select seq, null from seq_1_to_40")
    database.execute(f"insert into bad values (41, {literal})")
    outcome = ingest.copy(database.url(), "bad", tmp_path)
    refused(outcome, tmp_path, (1,), "odd one", "41")
    assert database.wait_until_quiet() == []


@pytest.mark.parametrize("case", UNREPRESENTABLE)
def test_what_has_no_form_becomes_null_or_text_as_asked(ingest, database, tmp_path, case):
    sql, literal = UNREPRESENTABLE[case]
    database.execute("set sql_mode = 'ANSI_QUOTES,ALLOW_INVALID_DATES'")
    database.execute(f"create or replace table bad (id bigint, c {sql})")
    database.execute(f"insert into bad values (1, null), (2, {literal})")
    path = tmp_path / "null.parquet"
    outcome = ingest.copy(database.url(), "bad", path, "--on-unrepresentable", "null")
    if sql.startswith("decimal"):
        # Its digits could be kept by another type, so they are never dropped: as of PostgreSQL's own source.
        refused(outcome, tmp_path, (1,), "Column 'c'", "row 2", "decimal(38,10)")
    else:
        outcome.expect()
        assert pyarrow.parquet.read_table(path).sort_by("id").to_pydict()["c"] == [None, None]
        assert "1" in outcome.err and "c" in outcome.err
    path = tmp_path / "string.parquet"
    ingest.copy(database.url(), "bad", path, "--on-unrepresentable", "string").expect()
    assert pyarrow.parquet.read_table(path).sort_by("id").to_pydict()["c"] == [
        None, database.value("select cast(c as char) from bad where id = 2")]


@pytest.mark.parametrize("long", ["int", "longtext"])
@pytest.mark.thread("dlt 2699")
def test_zero_dates_among_nulls(ingest, database, tmp_path, long):
    """The driver says NULL of both; with a long text in the row it is read row by row, without in blocks."""
    database.execute("set sql_mode = 'ANSI_QUOTES,ALLOW_INVALID_DATES'")
    database.execute(f"create or replace table zeros (id int, d date, t datetime(6), x {long})")
    database.execute("insert into zeros select seq, if(seq % 3 = 0, null, '2024-02-29'), if(seq % 5 = 0, null, now(6)), 1"
                     " from seq_1_to_5000")
    ingest.copy(database.url(), "zeros", tmp_path / "whole.parquet").expect()
    same_as_text(tmp_path / "whole.parquet", *rows_of(database, "select * from zeros order by id"))
    for column in ["d", "t"]:
        database.execute(f"update zeros set {column} = 0 where id = 4500")
        outcome = ingest.copy(database.url(), "zeros", tmp_path / "bad.parquet")
        refused(outcome, tmp_path / "none", (1,), f"'{column}'", "4500", "0000-00-00")
        assert not (tmp_path / "bad.parquet").exists()
        database.execute(f"update zeros set {column} = null where id = 4500")


# Random tables

GENERATORS = {
    "tinyint": "{k} % 256 - 128", "smallint unsigned": "{k} % 65536", "int": "{k} * 40503 % 4294967296 - 2147483648",
    "bigint": "{k} * 2654435761 - 4611686018427387904", "bigint unsigned": "9223372036854775807 + {k}",
    "double": "{k} / 7", "bit(1)": "{k} % 2", "decimal(5,2)": "({k} % 99999) / 100",
    "decimal(18,3)": "-({k} * 7919) / 1000", "decimal(30,12)": "{k} * 123456789.123456789012",
    "date": "date '1000-01-01' + interval ({k} * 97 % 3287182) day",
    "datetime": "timestamp '1900-01-01 00:00:00' + interval ({k} * 12345 % 4000000000) second",
    "datetime(6)": "timestamp '1900-01-01 00:00:00' + interval ({k} * 1234567 % 400000000000) microsecond",
    "time(3)": "sec_to_time(({k} % 6000000 - 3000000) / 1000)", "year": "1901 + {k} % 255",
    "varchar(60)": "repeat(char(33 + {k} % 90 using utf8mb4), {k} % 40)", "text": "concat('città 🎉 ', {k})",
    "varchar(3000)": "repeat('ab', {k} % 700)", "varbinary(40)": "unhex(sha1({k}))",
    "enum('a','b','c')": "1 + {k} % 3", "longtext": "repeat('é', {k} % 300)",
}
SEEDS = range(int(os.environ.get("INGEST_SEEDS", 10)))
if "INGEST_SEED" in os.environ:
    SEEDS = [int(os.environ["INGEST_SEED"])]


@pytest.mark.parametrize("seed", SEEDS)
def test_random_table(ingest, database, tmp_path, seed):
    dice = random.Random(seed)
    rows = dice.choice([1, 7, 64, 999, 1_025, 4_097, 16_385, 30_000])
    declared, values = ["id bigint"], ["seq"]
    for n in range(dice.randint(1, 15)):
        kind = dice.choice(list(GENERATORS))
        place = f"({dice.choice(['seq', 'seq * 7919', 'seq div 100'])} % {dice.choice([1, 2, 100, 5_000, 1_000_000])})"
        value = GENERATORS[kind].format(k=place)
        nulls = dice.choice([None, None, "seq % 2 = 0", "seq % 97 <> 0", "seq > 2000", "true"])
        declared.append(f"c{n} {kind}")
        values.append(f"if({nulls}, null, {value})" if nulls else value)
    database.execute("set sql_mode = 'ANSI_QUOTES,NO_UNSIGNED_SUBTRACTION'")
    database.execute(f"create or replace table chance ({', '.join(declared)}) as select * from"
                     f" (select {', '.join(v + ' as ' + d.split()[0] for v, d in zip(values, declared))}"
                     f" from seq_1_to_{rows}) s")
    path = tmp_path / "chance.parquet"
    options = ["--parallel", str(dice.choice([1, 2, 3])), "--profile", dice.choice(["standard", "modern", "legacy"])]
    ingest.copy(database.url(), "chance", path, *options).expect()
    shown = ", ".join(
        f"cast(cast({name} as time(6)) as char) as {name}" if kind.startswith("time")
        else f"hex({name}) as {name}" if "binary" in kind else f"cast({name} + 0 as char) as {name}" if "bit" in kind
        else f"cast({name} as char) as {name}"
        for name, kind in (one.split(" ", 1) for one in declared))
    if "modern" in options:
        # TIME is annotated there, and is no text.
        kinds = {f.name: str(f.type) for f in pyarrow.parquet.read_schema(path)}
        if any(kind.startswith("time") and not kind.startswith("timestamp") for kind in kinds.values()):
            pytest.skip("TIME beyond a day is a case of its own")
    same_as_text(path, *rows_of(database, f"select {shown} from chance order by chance.id"))


# Memory

@pytest.mark.thread("odbc2parquet 456", "odbc2parquet 640")
def test_declared_widths_do_not_decide_memory(ingest, database, tmp_path):
    database.execute("create or replace table hollow (id int, " + ", ".join(f"c{n} longtext" for n in range(10)) + ")")
    database.execute("insert into hollow select seq, " + ", ".join(f"concat('a', seq + {n})" for n in range(10))
                     + " from seq_1_to_100")
    path = tmp_path / "hollow.parquet"
    peak = peak_megabytes(ingest, "copy", database.url(), "hollow", path, "--quiet")
    assert peak <= 60, f"{peak:.0f} MB"
    assert pyarrow.parquet.ParquetFile(path).metadata.num_rows == 100
    assert files_under(tmp_path) == ["hollow.parquet"]
