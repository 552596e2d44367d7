"""Thirty days of one run each, with a lookback of a week, over a clock that moves: what a run reads does not grow, and what is
final is never written again."""

import datetime
import random
import shutil

import pytest

from clocked import ClockedServer
from loads import RETRY, Loads
from tables import PostgresTables, SQLiteTables, same_form

DAYS, HISTORY, PER_DAY, LATE, LOOKBACK = 30, 60, 100, 5, 7
JOB = {"job_id": "t", "table_name": "t", "load_type": "INCREMENTAL", "watermark_column": "at",
       "watermark_lookback": f"{LOOKBACK}d"}  # fmt: skip


class ClockedPostgres:
    def __init__(self, ingest, folder, scratch):
        self.server = ClockedServer(scratch / "clocked")
        self.server.start()
        self.tables = PostgresTables(self.server.create_database("daily"))
        self.loads = Loads(ingest, folder / "project", {"s": self.tables.source()}, RETRY)

    def run(self, day):
        self.server.set_clock(day)
        return self.loads.one()

    def close(self):
        self.tables.database.close()
        self.server.stop()


class ClockedSQLite:
    """SQLite's clock is that of the program which reads it."""

    def __init__(self, ingest, folder, scratch):
        if not shutil.which("faketime"):
            pytest.skip("faketime is not installed")
        self.tables = SQLiteTables(folder / "source.db")
        self.loads = Loads(ingest, folder / "project", {"s": self.tables.source()}, RETRY)

    def run(self, day):
        return self.loads.one(under=("faketime", "-m", "-f", f"+{day}d"))

    def close(self):
        pass


@pytest.fixture(params=[ClockedPostgres, ClockedSQLite])
def world(request, ingest, tmp_path, scratch):
    world = request.param(ingest, tmp_path, scratch)
    yield world
    world.close()


def test_thirty_days_with_a_lookback_of_a_week(world):
    tables, loads, pick = world.tables, world.loads, random.Random(7)
    start = datetime.datetime.now(datetime.timezone.utc)

    def at(day: float) -> str:
        return (start + datetime.timedelta(days=day)).strftime("%Y-%m-%d %H:%M:%S.%f")

    tables.create(key="bigint primary key")
    tables.insert(*[(n, "old", at(-HISTORY * (n + 1) / (HISTORY * PER_DAY))) for n in range(HISTORY * PER_DAY)])
    loads.jobs(JOB)
    report = world.run(0.01)
    assert report["rows"] == HISTORY * PER_DAY
    [final, _] = loads.records("t")[0]["load"]["slices"]
    first = {name: (loads.lake / name).stat() for name in [file["name"] for file in final["files"]]}
    assert sum(file["rows"] for file in final["files"]) > 50 * PER_DAY
    read, number = 0, HISTORY * PER_DAY
    for day in range(1, DAYS + 1):
        # A day of business, rows that come up to six days late, and changes within the week that leave the time as it is.
        tables.insert(*[(number + n, f"day {day}", at(day - pick.random())) for n in range(PER_DAY)],
                      *[(number + PER_DAY + n, f"late {day}", at(day - 6 * pick.random())) for n in range(LATE)])
        number += PER_DAY + LATE
        tables.sql(f"update t set note = 'changed {day}' where at > '{at(day - 6.5)}' and id % 11 = {day % 11}")
        report = world.run(day + 0.01)
        assert 0 < report["rows"] <= (LOOKBACK + 1) * (PER_DAY + LATE), f"day {day}: {report['rows']} rows"
        read += report["rows"]
        assert same_form(loads.rows("t", 'id, note, "at"')) == tables.held(), f"day {day}"
    assert set(first) <= set(loads.listed("t")), "the first load's final file is not one of the table's any more"
    for name, before in first.items():
        now = (loads.lake / name).stat()
        assert (now.st_ino, now.st_mtime_ns, now.st_size) == (before.st_ino, before.st_mtime_ns, before.st_size), name
    assert len(loads.records("t")) == DAYS + 1
    assert read > DAYS * LOOKBACK * PER_DAY * 0.9, "the week before was not read again"
    # Each day's run leaves one file for good, and one that the next replaces.
    assert len(loads.listed("t")) <= len(first) + DAYS + 1
