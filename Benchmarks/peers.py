"""`make bench`: ingest and its peers alternately, in one go, on one table and machine; ratios against the targets.

Absolute times mean little on shared machines; ratios within one run do. Outputs go to a tmpfs and are deleted before
each run, so that no disk is measured. The first round is discarded. Everything printed is a median.
"""

import argparse
import json
import os
import pathlib
import platform
import shutil
import statistics
import subprocess
import sys
import time

from bench_server import BenchServer, default_home

HERE = pathlib.Path(__file__).parent


def spent(arguments: list) -> dict:
    """Runs one process; wall, CPU and peak memory of it alone."""
    began = time.perf_counter()
    process = subprocess.Popen([str(a) for a in arguments], stdin=subprocess.DEVNULL, stdout=subprocess.PIPE,
                               stderr=subprocess.STDOUT)
    output = process.stdout.read()
    _, status, usage = os.wait4(process.pid, 0)
    wall = time.perf_counter() - began
    process.returncode = os.waitstatus_to_exitcode(status)
    if process.returncode:
        raise SystemExit(f"{arguments[0]} failed ({process.returncode}):\n{output.decode(errors='replace')}")
    return {"wall": wall, "cpu": usage.ru_utime + usage.ru_stime, "peak_mb": usage.ru_maxrss / 1024}


def stolen() -> float:
    """Seconds that the host took from this machine since it started."""
    with open("/proc/stat") as stat:
        return int(stat.readline().split()[8]) / os.sysconf("SC_CLK_TCK")


class Bench:
    def __init__(self, options, server: BenchServer, out: pathlib.Path):
        self.options = options
        self.server = server
        self.out = out
        self.results: dict[str, dict] = {}
        self.checks: list[dict] = []

    # One run of one contender, its output deleted first.

    def fresh(self) -> pathlib.Path:
        target = self.out / "out.parquet"
        target.unlink(missing_ok=True)
        return target

    def ingest(self, table: str, *arguments) -> dict:
        target = self.fresh()
        run = spent([self.options.ingest, "copy", self.server.url, table, target, "--quiet", *arguments])
        return run | {"bytes": target.stat().st_size}

    def peer(self, name: str, table: str) -> dict:
        target = self.fresh()
        threads = [] if self.options.connections is None else [str(self.options.connections)]
        done = subprocess.run([sys.executable, HERE / "peer.py", name, self.server.conninfo, table, target, *threads],
                              capture_output=True, text=True)
        if done.returncode:
            raise SystemExit(f"{name} failed:\n{done.stderr}")
        return json.loads(done.stdout)

    def drain(self, table: str) -> dict:
        return spent([self.out / "drain", self.server.conninfo, f"copy {table} to stdout (format binary)"])

    # Alternation and medians.

    def alternate(self, contenders: dict, rounds: int) -> dict:
        """{name: medians}. One warm-up round is discarded; then each in turn, round after round."""
        runs: dict[str, list[dict]] = {name: [] for name in contenders}
        before = stolen()
        for number in range(rounds + 1):
            for name, run in contenders.items():
                measured = run()
                if number > 0:
                    runs[name].append(measured)
                if self.options.verbose:
                    print(f"  round {number} {name}: {measured}", file=sys.stderr, flush=True)
        steal = stolen() - before
        medians = {
            name: {key: statistics.median(run[key] for run in done) for key in done[0] if key != "rows"}
            for name, done in runs.items()
        }
        for name, values in medians.items():
            values["peak_mb"] = max(run["peak_mb"] for run in runs[name])
            values["wall_spread"] = [min(r["wall"] for r in runs[name]), max(r["wall"] for r in runs[name])]
        self.table(medians, steal)
        return medians

    def table(self, medians: dict, steal: float):
        print(f"  {'':22} {'wall s':>8} {'(spread)':>14} {'CPU s':>7} {'peak MB':>8} {'out MB':>8}")
        for name, m in medians.items():
            spread = "{:.2f}–{:.2f}".format(*m["wall_spread"])
            size = f"{m['bytes'] / 1e6:8.1f}" if "bytes" in m else f"{'-':>8}"
            print(f"  {name:22} {m['wall']:8.2f} {spread:>14} {m['cpu']:7.2f} {m['peak_mb']:8.1f} {size}")
        if steal > 0.5:
            print(f"  the host took {steal:.1f} s of CPU meanwhile: repeat when it is quiet")

    def check(self, what: str, value: float, limit: float, unit: str = ""):
        self.checks.append({"what": what, "value": value, "limit": limit, "unit": unit, "pass": value <= limit})

    # The measures.

    def main(self):
        name = "3,000,000 rows × 17 columns, zstd"
        print(name)
        self.server.need("lineitem")
        connections = [] if self.options.connections is None else ["--parallel", self.options.connections]
        contenders = {"ingest": lambda: self.ingest("lineitem", *connections)}
        for peer in self.options.peers:
            contenders[peer] = lambda peer=peer: self.peer(peer, "lineitem")
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

    def verdict(self) -> bool:
        print(f"\n  {'measure':48} {'found':>9} {'target':>9}")
        for c in self.checks:
            form = "{:.1f}" if c["unit"] else "{:.2f}"
            mark = "ok" if c["pass"] else "MISSED"
            value, limit = form.format(c["value"]), "≤ " + form.format(c["limit"])
            print(f"  {c['what']:48} {value:>9} {limit:>9} {c['unit']:3} {mark}")
        return all(c["pass"] for c in self.checks)


