"""A project with months of records that nobody had to run for: what pages and lists are tried on."""

import csv
import datetime
import pathlib
import random

from project import Project

HEADER = ("timestamp job_name status rows_processed duration_seconds partition_path error_message job_id run_id load_id attempt "
          "load_type write_mode source_rows files bytes watermark_from watermark_to null_watermarks schema_change warnings host "
          "user version workbook_sha256").split()  # fmt: skip


def write(folder: pathlib.Path, jobs: list[dict], rows: int, now: datetime.datetime, *, failing=(), changed=(), warned=(),
          seed=1):
    """`rows` lines over as many days as they need, each job once an hour. `failing`: jobs whose newest lines are failures, with
    the message; `changed`: jobs that have a change of columns, with its words; `warned`: jobs whose loads warn."""
    rng = random.Random(seed)
    Project(folder, {"shop": {"type": "sqlite", "database": "shop.db"}}).write(
        [{"source_name": "shop", "table_name": f"table_{number}"} | job for number, job in enumerate(jobs)])
    metadata = folder / "metadata"
    metadata.mkdir()
    failing, changed, warned = dict(failing), dict(changed), dict(warned)
    sizes = [int(10 ** rng.uniform(2, 6)) for _ in jobs]
    files: dict[str, list] = {}
    for number in range(rows):
        place, round = number % len(jobs), number // len(jobs)
        job, moment = jobs[place], now - datetime.timedelta(hours=round, seconds=place % 3000)
        name = job["job_id"]
        error = failing.get(name, "") if round < 4 else "The connection was lost" if rng.random() < 0.01 else ""
        count = 0 if error else int(sizes[place] * rng.uniform(0.8, 1.2))
        values = {
            "timestamp": moment.isoformat(timespec="microseconds"), "job_name": f"shop.table_{place}",
            "status": "FAILED" if error else "SUCCESS", "rows_processed": count,
            "duration_seconds": f"{0.2 + count / 200_000 * rng.uniform(0.7, 1.5):.3f}", "error_message": error,
            "job_id": name, "run_id": f"{moment:%Y%m%dT%H}0000000000-1f2e3d4c", "load_id": f"{moment:%Y%m%dT%H%M%S}000000-0a1b2c3d",
            "attempt": 1, "load_type": "FULL", "write_mode": "replace", "source_rows": count, "files": 1, "bytes": count * 23,
            "schema_change": changed.get(name, "") if round == 5 else "", "warnings": warned.get(name, ""), "host": "etl", "user": "etl", "version": "1.0",
            "workbook_sha256": "0" * 64, "watermark_to": f"{moment:%Y-%m-%d %H:%M:%S}" if place % 2 else "",
        }  # fmt: skip
        files.setdefault(f"audit_{moment:%Y%m%d}.csv", []).append(values)
    for name, lines in files.items():
        with open(metadata / name, "w", newline="") as file:
            writer = csv.DictWriter(file, HEADER, lineterminator="\r\n")
            writer.writeheader()
            writer.writerows(reversed(lines))
