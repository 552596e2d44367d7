"""The clock jumps between runs and during one; the database's connection is cut while a table is read."""

import os
import random
import shutil
import threading
import time

import pytest

from kills import Victim
from proxy import Proxy
from worlds import PostgresWorld, SQLiteWorld

SEED = int(os.environ.get("CHAOS_SEED", random.SystemRandom().randrange(1 << 30)))
JUMPS = ["+0", "+40d", "-40d", "+1h", "-1h", "-400d", "+0"]


@pytest.mark.parametrize("kind", ["full", "append", "lookback", "rewind"])
def test_a_clock_that_jumps_between_runs(ingest, tmp_path, kind):
    """Load ids, folders of days and leases follow the clock; what is loaded and what is replaced does not."""
    if not shutil.which("faketime"):
        pytest.skip("faketime is not installed")
    world = SQLiteWorld(tmp_path / "world", kind, SEED)
    victim = Victim(ingest, world)
    for jump in JUMPS:
        world.change()
        process = victim.start(["faketime", "-m", "-f", jump, *victim.arguments()])
        output, _ = process.communicate(timeout=60)
        assert process.returncode == 0, f"{jump}: {output}"
        world.table.check(world.rows(), f"clock at {jump}")
    days = {name.split("/")[1] for name in world.table.by_records()}
    assert kind not in ("append", "lookback") or len(days) > 1, days


def test_a_killed_run_of_tomorrow_holds_nobody_up(ingest, tmp_path):
    """A lease, an intent and staged files from the future, by a clock that was wrong."""
    if not shutil.which("faketime"):
        pytest.skip("faketime is not installed")
    world = SQLiteWorld(tmp_path / "world", "full", SEED)
    victim = Victim(ingest, world)
    assert victim.plain()[0] == 0
    for name, number in (("fsync", 3), ("link", 2), ("renameat2", 1)):
        world.change()
        victim.start(
            ["faketime", "-m", "-f", "+2d", *victim.traced("-e", f"inject={name}:signal=SIGKILL:when={number}")]
        ).communicate(timeout=60)
        world.change()
        code, output = victim.plain()
        assert code == 0, f"{name}: {output}"
        world.table.check(world.rows(), f"killed tomorrow at {name}")


@pytest.fixture
def postgres_world(tmp_path, server):
    database = server.create_database(f"cuts_{tmp_path.name.replace('-', '_')[:40]}".lower())
    world = PostgresWorld(tmp_path / "world", "full", SEED, database)
    database.execute("insert into t (amount, name) select n, repeat('x', 500) from generate_series(1, 20000) n")
    yield world
    world.close()


def loaded(world, victim, where):
    world.pause()
    try:
        code, output = victim.plain()
        assert code == 0, f"{where}: {output}"
        world.table.check(world.rows(), where)
    finally:
        world.go_on()


def test_sessions_are_terminated(ingest, postgres_world):
    """pg_terminate_backend at random moments of a read: never a short success."""
    world = postgres_world
    victim = Victim(ingest, world)
    pick = random.Random(SEED)
    cuts = 0
    for number in range(12):
        process = victim.start(victim.arguments())
        deadline = time.monotonic() + 10
        cut = 0
        pause = pick.random() * 0.05
        while process.poll() is None and time.monotonic() < deadline and not cut:
            for pid, application, _, query in world.database.sessions():
                if application == "ingest" and "copy" in query.lower():
                    time.sleep(pause)
                    cut += world.database.value(f"select pg_terminate_backend({pid})")
        output, _ = process.communicate(timeout=60)
        assert process.returncode in (0, 1), output
        cuts += cut
        loaded(world, victim, f"terminated {cut}, round {number}, seed {SEED}")
        if cuts and number >= 3:
            break
    assert cuts, "no session was seen while it read"


def mend(proxy, process):
    while proxy.sent <= proxy.cut_after and process.poll() is None:
        time.sleep(0.005)
    time.sleep(0.3)
    proxy.cut_after = None


def test_a_cut_line(ingest, postgres_world):
    """The line ends after so many bytes, for the first connections; the retries read it all."""
    world = postgres_world
    settings = world.folder / "ingest.toml"
    direct = settings.read_text()
    victim = Victim(ingest, world)
    for size in (5_000, 400_000, 3_000_000):
        with Proxy(world.database.server.port) as proxy:
            settings.write_text(direct.replace(f"port = {world.database.server.port}", f"port = {proxy.port}"))
            proxy.cut_after = size
            process = victim.start(victim.arguments())

            mender = threading.Thread(target=mend, args=(proxy, process))
            mender.start()
            output, _ = process.communicate(timeout=60)
            mender.join()
            assert process.returncode in (0, 1) and proxy.sent > size, output
            assert process.returncode == 1 or "attempt 1 failed" in output, "nothing was cut"
        settings.write_text(direct)
        loaded(world, victim, f"cut after {size}")
