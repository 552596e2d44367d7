"""`make bench-odbc`: ingest through ODBC drivers and its peers alternately, in one go, on one machine; ratios against the
targets. All get the same driver options.
"""

import pathlib
import subprocess
import sys

import bench_sqlite
from bench_mariadb import BenchMariaDB
from bench_server import BenchServer
from contest import HERE, Bench, contest, options_parser, spent
from tables import ROWS

# Without it psqlODBC keeps the whole result in memory, 1.5 GB of it.
PSQL_OPTIONS = "UseDeclareFetch=1;Fetch=10000"
# The same of SQLite's driver: 2.1 GB.
SQLITE_OPTIONS = "StepAPI=1"


class ODBCBench(Bench):
    def __init__(self, options, out: pathlib.Path):
        super().__init__(options, out)
        flags = subprocess.check_output(["pkg-config", "--cflags", "--libs", "odbc"], text=True).split()
        subprocess.run(["cc", "-O2", HERE / "odbc_drain.c", "-o", out / "odbc_drain", *flags], check=True)

    def ours(self, keywords: str, *arguments) -> dict:
        return self.copy("odbc:" + keywords, "lineitem", *arguments)

    def theirs(self, name: str, connection: str) -> dict:
        return self.peer("odbc_peer.py", name, connection, "lineitem")

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
                "ingest, 1 connection": lambda: self.ours(connection, "--parallel", "1"),
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
                "ingest": lambda: self.ours(server.keywords),
                "ingest, 1 connection": lambda: self.ours(server.keywords, "--parallel", "1"),
                "ConnectorX + pyarrow": lambda: self.theirs("connectorx", server.url),
                "arrow-odbc + pyarrow": lambda: self.theirs("arrow-odbc", server.keywords),
                "drain": lambda: self.drained(server.keywords),
            }, self.options.rounds)
        ours, one, connectorx, arrow, drain = found.values()
        self.check("MariaDB: wall against the faster of both", ours["wall"] / min(connectorx["wall"], arrow["wall"]), 0.8)
        self.check("MariaDB: wall with 1 connection against the drain", one["wall"] / drain["wall"], 1.15)
        self.check("MariaDB: peak memory", ours["peak_mb"], 150, "MB")

    def sqlite(self):
        print(f"SQLite's ODBC driver ({SQLITE_OPTIONS}), {ROWS:,} rows × 17 columns, one connection")
        path = self.options.home / "lineitem.sqlite"
        bench_sqlite.need(path)
        connection = f"DRIVER={{SQLite3}};DATABASE={path};{SQLITE_OPTIONS}"
        found = self.results["sqlite"] = self.alternate({
            "ingest, 1 connection": lambda: self.ours(connection, "--parallel", "1"),
            "arrow-odbc + pyarrow": lambda: self.theirs("arrow-odbc", connection),
            "drain": lambda: self.drained(connection),
        }, self.options.rounds)
        ours, theirs, drain = found.values()
        self.check("SQLite's driver: wall against arrow-odbc", ours["wall"] / theirs["wall"], 0.8)
        self.check("SQLite's driver: wall against the drain", ours["wall"] / drain["wall"], 1.15)
        self.check("SQLite's driver: peak memory", ours["peak_mb"], 150, "MB")


MEASURES = {"postgres": ODBCBench.postgres, "mariadb": ODBCBench.mariadb, "sqlite": ODBCBench.sqlite}


if __name__ == "__main__":
    sys.exit(contest(options_parser("make bench-odbc", __doc__, MEASURES, rounds=5), MEASURES, ODBCBench.made))
