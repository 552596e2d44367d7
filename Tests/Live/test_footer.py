"""What the footer says is true: every size, offset, count, statistic and index entry is recomputed from the pages and
from the values as pyarrow reads them. And the profiles promise what they promise."""

import collections
import datetime
import decimal
import struct

import pyarrow.parquet
import pytest

import footer as f
from footer import read_footer

COLUMNS = {
    "id": "i", "small": "(i % 300)::smallint", "few": "i % 5", "wide": "i * 1000003 % 998244353::bigint",
    "f": "case when i % 11 = 0 then 'NaN'::float4 when i % 7 = 0 then '-0'::float4 else (i % 1000) / 8.0 end::float4",
    "d": "sqrt(i)::float8", "zero": "case when i % 2 = 0 then 0::float8 else '-0'::float8 end", "nan": "'NaN'::float8",
    "b": "i % 3 = 0", "n9": "(i % 100000 - 50000)::numeric(9,2)", "n18": "(i * 12345)::numeric(18,4)",
    "n38": "(i - 30000)::numeric(38,10)", "day": "date '1950-01-01' + (i % 30000)::int",
    "at": "timestamp '2024-01-01' + i * interval '1 s'",
    "tz": "timestamptz '2024-01-01 00:00:00+00' + i * interval '1 s'",
    "words": "'word ' || i % 100", "unique_text": "md5(i::text)", "long": "repeat('é', 100) || i % 7",
    "top": "repeat('\U0010ffff', 20)", "raw": "decode(md5((i % 50)::text), 'hex')",
    "ff": "decode(repeat('ff', 100), 'hex')",
    "holes": "case when i % 4 = 0 then i end", "void": "null::int", "stretch": "case when i > 20000 then i end",
    "u": "md5((i % 40)::text)::uuid", "j": "jsonb_build_object('a', i % 9)", "t": "time '00:00' + i * interval '1 s'",
    "arr": "case when i % 5 > 0 then array_fill(i::int, array[(i % 5 - 1)::int]) end",
    "arr_text": "array['a' || i % 10, null]",
}
ROWS = 60_000
PROFILES = ["standard", "legacy", "modern"]


@pytest.fixture(scope="module")
def table(database):
    select = ", ".join(f"{sql} as {name}" for name, sql in COLUMNS.items())
    database.execute(f"create table facts as select {select} from generate_series(1, {ROWS}::bigint) i; analyze facts")
    return "facts"


@pytest.fixture(scope="module", params=PROFILES)
def written(request, ingest, database, table, module_dir):
    """Row groups of 25,000 rows: three of them, with pages that end inside."""
    path = module_dir / f"{request.param}.parquet"
    ingest.copy(database.url(), table, path, "--profile", request.param, "--row-group-rows", 25_000,
                "--parallel", 1).expect()
    return request.param, path, read_footer(path), pyarrow.parquet.ParquetFile(path)


def test_counts_offsets_and_sizes(written):
    _, path, footer, _ = written
    assert footer.meta[3] == ROWS == sum(group[3] for group, _ in footer.groups)
    assert len(footer.groups) >= 2
    assert footer.meta[6].startswith(b"ingest version "), footer.meta[6]
    assert [list(order) for order in footer.meta[7]] == [[1]] * len(footer.leaves), "column_orders: TYPE_ORDER each"
    end = 4
    for ordinal, (group, chunks) in enumerate(footer.groups):
        first = chunks[0].pages[0].offset
        assert group[5] == first, "file_offset is the first page of the first chunk"
        assert group[7] == ordinal
        assert group[6] == sum(chunk.meta[7] for chunk in chunks)
        assert group[2] == sum(chunk.meta[6] for chunk in chunks)
        for chunk in chunks:
            assert chunk.pages[0].offset >= end, "chunks overlap"
            end = chunk.pages[-1].offset + chunk.pages[-1].size
            assert chunk.meta[9] == chunk.data_pages[0].offset
            assert chunk.meta[6] == sum(page.header_size + page.header[2] for page in chunk.pages)
            assert chunk.meta[5] == sum(page.values for page in chunk.data_pages)
            has_dictionary = chunk.pages[0].kind == f.DICTIONARY_PAGE
            assert (chunk.meta.get(11) is not None) == has_dictionary
            if has_dictionary:
                assert chunk.meta[11] == chunk.pages[0].offset
                assert chunk.pages[0].header[2] <= 1 << 20
                assert chunk.pages[0].encoding == f.PLAIN
            assert not any(page.kind == f.DICTIONARY_PAGE for page in chunk.pages[1:])
    assert end <= path.stat().st_size


