"""Files with random schemas, options and rows, written by `parquet-fixtures`, read back by readers that we did not write and
compared value by value with what was written; footer and page index are recomputed from the data."""
import json
import math
import os
import random
import struct
import subprocess
import zlib

import datafusion
import duckdb
import polars
import pyarrow as pa
import pyarrow.parquet as pq
import pytest

from thrift_compact import Compact

CASES = int(os.environ.get("INGEST_FIXTURES", "150"))
FIRST = int(os.environ.get("INGEST_FIXTURE_SEED", "1"))


@pytest.fixture(scope="session")
def folder(tmp_path_factory):
    folder = tmp_path_factory.mktemp("fixtures")
    binary = os.environ.get("PARQUET_FIXTURES", ".build/debug/parquet-fixtures")
    subprocess.run([binary, str(FIRST), str(CASES), str(folder)], check=True)
    return folder


def canonical(value, kind):
    """An Arrow scalar's Python value in the JSON form of the fixtures."""
    if value is None:
        return None
    if pa.types.is_list(kind):
        return [canonical(v, kind.value_type) for v in value]
    if pa.types.is_struct(kind):
        return [canonical(value[f.name], f.type) for f in kind]
    if pa.types.is_decimal(kind):
        return str(int(value.scaleb(kind.scale, context=WIDE)))
    if pa.types.is_float32(kind):
        return format(struct.unpack("<I", struct.pack("<f", value))[0], "x")
    if pa.types.is_float64(kind):
        return format(struct.unpack("<Q", struct.pack("<d", value))[0], "x")
    if pa.types.is_binary(kind) or pa.types.is_fixed_size_binary(kind):
        return value.hex()
    return value


import decimal

WIDE = decimal.Context(prec=80)


def plain_ints(kind):
    """Times as integers, so that no Python calendar stands between the file and the comparison; extensions as what they
    store."""
    if isinstance(kind, pa.BaseExtensionType):
        return plain_ints(kind.storage_type)
    if pa.types.is_list(kind):
        return pa.list_(plain_ints(kind.value_type))
    if pa.types.is_struct(kind):
        return pa.struct([pa.field(f.name, plain_ints(f.type)) for f in kind])
    if pa.types.is_date32(kind):
        return pa.int32()
    if pa.types.is_timestamp(kind) or pa.types.is_time64(kind):
        return pa.int64()
    return kind


def as_ints(array):
    """`array` with every time below it reinterpreted as an integer."""
    kind = array.type
    if isinstance(kind, pa.BaseExtensionType):
        return as_ints(array.storage)
    if pa.types.is_list(kind):
        return pa.ListArray.from_arrays(array.offsets, as_ints(array.values), mask=array.is_null()) if len(array) else array.cast(plain_ints(kind))
    if pa.types.is_struct(kind):
        children = [as_ints(array.field(i)) for i in range(kind.num_fields)]
        return pa.StructArray.from_arrays(children, names=[f.name for f in kind], mask=array.is_null())
    return array.view(plain_ints(kind)) if plain_ints(kind) != kind else array


def float_of(bits, kind):
    n = int(bits, 16)
    return struct.unpack("<f", struct.pack("<I", n))[0] if pa.types.is_float32(kind) else struct.unpack("<d", struct.pack("<Q", n))[0]


def is_nan(bits, kind):
    return math.isnan(float_of(bits, kind))


def same(found, wanted, kind):
    """NaN payloads may change on their way through Python floats; nothing else may."""
    if wanted is None or found is None:
        return found is wanted
    if pa.types.is_list(kind):
        return len(found) == len(wanted) and all(same(f, w, kind.value_type) for f, w in zip(found, wanted))
    if pa.types.is_struct(kind):
        return all(same(f, w, field.type) for f, w, field in zip(found, wanted, kind))
    if pa.types.is_floating(kind):
        return found == wanted or (is_nan(found, kind) and is_nan(wanted, kind))
    return found == wanted


def rows_of(path):
    with open(path, encoding="utf-8", newline="\n") as lines:
        return [json.loads(line) for line in lines]


