"""The moment of writing: who has the file open, who owns it, what the disk is told."""

import contextlib
import os
import pathlib
import shutil
import stat
import subprocess
import sys
import threading
import time

import openpyxl
import pytest

import dump
import made

PATCH = [("SourceConfig", "E2", "text", "FAILED")]


@pytest.fixture
def book(tmp_path):
    folder = tmp_path / "folder"
    folder.mkdir()
    path = folder / "ingestion_config.xlsx"
    made.by_openpyxl(path)
    return path


def status(path):
    return openpyxl.load_workbook(path)["SourceConfig"]["E2"].value


def refused_and_untouched(book, match, path=None):
    before, names = book.read_bytes(), sorted(os.listdir(book.parent))
    with pytest.raises(dump.Refused, match=match) as refused:
        dump.run("patch", path or book, 0.3, lines=PATCH)
    assert book.read_bytes() == before and sorted(os.listdir(book.parent)) == names
    return str(refused.value)


def gives_up(book, *words):
    before = book.read_bytes()
    said = dump.run("patch", book, 0.3, lines=PATCH)
    assert said.startswith("gaveUp") and all(word in said for word in words), said
    assert book.read_bytes() == before


def test_open_in_excel(book):
    (book.parent / f"~${book.name}").write_bytes(b"\x04Anna" + b" " * 50)
    gives_up(book, "open in Excel by Anna", "~$ingestion_config.xlsx", "next run")


def test_open_in_libreoffice(book):
    (book.parent / f".~lock.{book.name}#").write_text("Anna Berg,anna,host,31.03.2026 12:00,file:///x;")
    gives_up(book, "open in LibreOffice by Anna Berg")


def test_locked_by_another_process(book):
    """As LibreOffice and a Windows share lock it."""
    hold = "import fcntl,sys; f=open(sys.argv[1],'r+b'); fcntl.lockf(f, fcntl.LOCK_EX); print('held',flush=True); input()"
    with subprocess.Popen(
        [sys.executable, "-c", hold, book], stdin=subprocess.PIPE, stdout=subprocess.PIPE, text=True
    ) as holder:
        assert holder.stdout.readline() == "held\n"
        gives_up(book, "locked by another program")
        holder.communicate("\n")
    assert dump.run("patch", book, 5, lines=PATCH).startswith("written")


LEASE = """
import fcntl, os, signal, sys
signal.signal(signal.SIGIO, signal.SIG_IGN)
file = os.open(sys.argv[1], os.O_RDONLY if sys.argv[2] == "F_RDLCK" else os.O_RDWR)
try:
    fcntl.fcntl(file, fcntl.F_SETLEASE, getattr(fcntl, sys.argv[2]))
except OSError as error:
    print(error, flush=True)
else:
    print("held", flush=True)
    input()
"""


@contextlib.contextmanager
def leased(book, kind):
    """The kernel itself refuses to open the file meanwhile, for writing (F_RDLCK) or at all (F_WRLCK): what a share mode of
    Windows does to a client, and by which Samba keeps other programs off a file that one of its clients has."""
    with subprocess.Popen(
        [sys.executable, "-c", LEASE, book, kind], stdin=subprocess.PIPE, stdout=subprocess.PIPE, text=True
    ) as holder:
        said = holder.stdout.readline().strip()
        if said != "held":
            pytest.skip(f"no leases on this file system: {said}")
        yield holder
        if holder.poll() is None:
            holder.communicate("\n")


def test_mandatory_lock(book):
    with leased(book, "F_RDLCK") as holder:
        gives_up(book, "locked by another program", "next run")
        threading.Timer(0.7, holder.communicate, ["\n"]).start()
        assert dump.run("patch", book, 10, lines=PATCH).startswith("written")
    assert status(book) == "FAILED"


def test_mandatory_lock_while_reading(book):
    with leased(book, "F_WRLCK") as holder:
        with pytest.raises(dump.Refused, match="is locked by another program.*\n.*Close it there"):
            dump.read(book)
        threading.Timer(0.3, holder.communicate, ["\n"]).start()
        assert dump.read(book)[0]["SourceConfig"]["A1"] == "job_id"


def test_written_when_the_lock_goes(book):
    lock = book.parent / f"~${book.name}"
    lock.write_bytes(b"\x04Anna")
    threading.Timer(0.7, lock.unlink).start()
    started = time.monotonic()
    assert dump.run("patch", book, 10, lines=PATCH).startswith("written")
    assert time.monotonic() - started >= 0.6
    assert status(book) == "FAILED"


def test_read_only_file(book):
    book.chmod(0o444)
    assert "status_file" in refused_and_untouched(book, "is read-only")


def test_read_only_folder(book):
    book.parent.chmod(0o555)
    try:
        assert "status_file" in refused_and_untouched(book, "its folder is read-only")
    finally:
        book.parent.chmod(0o755)


def test_no_such_file(tmp_path):
    with pytest.raises(dump.Refused, match="There is no file"):
        dump.run("patch", tmp_path / "nothing.xlsx", 0.2, lines=PATCH)


def test_symlink(book, tmp_path):
    link = tmp_path / "link.xlsx"
    link.symlink_to(book)
    assert dump.run("patch", link, lines=PATCH).startswith("written")
    assert link.is_symlink() and status(book) == "FAILED"