def test_encodings_and_encoding_stats(written):
    _, _, footer, _ = written
    for chunk in footer.chunks:
        counted = collections.Counter((page.kind, page.encoding) for page in chunk.pages)
        stated = {(entry[1], entry[2]): entry[3] for entry in chunk.meta[13]}
        assert stated == dict(counted), chunk.path
        used = {page.encoding for page in chunk.pages} | {f.RLE}
        assert set(chunk.meta[2]) == used, f"{chunk.path}: encodings say {chunk.meta[2]}, the pages {used}"


def test_every_page_is_bounded(written):
    _, _, footer, _ = written
    for chunk in footer.chunks:
        for page in chunk.data_pages:
            if "list" not in chunk.path:
                assert page.values <= 16_384, chunk.path
            assert page.header[2] <= (1 << 20) + (64 << 10), f"{chunk.path}: a page of {page.header[2]} bytes"


def test_deprecated_and_foreign_things_are_absent(written):
    _, _, footer, _ = written
    for chunk in footer.chunks:
        statistics = chunk.meta.get(12, {})
        assert 1 not in statistics and 2 not in statistics, "deprecated min, max"
        assert 1 not in chunk.column, "file_path"
    keys = {pair[1] for pair in footer.meta.get(5, [])}
    assert b"ARROW:schema" not in keys
    assert all(9 not in element for element in footer.meta[2]), "a field id without a table format"
    assert all(element.get(1) != f.INT96 for element in footer.meta[2])
    assert all(element.get(3) != 0 for element in footer.meta[2][1:] if b"list" != element[4]), "every column OPTIONAL"


def test_each_annotation_has_both_forms(written):
    """LogicalType for new readers, ConvertedType for old ones."""
    _, _, footer, _ = written
    for element in footer.leaves:
        if 10 in element and set(element[10]) - {14, 15}:
            assert 6 in element, f"{element[4]} has only a LogicalType"
        if 6 in element:
            assert 10 in element, f"{element[4]} has only a ConvertedType"


def test_standard_profile_is_narrow(written):
    profile, _, footer, _ = written
    if profile == "modern":
        pytest.skip("modern is allowed more")
    assert footer.meta[1] == 1
    for chunk in footer.chunks:
        assert {page.kind for page in chunk.pages} <= {f.DATA_PAGE, f.DICTIONARY_PAGE}
        encodings = {page.encoding for page in chunk.data_pages}
        assert encodings <= {f.PLAIN, f.RLE_DICTIONARY}, f"{chunk.path}: {encodings}"
        if chunk.leaf[1] == f.BOOLEAN:
            assert encodings == {f.PLAIN}
        for page in chunk.data_pages:
            assert page.header[5][3] == page.header[5][4] == f.RLE, "levels"
        assert chunk.meta[4] == {"standard": 6, "legacy": 1}[profile], "codec"
    for element in footer.leaves:
        logical = element.get(10, {})
        assert not set(logical) & {7, 12, 14}, f"TIME, JSON or UUID annotation on {element[4]}"
        assert logical.get(10, {2: True})[2], "an unsigned annotation"
        assert 3 not in logical.get(8, {}).get(2, {}), "nanoseconds"
        if profile == "legacy" and 5 in logical:
            assert element[1] == f.FIXED, "legacy: every DECIMAL as FIXED"


