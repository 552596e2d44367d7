"""One copy of a table of a SQLite file by another program: sqlite_peer.py NAME DATABASE TABLE FILE

Prints a JSON object like peer.py: wall and CPU seconds of the copy alone, without imports and start-up.
"""

import json
import os
import resource
import sys
import time

name, database, table, target = sys.argv[1:]

match name:
    case "duckdb":
        import duckdb
        from duckdb_extensions import import_extension

        import_extension("sqlite_scanner")
    case "connectorx":
        import connectorx
        import pyarrow.parquet
    case _:
        sys.exit(f"unknown peer {name}: duckdb, connectorx")

began, before = time.perf_counter(), resource.getrusage(resource.RUSAGE_SELF)
match name:
    case "duckdb":
        connection = duckdb.connect()
        connection.execute("load sqlite_scanner")
        connection.execute(f"attach '{database}' as source (type sqlite, read_only)")
        sql = f"copy (select * from source.{table}) to '{target}' (format parquet, compression zstd)"
        rows = connection.execute(sql).fetchone()[0]
    case "connectorx":
        read = connectorx.read_sql(f"sqlite://{database}", f"select * from {table}", return_type="arrow")
        pyarrow.parquet.write_table(read, target, compression="zstd")
        rows = read.num_rows
wall, after = time.perf_counter() - began, resource.getrusage(resource.RUSAGE_SELF)
print(json.dumps({
    "wall": wall,
    "cpu": after.ru_utime + after.ru_stime - before.ru_utime - before.ru_stime,
    "peak_mb": after.ru_maxrss / 1024,
    "bytes": os.path.getsize(target),
    "rows": rows,
}))
