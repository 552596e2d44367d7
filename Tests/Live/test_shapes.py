"""Tables of unusual shape: empty, wide, long values, partitioned, views, odd names, several pages and row groups."""

import io

import pyarrow
import pyarrow.csv
import pyarrow.parquet
import pytest

from postgres import Database
from readers import READERS


def same_as_server(database, sql: str, path, key: str = "id"):
    """Whole-table equality through the server's CSV and pyarrow's CSV reader: shares no code with the COPY decoder."""
    table = pyarrow.parquet.ParquetFile(path).read()
    for index, field in enumerate(table.schema):
        # The annotations of JSON and UUID are not what is compared here, and the CSV reader does not know them.
        if isinstance(field.type, pyarrow.BaseExtensionType):
            text = [None if value is None else str(value) for value in table[index].to_pylist()]
            table = table.set_column(index, field.name, pyarrow.array(text, pyarrow.string()))
    options = pyarrow.csv.ConvertOptions(
        column_types=table.schema, strings_can_be_null=True, quoted_strings_can_be_null=False, null_values=[""],
        true_values=["t"], false_values=["f"],
    )
    parse = pyarrow.csv.ParseOptions(newlines_in_values=True)
    read = pyarrow.csv.ReadOptions(block_size=64 << 20)
    expected = pyarrow.csv.read_csv(
        io.BytesIO(database.copy_csv(sql)), convert_options=options, parse_options=parse, read_options=read
    )
    assert table.num_rows == expected.num_rows
    assert table.column_names == expected.column_names
    table, expected = table.sort_by(key).combine_chunks(), expected.sort_by(key).combine_chunks()
    for name in table.column_names:
        assert table[name].equals(expected[name]), name
    return table


def test_empty_table_keeps_its_schema(ingest, database, tmp_path):
    database.execute("create table empty (id bigint, d date, n numeric(38,10), t text, a int[])")
    path = tmp_path / "empty.parquet"
    ingest.copy(database.url(), "empty", path).expect()
    for name, read in READERS.items():
        values, types = read(path)
        assert list(types) == ["id", "d", "n", "t", "a"], name
        assert all(column == [] for column in values.values()), name


@pytest.mark.thread("fink 234")
def test_all_null_column_keeps_its_type(ingest, database, tmp_path):
    database.execute("create table hollow as select i::bigint as id, null::numeric(10,2) n, null::text t,"
                     " null::uuid[] a from generate_series(1, 20000) i")
    path = tmp_path / "hollow.parquet"
    ingest.copy(database.url(), "hollow", path).expect()
    values, types = READERS["duckdb"](path)
    assert types == {"id": "BIGINT", "n": "DECIMAL(10,2)", "t": "VARCHAR", "a": "VARCHAR[]"}
    assert set(values["n"]) == set(values["t"]) == {None}


def test_1600_columns(ingest, database, tmp_path):
    kinds = ["int", "text", "date", "numeric(12,2)", "boolean"]
    columns = ["id bigint"] + [f"c{i} {kinds[i % 5]}" for i in range(1, 1600)]
    # A heap row has 8 KB and each text here lives outside only when long: mostly NULLs, some values in each column.
    database.execute(f"create table wide ({', '.join(columns)})")
    literals = ["7", "'x'", "date '2024-02-29'", "1.25", "true"]
    cells = ", ".join(f"case when (i + {c}) % 3 = 0 then {literals[c % 5]} end" for c in range(1, 1600))
    database.execute(f"insert into wide select i, {cells} from generate_series(1, 200) i")
    path = tmp_path / "wide.parquet"
    ingest.copy(database.url(), "wide", path).expect()
    same_as_server(database, "select * from wide", path)
    for name, read in READERS.items():
        values, _ = read(path)
        assert len(values) == 1600, name
        assert [v is None for v in values["c1599"]] == [i % 3 != 0 for i in range(1, 201)], name


