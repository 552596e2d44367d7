"""What a run asked the kernel for, as strace saw it: calls in order, each with its thread and the paths it is about."""

import collections
import dataclasses
import pathlib
import re

# Whatever changes the disk. `flock` marks the moment behind the creation of a record's temporary file.
CHANGING = ["link", "linkat", "rename", "renameat", "renameat2", "unlink", "unlinkat", "rmdir", "mkdir", "mkdirat",
            "fsync", "fdatasync", "ftruncate", "flock", "write", "writev", "pwrite64", "openat"]  # fmt: skip

LINE = re.compile(r"^(\d+) +(\w+)\((.*)$")
RESUMED = re.compile(r"^(\d+) +<\.\.\. (\w+) resumed>(.*)$")
RESULT = re.compile(r"\) += +(-?\d+|\?)(?:<([^>]*)>)?")


@dataclasses.dataclass
class Call:
    thread: int
    name: str
    arguments: str
    result: int | None = None
    # Of the file that an openat opened.
    opened: str | None = None

    @property
    def succeeded(self) -> bool:
        return self.result is not None and self.result >= 0

    @property
    def texts(self) -> list[str]:
        """The quoted arguments: names of files, for the calls that take some."""
        return re.findall(r'"((?:[^"\\]|\\.)*)"', self.arguments)

    @property
    def descriptor(self) -> str | None:
        """The path behind the first argument, where that is an open file: `7</lake/x>`."""
        found = re.match(r"(?:\d+|AT_FDCWD)<([^>]*)>", self.arguments)
        return found.group(1) if found and not self.arguments.startswith("AT_FDCWD") else None

    @property
    def path(self) -> str:
        """The one that changes: the new name of a rename or link."""
        return self.descriptor or (self.texts[-1] if self.texts else "")

    @property
    def creates(self) -> bool:
        return self.name == "openat" and "O_CREAT" in self.arguments


def parse(text: str) -> list[Call]:
    """Calls in the order in which they ended; those that never ended come last."""
    calls, open_calls = [], {}
    for line in text.splitlines():
        if found := RESUMED.match(line):
            call = open_calls.pop((int(found[1]), found[2]), None)
            if call:
                finish(call, call.arguments + found[3])
                calls.append(call)
        elif found := LINE.match(line):
            call = Call(int(found[1]), found[2], found[3])
            if "<unfinished ...>" in line:
                call.arguments = call.arguments.replace(" <unfinished ...>", "")
                open_calls[call.thread, call.name] = call
            else:
                finish(call, found[3])
                calls.append(call)
    return calls + list(open_calls.values())


def finish(call: Call, arguments: str):
    call.arguments = arguments
    if found := RESULT.search(arguments):
        call.result = None if found[1] == "?" else int(found[1])
        call.opened = found[2]


def read(path: pathlib.Path) -> list[Call]:
    return parse(path.read_text(errors="replace"))


def step(call: Call) -> str:
    """The call in the words of the protocol: `link commits/N.json`."""
    path = call.path
    for pattern, word in (
        (r"/leases/\.", "a lease's part"), (r"/leases/", "a lease"), (r"/intents/\.", "an intent's part"),
        (r"/intents/", "an intent"), (r"/staging/", "a staged file"), (r"/commits/\.\d+\.json", "a record's part"),
        (r"/commits/\d+\.json", "a record"), (r"/commits/\.\d+\.done", "a done mark's part"),
        (r"/commits/\d+\.done", "a done mark"), (r"/\.(current|head)\.json", "a hint's part"),
        (r"/(current|head)\.json", "a hint"), (r"/_ingest/[^/]+/(\w+)$", "a folder of the state"),
        (r"/_ingest", "a folder of the state"), (r"\.parquet$", "a visible file"), (r"/lake/", "a folder of data"),
        (r"/metadata/", "metadata"), (r"/logs/", "a log"), (r"\.xlsx", "the workbook"),
    ):  # fmt: skip
        if re.search(pattern, path):
            return f"{call.name} {word}"
    return f"{call.name} elsewhere"


def points(calls: list[Call]) -> list[tuple[str, int, str]]:
    """(call, K, step): the K-th such call of a thread, for calls that strace's counter reaches in that thread first.

    strace counts each call per thread; whoever counts to K first is the one that is hit."""
    counts = collections.Counter()
    first: dict[tuple[str, int], Call] = {}
    for call in calls:
        if call.name not in CHANGING:
            continue
        counts[call.thread, call.name] += 1
        first.setdefault((call.name, counts[call.thread, call.name]), call)
    return [
        (name, number, step(call)) for (name, number), call in first.items()
        if (name != "openat" or call.creates) and not step(call).endswith("elsewhere")
    ]  # fmt: skip
