"""Every step that loads rely on after a loss of power is on the disk before the next begins; see durability.py."""

import dataclasses

import pytest

from durability import problems
from kills import Victim
from worlds import SQLiteWorld


@pytest.fixture(scope="module")
def recorded(ingest, scratch):
    """The first load of a table, and one that replaces files of it."""
    world = SQLiteWorld(scratch / "durability", "lookback", seed=1)
    victim = Victim(ingest, world)
    first = victim.recorded()
    world.change()
    return str(world.folder), {"first": first, "second": victim.recorded()}


@pytest.mark.parametrize("load", ["first", "second"])
@pytest.mark.thread("rivet 174")
def test_stored_before_the_next_step(recorded, load):
    root, loads = recorded
    assert problems(loads[load], root) == []


@pytest.mark.parametrize("load", ["first", "second"])
def test_each_sync_is_needed(recorded, load):
    """The check must notice: without the syncs of any file or folder, and with each of them a step too late, it fails."""
    root, loads = recorded
    calls = loads[load]
    # The lake is made by its first load, in the folder of the project.
    syncs = [n for n, call in enumerate(calls)
             if call.name == "fsync" and (f"{root}/lake" in call.arguments or f"<{root}>" in call.arguments)]
    assert len(syncs) >= 7
    # A folder is synced for each file that is given a name in it: all of those are taken away.
    targets = {calls[n].descriptor for n in syncs}
    unnoticed = [target for target in targets if not problems(
        [call for call in calls if call.name != "fsync" or call.descriptor != target], root)]
    assert not unnoticed
    # Behind the next rename or link instead of before it: too late for files, and for the folders that it relies on.
    late = 0
    for n in syncs:
        step = next((m for m in range(n + 1, len(calls)) if calls[m].name in ("link", "rename", "renameat2")), None)
        if step:
            moved = calls[:n] + calls[n + 1:step + 1] + [calls[n]] + calls[step + 1:]
            late += bool(problems(moved, root))
    assert late >= 4, f"{late} of {len(syncs)}"


def test_a_failed_sync_counts_as_none(recorded):
    root, loads = recorded
    calls = [
        dataclasses.replace(call, result=-1) if call.name == "fsync" and "/staging/" in call.arguments else call
        for call in loads["first"]
    ]
    assert problems(calls, root)