@pytest.mark.parametrize("seed", range(FIRST, FIRST + CASES))
def test_pyarrow_reads_what_was_written(folder, seed):
    path = folder / f"case-{seed}.parquet"
    wanted = rows_of(folder / f"case-{seed}.jsonl")
    table = pq.ParquetFile(path, page_checksum_verification=True).read()
    assert table.num_rows == len(wanted)
    for index, field in enumerate(table.schema):
        array = table.column(index).combine_chunks()
        array = array if isinstance(array, pa.Array) else pa.concat_arrays(array.chunks)
        kind = plain_ints(field.type)
        for row, value in enumerate(as_ints(array).to_pylist()):
            found = canonical(value, kind)
            assert same(found, wanted[row][index], kind), (field, row, found, wanted[row][index])


@pytest.mark.parametrize("seed", range(FIRST, FIRST + CASES))
def test_duckdb_and_polars_agree_with_pyarrow(folder, seed):
    path = str(folder / f"case-{seed}.parquet")
    wanted = pq.read_table(path)
    found = polars.read_parquet(path)
    assert found.height == wanted.num_rows and found.columns == wanted.column_names
    nulls = {name: wanted.column(name).null_count for name in wanted.column_names}
    assert {name: found[name].null_count() for name in found.columns} == nulls
    with duckdb.connect() as db:
        counts = db.execute(
            "select count(*), " + ", ".join(f'count("{n}")' for n in wanted.column_names) + " from read_parquet(?)", [path]
        ).fetchone()
        assert counts == (wanted.num_rows, *(wanted.num_rows - nulls[n] for n in wanted.column_names))
        if pq.ParquetFile(path).metadata.num_row_groups:
            # Every value, through DuckDB's own decoders, against pyarrow's.
            simple = [f.name for f in wanted.schema if pa.types.is_integer(f.type) or pa.types.is_string(f.type) or pa.types.is_decimal(f.type)]
            if simple:
                columns = ", ".join(f'"{n}"' for n in simple)
                rows = db.execute(f"select {columns} from read_parquet(?, file_row_number=true) order by file_row_number", [path]).fetchall()
                assert rows == list(zip(*(wanted.column(n).to_pylist() for n in simple)))
    for field in wanted.schema:
        if pa.types.is_integer(field.type) or pa.types.is_string(field.type):
            assert found[field.name].to_list() == wanted.column(field.name).to_pylist(), field


PRUNING = ["datafusion.execution.parquet." + name for name in ("pruning", "enable_page_index", "bloom_filter_on_read", "pushdown_filters")]


@pytest.mark.parametrize("seed", range(FIRST, FIRST + CASES, 5))
def test_skipping_by_statistics_page_index_and_bloom_filters_loses_nothing(folder, seed):
    path = folder / f"case-{seed}.parquet"
    schema = pq.read_schema(path)
    table = pq.read_table(path)
    skipping = datafusion.SessionContext(datafusion.SessionConfig({name: "true" for name in PRUNING}))
    skipping.register_parquet("t", path)
    # The same engine over the same rows, where there is nothing to skip by.
    simple = [f.name for f in schema if not pa.types.is_nested(f.type) and not isinstance(f.type, pa.BaseExtensionType)]
    whole = datafusion.SessionContext().from_arrow(table.select(simple)) if simple and len(table) else None
    dice = random.Random(seed)
    for name in simple:
        values = table.column(name).drop_null()
        if not len(values):
            continue
        column = datafusion.col(f'"{name}"')
        for _ in range(2):
            value = datafusion.literal(values[dice.randrange(len(values))])
            for condition in (column == value, column > value, column <= value):
                assert skipping.table("t").filter(condition).count() == whole.filter(condition).count(), (name, condition)


def leaf_chunks(path):
    data = path.read_bytes()
    length = struct.unpack("<I", data[-8:-4])[0]
    return data, Compact(data, len(data) - 8 - length).struct()


def compare(leaf, bound):
    """A bound as a comparable Python value."""
    physical = leaf[1]
    if physical == 1:
        return struct.unpack("<i", bound)[0]
    if physical == 2:
        return struct.unpack("<q", bound)[0]
    if physical == 4:
        return struct.unpack("<f", bound)[0]
    if physical == 5:
        return struct.unpack("<d", bound)[0]
    if physical == 7 and leaf.get(10, {}).get(5) is not None:
        return int.from_bytes(bound, "big", signed=True)
    return bound


def leaf_values(kind, value, depth_null):
    """The leaf values of one record, one list per leaf of the type; None where there is none."""
    if pa.types.is_struct(kind):
        out = []
        for index, field in enumerate(kind):
            out += leaf_values(field.type, None if value is None else value[index], depth_null)
        return out
    if pa.types.is_list(kind):
        if not value:
            return [[None] for _ in leaf_values(kind.value_type, None, depth_null)]
        parts = [leaf_values(kind.value_type, v, depth_null) for v in value]
        return [sum((p[i] for p in parts), []) for i in range(len(parts[0]))]
    return [[value]]


