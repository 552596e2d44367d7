"""Two runs for one table: one of them asleep at each step of its load, with its lease at work or long over."""

import contextlib
import os
import signal
import subprocess
import time

import pytest

import syscalls
from kills import Victim, end
from worlds import SQLiteWorld

STEPS = [
    "link a lease", "rename an intent", "writev a staged file", "fsync a staged file", "fsync an intent's part",
    "fsync a record's part", "link a record", "unlink a record's part", "renameat2 a visible file", "rename a done mark",
    "unlink a visible file", "rename a hint", "unlink an intent",
]  # fmt: skip


@contextlib.contextmanager
def asleep(victim: Victim, name: str, number: int):
    """A run that stopped itself at its K-th such call, as under SIGSTOP from elsewhere, and has not died at the end."""
    victim.log.unlink(missing_ok=True)
    process = victim.start(victim.traced("-e", f"inject={name}:signal=SIGSTOP:when={number}"))
    try:
        deadline = time.monotonic() + 30
        # Threads stand still at each traced call for a moment; that all of them do until further notice, strace says.
        while not victim.log.exists() or "--- stopped by SIGSTOP ---" not in victim.log.read_text(errors="replace"):
            assert process.poll() is None, f"it ended without having slept: {process.stdout.read()}"
            assert time.monotonic() < deadline
            time.sleep(0.01)
        yield process, children(process.pid)
    finally:
        if process.poll() is None:
            end(process)


def children(strace: int) -> list[int]:
    found = subprocess.run(["ps", "-o", "pid=", "--ppid", str(strace)], capture_output=True, text=True).stdout
    return [int(pid) for pid in found.split()]


def wake(process: subprocess.Popen, sleepers: list[int]) -> tuple[int, str]:
    """strace counts for each thread: another one, or the next attempt, may fall asleep at its own K-th call."""
    deadline = time.monotonic() + 60
    while True:
        for pid in sleepers:
            with contextlib.suppress(ProcessLookupError):
                os.kill(pid, signal.SIGCONT)
        try:
            output, _ = process.communicate(timeout=0.5)
            return process.returncode, output
        except subprocess.TimeoutExpired:
            assert time.monotonic() < deadline, "it does not wake up"


def age_leases(world: SQLiteWorld):
    """As if nobody had renewed them for an hour."""
    hour_ago = time.time() - 3600
    for path in (world.table.state / "leases").glob("*.json"):
        os.utime(path, (hour_ago, hour_ago))


@pytest.fixture(scope="module", params=["full", "lookback"])
def world(request, ingest, scratch):
    world = SQLiteWorld(scratch / f"races-{request.param}", request.param, seed=1)
    victim = Victim(ingest, world)
    assert victim.plain()[0] == 0
    world.change()
    points = {step: (name, number) for name, number, step in reversed(syscalls.points(victim.recorded()))}
    return world, victim, points


@pytest.mark.parametrize("step", STEPS)
def test_asleep_past_its_lease(world, ingest, step):
    """The second run takes the table over; the first one wakes up, and neither hides, doubles nor removes anything."""
    world, victim, points = world
    world.change()
    other = Victim(ingest, world)
    with asleep(victim, *points[step]) as (process, sleepers):
        age_leases(world)
        world.change()
        code, output = other.plain()
        assert code == 0, output
        code, output = wake(process, sleepers)
    # Superseded, it reads again; or it finishes what the other has finished already.
    assert code in (0, 1), output
    world.change()
    code, output = other.plain()
    assert code == 0, output
    world.table.check(world.rows(), f"asleep at {step}")


@pytest.mark.parametrize("step", ["writev a staged file", "link a record", "renameat2 a visible file"])
def test_a_sleeper_keeps_its_lease(world, ingest, step):
    """It lives: as long as its lease lasts, a second run is told who works there, and changes nothing."""
    world, victim, points = world
    world.change()
    with asleep(victim, *points[step]) as (process, sleepers):
        code, output = Victim(ingest, world).plain()
        assert code == 3 and "LOCKED" in output and str(sleepers[0]) in output, output
        code, output = wake(process, sleepers)
        assert code == 0, output
    world.table.check(world.rows(), f"a sleeper at {step}")


def test_a_short_lease_ends_by_itself(ingest, tmp_path):
    """`run.lease` in real time: no file's age is made up."""
    world = SQLiteWorld(tmp_path / "world", "full", seed=1)
    settings = world.folder / "ingest.toml"
    settings.write_text(settings.read_text().replace("[run]\n", '[run]\nlease = "3s"\n'))
    victim = Victim(ingest, world)
    assert victim.plain()[0] == 0
    points = {step: (name, number) for name, number, step in reversed(syscalls.points(victim.recorded()))}
    with asleep(victim, *points["fsync a record's part"]) as (process, sleepers):
        start = time.monotonic()
        while (code := Victim(ingest, world).plain()[0]) == 3:
            assert time.monotonic() - start < 20
            time.sleep(0.2)
        assert code == 0 and time.monotonic() - start > 1.5
        code, output = wake(process, sleepers)
        assert code in (0, 1), output
    assert Victim(ingest, world).plain()[0] == 0
    world.table.check(world.rows(), "a short lease")


@pytest.mark.thread("meltano 9947")
def test_many_at_once(ingest, tmp_path):
    """Runs that begin together: those that load, load; the others are told that the table is locked."""
    world = SQLiteWorld(tmp_path / "world", "append", seed=1)
    for _ in range(5):
        world.change()
        victims = [Victim(ingest, world) for _ in range(4)]
        runs = [victim.start(victim.arguments()) for victim in victims]
        codes = []
        for run in runs:
            output, _ = run.communicate(timeout=60)
            codes.append(run.returncode)
            assert run.returncode in (0, 3), output
        assert 0 in codes
        assert Victim(ingest, world).plain()[0] == 0
        world.table.check(world.rows(), f"together: {codes}")
