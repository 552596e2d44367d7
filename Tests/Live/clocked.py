"""A private PostgreSQL whose clock the test sets: `now()` and all that follows from it is the server's own, days from today."""

import os
import pathlib
import shutil

import pytest

from postgres import Server

LIBRARIES = [pathlib.Path("/usr/lib"), pathlib.Path("/usr/local/lib")]


class ClockedServer(Server):
    def __init__(self, directory: pathlib.Path, settings: tuple[str, ...] = ()):
        super().__init__(directory, settings=settings)
        directory.mkdir(exist_ok=True)
        self.offset = directory / "clock"
        self.set_clock(0)

    def start(self):
        library = next((path for root in LIBRARIES for path in root.rglob("libfaketimeMT.so.1")), None)
        if not library or not shutil.which("faketime"):
            pytest.skip("faketime is not installed")
        # Named by process, and left behind by those that are killed: who gets such a number later, as another user, fails.
        for left in pathlib.Path("/dev/shm").glob("*faketime_*"):
            if not pathlib.Path("/proc", left.name.rpartition("_")[2]).exists():
                left.unlink(missing_ok=True)
        os.environ |= {"LD_PRELOAD": str(library), "FAKETIME_TIMESTAMP_FILE": str(self.offset), "FAKETIME_NO_CACHE": "1",
                       "FAKETIME_DONT_FAKE_MONOTONIC": "1"}
        try:
            super().start()
        finally:
            for name in ("LD_PRELOAD", "FAKETIME_TIMESTAMP_FILE", "FAKETIME_NO_CACHE", "FAKETIME_DONT_FAKE_MONOTONIC"):
                del os.environ[name]

    def set_clock(self, days: float):
        """From now on, for sessions that are open too."""
        written = self.offset.with_suffix(".new")
        written.write_text(f"+{days * 86400:.0f}\n")
        written.chmod(0o644)
        written.rename(self.offset)
