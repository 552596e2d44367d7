"""`make bench`: ingest and its peers alternately, in one go, on one table and machine; ratios against the targets.

Absolute times mean little on shared machines; ratios within one run do.
"""

import contextlib
import os
import pathlib
import statistics
import subprocess
import sys

from bench_server import BenchServer
from contest import HERE, Bench, contest, options_parser, spent


class PostgresBench(Bench):
    def __init__(self, options, server: BenchServer, out: pathlib.Path):
        super().__init__(options, out)
        self.server = server

    @classmethod
    @contextlib.contextmanager
    def made(cls, options, out: pathlib.Path):
        with BenchServer(options.home, getattr(options, "server", None)) as server:
            yield cls(options, server, out)

    def ingest(self, table: str, *arguments) -> dict:
        return self.copy(self.server.url, table, *arguments)

    def drain(self, table: str) -> dict:
        return spent([self.out / "drain", self.server.conninfo, f"copy {table} to stdout (format binary)"])

    # The measures.

    def main(self):
        name = "3,000,000 rows × 17 columns, zstd"
        print(name)
        self.server.need("lineitem")
        threads = [] if self.options.connections is None else [str(self.options.connections)]
        connections = ["--parallel", *threads] if threads else []
        contenders = {"ingest": lambda: self.ingest("lineitem", *connections)}
        for peer in self.options.peers:
            contenders[peer] = lambda peer=peer: self.peer("peer.py", peer, self.server.conninfo, "lineitem", *threads)
        found = self.results["main"] = self.alternate(contenders, self.options.rounds)
        if "duckdb" in found:
            ours, theirs = found["ingest"], found["duckdb"]
            self.check("wall against DuckDB", ours["wall"] / theirs["wall"], 0.80)
            self.check("client CPU against DuckDB", ours["cpu"] / theirs["cpu"], 0.60)
            self.check("bytes against DuckDB, standard", ours["bytes"] / theirs["bytes"], 0.98)
            modern = self.ingest("lineitem", "--profile", "modern", *connections)
            self.results["modern"] = modern
            print(f"  {'ingest, modern':22} {modern['wall']:8.2f} {'(one run)':>14} {modern['cpu']:7.2f}"
                  f" {modern['peak_mb']:8.1f} {modern['bytes'] / 1e6:8.1f}")
            self.check("bytes against DuckDB, modern", modern["bytes"] / theirs["bytes"], 0.92)
        self.check("peak memory, 3 M rows", found["ingest"]["peak_mb"], 100, "MB")

    def one_connection(self):
        print("one connection, against taking the stream and throwing it away")
        self.server.need("lineitem")
        flags = subprocess.check_output(["pkg-config", "--cflags", "--libs", "libpq"], text=True).split()
        subprocess.run(["cc", "-O2", HERE / "drain.c", "-o", self.out / "drain", *flags], check=True)
        found = self.results["one-connection"] = self.alternate({
            "ingest, 1 connection": lambda: self.ingest("lineitem", "--parallel", "1"),
            "libpq drain": lambda: self.drain("lineitem"),
        }, self.options.rounds)
        self.check("wall with 1 connection against the drain",
                   found["ingest, 1 connection"]["wall"] / found["libpq drain"]["wall"], 1.05)

    def startup(self):
        print("start-up")
        runs = [spent([self.options.ingest, "--version"])["wall"] for _ in range(41)][1:]
        self.results["startup"] = {"wall": statistics.median(runs)}
        self.check("ingest --version", statistics.median(runs) * 1000, 20, "ms")

    def memory(self, key: str, label: str, table: str, limit: float):
        print(label)
        if not self.server.need(table):
            print(f"  skipped: there is no table {table} on that server")
            return
        found = self.results[key] = self.ingest(table, "--parallel", "2")
        print("  wall {wall:.1f} s, CPU {cpu:.1f} s, peak {peak_mb:.1f} MB, out {mb:.1f} MB"
              .format(mb=found["bytes"] / 1e6, **found))
        self.check(f"peak memory, {label}", found["peak_mb"], limit, "MB")

    def wide(self):
        self.memory("wide", "1,600 columns × 200,000 rows", "wide", 200)

    def text(self):
        self.memory("text", "4,000 rows of 1 KB to 2 MB text", "longtext", 100 + 5 * 2)

    def large(self):
        self.server.need("lineitem")
        base = self.results.get("main", {}).get("ingest") or self.ingest("lineitem", "--parallel", "2")
        self.memory("large", "30,000,000 rows", "lineitem30", base["peak_mb"] * 1.10)

MEASURES = {"main": PostgresBench.main, "one-connection": PostgresBench.one_connection, "startup": PostgresBench.startup, "wide": PostgresBench.wide,
            "text": PostgresBench.text, "large": PostgresBench.large}


def run() -> int:
    parser = options_parser("make bench", __doc__, MEASURES, rounds=7, default="main,one-connection,startup,wide,text")
    parser.add_argument("--peers", default="duckdb", help="duckdb, connectorx, adbc (if installed in .venv)",
                        type=lambda names: [name for name in names.split(",") if name])
    parser.add_argument("--connections", type=int, default=None if os.cpu_count() == 2 else 2,
                        help="of ingest, and threads of DuckDB; on two cores: the defaults of both, which is two")
    parser.add_argument("--server", metavar="CONNINFO", help="read from this server instead of a private one")
    return contest(parser, MEASURES, PostgresBench.made)


if __name__ == "__main__":
    sys.exit(run())
