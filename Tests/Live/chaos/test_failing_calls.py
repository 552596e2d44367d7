"""The disk refuses: full, broken, read-only, gone. A run ends with words and without a trace; the next one loads."""

import os
import random
import shutil
import subprocess

import pytest

import syscalls
from kills import Victim
from worlds import SQLiteWorld

SEED = int(os.environ.get("CHAOS_SEED", random.SystemRandom().randrange(1 << 30)))


def lake_points(victim: Victim) -> list[tuple[str, int, str]]:
    outside = ("metadata", "a log", "the workbook")
    return [point for point in syscalls.points(victim.recorded()) if not point[2].endswith(outside)]


@pytest.mark.parametrize("kind", ["full", "lookback"])
@pytest.mark.parametrize("error", ["ENOSPC", "EIO"])
@pytest.mark.thread("dlt 4052")
def test_a_call_fails(ingest, tmp_path, kind, error):
    """Each kind of call that changes the lake fails once; whatever the run makes of it, nothing is lost or doubled."""
    world = SQLiteWorld(tmp_path / "world", kind, SEED)
    victim = Victim(ingest, world)
    assert victim.plain()[0] == 0
    world.change()
    points = {step: (name, number) for name, number, step in lake_points(victim)}
    pick = random.Random(SEED)
    for step in sorted(pick.sample(sorted(points), 14)):
        name, number = points[step]
        world.change()
        code, output = victim.struck(name, number, f"error={error}")
        where = f"{error} at {step}, seed {SEED}"
        assert code in (0, 1), f"{where}: {code}: {output}"
        if code:
            assert "t" in output and len(output) < 4000, f"{where}: {output}"
        world.change()
        code, output = victim.plain()
        assert code == 0, f"{where}: the next run: {output}"
        world.table.check(world.rows(), where)


@pytest.mark.root
def test_a_full_disk(ingest, tmp_path):
    """A disk of 2 MB that fills while a table grows: one sentence, nothing left behind, and the old rows are still there."""
    world = SQLiteWorld(tmp_path / "world", "full", SEED)
    lake = world.folder / "lake"
    lake.mkdir()
    mounted = os.geteuid() == 0 and not subprocess.run(
        ["mount", "-t", "tmpfs", "-o", "size=2m", "none", lake], capture_output=True).returncode
    if not mounted:
        pytest.skip("cannot mount a tmpfs here; failing calls stand for it")
    try:
        victim = Victim(ingest, world)
        assert victim.plain()[0] == 0
        before = world.rows()
        world.database.execute("create table backup as select * from t")
        world.database.execute(
            "insert into t select value + 1000000, value, hex(randomblob(200)) from "
            "(with recursive n(value) as (select 1 union all select value + 1 from n where value < 20000) select * from n)")
        code, output = victim.plain()
        assert code == 1 and "disk is full" in output, output
        world.table.check(before, "a full disk")
        world.database.execute("delete from t where id > 1000000")
        assert victim.plain()[0] == 0
        world.table.check(world.rows(), "after a full disk")
    finally:
        subprocess.run(["umount", lake], check=True)


def test_a_limit_on_file_sizes(ingest, tmp_path):
    import resource

    world = SQLiteWorld(tmp_path / "world", "full", SEED)
    victim = Victim(ingest, world)
    assert victim.plain()[0] == 0
    before = world.rows()
    world.insert(20_000)
    process = victim.start(
        victim.arguments(), preexec_fn=lambda: resource.setrlimit(resource.RLIMIT_FSIZE, (200_000, 200_000)))
    output, _ = process.communicate(timeout=60)
    assert process.returncode == 1 and "ulimit -f" in output, output
    world.table.check(before, "a limit on sizes")
    assert victim.plain()[0] == 0
    world.table.check(world.rows(), "without the limit")


def test_a_folder_without_write_permission(ingest, tmp_path):
    if os.geteuid() == 0:
        pytest.skip("root may write everywhere")
    world = SQLiteWorld(tmp_path / "world", "full", SEED)
    victim = Victim(ingest, world)
    assert victim.plain()[0] == 0
    before = world.rows()
    world.change()
    for folder in (world.table.state, world.table.root / "t"):
        folder.chmod(0o555)
        code, output = victim.plain()
        folder.chmod(0o755)
        assert code == 1 and "ermission" in output, output
        world.table.check(before, f"{folder} is read-only")


@pytest.mark.root
def test_a_read_only_file_system(ingest, tmp_path):
    world = SQLiteWorld(tmp_path / "world", "full", SEED)
    lake = world.folder / "lake"
    lake.mkdir()
    if os.geteuid() != 0 or subprocess.run(["mount", "-t", "tmpfs", "-o", "size=4m", "none", lake],
                                           capture_output=True).returncode:
        pytest.skip("cannot mount a tmpfs here")
    try:
        victim = Victim(ingest, world)
        assert victim.plain()[0] == 0
        before = world.rows()
        world.change()
        subprocess.run(["mount", "-o", "remount,ro", lake], check=True)
        code, output = victim.plain()
        assert code == 1 and "read-only" in output, output
        world.table.check(before, "a read-only file system")
        subprocess.run(["mount", "-o", "remount,rw", lake], check=True)
        assert victim.plain()[0] == 0
        world.table.check(world.rows(), "writable again")
    finally:
        subprocess.run(["umount", lake], check=True)


def test_folders_that_go_between_runs(ingest, tmp_path):
    world = SQLiteWorld(tmp_path / "world", "full", SEED)
    victim = Victim(ingest, world)
    assert victim.plain()[0] == 0
    # All of the lake: the table is loaded as if for the first time.
    shutil.rmtree(world.table.root)
    assert victim.plain()[0] == 0
    world.table.check(world.rows(), "a new lake")
    # The data alone: a FULL load brings it back, and does not stumble over what it replaces.
    shutil.rmtree(world.table.root / "t")
    assert victim.plain()[0] == 0
    world.table.check(world.rows(), "without data")
    # The state alone: what the files are is not known any more.
    shutil.move(world.table.root / "_ingest", tmp_path / "saved")
    code, output = victim.plain()
    assert code == 1 and "_ingest" in output, output
    shutil.rmtree(world.table.root / "_ingest", ignore_errors=True)
    shutil.move(tmp_path / "saved", world.table.root / "_ingest")
    assert victim.plain()[0] == 0
    world.table.check(world.rows(), "restored")


def test_a_first_load_that_died_is_no_lost_state(ingest, tmp_path):
    """Leases, intents and staged files without a record: the next run loads as if nothing had been."""
    world = SQLiteWorld(tmp_path / "world", "full", SEED)
    victim = Victim(ingest, world)
    points = lake_points(victim)
    for name, number, step in random.Random(SEED).sample(points, 12):
        shutil.rmtree(world.table.root)
        victim.struck(name, number, "signal=SIGKILL")
        code, output = victim.plain()
        assert code == 0, f"{step}: {output}"
        world.table.check(world.rows(), f"first load, killed at {step}")
