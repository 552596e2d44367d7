#!/usr/bin/env bash
# The main job end to end with no server and no account: a project on embedded defaults, run twice with a day of business in
# between, and what is in its lake then, by a reader that is not ours. Everything is in demo-project/, made anew each time.
set -euo pipefail
cd "$(dirname "$0")/.."
ingest=${INGEST:-.build/release/ingest}

rm -rf demo-project
"$ingest" demo demo-project

printf '\n$ python -c "duckdb.sql(…)"        # the same through DuckDB, against what SQLite says\n'
.venv/bin/python - "$("$ingest" files orders --project demo-project --format duckdb)" <<'PYTHON'
import sqlite3
import sys

import duckdb

query = sys.argv[1].rstrip().rstrip(";")
found = duckdb.sql(f"""select count(*), sum(total) from (select *, row_number() over
                       (partition by id order by updated_at desc) as version from ({query})) where version = 1""")
print(found)
expected = sqlite3.connect("demo-project/shop.db").execute(
    "select count(*), sum(cast(round(total * 100) as integer)) from orders").fetchone()
rows, total = found.fetchone()
if (rows, round(total * 100)) != expected:
    sys.exit(f"SQLite has {expected[0]} orders of {expected[1] / 100}")
print(f"SQLite has the same: {expected[0]:,} orders of {expected[1] / 100:,.2f}.")
PYTHON
