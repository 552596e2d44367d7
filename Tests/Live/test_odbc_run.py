"""`ingest run` over ODBC: windows by time and by number, a process that is killed, and the run after it."""

import signal
import time

import pyarrow.parquet
import pytest

from ingest import wait_for
from project import Project

JOBS = {"pg_time": ("pg", "at"), "pg_number": ("pg", "id"), "maria_time": ("maria", "at"), "maria_number": ("maria", "id")}


@pytest.fixture
def maria(mariadb):
    database = mariadb.create_database("t_odbc_run")
    yield database
    database.close()


def add(maria, database, first: int, last: int):
    database.execute(f"insert into events select i, md5(i::text), clock_timestamp() from generate_series({first}, {last}) i")
    maria.execute(f"insert into events select seq, md5(seq), utc_timestamp(6) from seq_{first}_to_{last}")
    # A window ends a second before the clock.
    time.sleep(1.2)


def ids(ingest, project, job: str) -> list[int]:
    listed = ingest.run("files", job, "--project", project.folder).expect().out.splitlines()
    found = []
    for line in listed:
        if line.endswith(".parquet"):
            found += pyarrow.parquet.read_table(project.folder / line, columns=["id"])["id"].to_pylist()
    return sorted(found)


@pytest.mark.parametrize("moment", ["leases", "commits"])
def test_windows_a_kill_and_the_run_after_it(ingest, maria, database, tmp_path, moment):
    """It is killed with the first lease, and with the first commit."""
    database.execute("drop table if exists events; create table events (id int primary key, v text, at timestamptz)")
    maria.execute("create or replace table events (id int primary key, v text, at datetime(6))")
    project = Project(tmp_path, {
        "pg": {"type": "odbc", "driver": "PostgreSQL Unicode", "host": "127.0.0.1", "port": database.server.port,
               "database": database.name, "username": "postgres", "password": database.server.password,
               "sslmode": "disable"},
        "maria": {"type": "mariadb", "host": "127.0.0.1", "port": maria.server.port, "database": maria.name,
                  "username": "root", "password": maria.server.password}})
    project.write([{"job_id": job, "source_name": source, "table_name": "events", "load_type": "INCREMENTAL",
                    "watermark_column": column, "target_table": job} for job, (source, column) in JOBS.items()])
    add(maria, database, 1, 2_000)
    ingest.run("run", "--project", project.folder).expect()
    add(maria, database, 2_001, 3_000)

    def there() -> set:
        return set((project.folder / "lake/_ingest").glob(f"*/{moment}/*"))

    before = there()
    killed = ingest.start("run", "--project", project.folder)
    wait_for(lambda: there() - before, killed)
    killed.kill()
    killed.communicate()
    # With the last commit it may be over.
    assert killed.returncode == -signal.SIGKILL or moment == "commits"
    add(maria, database, 3_001, 3_500)
    # The first may find its own statements among the open transactions; nothing is open by the second.
    ingest.run("run", "--project", project.folder).expect()
    time.sleep(1.2)
    ingest.run("run", "--project", project.folder).expect()
    for job in JOBS:
        assert ids(ingest, project, job) == list(range(1, 3_501)), job