def bound_of(leaf, json_value, kind):
    if json_value is None:
        return None
    if pa.types.is_floating(kind):
        value = float_of(json_value, kind)
        return None if math.isnan(value) else value
    if pa.types.is_decimal(kind):
        return int(json_value)
    if pa.types.is_boolean(kind):
        return bytes([json_value])
    if pa.types.is_binary(kind) or pa.types.is_fixed_size_binary(kind):
        return bytes.fromhex(json_value)
    if pa.types.is_string(kind):
        return json_value.encode()
    return json_value


def leaf_types(kind):
    """The leaves of a type made of plain integers and storage types."""
    if pa.types.is_struct(kind):
        return sum((leaf_types(f.type) for f in kind), [])
    if pa.types.is_list(kind):
        return leaf_types(kind.value_type)
    return [kind]


@pytest.mark.parametrize("seed", range(FIRST, FIRST + CASES))
def test_footer_and_page_index_are_true(folder, seed):
    path = folder / f"case-{seed}.parquet"
    rows = rows_of(folder / f"case-{seed}.jsonl")
    data, footer = leaf_chunks(path)
    schema = pq.read_schema(path)
    leaves = [e for e in footer[2] if 1 in e]
    profile = {kv[1]: kv[2] for kv in footer[5]}[b"profile"].decode()
    assert footer[1] == 1
    assert len(footer[7]) == len(leaves) and all(order == {1: {}} for order in footer[7])
    assert footer[3] == len(rows) == sum(g[3] for g in footer.get(4, []))
    assert footer[6].startswith(b"ingest version ")

    # A bound that one chunk with values lacks, none of the column's has: NaN, or bytes that cannot be raised.
    for index in range(len(leaves)):
        chunks = [g[1][index][3] for g in footer[4]]
        for bound in (5, 6):
            assert len({bound in c[12] for c in chunks if c[12][3] < c[5]}) <= 1
    bounded = [not any(g[1][i][3][12].get(9) for g in footer[4]) for i in range(len(leaves))]

    first = 0
    end = 4
    for ordinal, group in enumerate(footer[4]):
        part = rows[first : first + group[3]]
        first += group[3]
        assert group[7] == ordinal
        assert group[5] == end, "RowGroup.file_offset is the first page of the first chunk"
        per_leaf = [[] for _ in leaves]
        kinds = []
        for field in schema:
            kinds += leaf_types(plain_ints(field.type))
        for row in part:
            at = 0
            for index, field in enumerate(schema):
                for values in leaf_values(field.type, row[index], None):
                    per_leaf[at] += [values]
                    at += 1
        total_compressed = total_plain = blooms = 0
        for index, chunk in enumerate(group[1]):
            column, leaf, kind = chunk[3], leaves[index], kinds[index]
            start = column.get(11, column[9])
            assert start == end
            end = start + column[7]
            total_compressed += column[7]
            total_plain += column[6]
            records = [[bound_of(leaf, v, kind) for v in record] for record in per_leaf[index]]
            raw = per_leaf[index]
            assert column[5] == sum(map(len, records))
            walk_pages(data, start, end, column, profile, raw)
            check_bounds(leaf, column[12], [v for r in records for v in r], [v for r in raw for v in r], bounded[index])
            offsets = Compact(data, chunk[4]).struct()[1]
            assert offsets[0][1] == column[9] and offsets[0][3] == 0
            starts = [page[3] for page in offsets] + [group[3]]
            if 6 in chunk:
                pages = Compact(data, chunk[6]).struct()
                assert len(pages[1]) == len(offsets)
                lows, highs = [], []
                for number, null_page in enumerate(pages[1]):
                    some = records[starts[number] : starts[number + 1]]
                    plain = raw[starts[number] : starts[number + 1]]
                    flat = [v for r in plain for v in r]
                    assert null_page == all(v is None for v in flat)
                    assert pages[5][number] == sum(v is None for v in flat)
                    if not null_page:
                        low, high = compare(leaf, pages[2][number]), compare(leaf, pages[3][number])
                        values = [v for r in some for v in r if v is not None]
                        assert len(values) == len(flat) - pages[5][number], "a page with NaN has no bounds"
                        assert low <= min(values) and high >= max(values)
                        lows.append(low)
                        highs.append(high)
                assert pages.get(8) == ([0] * len(pages[1]) if leaf[1] in (4, 5) else None)
                if pages[4] == 1:
                    assert lows == sorted(lows) and highs == sorted(highs)
                elif pages[4] == 2:
                    assert lows == sorted(lows, reverse=True) and highs == sorted(highs, reverse=True)
            else:
                assert pa.types.is_floating(kind) or leaf[1] == 6, "only pages with NaN and unroundable bounds do without"
            if 14 in column:
                check_bloom(data, column, leaf, [v for r in records for v in r if v is not None])
                blooms += column[15]
        assert group[6] == total_compressed and group[2] == total_plain
        end += blooms
    assert first == len(rows)


