"""`make bench-sqlite`: ingest, DuckDB's sqlite_scanner and ConnectorX alternately on one SQLite file; ratios against the
targets. As `peers.py` does it: outputs on a tmpfs, a first round discarded, medians.
"""

import argparse
import csv
import json
import os
import pathlib
import shutil
import sqlite3
import subprocess
import sys
import time

from bench_server import default_home
from peers import Bench, spent
from tables import LINEITEM, ROWS

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


class SQLiteBench(Bench):
    def __init__(self, options, out: pathlib.Path):
        super().__init__(options, None, out)
        self.path = options.home / "lineitem.sqlite"
        need(self.path)

    def ours(self, *arguments) -> dict:
        target = self.fresh()
        run = spent([self.options.ingest, "copy", f"sqlite://{self.path}", "lineitem", target, "--quiet", *arguments])
        return run | {"bytes": target.stat().st_size}

    def theirs(self, name: str) -> dict:
        target = self.fresh()
        done = subprocess.run([sys.executable, HERE / "sqlite_peer.py", name, self.path, "lineitem", target],
                              capture_output=True, text=True)
        if done.returncode:
            raise SystemExit(f"{name} failed:\n{done.stderr}")
        return json.loads(done.stdout)

    def main(self):
        print(f"SQLite, {ROWS:,} rows × 17 columns, the defaults of each")
        found = self.results["sqlite"] = self.alternate({
            "ingest": self.ours,
            "ingest, 1 connection": lambda: self.ours("--parallel", "1"),
            "DuckDB": lambda: self.theirs("duckdb"),
            "ConnectorX + pyarrow": lambda: self.theirs("connectorx"),
        }, self.options.rounds)
        ours, one, duckdb, connectorx = found.values()
        faster = min(duckdb["wall"], connectorx["wall"])
        self.check("wall against the faster of both", ours["wall"] / faster, 1.0)
        self.check("CPU against the thriftier of both", ours["cpu"] / min(duckdb["cpu"], connectorx["cpu"]), 1.0)
        self.check("peak memory", ours["peak_mb"], 150, "MB")
        self.check("two connections against one, wall", ours["wall"] / one["wall"], 1.0)


def arguments():
    parser = argparse.ArgumentParser(prog="make bench-sqlite", description=__doc__.splitlines()[0])
    parser.add_argument("--ingest", default=HERE.parent / ".build/release/ingest", type=pathlib.Path)
    parser.add_argument("--rounds", type=int, default=7)
    parser.add_argument("--home", type=pathlib.Path, default=default_home(), help="where the database file is kept")
    parser.add_argument("--out", type=pathlib.Path, default=pathlib.Path("/dev/shm"), help="a tmpfs for the outputs")
    parser.add_argument("--json", action="store_true", help="print the figures as JSON in the end")
    parser.add_argument("--strict", action="store_true", help="exit 1 when a target is missed")
    parser.add_argument("--verbose", action="store_true")
    options = parser.parse_args()
    options.ingest = options.ingest.resolve()
    options.home = options.home.resolve()
    return options


def run() -> int:
    options = arguments()
    out = options.out / f"ingest-bench-sqlite-{os.getpid()}"
    out.mkdir()
    try:
        bench = SQLiteBench(options, out)
        bench.main()
    finally:
        shutil.rmtree(out)
    reached = bench.verdict()
    if options.json:
        print(json.dumps({"date": time.strftime("%Y-%m-%d"), "cores": os.cpu_count(), "checks": bench.checks,
                          "results": bench.results}, indent=2))
    return 1 if options.strict and not reached else 0


if __name__ == "__main__":
    sys.exit(run())