def test_owner_and_mode(book):
    book.chmod(0o640)
    if os.geteuid() == 0:
        os.chown(book, 1234, 2345)
    before = book.stat()
    dump.run("patch", book, lines=PATCH)
    after = book.stat()
    assert (after.st_uid, after.st_gid, stat.S_IMODE(after.st_mode)) == (
        before.st_uid, before.st_gid, stat.S_IMODE(before.st_mode)
    )
    assert os.listdir(book.parent) == [book.name]


@pytest.mark.skipif(os.geteuid() != 0 or not shutil.which("setpriv"), reason="needs root and setpriv")
def test_another_users_file(book, tmp_path):
    """Writing by rename would make the file ours: then rather not."""
    book.parent.chmod(0o777)
    book.chmod(0o666)
    for folder in (tmp_path, *tmp_path.parents[:2]):
        folder.chmod(0o755)
    dumper = tmp_path / "workbook-dump"
    shutil.copy(dump.DUMP, dumper)
    before = book.read_bytes()
    done = subprocess.run(
        ["setpriv", "--reuid=65534", "--regid=65534", "--clear-groups", dumper, "patch", book, "0.3"],
        input="\t".join(PATCH[0]) + "\n", capture_output=True, text=True,
    )
    assert done.returncode == 2 and "belongs to another user" in done.stderr, done.stderr
    assert book.read_bytes() == before and os.listdir(book.parent) == [book.name]


def test_leftover_of_a_killed_run(book):
    (book.parent / f".{book.name}.ingest-tmp").write_text("half")
    dump.run("patch", book, lines=PATCH)
    assert os.listdir(book.parent) == [book.name]


def test_two_at_once(book):
    """Each sees what the other wrote: no cell is lost."""
    lines = [[("SourceConfig", f"J{n}", "text", f"value {n}")] for n in range(2, 22)]
    threads = [threading.Thread(target=dump.run, args=("patch", book, 30), kwargs={"lines": x}) for x in lines]
    [t.start() for t in threads]
    [t.join() for t in threads]
    sheet = openpyxl.load_workbook(book)["SourceConfig"]
    assert [sheet[f"J{n}"].value for n in range(2, 22)] == [f"value {n}" for n in range(2, 22)]


def test_half_saved_then_whole(book):
    whole = book.read_bytes()
    book.write_bytes(whole[: len(whole) // 2])
    threading.Timer(0.5, lambda: book.write_bytes(whole)).start()
    assert dump.run("patch", book, 10, lines=PATCH).startswith("written")
    assert status(book) == "FAILED"


def test_half_saved_while_reading(book):
    whole = book.read_bytes()
    book.write_bytes(whole[: len(whole) // 2])
    threading.Timer(0.3, lambda: book.write_bytes(whole)).start()
    assert dump.read(book)[0]["SourceConfig"]["A1"] == "job_id"


@pytest.mark.skipif(not shutil.which("strace"), reason="strace is not installed")
def test_synced_before_and_after_the_rename(book):
    """The new bytes reach the disk before they get the file's name, and the name after that."""
    log = book.parent.parent / "strace"
    subprocess.run(
        ["strace", "-f", "-y", "-o", log, "-e", "trace=openat,write,fsync,fdatasync,rename,renameat,renameat2,fchmod",
         dump.DUMP, "patch", book],
        input="\t".join(PATCH[0]) + "\n", text=True, check=True, capture_output=True,
    )
    calls = [line.split(maxsplit=1)[1] for line in log.read_text().splitlines()]
    temporary = f".{book.name}.ingest-tmp"
    renamed = next(i for i, c in enumerate(calls) if c.startswith("rename") and temporary in c)
    written = [i for i, c in enumerate(calls) if c.startswith("write(") and temporary in c]
    synced = [i for i, c in enumerate(calls) if c.startswith("fsync(") and temporary in c and c.endswith("= 0")]
    folder = [i for i, c in enumerate(calls) if c.startswith("fsync(") and f"<{book.parent}>" in c and c.endswith("= 0")]
    assert written and max(written) < min(synced) < renamed < min(folder)
    assert not any("O_TRUNC" in c and book.name in c for c in calls)


def test_killed_at_any_moment(book):
    """The file is the old one or the new one, never something between."""
    old = book.read_bytes()
    for n in range(25):
        process = subprocess.Popen([dump.DUMP, "patch", str(book)], stdin=subprocess.PIPE, text=True)
        process.stdin.write("\t".join(("SourceConfig", "E2", "text", f"turn {n}")) + "\n")
        process.stdin.close()
        time.sleep(n * 0.004)
        process.kill()
        process.wait()
        assert book.read_bytes() == old or status(book) == f"turn {n}"
        old = book.read_bytes()


def test_full_disk(book):
    if os.geteuid() != 0:
        pytest.skip("needs root to mount a small file system")
    small = pathlib.Path(book.parent.parent / "small")
    small.mkdir()
    mounted = subprocess.run(["mount", "-t", "tmpfs", "-o", "size=24k", "none", small], capture_output=True)
    if mounted.returncode != 0:
        pytest.skip("cannot mount here")
    try:
        target = small / book.name
        shutil.copy(book, target)
        (small / "filler").write_bytes(b"x" * (24576 - 4096 - (target.stat().st_size + 4095) // 4096 * 4096))
        refused_and_untouched(target, "No space left on device")
    finally:
        subprocess.run(["umount", small], check=True)
