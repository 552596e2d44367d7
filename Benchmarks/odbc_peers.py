"""`make bench-odbc`: ingest through ODBC drivers and its peers alternately, in one go, on one machine; ratios against the
targets. As `peers.py` does it: outputs on a tmpfs, a first round discarded, medians, the same driver options for all.
"""

import argparse
import json
import os
import pathlib
import shutil
import subprocess
import sys
import time

from bench_mariadb import BenchMariaDB
from bench_server import BenchServer, default_home
from peers import Bench, spent
from tables import ROWS

HERE = pathlib.Path(__file__).parent
# Without it psqlODBC keeps the whole result in memory, 1.5 GB of it.
PSQL_OPTIONS = "UseDeclareFetch=1;Fetch=10000"


class ODBCBench(Bench):
    def __init__(self, options, out: pathlib.Path):
        super().__init__(options, None, out)
        flags = subprocess.check_output(["pkg-config", "--cflags", "--libs", "odbc"], text=True).split()
        subprocess.run(["cc", "-O2", HERE / "odbc_drain.c", "-o", out / "odbc_drain", *flags], check=True)

    def ours(self, source: str, *arguments) -> dict:
        target = self.fresh()
        run = spent([self.options.ingest, "copy", source, "lineitem", target, "--quiet", *arguments])
        return run | {"bytes": target.stat().st_size}

    def theirs(self, name: str, connection: str) -> dict:
        target = self.fresh()
        done = subprocess.run([sys.executable, HERE / "odbc_peer.py", name, connection, "lineitem", target],
                              capture_output=True, text=True)
        if done.returncode:
            raise SystemExit(f"{name} failed:\n{done.stderr}")
        return json.loads(done.stdout)

    def drained(self, connection: str) -> dict:
        return spent([self.out / "odbc_drain", connection, "select * from lineitem"])

    def postgres(self):
        print(f"psqlODBC ({PSQL_OPTIONS}), {ROWS:,} rows × 17 columns, one connection")
        with BenchServer(self.options.home, None) as server:
            server.need("lineitem")
            settings = dict(pair.split("=", 1) for pair in server.conninfo.split())
            connection = ("DRIVER={{PostgreSQL Unicode}};SERVER={host};PORT={port};DATABASE={dbname};UID={user};"
                          "SSLMODE=disable;").format(**settings) + PSQL_OPTIONS
            found = self.results["psqlodbc"] = self.alternate({
                "ingest, 1 connection": lambda: self.ours("odbc:" + connection, "--parallel", "1"),
                "arrow-odbc + pyarrow": lambda: self.theirs("arrow-odbc", connection),
                "drain": lambda: self.drained(connection),
            }, self.options.rounds)
        ours, theirs, drain = found.values()
        self.check("psqlODBC: CPU above the drain, against arrow-odbc",
                   (ours["cpu"] - drain["cpu"]) / (theirs["cpu"] - drain["cpu"]), 0.5)
        self.check("psqlODBC: wall against the drain", ours["wall"] / drain["wall"], 1.15)
        self.check("psqlODBC: peak memory", ours["peak_mb"], 150, "MB")

    def mariadb(self):
        print(f"MariaDB, {ROWS:,} rows × 18 columns, the defaults of each")
        with BenchMariaDB(self.options.home) as server:
            server.need(ROWS)
            found = self.results["mariadb"] = self.alternate({
                "ingest": lambda: self.ours("odbc:" + server.keywords),
                "ingest, 1 connection": lambda: self.ours("odbc:" + server.keywords, "--parallel", "1"),
                "ConnectorX + pyarrow": lambda: self.theirs("connectorx", server.url),
                "arrow-odbc + pyarrow": lambda: self.theirs("arrow-odbc", server.keywords),
                "drain": lambda: self.drained(server.keywords),
            }, self.options.rounds)
        ours, one, connectorx, arrow, drain = found.values()
        self.check("MariaDB: wall against the faster of both", ours["wall"] / min(connectorx["wall"], arrow["wall"]), 0.8)
        self.check("MariaDB: wall with 1 connection against the drain", one["wall"] / drain["wall"], 1.15)
        self.check("MariaDB: peak memory", ours["peak_mb"], 150, "MB")


MEASURES = {"postgres": ODBCBench.postgres, "mariadb": ODBCBench.mariadb}


def arguments():
    parser = argparse.ArgumentParser(prog="make bench-odbc", description=__doc__.splitlines()[0])
    parser.add_argument("--ingest", default=HERE.parent / ".build/release/ingest", type=pathlib.Path)
    parser.add_argument("--only", default=",".join(MEASURES), help="measures, with commas between")
    parser.add_argument("--rounds", type=int, default=5)
    parser.add_argument("--home", type=pathlib.Path, default=default_home(),
                        help="where the private servers keep their data")
    parser.add_argument("--out", type=pathlib.Path, default=pathlib.Path("/dev/shm"), help="a tmpfs for the outputs")
    parser.add_argument("--json", action="store_true", help="print the figures as JSON in the end")
    parser.add_argument("--strict", action="store_true", help="exit 1 when a target is missed")
    parser.add_argument("--verbose", action="store_true")
    options = parser.parse_args()
    options.only = options.only.split(",")
    if unknown := set(options.only) - set(MEASURES):
        parser.error(f"unknown measure {', '.join(unknown)}; there are {', '.join(MEASURES)}")
    options.ingest = options.ingest.resolve()
    return options


def run() -> int:
    options = arguments()
    out = options.out / f"ingest-bench-odbc-{os.getpid()}"
    out.mkdir()
    try:
        bench = ODBCBench(options, out)
        for name in options.only:
            MEASURES[name](bench)
    finally:
        shutil.rmtree(out)
    reached = bench.verdict()
    if options.json:
        print(json.dumps({"date": time.strftime("%Y-%m-%d"), "cores": os.cpu_count(), "checks": bench.checks,
                          "results": bench.results}, indent=2))
    return 1 if options.strict and not reached else 0


if __name__ == "__main__":
    sys.exit(run())