def test_modern_profile_uses_its_freedom(written):
    profile, _, footer, _ = written
    if profile != "modern":
        pytest.skip("only modern has it")
    encodings = {page.encoding for chunk in footer.chunks for page in chunk.data_pages}
    assert encodings & f.DELTA, encodings
    logical = {kind for element in footer.leaves for kind in element.get(10, {})}
    assert {7, 12, 14} <= logical, "TIME, JSON, UUID annotations"


# Values as the column's order has them, from what pyarrow reads and from the bytes of a statistic.

def sortable(value):
    match value:
        case datetime.datetime():
            value = value.replace(tzinfo=None)
            return (value - datetime.datetime(1970, 1, 1)) // datetime.timedelta(microseconds=1)
        case datetime.date():
            return (value - datetime.date(1970, 1, 1)).days
        case datetime.time():
            return ((value.hour * 60 + value.minute) * 60 + value.second) * 1_000_000 + value.microsecond
        case str():
            return value.encode()
        case decimal.Decimal():
            return value
    if hasattr(value, "bytes"):
        return value.bytes
    return value


def decoded(leaf: dict, raw: bytes):
    physical = leaf[1]
    decimal_type = leaf.get(10, {}).get(5)
    if decimal_type:
        unscaled = int.from_bytes(raw, "big" if physical == f.FIXED else "little", signed=True)
        return decimal.Decimal(unscaled).scaleb(-decimal_type.get(1, 0))
    match physical:
        case f.BOOLEAN:
            return raw != b"\0"
        case f.INT32:
            return struct.unpack("<i", raw)[0]
        case f.INT64:
            return struct.unpack("<q", raw)[0]
        case f.FLOAT:
            return struct.unpack("<f", raw)[0]
        case f.DOUBLE:
            return struct.unpack("<d", raw)[0]
    return raw


WITH_NAN = ("nan", "f")


def bounds_hold(chunk, values, low, high, low_exact, high_exact, where):
    """`values` without NULL. Exact where the flags say so, and always true bounds; none where readers that take NaN for the
    largest value would be misled (docs/parquet.md)."""
    if not values or chunk.path in WITH_NAN:
        assert low is None and high is None, f"{where}: bounds for no values"
        return
    smallest, largest = min(values), max(values)
    if low is None or high is None:
        # Allowed only where no upper bound fits: a text of only U+10FFFF, bytes of only FF.
        assert chunk.path in ("top", "ff"), f"{where}: bounds are missing"
    for raw, exact, extreme, outward in ((low, low_exact, smallest, -1), (high, high_exact, largest, 1)):
        if raw is None:
            continue
        found = decoded(chunk.leaf, raw)
        if exact:
            assert found == extreme, f"{where}: {found!r}, the values say {extreme!r}"
        else:
            assert (found <= extreme) if outward < 0 else (found >= extreme), f"{where}: not a bound"
            assert len(raw) <= 64 + 4, f"{where}: truncated to {len(raw)} bytes"
            if chunk.leaf.get(10, {}).get(1) is not None:
                raw.decode()
    if chunk.leaf[1] in (f.FLOAT, f.DOUBLE) and low is not None:
        assert not (decoded(chunk.leaf, low) == 0 and low[-1] & 0x80 == 0), f"{where}: minimum zero is -0"
        assert not (decoded(chunk.leaf, high) == 0 and high[-1] & 0x80), f"{where}: maximum zero is +0"


def numbers(values):
    return [sortable(v) for v in values if v is not None and v == v]


