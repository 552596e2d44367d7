"""What a loss of power must not take: kill -9 cannot show a missing fsync, because the kernel keeps what was written.

One pass over the calls of a run. A name counts as stored once its file was synced behind its last write, was given the name
by creation, link or rename, and the folder of the name was synced after that. What loads rely on is asked at four moments:

    link commits/N.json         every staged file, the intent as prepared, and their folders are stored
    renameat2 of the first file the record is stored
    rename to N.done            every visible file is stored, and so are the folders that were made for it
    unlink of a replaced file   the same
"""

import re

from syscalls import Call

RECORD = re.compile(r"/commits/\d+\.json$")
DONE = re.compile(r"/commits/\d+\.done$")
INTENT = re.compile(r"/intents/[^/.][^/]*\.json$")
STAGED = re.compile(r"/staging/[^/]+$")


class Disk:
    """What of a project would still be there if the power went now."""

    def __init__(self):
        # Files with bytes that are not synced, and names (of files and folders) that their folder has not stored.
        self.unsynced: set[str] = set()
        self.unstored: set[str] = set()
        self.visible: list[str] = []
        self.staged: list[str] = []
        self.intent: str | None = None
        self.record: str | None = None

    def missing(self, path: str) -> list[str]:
        missing = [f"{path} is not synced"] if path in self.unsynced else []
        # A name in a folder whose own name may go is lost as well.
        while path not in ("", "/"):
            if path in self.unstored:
                missing.append(f"the name {path} is not stored in its folder")
            path = path.rpartition("/")[0]
        return missing

    def take(self, call: Call) -> list[str]:
        """Problems that show at this call."""
        if not call.succeeded:
            return []
        match call.name:
            case "openat" if call.creates and call.texts:
                self.unstored.add(call.texts[0])
                if STAGED.search(call.texts[0]):
                    self.staged.append(call.texts[0])
            case "mkdir":
                self.unstored.add(call.texts[0])
            case "write" | "writev" | "pwrite64" if call.descriptor:
                self.unsynced.add(call.descriptor)
            case "fsync" | "fdatasync" if call.descriptor:
                self.unsynced.discard(call.descriptor)
                self.unstored = {name for name in self.unstored if name.rpartition("/")[0] != call.descriptor}
            case "link" | "rename" | "renameat2":
                return self.named(call.name, call.texts[0], call.texts[1])
            case "unlink":
                return self.gone(call.texts[0])
        return []

    def named(self, call: str, old: str, new: str) -> list[str]:
        problems = []
        if RECORD.search(new):
            for path in [*self.staged, *([self.intent] if self.intent else ["an intent that was never written"])]:
                problems += self.missing(path)
            if not self.intent:
                problems.append("no intent was there")
            self.record = new
        elif DONE.search(new):
            problems += [p for path in self.visible for p in self.missing(path)]
        elif STAGED.search(old):
            problems += self.missing(self.record) if self.record else ["a file becomes visible before its record"]
            self.visible.append(new)
            self.staged.remove(old)
        elif INTENT.search(new):
            self.intent = new
        if old in self.unsynced:
            self.unsynced.add(new)
            self.unsynced.discard(old)
        else:
            self.unsynced.discard(new)
        if call != "link":
            self.unstored.discard(old)
        self.unstored.add(new)
        return [f"at {call} {new}: {problem}" for problem in problems]

    def gone(self, path: str) -> list[str]:
        for names in (self.unsynced, self.unstored):
            names.discard(path)
        if path in self.staged:
            self.staged.remove(path)
        if not path.endswith(".parquet") or "/staging/" in path:
            return []
        return [f"at unlink {path}: {p}" for visible in self.visible for p in self.missing(visible)]


def problems(calls: list[Call], root: str) -> list[str]:
    disk, found = Disk(), []
    for call in calls:
        if root in call.arguments or root in (call.opened or ""):
            found += disk.take(call)
    assert disk.record and disk.visible, "no load was committed and published"
    return found