MEASURES = {"main": Bench.main, "one-connection": Bench.one_connection, "startup": Bench.startup, "wide": Bench.wide,
            "text": Bench.text, "large": Bench.large}


def arguments():
    parser = argparse.ArgumentParser(prog="make bench", description=__doc__.splitlines()[0])
    parser.add_argument("--ingest", default=HERE.parent / ".build/release/ingest", type=pathlib.Path)
    parser.add_argument("--only", default="main,one-connection,startup,wide,text",
                        help=f"measures, with commas between: {', '.join(MEASURES)} (large is left out by default)")
    parser.add_argument("--peers", default="duckdb", help="duckdb, connectorx, adbc (if installed in .venv)")
    parser.add_argument("--rounds", type=int, default=7)
    parser.add_argument("--connections", type=int, default=None if os.cpu_count() == 2 else 2,
                        help="of ingest, and threads of DuckDB; on two cores: the defaults of both, which is two")
    parser.add_argument("--server", metavar="CONNINFO", help="read from this server instead of a private one")
    parser.add_argument("--home", type=pathlib.Path, default=default_home(),
                        help="where the private server keeps its data")
    parser.add_argument("--out", type=pathlib.Path, default=pathlib.Path("/dev/shm"), help="a tmpfs for the outputs")
    parser.add_argument("--json", action="store_true", help="print the figures as JSON in the end")
    parser.add_argument("--save", action="store_true", help="keep them in Benchmarks/results/")
    parser.add_argument("--strict", action="store_true", help="exit 1 when a target is missed")
    parser.add_argument("--verbose", action="store_true")
    options = parser.parse_args()
    options.peers = [name for name in options.peers.split(",") if name]
    options.only = options.only.split(",")
    if unknown := set(options.only) - set(MEASURES):
        parser.error(f"unknown measure {', '.join(unknown)}; there are {', '.join(MEASURES)}")
    options.ingest = options.ingest.resolve()
    return options


def run() -> int:
    options = arguments()
    out = options.out / f"ingest-bench-{os.getpid()}"
    out.mkdir()
    try:
        with BenchServer(options.home, options.server) as server:
            bench = Bench(options, server, out)
            for name in options.only:
                MEASURES[name](bench)
    finally:
        shutil.rmtree(out)
    reached = bench.verdict()
    version = subprocess.run([options.ingest, "--version"], capture_output=True, text=True, check=True).stdout.strip()
    report = {"date": time.strftime("%Y-%m-%d"), "version": version, "cores": os.cpu_count(),
              "system": platform.release(), "rounds": options.rounds, "checks": bench.checks, "results": bench.results}
    if options.json:
        print(json.dumps(report, indent=2))
    if options.save:
        folder = HERE / "results"
        folder.mkdir(exist_ok=True)
        path = folder / time.strftime("%Y-%m-%d-%H%M.json")
        path.write_text(json.dumps(report, indent=2) + "\n")
        print(f"saved as {path.relative_to(HERE.parent)}")
    return 1 if options.strict and not reached else 0


if __name__ == "__main__":
    sys.exit(run())
