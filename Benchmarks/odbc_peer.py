"""One copy by another program through ODBC or a driver of its own, in a process of its own:
odbc_peer.py NAME CONNECTION TABLE FILE

Prints a JSON object as `peer.py` does. Imports and start-up are not counted, in the peer's favour.
"""

import json
import os
import resource
import sys
import time

name, connection, table, target = sys.argv[1:5]

import pyarrow.parquet  # noqa: E402

match name:
    case "arrow-odbc":
        import arrow_odbc
    case "connectorx":
        import connectorx
    case _:
        sys.exit(f"unknown peer {name}: arrow-odbc, connectorx")

began, before = time.perf_counter(), resource.getrusage(resource.RUSAGE_SELF)
match name:
    case "arrow-odbc":
        # Its defaults: 65,535 rows a batch, the next one fetched while this one is written.
        reader = arrow_odbc.read_arrow_batches_from_odbc(f"select * from {table}", connection)
        rows = 0
        with pyarrow.parquet.ParquetWriter(target, reader.schema, compression="zstd") as writer:
            for batch in reader:
                writer.write_batch(batch)
                rows += batch.num_rows
    case "connectorx":
        read = connectorx.read_sql(connection, f"select * from {table}", return_type="arrow")
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
