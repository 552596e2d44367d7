"""Runs that end at a chosen system call or moment, and the run after each that must put everything in order."""

import collections
import os
import random
import signal
import subprocess
import time

import syscalls
from ingest import Ingest
from worlds import World


class Victim:
    """The command of a world, run under strace with something done to it at one of its calls."""

    def __init__(self, ingest: Ingest, world: World):
        self.ingest, self.world = ingest, world
        self.log = world.folder.parent / (world.folder.name + ".trace")

    def arguments(self) -> list[str]:
        return [str(self.ingest.binary), *self.world.command(), "--project", str(self.world.folder), "--quiet"]

    def traced(self, *options: str) -> list[str]:
        return ["strace", "-f", "-y", "-q", "-o", str(self.log),
                "-e", "trace=" + ",".join(syscalls.CHANGING), *options, *self.arguments()]

    def start(self, command: list[str], **more) -> subprocess.Popen:
        return subprocess.Popen(
            command, stdin=subprocess.DEVNULL, stdout=subprocess.PIPE, stderr=subprocess.STDOUT, text=True,
            cwd=self.world.folder, env=self.ingest.environment(), start_new_session=True, **more)

    def plain(self, timeout: float = 60) -> tuple[int, str]:
        process = self.start(self.arguments())
        try:
            output, _ = process.communicate(timeout=timeout)
        except subprocess.TimeoutExpired:
            end(process)
            raise
        return process.returncode, output

    def recorded(self) -> list[syscalls.Call]:
        process = self.start(self.traced())
        output, _ = process.communicate(timeout=120)
        assert process.returncode == 0, output
        return syscalls.read(self.log)

    def struck(self, name: str, number: int, what: str) -> tuple[int, str]:
        """`what` is strace's: signal=SIGKILL, error=ENOSPC."""
        process = self.start(self.traced("-e", f"inject={name}:{what}:when={number}"))
        try:
            output, _ = process.communicate(timeout=120)
        except subprocess.TimeoutExpired:
            end(process)
            raise
        return process.returncode, output

    def killed_after(self, seconds: float) -> tuple[int, str]:
        process = self.start(self.arguments())
        try:
            output, _ = process.communicate(timeout=seconds)
        except subprocess.TimeoutExpired:
            process.kill()
            output, _ = process.communicate()
        return process.returncode, output

    def last(self, name: str) -> str:
        """The step at which the injected call was."""
        calls = [call for call in syscalls.read(self.log) if call.name == name]
        return syscalls.step(calls[-1]) if calls else f"{name} nowhere"


def end(process: subprocess.Popen):
    os.killpg(process.pid, signal.SIGKILL)
    process.wait()


def was_killed(code: int) -> bool:
    return code in (-signal.SIGKILL, 128 + signal.SIGKILL)


class Campaign:
    """Kills in one world, one after the other; each is followed by a whole run and a comparison."""

    def __init__(self, ingest: Ingest, world: World, seed: int):
        self.world = world
        self.victim = Victim(ingest, world)
        self.random = random.Random(seed)
        self.steps = collections.Counter()
        self.missed = 0
        self.kills = 0
        self.whole_runs(1, "the first load")
        world.change()
        start = time.monotonic()
        self.points = syscalls.points(self.victim.recorded())
        self.seconds = time.monotonic() - start
        assert len({step for _, _, step in self.points}) > 15, self.points
        self.pending: list[tuple[str, int, str]] = []

    def kill_once(self):
        """At the next of all points in random order, or one time in four at a random moment."""
        world = self.world
        world.change()
        before = f"{world.folder.name}, kill {self.kills + 1}"
        where = self.strike()
        # Whoever puts things in order may be killed as well.
        while self.random.random() < 0.25:
            if self.random.random() < 0.5:
                world.change()
            where += ", then " + self.strike()
        if self.random.random() < 0.5:
            world.change()
        self.whole_runs(2, f"{before} ({where})")

    def strike(self) -> str:
        if self.random.random() < 0.25:
            code, output = self.victim.killed_after(self.random.random() * self.seconds)
            where = "a random moment"
        else:
            if not self.pending:
                self.pending = self.random.sample(self.points, len(self.points))
            name, number, _ = self.pending.pop()
            code, output = self.victim.struck(name, number, "signal=SIGKILL")
            where = self.victim.last(name)
        if was_killed(code):
            self.kills += 1
            self.steps[where] += 1
        else:
            # It had fewer such calls than the run that was counted.
            assert code == 0, f"{self.world.folder.name}: exit {code} at {where}: {output}"
            self.missed += 1
        return where

    def whole_runs(self, count: int, where: str):
        """One run puts everything in order; with writers another one reads what was written meanwhile."""
        world = self.world
        try:
            if count > 1 and world.writes_meanwhile:
                self.run(where)
            world.pause()
            # A run that has read the range again takes the request out of the sheet: what writers changed since then is
            # not asked for any more.
            if world.kind == "rewind":
                world.write_workbook()
            self.run(where)
            world.table.check(world.rows(), where)
        finally:
            world.go_on()

    def run(self, where: str):
        code, output = self.victim.plain()
        assert code == 0, f"{where}: the next run ended with {code}: {output}"


