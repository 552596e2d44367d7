"""Jobs of every kind over sources that change between runs, and what each table must hold afterwards."""

import pathlib
import random
import sqlite3
import threading
import time

import openpyxl

from contents import Table, plain

LOOKBACK = 40
KINDS = {
    "full": {"load_type": "FULL", "write_mode": "replace"},
    "snapshot": {"load_type": "FULL", "write_mode": "snapshot"},
    "append": {"load_type": "INCREMENTAL", "write_mode": "append", "watermark_column": "id"},
    "lookback": {
        "load_type": "INCREMENTAL", "write_mode": "append", "watermark_column": "id", "watermark_lookback": LOOKBACK,
    },
    "rewind": {
        "load_type": "INCREMENTAL", "write_mode": "append", "watermark_column": "id", "reload_from": "START",
    },
    "backfill": {"load_type": "INCREMENTAL", "write_mode": "append", "watermark_column": "id"},
}  # fmt: skip
# In one run of all tables a slow machine must not decide: failures are repeated at once.
SETTINGS = "[run]\nmax_workers = 1\n[retry]\ninitial_delay = \"0s\"\n"


class World:
    """One project with one job `t` of one kind."""

    writes_meanwhile = False

    def __init__(self, folder: pathlib.Path, kind: str, seed: int, settings: str = ""):
        self.folder, self.kind = folder, kind
        self.random = random.Random(seed)
        folder.mkdir(parents=True)
        self.next = 1
        self.create()
        (folder / "ingest.toml").write_text(SETTINGS + settings + self.source_settings())
        hidden = folder / "secrets.toml"
        hidden.touch(mode=0o600)
        hidden.write_text(self.secret_settings())
        self.write_workbook()
        self.table = Table(folder / "lake", "t")

    def write_workbook(self):
        job = {"job_id": "t", "enabled": "Y", "source_name": "s", "table_name": "t", "max_attempts": 3}
        job |= KINDS[self.kind] | self.row()
        # The file of another moment may still be there: results are written into it.
        book = openpyxl.Workbook()
        book.active.title = "SourceConfig"
        book.active.append(list(job))
        book.active.append(list(job.values()))
        book.save(self.folder / "ingestion_config.xlsx")

    def row(self) -> dict:
        return {}

    def command(self) -> list[str]:
        """A run of the job. What a job of this kind is about is asked for each time."""
        if self.kind == "backfill" and (self.table.state / "commits").exists():
            return ["backfill", "t", "--from", "1", "--to", str(self.next), "--chunk", "100"]
        return ["run"]

    def change(self):
        """New rows always; changed and deleted ones where a job of this kind hears of them."""
        pick = self.random
        self.insert(pick.randint(1, 30))
        if self.kind in ("full", "snapshot", "rewind", "backfill"):
            self.touch(1, pick.randint(1, 9))
            self.delete(pick.randint(0, 2))
        elif self.kind == "lookback":
            self.touch(self.next - LOOKBACK + 1, pick.randint(1, 9))
        if self.kind == "rewind":
            self.write_workbook()

    def pause(self):
        """Nothing changes until `go_on`."""

    def go_on(self):
        pass

    def close(self):
        pass


class SQLiteWorld(World):
    def create(self):
        self.database = sqlite3.connect(self.folder / "source.db", isolation_level=None)
        # Readers, also those that sleep, hold no writer up.
        self.database.execute("pragma journal_mode = wal")
        self.database.execute("create table t (id integer primary key, amount integer not null, name text)")
        self.insert(300)

    def source_settings(self) -> str:
        return f'[sources.s]\ntype = "sqlite"\ndatabase = "{self.folder / "source.db"}"\n'

    def secret_settings(self) -> str:
        return ""

    def insert(self, count: int):
        rows = [(self.next + n, self.random.randint(0, 1 << 40), f"name {self.random.random()}") for n in range(count)]
        self.database.execute("begin")
        self.database.executemany("insert into t values (?, ?, ?)", rows)
        self.database.execute("commit")
        self.next += count

    def touch(self, low: int, count: int):
        for _ in range(count):
            number = self.random.randint(max(low, 1), self.next - 1)
            self.database.execute("update t set amount = amount + 1 where id = ?", (number,))

    def delete(self, count: int):
        for _ in range(count):
            # The last one stays: an end of ids that falls back is an error of its own.
            self.database.execute("delete from t where id = ?", (self.random.randint(1, self.next - 2),))

    def rows(self) -> list[tuple]:
        return plain(self.database.execute("select id, amount, name from t").fetchall())

    def close(self):
        self.database.close()


