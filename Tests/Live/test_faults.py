"""What can go wrong once rows flow. Each time: exit code, an error in words, no file under the final name, no temporary
file after the next run, nothing left running on the server."""

import os
import resource
import shutil
import signal
import subprocess
import time

import pyarrow.parquet
import pytest

from ingest import Ingest, files_under, parquet_under
from postgres import Server
from proxy import Proxy

PLAIN = "?sslmode=disable"
SLOW = 2e6


@pytest.fixture(scope="module")
def table(database):
    database.execute("""
        create table loaded as select i as id, md5(i::text) as a, md5((i + 1)::text) as b
            from generate_series(1, 200000::bigint) i;
        analyze loaded""")
    return "loaded"


def start_slowly(ingest, database, table, destination, slow, *options):
    process = ingest.start("copy", database.url(port=slow.port, parameters=PLAIN), table, destination,
                           "--parallel", "2", *options)
    try:
        database.wait_for_copy()
    except AssertionError:
        process.kill()
        raise AssertionError(process.communicate()) from None
    time.sleep(0.3)
    return process


def test_destination_exists(ingest, database, table, tmp_path):
    path = tmp_path / "x.parquet"
    ingest.copy(database.url(), table, path, "--limit", 10).expect()
    before = path.read_bytes()
    outcome = ingest.copy(database.url(), table, path, "--limit", 20).expect(2)
    assert "x.parquet" in outcome.err and "--overwrite" in outcome.err
    assert path.read_bytes() == before
    ingest.copy(database.url(), table, path, "--limit", 20, "--overwrite").expect()
    assert pyarrow.parquet.ParquetFile(path).metadata.num_rows == 20
    assert files_under(tmp_path) == ["x.parquet"]


def test_a_failed_overwrite_keeps_the_old_file(ingest, database, table, tmp_path):
    path = tmp_path / "x.parquet"
    ingest.copy(database.url(), table, path, "--limit", 10).expect()
    before = path.read_bytes()
    with Proxy(database.server.port) as proxy:
        proxy.cut_after = 2_000_000
        outcome = ingest.copy(database.url(port=proxy.port, parameters=PLAIN), table, path, "--overwrite")
    assert outcome.code == 1, outcome.err
    assert path.read_bytes() == before
    assert files_under(tmp_path) == ["x.parquet"]


def test_destination_folder_is_made(ingest, database, table, tmp_path):
    ingest.copy(database.url(), table, tmp_path / "new/deeper", "--limit", 10).expect()
    assert files_under(tmp_path) == ["new/deeper/loaded.parquet"]


def test_destination_not_writable(ingest, database, table, tmp_path):
    (tmp_path / "file").write_text("in the way")
    outcome = ingest.copy(database.url(), table, tmp_path / "file" / "sub")
    assert outcome.code in (1, 2) and "file" in outcome.err, outcome.err
    outcome = ingest.copy(database.url(), table, "/proc/nowhere/x.parquet")
    assert outcome.code in (1, 2) and "/proc/nowhere" in outcome.err, outcome.err
    assert files_under(tmp_path) == ["file"]
    assert database.wait_until_quiet() == []


@pytest.mark.skipif(os.geteuid() == 0 and not os.path.exists("/usr/bin/setpriv"), reason="needs setpriv")
def test_destination_without_permission(ingest, database, table, tmp_path):
    locked = tmp_path / "locked"
    locked.mkdir(mode=0o555)
    for folder in [tmp_path, *tmp_path.parents[:3]]:
        if folder.stat().st_uid == os.geteuid() and folder != folder.parent and "pytest" in str(folder):
            folder.chmod(folder.stat().st_mode | 0o055)
    drop = {} if os.geteuid() else {"user": 65534, "group": 65534, "extra_groups": []}
    # The other user may not be able to reach the build folder.
    binary = tmp_path / "ingest"
    shutil.copy(ingest.binary, binary)
    outcome = Ingest(binary).run("copy", database.url(), table, locked, **drop)
    assert outcome.code in (1, 2) and "locked" in outcome.err and "ermission" in outcome.err, outcome.err


