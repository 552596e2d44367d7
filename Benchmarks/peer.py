"""One copy by another program, in a process of its own: peer.py NAME CONNINFO TABLE FILE [THREADS]

Prints a JSON object with wall and client CPU seconds of the copy alone (imports and start-up are not counted, in the
peer's favour), the peak memory of the process in MB, rows, and bytes written.
"""

import json
import os
import resource
import sys
import time

name, conninfo, table, target = sys.argv[1:5]
threads = int(sys.argv[5]) if len(sys.argv) > 5 else None
settings = dict(pair.split("=", 1) for pair in conninfo.split())
url = "postgresql://{user}{secret}@{host}:{port}/{dbname}".format(
    secret=":" + settings["password"] if "password" in settings else "", **settings)

match name:
    case "duckdb":
        import duckdb
        from duckdb_extensions import import_extension

        import_extension("postgres_scanner")
    case "connectorx":
        import connectorx
        import pyarrow.parquet
    case "adbc":
        import adbc_driver_postgresql.dbapi
        import pyarrow.parquet
    case _:
        sys.exit(f"unknown peer {name}: duckdb, connectorx, adbc")

began, before = time.perf_counter(), resource.getrusage(resource.RUSAGE_SELF)
match name:
    case "duckdb":
        connection = duckdb.connect()
        if threads:
            connection.execute(f"set threads = {threads}")
        connection.execute("load postgres_scanner")
        connection.execute(f"attach '{conninfo}' as source (type postgres, read_only)")
        sql = f"copy (select * from source.public.{table}) to '{target}' (format parquet, compression zstd)"
        rows = connection.execute(sql).fetchone()[0]
    case "connectorx":
        read = connectorx.read_sql(url, f"select * from {table}", return_type="arrow")
        pyarrow.parquet.write_table(read, target, compression="zstd")
        rows = read.num_rows
    case "adbc":
        cursor = adbc_driver_postgresql.dbapi.connect(url).cursor()
        cursor.execute(f"select * from {table}")
        batches = cursor.fetch_record_batch()
        rows = 0
        with pyarrow.parquet.ParquetWriter(target, batches.schema, compression="zstd") as writer:
            for batch in batches:
                writer.write_batch(batch)
                rows += batch.num_rows
wall, after = time.perf_counter() - began, resource.getrusage(resource.RUSAGE_SELF)
print(json.dumps({
    "wall": wall,
    "cpu": after.ru_utime + after.ru_stime - before.ru_utime - before.ru_stime,
    "peak_mb": after.ru_maxrss / 1024,
    "bytes": os.path.getsize(target),
    "rows": rows,
}))
