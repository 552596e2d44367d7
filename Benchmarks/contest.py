"""What the benchmarks against peers have in common: contenders take turns, outputs go to a tmpfs and are deleted before
each run, the first round is discarded, and what is printed is a median. Options, the order of the measures, the verdict.
"""

import argparse
import contextlib
import json
import os
import pathlib
import platform
import shutil
import statistics
import subprocess
import sys
import time

from bench_server import default_home

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
    @classmethod
    @contextlib.contextmanager
    def made(cls, options, out: pathlib.Path):
        """The bench, with the servers that it needs."""
        yield cls(options, out)

    def __init__(self, options, out: pathlib.Path):
        self.options = options
        self.out = out
        self.results: dict[str, dict] = {}
        self.checks: list[dict] = []

    # One run of one contender, its output deleted first.

    def fresh(self) -> pathlib.Path:
        target = self.out / "out.parquet"
        target.unlink(missing_ok=True)
        return target

    def copy(self, source: str, table: str, *arguments) -> dict:
        target = self.fresh()
        run = spent([self.options.ingest, "copy", source, table, target, "--quiet", *arguments])
        return run | {"bytes": target.stat().st_size}

    def peer(self, script: str, name: str, source, table: str, *arguments) -> dict:
        """A copy by another program, which prints its figures as JSON."""
        target = self.fresh()
        done = subprocess.run([sys.executable, HERE / script, name, source, table, target, *arguments],
                              capture_output=True, text=True)
        if done.returncode:
            raise SystemExit(f"{name} failed:\n{done.stderr}")
        return json.loads(done.stdout)

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

    def verdict(self) -> bool:
        print(f"\n  {'measure':48} {'found':>9} {'target':>9}")
        for c in self.checks:
            form = "{:.1f}" if c["unit"] else "{:.2f}"
            mark = "ok" if c["pass"] else "MISSED"
            value, limit = form.format(c["value"]), "≤ " + form.format(c["limit"])
            print(f"  {c['what']:48} {value:>9} {limit:>9} {c['unit']:3} {mark}")
        return all(c["pass"] for c in self.checks)


def options_parser(command: str, description: str, measures: dict, rounds: int, default: str | None = None):
    parser = argparse.ArgumentParser(prog=command, description=description.splitlines()[0])
    parser.add_argument("--ingest", default=HERE.parent / ".build/release/ingest", type=pathlib.Path)
    parser.add_argument("--only", default=default or ",".join(measures),
                        help=f"measures, with commas between: {', '.join(measures)} (default: %(default)s)")
    parser.add_argument("--rounds", type=int, default=rounds)
    parser.add_argument("--home", type=pathlib.Path, default=default_home(),
                        help="where private servers and database files are kept")
    parser.add_argument("--out", type=pathlib.Path, default=pathlib.Path("/dev/shm"), help="a tmpfs for the outputs")
    parser.add_argument("--json", action="store_true", help="print the figures as JSON in the end")
    parser.add_argument("--save", action="store_true", help="keep them in Benchmarks/results/")
    parser.add_argument("--strict", action="store_true", help="exit 1 when a target is missed")
    parser.add_argument("--verbose", action="store_true")
    return parser


def contest(parser: argparse.ArgumentParser, measures: dict, made) -> int:
    """`made(options, out)`: a context that gives the Bench, with its servers."""
    options = parser.parse_args()
    options.only = options.only.split(",")
    if unknown := set(options.only) - set(measures):
        parser.error(f"unknown measure {', '.join(unknown)}; there are {', '.join(measures)}")
    options.ingest, options.home = options.ingest.resolve(), options.home.resolve()
    out = options.out / f"ingest-bench-{os.getpid()}"
    out.mkdir()
    try:
        with made(options, out) as bench:
            for name in options.only:
                measures[name](bench)
    finally:
        shutil.rmtree(out)
    reached = bench.verdict()
    report(options, bench)
    return 1 if options.strict and not reached else 0


def report(options, bench: Bench):
    version = subprocess.run([options.ingest, "--version"], capture_output=True, text=True, check=True).stdout.strip()
    found = {"date": time.strftime("%Y-%m-%d"), "version": version, "cores": os.cpu_count(),
             "system": platform.release(), "rounds": options.rounds, "checks": bench.checks, "results": bench.results}
    if options.json:
        print(json.dumps(found, indent=2))
    if options.save:
        folder = HERE / "results"
        folder.mkdir(exist_ok=True)
        path = folder / time.strftime("%Y-%m-%d-%H%M.json")
        path.write_text(json.dumps(found, indent=2) + "\n")
        print(f"saved as {path.relative_to(HERE.parent)}")