def test_long_values(ingest, database, tmp_path):
    """1 MiB and around it, where a value gets a page of its own; and 5 MB among short ones."""
    sizes = [1, 65_535, 65_536, 1_048_575, 1_048_576, 1_048_577, 5_000_000]
    database.execute("create table long (id bigint, t text, b bytea)")
    for n, size in enumerate(sizes):
        database.execute(
            f"insert into long select {n * 2}, left(repeat(md5('{n}'), {size} / 32 + 1), {size}),"
            f" decode(left(repeat(md5('{n}'), {size} / 16 + 2), {size} * 2), 'hex')")
        database.execute(f"insert into long values ({n * 2 + 1}, 'short', null)")
    path = tmp_path / "long.parquet"
    ingest.copy(database.url(), "long", path).expect()
    expected = database.rows("select id, t, encode(b, 'hex') from long order by id")
    for name, read in READERS.items():
        values, _ = read(path)
        found = list(zip(values["id"], values["t"], [None if b is None else b.hex() for b in values["b"]], strict=True))
        assert found == expected, name


@pytest.fixture(scope="module")
def big(database):
    """Several row groups and many pages; columns of few and of many values, and one mostly NULL."""
    database.execute("""
        create table big as select i as id, (i * 7919) % 1000003 as scattered, (i % 5)::int as few,
            case when i % 1000 = 0 then md5(i::text) end as rare, md5((i % 3000)::text) as words,
            (i % 100000)::numeric / 100 as bare, ((i * 37) % 10000000)::numeric(12,2) as price,
            timestamptz '2024-01-01 00:00:00+00' + i * interval '1 second' as at, i % 2 = 0 as even,
            date '2000-01-01' + (i % 5000)::int as day, (i * 0.1)::float8 as ratio
        from generate_series(1, 700000::bigint) i;
        analyze big""")
    return "big"


@pytest.mark.parametrize("parallel", [1, 2, 5])
@pytest.mark.parametrize("profile", ["standard", "modern"])
def test_big_table_whole(ingest, database, big, tmp_path, parallel, profile):
    path = tmp_path / "big.parquet"
    ingest.copy(database.url(), big, path, "--parallel", parallel, "--profile", profile).expect()
    table = same_as_server(database, f"select * from {big}", path)
    assert table.num_rows == 700_000


@pytest.mark.parametrize("compression", ["zstd", "snappy", "gzip", "lz4", "none"])
def test_each_compression(ingest, database, big, tmp_path, compression):
    path = tmp_path / "c.parquet"
    ingest.copy(database.url(), big, path, "--compression", compression, "--where", "id <= 60000").expect()
    same_as_server(database, "select * from big where id <= 60000", path)
    expected = {"none": "UNCOMPRESSED"}.get(compression, compression.upper())
    metadata = pyarrow.parquet.ParquetFile(path).metadata
    codecs = {metadata.row_group(g).column(c).compression for g in range(metadata.num_row_groups)
              for c in range(metadata.num_columns)}
    assert codecs == {expected}
    for name, read in READERS.items():
        assert len(read(path)[0]["id"]) == 60_000, name


def test_partitioned_table(ingest, database, tmp_path):
    database.execute("""
        create table part (id bigint, region text, note text) partition by list (region);
        create table part_eu partition of part for values in ('eu');
        create table part_us partition of part for values in ('us');
        create table part_rest partition of part default partition by range (id);
        create table part_rest_a partition of part_rest for values from (0) to (25000);
        create table part_rest_b partition of part_rest for values from (25000) to (1000000);
        create table part_none partition of part for values in ('none');
        insert into part select i, (array['eu', 'us', 'asia', null])[1 + i % 4], md5(i::text)
            from generate_series(1, 50000) i;
        analyze part""")
    path = tmp_path / "part.parquet"
    ingest.copy(database.url(), "part", path, "--parallel", 3).expect()
    same_as_server(database, "select * from part", path)


