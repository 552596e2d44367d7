"""`make bench-run`: what `ingest run` costs beyond reading: against `ingest copy` of the same table, against psql for many
small tables, for jobs with nothing to load, and in memory. A private server; ratios within one run.
"""

import csv
import os
import pathlib
import shutil
import statistics
import subprocess
import sys
import time

from contest import contest, options_parser, spent
from peers import PostgresBench

RULES = [
    ["l_shipdate", "not_null", "", "error"], ["l_extendedprice", "range", "0..200000", "error"],
    ["l_shipmode", "accepted_values", "AIR, FOB, MAIL, RAIL, REG AIR, SHIP, TRUCK", "error"],
    ["l_comment", "length", "1..128", "error"], ["l_shipinstruct", "regex", "[A-Z]+( [A-Z]+)*", "error"],
    # Every fifth key comes twice: what is found is counted and told.
    ["l_orderkey", "unique", "", "warn"],
]
SMALL_TABLES, SMALL_ROWS, IDLE_JOBS = 200, 1000, 1000


class RunBench(PostgresBench):
    def project(self, jobs: list[dict], settings: str = "") -> pathlib.Path:
        """A fresh project with these jobs."""
        folder = self.out / "project"
        shutil.rmtree(folder, ignore_errors=True)
        folder.mkdir()
        server = dict(pair.split("=", 1) for pair in self.server.conninfo.split())
        (folder / "ingest.toml").write_text(
            f'[run]\nworkbook = "SourceConfig.csv"\nwrite_back = "off"\n{settings}\n[sources.pg]\ntype = "postgresql"\n'
            f'host = "{server["host"]}"\nport = {server["port"]}\ndatabase = "{server["dbname"]}"\n'
            f'username = "{server["user"]}"\nsslmode = "disable"\nmax_connections = 16\n')
        columns = ["job_id", "enabled", "source_name", "table_name", "load_type", "watermark_column", "target_table"]
        with open(folder / "SourceConfig.csv", "w", newline="") as file:
            rows = csv.DictWriter(file, columns)
            rows.writeheader()
            rows.writerows({"enabled": "Y", "source_name": "pg", "load_type": "FULL"} | job for job in jobs)
        return folder

    def rules(self):
        print("the same job with six quality rules, against none")
        self.server.need("lineitem")
        plain = self.project([{"job_id": "lineitem", "table_name": "lineitem"}])
        judged = plain.with_name("judged")
        shutil.rmtree(judged, ignore_errors=True)
        shutil.copytree(plain, judged)
        with open(judged / "QualityRules.csv", "w", newline="") as file:
            rows = csv.writer(file)
            rows.writerow(["job_id", "column", "rule", "argument", "severity"])
            rows.writerows(["lineitem", *rule] for rule in RULES)
        found = self.results["rules"] = self.alternate(
            {"with rules": lambda: self.run(judged), "without": lambda: self.run(plain)}, self.options.rounds)
        for measure in ("wall", "cpu"):
            self.check(f"six quality rules: {measure} against none",
                       found["with rules"][measure] / found["without"][measure], 1.10)

    def run(self, folder: pathlib.Path, *arguments, fresh=True) -> dict:
        if fresh:
            for name in ("lake", "metadata", "logs"):
                shutil.rmtree(folder / name, ignore_errors=True)
        return spent([self.options.ingest, "run", "--project", folder, "--quiet", *arguments])

    def one_big(self):
        print("one job of 3,000,000 rows, against ingest copy of the same table")
        self.server.need("lineitem")
        folder = self.project([{"job_id": "lineitem", "table_name": "lineitem"}])
        found = self.results["big"] = self.alternate(
            {"ingest run": lambda: self.run(folder), "ingest copy": lambda: self.ingest("lineitem")}, self.options.rounds)
        self.check("one big job: wall against ingest copy", found["ingest run"]["wall"] / found["ingest copy"]["wall"], 1.05)

    def small(self):
        print(f"{SMALL_TABLES} tables of {SMALL_ROWS:,} rows, 5 workers, against a psql process per table")
        if not self.server.has(f"small_{SMALL_TABLES}"):
            self.server.psql(
                "do $$ begin for i in 1..%d loop execute format('create table if not exists small_%%s as select n as id, "
                "md5(n::text) as name, n / 4.0 as amount, now() as at from generate_series(1, %d) n', i); end loop; end $$"
                % (SMALL_TABLES, SMALL_ROWS))
        names = [f"small_{i}" for i in range(1, SMALL_TABLES + 1)]
        folder = self.project([{"job_id": name, "table_name": name} for name in names])
        found = self.results["small"] = self.alternate(
            {"ingest run": lambda: self.run(folder, "--max-workers", "5"), "psql each": lambda: self.psqls(names)},
            self.options.rounds)
        ours, theirs = found["ingest run"], found["psql each"]
        self.check("small tables: wall against psql", ours["wall"] / theirs["wall"], 0.5)
        synced = self.fsync()
        print(f"  the disk's median fsync: {synced * 1000:.2f} ms")
        per_job = ours["wall"] / SMALL_TABLES * 1000
        self.check("small tables: per job, 5 at a time", per_job, 15 + 8 * synced * 1000, "ms")

    def psqls(self, names: list[str]) -> dict:
        began, cpu = time.perf_counter(), os.times()
        target = self.out / "psql.csv"
        for name in names:
            subprocess.run(["psql", "-qX", self.server.conninfo, "-c", f"\\copy {name} to '{target}' csv"], check=True)
        after = os.times()
        return {"wall": time.perf_counter() - began, "peak_mb": 0,
                "cpu": after.children_user + after.children_system - cpu.children_user - cpu.children_system}

    def fsync(self) -> float:
        times = []
        path = self.out / "fsync"
        for _ in range(50):
            with open(path, "wb") as file:
                file.write(b"x" * 4096)
                file.flush()
                began = time.perf_counter()
                os.fsync(file.fileno())
                times.append(time.perf_counter() - began)
        return statistics.median(times)

    def idle(self):
        print(f"{IDLE_JOBS:,} incremental jobs with nothing new")
        self.server.psql("create table if not exists idle as select 1 as id, timestamptz '2026-01-01' as at")
        folder = self.project([{"job_id": f"idle_{i}", "table_name": "idle", "load_type": "INCREMENTAL",
                                "watermark_column": "at", "target_table": f"idle_{i}"} for i in range(IDLE_JOBS)])
        self.run(folder)
        found = self.results["idle"] = self.alternate({"ingest run": lambda: self.run(folder, fresh=False)},
                                                      self.options.rounds)
        self.check("nothing new: per job", found["ingest run"]["wall"] / IDLE_JOBS * 1000, 10, "ms")

    def memory(self):
        print("5 big jobs at once: 3,000,000 rows, 1,600 columns, texts of up to 2 MB")
        narrow, wide, both = ["lineitem"] * 5, ["wide"] * 5, ["lineitem", "wide", "longtext", "wide", "lineitem"]
        for table in set(narrow + wide + both):
            self.server.need(table)
        for name, tables, budget in [("narrow", narrow, 512), ("wide", wide, 512), ("mixed", both, 512),
                                     ("narrow", narrow, 128), ("wide", wide, 128), ("mixed", both, 128), ("wide", wide, 64)]:
            folder = self.project([{"job_id": f"{table}_{i}", "table_name": table, "target_table": f"{table}_{i}"}
                                   for i, table in enumerate(tables)], f'memory_budget = "{budget}MiB"\n')
            found = self.run(folder)
            print(f"  {name}, {budget} MiB: {found['wall']:.1f} s, {found['cpu']:.1f} s CPU, {found['peak_mb']:.0f} MB")
            # One wide table needs more than 64 MiB: it is read alone.
            self.check(f"5 big jobs, {name}, {budget} MiB: peak memory", found["peak_mb"], max(budget, 90) * 1.048576 + 60,
                       "MB")


MEASURES = {"big": RunBench.one_big, "rules": RunBench.rules, "small": RunBench.small, "idle": RunBench.idle, "memory": RunBench.memory}


if __name__ == "__main__":
    sys.exit(contest(options_parser("make bench-run", __doc__, MEASURES, rounds=5), MEASURES, RunBench.made))
