"""Random tables under random options, compared as a whole with the server's own CSV. INGEST_SEED repeats one,
INGEST_SEEDS asks for more of them."""

import os
import random

import pytest

from test_shapes import same_as_server

SEEDS = range(int(os.environ.get("INGEST_SEEDS", 16)))
if "INGEST_SEED" in os.environ:
    SEEDS = [int(os.environ["INGEST_SEED"])]

# {k} is a number below the column's count of distinct values.
GENERATORS = {
    "smallint": "({k} % 65536 - 32768)::smallint",
    "integer": "({k} * 40503 % 4294967296 - 2147483648)::integer",
    "bigint": "({k} * 2654435761 - 4611686018427387904)::bigint",
    "real": "({k}::real / 7)",
    "double precision": "sqrt({k})",
    "boolean": "({k} % 2 = 0)",
    "numeric(5,2)": "({k} % 99999)::numeric / 100",
    "numeric(12,3)": "-({k} * 7919)::numeric / 1000",
    "numeric(18,0)": "({k}::numeric * 99999999)",
    "numeric(30,12)": "({k}::numeric * 123456789012345678) / 1000000000000",
    "numeric": "({k}::numeric * 12345) / 10000000000",
    "date": "date '0001-01-01' + ({k} * 97 % 3652058)::int",
    "timestamp": "timestamp '1900-01-01' + ({k} % 100000) * interval '12345.678901 s'",
    "timestamptz": "timestamptz '1960-01-01 00:00:00+00' + ({k} % 3000000) * interval '1234.567891 s'",
    "text": "repeat(chr(33 + ({k} % 90)::int), ({k} % 40)::int) || {k}",
    "varchar(50)": "'città ' || {k}",
    "uuid": "md5({k}::text)::uuid",
    "jsonb": "jsonb_build_object('k', {k})",
    "inet": "'10.0.0.0'::inet + ({k} % 1000000)",
}


def random_table(dice: random.Random) -> tuple[str, int]:
    rows = dice.choice([0, 1, 7, 8, 9, 63, 64, 65, 1000, 16_383, 16_384, 16_385, 33_000, 70_000])
    columns = ["i as id"]
    for n in range(dice.randint(1, 30)):
        kind = dice.choice(list(GENERATORS))
        distinct = dice.choice([1, 2, 3, 100, 5_000, 1_000_000])
        order = dice.choice(["i", "i * 7919", "i / 100", "hashint8(i)::bigint + 2147483648"])
        value = f"({GENERATORS[kind].format(k=f'(({order}) % {distinct})')})::{kind}"
        nulls = dice.choice([None, None, "i % 2 = 0", "i % 97 <> 0", "i > 20000", "(i / 5000) % 2 = 0", "true"])
        if nulls:
            value = f"case when {nulls} then null::{kind} else {value} end"
        columns.append(f"{value} as c{n}")
    return f"select {', '.join(columns)} from generate_series(1, {rows}::bigint) i", rows


@pytest.mark.parametrize("seed", SEEDS)
def test_random_table(ingest, database, tmp_path, seed):
    dice = random.Random(seed)
    sql, rows = random_table(dice)
    database.execute(f"drop table if exists chance; create table chance as {sql}; analyze chance")
    options = [
        "--profile", dice.choice(["standard", "standard", "modern", "legacy"]),
        "--compression", dice.choice(["zstd", "zstd:9", "snappy", "gzip", "lz4", "none"]),
        "--parallel", str(dice.choice([1, 2, 3])),
    ]
    if dice.random() < 0.5:
        options += ["--row-group-rows", str(dice.choice([1_000, 16_384, 20_000, 40_001]))]
    path = tmp_path / "chance.parquet"
    ingest.copy(database.url(), "chance", path, *options).expect()
    table = same_as_server(database, "select * from chance", path)
    assert table.num_rows == rows, options
