"""The SQLite file that the benchmarks read from. It is made once and kept."""

import csv
import pathlib
import sqlite3
import subprocess
import sys

from tables import LINEITEM

HERE = pathlib.Path(__file__).parent


def need(path: pathlib.Path):
    """The table of tables.py as a SQLite file of about 500 MB; made once."""
    if path.exists():
        return
    print(f"making {path} …", file=sys.stderr, flush=True)
    path.parent.mkdir(parents=True, exist_ok=True)
    part = path.with_suffix(".part")
    part.unlink(missing_ok=True)
    connection = sqlite3.connect(part)
    connection.execute("pragma journal_mode = off")
    connection.execute("pragma synchronous = off")
    # SQLite has no zones; the texts are those of a timestamp.
    connection.execute(LINEITEM.replace("timestamptz", "timestamp"))
    with subprocess.Popen([sys.executable, HERE / "tables.py", "lineitem"], stdout=subprocess.PIPE, text=True) as maker:
        rows = csv.reader(maker.stdout)
        next(rows)
        connection.executemany(f"insert into lineitem values ({', '.join('?' * 17)})", rows)
    connection.commit()
    connection.execute("pragma journal_mode = delete")
    connection.close()
    part.rename(path)