def test_statistics_are_those_of_the_values(written):
    _, _, footer, file = written
    for g, (_, chunks) in enumerate(footer.groups):
        table = file.read_row_group(g)
        for chunk in chunks:
            if "." in chunk.path:
                continue
            values = table[chunk.path].to_pylist()
            statistics = chunk.meta[12]
            assert statistics[3] == sum(v is None for v in values), chunk.path
            bounds_hold(chunk, numbers(values), statistics.get(6), statistics.get(5), statistics.get(8, False),
                        statistics.get(7, False), f"group {g}, {chunk.path}")


def test_page_index_is_that_of_the_pages(written):
    _, _, footer, file = written
    for g, (group, chunks) in enumerate(footer.groups):
        table = file.read_row_group(g)
        for chunk in chunks:
            where = f"group {g}, {chunk.path}"
            locations = chunk.offset_index[1]
            assert [(x[1], x[2]) for x in locations] == [(p.offset, p.size) for p in chunk.data_pages], where
            firsts = [x[3] for x in locations]
            assert firsts[0] == 0 and firsts == sorted(set(firsts)) and firsts[-1] < group[3], where
            if "." in chunk.path:
                continue
            ends = firsts[1:] + [group[3]]
            values = table[chunk.path].to_pylist()
            index = chunk.column_index
            if index is None:
                assert chunk.path in (*WITH_NAN, "top", "ff"), f"{where}: no column index"
                continue
            mins, maxs = [], []
            for n, (start, end) in enumerate(zip(firsts, ends, strict=True)):
                part = values[start:end]
                assert chunk.data_pages[n].values == len(part), where
                assert index[1][n] == all(v is None for v in part), where
                if 5 in index:
                    assert index[5][n] == sum(v is None for v in part), where
                if not index[1][n]:
                    low, high = index[2][n], index[3][n]
                    exact = len(low) < 60 and chunk.leaf[1] != f.BYTE_ARRAY
                    bounds_hold(chunk, numbers(part), low, high, exact, exact, f"{where}, page {n}")
                    mins.append(decoded(chunk.leaf, low))
                    maxs.append(decoded(chunk.leaf, high))
            rises = mins == sorted(mins) and maxs == sorted(maxs)
            falls = mins == sorted(mins, reverse=True) and maxs == sorted(maxs, reverse=True)
            assert index[4] in ({0} | ({1} if rises else set()) | ({2} if falls else set())), f"{where}: boundary_order"
            if rises and len(mins) > 1:
                assert index[4] == 1, f"{where}: ascending pages are not said to be so"


def test_inspect_agrees(written, ingest):
    import json

    _, path, footer, _ = written
    text = ingest.run("inspect", path).expect().out
    assert "unique_text" in text and "60" in text
    described = json.loads(ingest.run("inspect", path, "--row-groups", "--format", "json").expect().out)
    assert str(ROWS) in json.dumps(described)
    assert ingest.run("inspect", path, "--pages").expect().out.count("\n") > text.count("\n")


def test_bloom_filters_answer(ingest, database, table, tmp_path):
    path = tmp_path / "bloom.parquet"
    ingest.copy(database.url(), table, path, "--bloom", "unique_text,wide").expect()
    footer = read_footer(path)
    having = {chunk.path for chunk in footer.chunks if 14 in chunk.meta}
    assert having == {"unique_text", "wide"}
    import duckdb

    connection = duckdb.connect()

    def excludes(column, value):
        probe = f"parquet_bloom_probe('{path}', '{column}', {value})"
        return connection.execute(f"select bloom_filter_excludes from {probe}").fetchall()

    known = database.rows("select unique_text, wide from facts where id % 6000 = 0")
    for text, number in known:
        for column, value in (("unique_text", f"'{text}'"), ("wide", number)):
            probe = f"select count(*) from read_parquet('{path}') where {column} = {value}"
            assert connection.execute(probe).fetchone()[0] == 1
            ruled_out = excludes(column, value)
            assert not all(row[0] for row in ruled_out), f"the filter denies {value}"
    assert all(row[0] for row in excludes("unique_text", "'not there'"))
