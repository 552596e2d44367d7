"""The server that the benchmarks read from: private, stopped after each run; its data stays for the next."""

import os
import pathlib
import subprocess
import sys
import tempfile

import tables

HERE = pathlib.Path(__file__).parent
SCRIPT = HERE.parent / "Scripts/postgres.sh"
SETTINGS = ["shared_buffers = 2GB", "max_wal_size = 8GB", "wal_level = minimal", "max_wal_senders = 0"]


def default_home() -> pathlib.Path:
    return pathlib.Path(os.environ.get("INGEST_BENCH_HOME", f"{tempfile.gettempdir()}/ingest-bench-{os.geteuid()}"))


class BenchServer:
    """Either a server of someone else's (`conninfo`), which is only read, or our own."""

    def __init__(self, home: pathlib.Path, conninfo: str | None):
        self.home = home
        self.own = conninfo is None
        self.conninfo = conninfo

    def __enter__(self):
        if self.own:
            self.home.mkdir(parents=True, exist_ok=True)
            self.home.chmod(0o755)
            arguments = [part for setting in SETTINGS for part in ("--set", setting)]
            subprocess.run([SCRIPT, "start", self.home / "pg", "--auth", "trust", *arguments], check=True)
            port = (self.home / "pg/port").read_text().strip()
            self.conninfo = f"host=127.0.0.1 port={port} user=postgres dbname=bench"
            if not self.psql("select 1 from pg_database where datname = 'bench'", database="postgres"):
                self.psql("create database bench", database="postgres")
        return self

    def __exit__(self, *_):
        if self.own:
            subprocess.run([SCRIPT, "stop", self.home / "pg"], check=True)

    def psql(self, sql: str, database: str | None = None, stdin=None) -> str:
        target = self.conninfo + (f" dbname={database}" if database else "")
        done = subprocess.run(["psql", "-qXAt", "-v", "ON_ERROR_STOP=1", target, "-c", sql], check=True, stdin=stdin,
                              stdout=subprocess.PIPE, text=True)
        return done.stdout.strip()

    def has(self, table: str) -> bool:
        return self.psql(f"select to_regclass('public.{table}') is not null") == "t"

    @property
    def url(self) -> str:
        settings = dict(pair.split("=", 1) for pair in self.conninfo.split())
        return "postgresql://{user}@{host}:{port}/{dbname}".format(**settings)

    def need(self, table: str) -> bool:
        """Makes the table where it is missing and may be made. False: it cannot be had."""
        if self.has(table):
            return True
        if not self.own:
            return False
        print(f"making table {table} …", file=sys.stderr, flush=True)
        match table:
            case "lineitem":
                self.load(tables.LINEITEM, "lineitem", "copy lineitem from stdin csv header")
            case "longtext":
                self.load(tables.TEXT, "text", "copy longtext from stdin csv")
            case "wide":
                self.psql(tables.wide_sql())
            case "lineitem30":
                self.need("lineitem")
                self.psql("create table lineitem30 as select l.* from generate_series(1, 10), lineitem l")
            case _:
                raise ValueError(table)
        self.psql(f"vacuum analyze {table}")
        return True

    def load(self, create: str, generator: str, copy: str):
        self.psql(create)
        with subprocess.Popen([sys.executable, HERE / "tables.py", generator], stdout=subprocess.PIPE) as maker:
            self.psql(copy, stdin=maker.stdout)
        if maker.returncode:
            raise RuntimeError(f"tables.py {generator} failed")