def test_partition_with_its_own_column_order(ingest, database, tmp_path):
    """An attached partition may have its columns in another order, and dropped ones in between."""
    database.execute("""
        create table ragged (id bigint, a text, b int) partition by range (id);
        create table ragged_1 partition of ragged for values from (0) to (100);
        create table ragged_2 (gone int, b int, a text, id bigint);
        alter table ragged_2 drop column gone;
        alter table ragged attach partition ragged_2 for values from (100) to (200);
        insert into ragged select i, 'a' || i, i from generate_series(0, 199) i""")
    path = tmp_path / "ragged.parquet"
    ingest.copy(database.url(), "ragged", path, "--parallel", 2).expect()
    same_as_server(database, "select * from ragged", path)


def test_inheritance_children_are_included_once(ingest, database, tmp_path):
    database.execute("""
        create table mother (id bigint, t text); create table child (extra int) inherits (mother);
        insert into mother select i, 'm' from generate_series(1, 5000) i;
        insert into child select i, 'c', 1 from generate_series(5001, 9000) i; analyze mother; analyze child""")
    path = tmp_path / "mother.parquet"
    ingest.copy(database.url(), "mother", path, "--parallel", 2).expect()
    same_as_server(database, "select * from mother", path)


@pytest.mark.parametrize("parallel", [1, 2])
def test_view_and_materialized_view(ingest, database, big, tmp_path, parallel):
    database.execute("create or replace view seen as select id, words from big where id <= 30000")
    database.execute("drop materialized view if exists kept; create materialized view kept as select id, day from big"
                     " where id % 20 = 0")
    for name in ("seen", "kept"):
        path = tmp_path / f"{name}.parquet"
        ingest.copy(database.url(), name, path, "--parallel", parallel).expect()
        same_as_server(database, f"select * from {name}", path)


def test_odd_names(ingest, database, tmp_path):
    database.execute('create schema "Odd ""Schema"; create table "Odd ""Schema"."a.b; drop" '
                     '("ID"" x" bigint, "select" text, "naïve 漢" int, "a.b" int)')
    database.execute('insert into "Odd ""Schema"."a.b; drop" values (1, $$x$$, 2, 3)')
    path = tmp_path / "odd.parquet"
    ingest.copy(database.url(), '"Odd ""Schema"."a.b; drop"', path).expect()
    for name, read in READERS.items():
        values, _ = read(path)
        assert values == {'ID" x': [1], "select": ["x"], "naïve 漢": [2], "a.b": [3]}, name


def test_dropped_and_generated_columns(ingest, database, tmp_path):
    database.execute("""
        create table aged (id bigint, gone int, t text, twice bigint generated always as (id * 2) stored);
        insert into aged (id, gone, t) select i, i, 'x' from generate_series(1, 100) i;
        alter table aged drop column gone; alter table aged add column fresh int default 7""")
    path = tmp_path / "aged.parquet"
    ingest.copy(database.url(), "aged", path).expect()
    same_as_server(database, "select * from aged", path)


def test_columns_where_and_limit(ingest, database, big, tmp_path):
    path = tmp_path / "some.parquet"
    ingest.copy(database.url(), big, path, "--columns", "id,words,price", "--where", "few = 3 and id <= 50000").expect()
    same_as_server(database, "select id, words, price from big where few = 3 and id <= 50000", path)
    path = tmp_path / "limited.parquet"
    ingest.copy(database.url(), big, path, "--limit", 12_345).expect()
    assert pyarrow.parquet.ParquetFile(path).metadata.num_rows == 12_345


def test_other_database_encoding(ingest, server, tmp_path):
    """A LATIN1 database: the server converts, the file holds UTF-8."""
    admin = server.create_database("t_plain")
    admin.execute("drop database if exists t_latin1")
    admin.execute("create database t_latin1 encoding 'LATIN1' locale 'C' template template0")
    admin.close()
    latin = Database(server, "t_latin1")
    latin.connection.set_client_encoding("UTF8")
    latin.execute("create table t (id bigint, name text); insert into t values (1, 'Größe')")
    path = tmp_path / "latin.parquet"
    ingest.copy(latin.url(), "t", path).expect()
    latin.close()
    assert READERS["duckdb"](path)[0]["name"] == ["Größe"]