def test_server_killed(ingest, binary, scratch, tmp_path):
    server = Server(scratch / "pg-killed")
    server.start()
    try:
        database = server.create_database("doomed")
        database.execute("create table t as select i as id, md5(i::text) a from generate_series(1, 300000) i")
        with Proxy(server.port, SLOW) as slow:
            process = start_slowly(ingest, database, "t", tmp_path, slow)
            server.stop()
            slow.rate = None
            _, err = process.communicate(timeout=60)
    finally:
        server.stop()
    assert process.returncode == 1, err
    assert err.strip() and files_under(tmp_path) == []


def test_connection_cut(ingest, database, table, tmp_path):
    with Proxy(database.server.port) as proxy:
        proxy.cut_after = 3_000_000
        outcome = ingest.copy(database.url(port=proxy.port, parameters=PLAIN), table, tmp_path).expect(1)
    assert outcome.err.strip() and files_under(tmp_path) == []
    assert database.wait_until_quiet() == []


@pytest.mark.thread("sling 699")
def test_connection_stalls(ingest, database, table, tmp_path):
    """The network goes silent without closing. The stall detector ends it."""
    with Proxy(database.server.port) as proxy:
        proxy.stall_after = 3_000_000
        began = time.monotonic()
        outcome = ingest.copy(database.url(port=proxy.port, parameters=PLAIN), table, tmp_path, "--stall-timeout", "2s",
                              timeout=60).expect(1)
    assert time.monotonic() - began < 30
    assert outcome.err.strip() and files_under(tmp_path) == []
    assert database.wait_until_quiet() == []


def test_backend_stopped(ingest, database, table, tmp_path):
    """SIGSTOP for a backend: TCP lives, nothing comes."""
    with Proxy(database.server.port, SLOW) as slow:
        process = start_slowly(ingest, database, table, tmp_path, slow, "--stall-timeout", "2s")
        frozen = [s[0] for s in database.sessions() if "copy" in s[3].lower()]
        if os.geteuid() != 0:
            process.kill()
            process.communicate()
            pytest.skip("needs root to stop another user's process")
        for pid in frozen:
            os.kill(pid, signal.SIGSTOP)
        try:
            _, err = process.communicate(timeout=60)
        finally:
            for pid in frozen:
                os.kill(pid, signal.SIGCONT)
    assert process.returncode == 1, err
    assert files_under(tmp_path) == []
    assert database.wait_until_quiet() == []


@pytest.mark.parametrize("number, code", [(signal.SIGINT, 130), (signal.SIGTERM, 143)])
def test_interrupted(ingest, database, table, tmp_path, number, code):
    with Proxy(database.server.port, SLOW) as slow:
        process = start_slowly(ingest, database, table, tmp_path, slow)
        began = time.monotonic()
        process.send_signal(number)
        _, err = process.communicate(timeout=30)
        # Checked while the proxy still holds the connections: it was cancelled, not merely dropped.
        assert database.wait_until_quiet() == []
    assert process.returncode == code, err
    assert time.monotonic() - began < 10
    assert files_under(tmp_path) == []


def test_interrupted_while_the_server_thinks(ingest, database, tmp_path):
    """No row has come yet: the statement is cancelled on the server."""
    process = ingest.start("copy", database.url(), "--query", "select pg_sleep(60)::text as s, 1 as id",
                           tmp_path / "q.parquet")
    deadline = time.monotonic() + 15
    while not [s for s in database.sessions() if s[2] == "active" and "pg_sleep" in s[3]]:
        assert time.monotonic() < deadline and process.poll() is None, process.communicate()
        time.sleep(0.05)
    process.send_signal(signal.SIGINT)
    _, err = process.communicate(timeout=20)
    assert process.returncode == 130, err
    assert database.wait_until_quiet() == [] and files_under(tmp_path) == []