def walk_pages(data, start, end, column, profile, raw):
    at, values, plain, stats = start, 0, 0, {}
    while at < end:
        reader = Compact(data, at)
        header = reader.struct()
        body = data[reader.at : reader.at + header[3]]
        plain += reader.at - at + header[2]
        if 4 in header:
            assert zlib.crc32(body) == header[4] & 0xFFFFFFFF
        detail = header.get(5) or header.get(7) or header.get(8)
        stats[(header[1], detail[2] if header[1] != 3 else detail[4])] = stats.get((header[1], detail[2] if header[1] != 3 else detail[4]), 0) + 1
        if header[1] != 2:
            values += detail[1]
        if header[1] == 0 and profile != "modern":
            assert detail[2] in (0, 8) and detail[3] == 3 and detail[4] == 3
        at = reader.at + header[3]
    assert at == end and values == column[5] and plain == column[6]
    told = {(s[1], s[2]): s[3] for s in column[13]}
    assert told == stats
    assert (11 in column) == ((2, 0) in stats)
    used = {encoding for _, encoding in stats} | {3}
    assert set(column[2]) == used
    if profile != "modern":
        assert used <= {0, 3, 8} and all(kind in (0, 2) for kind, _ in stats)
        assert column[1] != 0 or used <= {0, 3}


def check_bounds(leaf, statistics, values, raw, bounded):
    assert statistics[3] == sum(v is None for v in raw)
    assert 1 not in statistics and 2 not in statistics, "the deprecated bounds are not written"
    values = [v for v in values if v is not None]
    nans = len(raw) - statistics[3] - len(values)
    assert statistics.get(9) == (nans if leaf[1] in (4, 5) else None)
    if not bounded or not values:
        # Readers that take NaN for the largest value would skip it by a maximum of the others.
        assert 5 not in statistics and 6 not in statistics
        return
    if 6 in statistics:
        low = compare(leaf, statistics[6])
        assert low == min(values) if statistics[8] else low <= min(values)
        if low == 0 and isinstance(low, float):
            assert math.copysign(1, low) < 0
    if 5 in statistics:
        high = compare(leaf, statistics[5])
        assert high == max(values) if statistics[7] else high >= max(values)
        if high == 0 and isinstance(high, float):
            assert math.copysign(1, high) > 0
    assert 6 in statistics


SALT = (0x47B6137B, 0x44974D91, 0x8824AD5B, 0xA2B7289D, 0x705495C7, 0x2DF1424B, 0x9EFC4947, 0x5C6BFB31)


def check_bloom(data, column, leaf, values):
    xxhash = pytest.importorskip("xxhash")
    reader = Compact(data, column[14])
    header = reader.struct()
    words = struct.unpack(f"<{header[1] // 4}I", data[reader.at : reader.at + header[1]])
    assert reader.at + header[1] - column[14] == column[15]
    for value in values[:300]:
        physical = leaf[1]
        if physical in (1, 2):
            plain = value.to_bytes(4 if physical == 1 else 8, "little", signed=True)
        elif physical == 7 and isinstance(value, int):
            plain = value.to_bytes(leaf[2], "big", signed=True)
        elif isinstance(value, bytes):
            plain = value
        elif physical in (4, 5):
            # Either zero finds both.
            plain = struct.pack("<f" if physical == 4 else "<d", value if value else -value)
        else:
            continue
        digest = xxhash.xxh64_intdigest(plain)
        block = ((digest >> 32) * (header[1] // 32)) >> 32
        for i, salt in enumerate(SALT):
            bit = ((digest & 0xFFFFFFFF) * salt & 0xFFFFFFFF) >> 27
            assert words[block * 8 + i] >> bit & 1
