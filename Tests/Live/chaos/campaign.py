"""`make chaos N=1000`: many kills in worlds of every kind, and a table of what they came to.

    python Tests/Live/chaos/campaign.py --kills N [--seed S] [--worlds lite-append,pg-full] [--workers 2]
"""

import argparse
import collections
import concurrent.futures
import os
import pathlib
import random
import shutil
import sys
import tempfile
import time
import traceback

HERE = pathlib.Path(__file__).parent
sys.path[:0] = [str(HERE), str(HERE.parent)]

from ingest import Ingest  # noqa: E402
from kills import Campaign  # noqa: E402
from worlds import KINDS, PostgresWorld, SQLiteWorld  # noqa: E402

KILLS_PER_WORLD = 25


def names(ingest: Ingest) -> list[str]:
    kinds = [kind for kind in KINDS if kind != "backfill" or ingest.run("help", "backfill").code == 0]
    return [f"lite-{kind}" for kind in kinds] + [f"pg-{kind}" for kind in kinds if kind != "backfill"]


def play(binary: pathlib.Path, folder: pathlib.Path, name: str, seed: int, kills: int, server=None) -> dict:
    """One world until so many kills have struck; the same seed chooses the same."""
    driver, kind = name.split("-")
    world = None
    try:
        if driver == "pg":
            world = PostgresWorld(folder, kind, seed, server.create_database(f"chaos_{kind}_{seed}"))
        else:
            world = SQLiteWorld(folder, kind, seed)
        campaign = Campaign(Ingest(binary), world, seed)
        while campaign.kills < kills:
            campaign.kill_once()
        shutil.rmtree(folder)
        return {"steps": campaign.steps, "missed": campaign.missed, "fault": None}
    except Exception as error:
        fault = str(error) if isinstance(error, AssertionError) else traceback.format_exc()
        return {"steps": collections.Counter(), "missed": 0, "fault": f"{name}, seed {seed}: {fault}"}
    finally:
        if world:
            world.close()


def main():
    parser = argparse.ArgumentParser()
    parser.add_argument("--kills", type=int, default=1000)
    parser.add_argument("--seed", type=int, default=random.SystemRandom().randrange(1 << 30))
    parser.add_argument("--worlds")
    parser.add_argument("--workers", type=int, default=2)
    parser.add_argument("--minutes", type=float, default=600, help="begin no further world after so long")
    options = parser.parse_args()
    binary = pathlib.Path(os.environ.get("INGEST", HERE.parent.parent.parent / ".build/release/ingest"))
    ingest = Ingest(binary)
    root = pathlib.Path(tempfile.mkdtemp(prefix="ingest-chaos-"))
    root.chmod(0o755)
    worlds = options.worlds.split(",") if options.worlds else names(ingest)
    print(f"seed {options.seed}, worlds {', '.join(worlds)}", flush=True)
    server = None
    if any(name.startswith("pg-") for name in worlds):
        from postgres import Server

        server = Server(root / "pg")
        server.start()
    start = time.monotonic()
    steps, faults, kills, missed, number = collections.Counter(), [], 0, 0, 0
    try:
        with concurrent.futures.ThreadPoolExecutor(options.workers) as pool:
            running = set()
            planned = 0
            while running or planned < options.kills:
                while len(running) < options.workers and planned < options.kills:
                    if time.monotonic() - start > options.minutes * 60:
                        planned = options.kills
                        break
                    name, seed = worlds[number % len(worlds)], options.seed + number
                    wanted = min(KILLS_PER_WORLD, options.kills - planned)
                    folder = root / f"{name}-{seed}"
                    running.add(pool.submit(play, binary, folder, name, seed, wanted, server))
                    planned += wanted
                    number += 1
                if not running:
                    break
                done, running = concurrent.futures.wait(running, return_when=concurrent.futures.FIRST_COMPLETED)
                for result in (one.result() for one in done):
                    steps += result["steps"]
                    kills += result["steps"].total()
                    missed += result["missed"]
                    if result["fault"]:
                        faults.append(result["fault"])
                        print(result["fault"], flush=True)
    finally:
        if server:
            server.stop()
    print(f"{'killed at':<40} {'kills':>6}")
    for step, count in sorted(steps.items(), key=lambda item: (-item[1], item[0])):
        print(f"{step:<40} {count:>6}")
    print(f"{kills} kills in {number} worlds, {missed} runs that ended before their kill, {len(faults)} faults, "
          f"{time.monotonic() - start:.0f} s, seed {options.seed}")
    if faults:
        print(f"Kept for a look: {root}. One world again: --worlds NAME --seed SEED of its line")
        sys.exit(1)
    shutil.rmtree(root, ignore_errors=True)


if __name__ == "__main__":
    main()