def test_kill_9_then_the_next_run_cleans_up(ingest, database, table, tmp_path):
    with Proxy(database.server.port, SLOW) as slow:
        process = start_slowly(ingest, database, table, tmp_path, slow)
        process.kill()
        process.communicate()
    assert parquet_under(tmp_path) == []
    left = files_under(tmp_path)
    ingest.copy(database.url(), table, tmp_path).expect()
    assert files_under(tmp_path) == ["loaded.parquet"], f"before: {left}"
    assert pyarrow.parquet.ParquetFile(tmp_path / "loaded.parquet").metadata.num_rows == 200_000
    assert database.wait_until_quiet() == []


def test_a_run_does_not_remove_what_another_is_writing(ingest, database, table, tmp_path):
    with Proxy(database.server.port, SLOW) as slow:
        process = start_slowly(ingest, database, table, tmp_path / "slow.parquet", slow, "--limit", "100000")
        ingest.copy(database.url(), table, tmp_path / "quick.parquet", "--limit", 10).expect()
        slow.rate = None
        _, err = process.communicate(timeout=60)
    assert process.returncode == 0, err
    assert files_under(tmp_path) == ["quick.parquet", "slow.parquet"]
    assert pyarrow.parquet.ParquetFile(tmp_path / "slow.parquet").metadata.num_rows == 100_000


def test_concurrent_runs_to_one_destination(ingest, database, table, tmp_path):
    """At most one wins without --overwrite; what stands there is whole."""
    running = [ingest.start("copy", database.url(), table, tmp_path, "--limit", str(50_000 + n)) for n in range(4)]
    ended = [(process.communicate(timeout=90), process.returncode) for process in running]
    codes = [code for _, code in ended]
    assert codes.count(0) >= 1 and all(code in (0, 1, 2) for code in codes), ended
    assert codes.count(0) == 1, f"{codes.count(0)} runs say that they wrote the one file"
    assert files_under(tmp_path) == ["loaded.parquet"]
    winner = codes.index(0)
    assert pyarrow.parquet.ParquetFile(tmp_path / "loaded.parquet").read().num_rows == 50_000 + winner


@pytest.mark.root
def test_disk_full(ingest, database, table, tmp_path):
    small = tmp_path / "small"
    small.mkdir()
    if os.geteuid() != 0 or subprocess.run(["mount", "-t", "tmpfs", "-o", "size=3m", "none", small],
                                           capture_output=True).returncode:
        pytest.skip("cannot mount a tmpfs here; the size limit below stands for it")
    try:
        outcome = ingest.copy(database.url(), table, small).expect(1)
        assert "space" in outcome.err.lower(), outcome.err
        assert files_under(small) == []
    finally:
        subprocess.run(["umount", small], check=True)
    assert database.wait_until_quiet() == []


def test_file_size_limit(ingest, database, table, tmp_path):
    def limit():
        resource.setrlimit(resource.RLIMIT_FSIZE, (2 << 20, 2 << 20))

    outcome = ingest.copy(database.url(), table, tmp_path, preexec_fn=limit).expect(1)
    assert outcome.err.strip() and files_under(tmp_path) == []


def test_source_error_midway(ingest, database, tmp_path):
    """The server itself gives up after many rows."""
    database.execute("create view late as select i as id, 1 / (i - 150000) as x from generate_series(1, 200000) i")
    outcome = ingest.copy(database.url(), "late", tmp_path).expect(1)
    assert "division by zero" in outcome.err and files_under(tmp_path) == []


def test_interrupted_while_it_waits_for_a_lock(ingest, database, tmp_path):
    """The table is locked by another session: the wait can be ended."""
    database.execute("drop table if exists locked; create table locked as select 1 as id")
    other = database.connect()
    other.autocommit = False
    with other.cursor() as cursor:
        cursor.execute("lock table locked in access exclusive mode")
        process = ingest.start("copy", database.url(), "locked", tmp_path)
        time.sleep(1)
        assert process.poll() is None or process.returncode == 1
        process.send_signal(signal.SIGINT)
        _, err = process.communicate(timeout=20)
        other.rollback()
    other.close()
    assert process.returncode in (1, 130), err
    assert database.wait_until_quiet() == [] and files_under(tmp_path) == []