class PostgresWorld(World):
    """With writers that go on while runs are killed, in transactions of random length."""

    WRITERS = 2
    writes_meanwhile = True

    def __init__(self, folder, kind, seed, database, settings=""):
        self.server_database = database
        self.gate = threading.RLock()
        self.over = threading.Event()
        self.quiet = threading.Event()
        self.threads = []
        super().__init__(folder, kind, seed, settings)
        for number in range(self.WRITERS):
            thread = threading.Thread(target=self.write, args=(random.Random(seed * 10 + number),), daemon=True)
            thread.start()
            self.threads.append(thread)

    def create(self):
        self.database = self.server_database
        self.idle = 0
        self.database.execute("drop table if exists t")
        # The job of times has its own column; ids come from a sequence and are committed in another order.
        self.database.execute(
            "create table t (id bigint generated always as identity primary key, amount bigint not null, name text, "
            "changed_at timestamptz not null default now())")
        self.database.execute("insert into t (amount, name) select n, 'name ' || n from generate_series(1, 300) n")

    def row(self) -> dict:
        # Changed rows come again: a table of rows that are only added is compared.
        return {"watermark_column": "changed_at"} if self.kind == "append" else {}

    def source_settings(self) -> str:
        server = self.database.server
        return (f'[sources.s]\ntype = "postgresql"\nhost = "127.0.0.1"\nport = {server.port}\n'
                f'database = "{self.database.name}"\nusername = "postgres"\nsslmode = "disable"\n')

    def secret_settings(self) -> str:
        return f'[sources.s]\npassword = "{self.database.server.password}"\n'

    def write(self, pick: random.Random):
        connection = self.database.connect()
        connection.autocommit = False
        while not self.over.is_set():
            if self.quiet.is_set():
                time.sleep(0.005)
                continue
            with connection.cursor() as cursor:
                for _ in range(pick.randint(1, 5)):
                    cursor.execute("insert into t (amount, name) values (%s, %s)", (pick.randint(0, 9999), "w"))
                    time.sleep(pick.random() * 0.02)
                if self.kind in ("full", "snapshot", "rewind"):
                    cursor.execute("update t set amount = amount + 1 where id = %s", (pick.randint(1, 300),))
            connection.commit()
            time.sleep(pick.random() * 0.05)
        connection.close()

    def change(self):
        self.database.execute("insert into t (amount, name) values (1, 'c')")
        if self.kind == "lookback":
            self.database.execute(
                "update t set amount = amount + 1 where id = (select max(id) from t)")
        if self.kind == "rewind":
            self.write_workbook()

    def pause(self):
        """No writer is in a transaction afterwards, and every row is older than a second."""
        self.quiet.set()
        while self.database.value(
            "select count(*) from pg_stat_activity where datname = current_database() and application_name = 'test' "
            "and pid <> pg_backend_pid() and (state <> 'idle')"
        ):
            time.sleep(0.01)
        time.sleep(1.2 if self.kind == "append" else 0.05)

    def go_on(self):
        self.quiet.clear()

    def rows(self) -> list[tuple]:
        return plain(self.database.rows("select id, amount, name, changed_at from t"))

    def close(self):
        self.over.set()
        for thread in self.threads:
            thread.join()
