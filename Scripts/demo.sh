#!/usr/bin/env bash
# The main job end to end with no server and no account: a throwaway PostgreSQL with a small sample, `ingest copy`,
# `ingest inspect`, the result read by DuckDB, pyarrow and Polars. Everything is removed in the end, but for demo-lake/.
set -euo pipefail
cd "$(dirname "$0")/.."
ingest=${INGEST:-.build/release/ingest}

work=$(mktemp -d)
clean_up() {
    Scripts/postgres.sh stop "$work/pg" || true
    rm -rf "$work"
}
trap clean_up EXIT
chmod 755 "$work"
step() { printf '\n\033[1m%s\033[0m\n' "$*"; }
[ -t 1 ] || step() { printf '\n%s\n' "$*"; }

step 'A throwaway PostgreSQL with 200,000 orders'
Scripts/postgres.sh start "$work/pg" --auth trust
port=$(cat "$work/pg/port")
psql -qX "host=127.0.0.1 port=$port user=postgres dbname=postgres" <<'SQL'
create table orders (
    id bigint primary key, customer text not null, placed_at timestamptz not null, due date,
    amount numeric(12,2) not null, paid boolean, tags text[], note jsonb);
insert into orders
select i, 'customer ' || i % 5000, timestamptz '2026-01-01 00:00:00+00' + i * interval '97 seconds',
    date '2026-01-15' + (i % 90)::int, (i * 7919 % 1000000)::numeric / 100, nullif(i % 3, 0) = 1,
    case when i % 4 = 0 then array['gift', 'express'] when i % 4 = 1 then '{}' end,
    case when i % 10 = 0 then jsonb_build_object('coupon', 'C' || i % 100) end
from generate_series(1, 200000) i;
analyze orders;
SQL
url="postgresql://postgres@127.0.0.1:$port/postgres"

step "ingest copy $url public.orders ./demo-lake --overwrite"
"$ingest" copy "$url" public.orders ./demo-lake --overwrite

step 'ingest inspect demo-lake/orders.parquet'
"$ingest" inspect demo-lake/orders.parquet

step 'The same file through DuckDB, pyarrow and Polars, and the sum that PostgreSQL gives'
.venv/bin/python - "host=127.0.0.1 port=$port user=postgres dbname=postgres" <<'PYTHON'
import sys

import duckdb
import polars
import psycopg2
import pyarrow.parquet

path = "demo-lake/orders.parquet"
print(duckdb.sql(f"select * from '{path}' order by id limit 5"))
expected = psycopg2.connect(sys.argv[1]).cursor()
expected.execute("select count(*), sum(amount), count(note) from orders")
expected = expected.fetchone()
table = pyarrow.parquet.read_table(path)
frame = polars.read_parquet(path)
found = {
    "DuckDB": duckdb.sql(f"select count(*), sum(amount), count(note) from '{path}'").fetchone(),
    "pyarrow": (table.num_rows, sum(table["amount"].to_pylist()), table.num_rows - table["note"].null_count),
    "Polars": (frame.height, frame["amount"].sum(), frame.height - frame["note"].null_count()),
}
print(f"{'PostgreSQL':10} {expected[0]:,} rows, sum of amount {expected[1]}, {expected[2]:,} notes")
for reader, answer in found.items():
    print(f"{reader:10} {answer[0]:,} rows, sum of amount {answer[1]}, {answer[2]:,} notes")
    if answer != expected:
        sys.exit(f"{reader} reads something else than PostgreSQL says")
PYTHON
step 'Done. The file is demo-lake/orders.parquet; the server is gone.'
