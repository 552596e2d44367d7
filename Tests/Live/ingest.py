"""Running the binary, and what may be left behind afterwards."""

import dataclasses
import json
import os
import pathlib
import subprocess
import time


@dataclasses.dataclass
class Outcome:
    code: int
    out: str
    err: str

    def expect(self, code: int = 0) -> "Outcome":
        assert self.code == code, f"exit code {self.code}, expected {code}\n{self.out}\n{self.err}"
        return self

    @property
    def summary(self) -> dict:
        """The last JSON object of a run with --format json."""
        return json.loads(self.out.strip().splitlines()[-1])


class Ingest:
    def __init__(self, binary: pathlib.Path):
        self.binary = binary

    @staticmethod
    def environment(**extra) -> dict:
        clean = {k: v for k, v in os.environ.items() if not k.startswith(("PG", "INGEST"))}
        # The machine's own settings must not decide a test: an odd time zone shows what depends on it.
        return clean | {"TZ": "Asia/Kathmandu", "LC_ALL": "C.UTF-8", "PGPASSFILE": "/nonexistent"} | extra

    def run(self, *arguments, timeout: float = 120, env: dict | None = None, under=(), **options) -> Outcome:
        """`under` is a command that is given this one, such as faketime."""
        done = subprocess.run(
            [*under, self.binary, *map(str, arguments)], capture_output=True, text=True, timeout=timeout,
            env=self.environment(**(env or {})), stdin=subprocess.DEVNULL, **options,
        )
        assert done.returncode >= 0, f"killed by signal {-done.returncode}: {done.stderr}"
        return Outcome(done.returncode, done.stdout, done.stderr)

    def start(self, *arguments, env: dict | None = None, **options) -> subprocess.Popen:
        return subprocess.Popen(
            [self.binary, *map(str, arguments)], stdout=subprocess.PIPE, stderr=subprocess.PIPE, text=True,
            env=self.environment(**(env or {})), stdin=subprocess.DEVNULL, **options,
        )

    def copy(self, source: str, table: str, destination, *options, **more) -> Outcome:
        return self.run("copy", source, table, destination, *options, **more)

    def copy_query(self, source: str, query: str, destination, *options, **more) -> Outcome:
        return self.run("copy", source, "--query", query, destination, *options, **more)


def wait_for(condition, process: subprocess.Popen | None = None, seconds: float = 30):
    """Until the condition holds, while the process lives."""
    deadline = time.monotonic() + seconds
    while not condition():
        assert process is None or process.poll() is None, f"it ended too early: {process.communicate()}"
        assert time.monotonic() < deadline, "nothing of the kind happened"
        time.sleep(0.002)


def wait_until_it_can_be_stopped(process: subprocess.Popen):
    """Until it handles SIGTERM: before that, a signal ends it as it ends every program."""
    def handles() -> bool:
        status = pathlib.Path(f"/proc/{process.pid}/status").read_text()
        [caught] = [line.split()[1] for line in status.splitlines() if line.startswith("SigCgt")]
        return bool(int(caught, 16) >> 14 & 1)

    wait_for(handles, process)


def files_under(directory: pathlib.Path) -> list[str]:
    """Every regular file, hidden ones too."""
    return sorted(str(p.relative_to(directory)) for p in directory.rglob("*") if p.is_file())


def parquet_under(directory: pathlib.Path) -> list[pathlib.Path]:
    """What a reader's *.parquet would find."""
    return sorted(p for p in directory.glob("*.parquet") if not p.name.startswith("."))
