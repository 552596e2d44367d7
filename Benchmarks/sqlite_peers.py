"""`make bench-sqlite`: ingest, DuckDB's sqlite_scanner and ConnectorX alternately on one SQLite file; ratios against the
targets.
"""

import pathlib
import sys

from bench_sqlite import need
from contest import Bench, contest, options_parser
from tables import ROWS


class SQLiteBench(Bench):
    def __init__(self, options, out: pathlib.Path):
        super().__init__(options, out)
        self.path = options.home / "lineitem.sqlite"
        need(self.path)

    def ours(self, *arguments) -> dict:
        return self.copy(f"sqlite://{self.path}", "lineitem", *arguments)

    def theirs(self, name: str) -> dict:
        return self.peer("sqlite_peer.py", name, self.path, "lineitem")

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


MEASURES = {"main": SQLiteBench.main}


if __name__ == "__main__":
    sys.exit(contest(options_parser("make bench-sqlite", __doc__, MEASURES, rounds=7), MEASURES, SQLiteBench.made))
