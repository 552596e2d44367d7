"""kill -9 at system calls in turn and at random moments: afterwards one more run, and the lake is the source, row by row.

CHAOS_SEED repeats a failure; its message names the seed, the world and the step. `make chaos N=1000` goes on for longer."""

import os
import random

import pytest

from campaign import names, play
from kills import Campaign
from worlds import SQLiteWorld

SEED = int(os.environ.get("CHAOS_SEED", random.SystemRandom().randrange(1 << 30)))
LITE = ["full", "snapshot", "append", "lookback", "rewind", "backfill"]


def killed(binary, folder, name, kills, server=None):
    result = play(binary, folder, name, SEED, kills, server)
    assert not result["fault"], f"{result['fault']}\nCHAOS_SEED={SEED}"
    assert result["steps"].total() >= kills


@pytest.mark.parametrize("kind", LITE)
def test_sqlite(ingest, binary, tmp_path, kind):
    if f"lite-{kind}" not in names(ingest):
        pytest.skip("this version has no such verb")
    killed(binary, tmp_path / "world", f"lite-{kind}", 9)


@pytest.mark.parametrize("kind", ["full", "append", "lookback"])
def test_postgres_with_writers(binary, tmp_path, server, kind):
    killed(binary, tmp_path / "world", f"pg-{kind}", 5, server)


def test_the_comparison_can_fail(ingest, tmp_path):
    """A lake with a file too many, one too few, a row too many or a trace of a load is refused."""
    world = SQLiteWorld(tmp_path / "world", "append", SEED)
    campaign = Campaign(ingest, world, SEED)
    world.table.check(world.rows(), "whole")
    [first, *_] = world.table.by_records()
    path = world.table.root / first
    body = path.read_bytes()

    def refused():
        with pytest.raises((AssertionError, FileNotFoundError)):
            world.table.check(world.rows(), "spoilt")

    path.unlink()
    refused()
    path.write_bytes(body)
    double = path.with_name("double.0.parquet")
    double.write_bytes(body)
    refused()
    double.unlink()
    staged = world.table.state / "staging" / "x.0.parquet"
    staged.parent.mkdir(exist_ok=True)
    staged.write_bytes(body)
    refused()
    staged.unlink()
    part = world.table.state / "commits" / ".000000000009.json.1-0123456789abcdef.part"
    part.write_text("half")
    refused()
    part.unlink()
    world.insert(1)
    refused()
    campaign.whole_runs(1, "put in order")


def test_every_step_is_among_the_points(ingest, tmp_path):
    """Kills are spread over all that a load does to the disk."""
    campaign = Campaign(ingest, SQLiteWorld(tmp_path / "world", "lookback", SEED), SEED)
    steps = {step for _, _, step in campaign.points}
    assert {
        "link a lease", "unlink a lease", "rename an intent", "unlink an intent", "writev a staged file",
        "fsync a staged file", "fsync an intent's part", "fsync a record's part", "link a record",
        "unlink a record's part", "renameat2 a visible file", "fsync a folder of data", "rename a done mark",
        "unlink a visible file", "rename a hint",
    } <= steps, sorted(steps)  # fmt: skip
