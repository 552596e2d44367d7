"""The process and what its parent gives it: closed streams, limits, signals, arguments."""

import json
import os
import resource
import signal
import subprocess
import threading
import time

import pyarrow.parquet
import pytest

from ingest import files_under, parquet_under
from proxy import Proxy

PLAIN = "?sslmode=disable"


@pytest.fixture(scope="module")
def table(database):
    database.execute("""create table loaded as select i as id, md5(i::text) as a from generate_series(1, 200000) i;
        analyze loaded""")
    return "loaded"


@pytest.mark.parametrize("closed", ["<&-", ">&-", "2>&-", ">&- 2>&-", "<&- >&- 2>&-"])
def test_closed_streams(ingest, database, table, tmp_path, closed):
    """Nothing that would have been printed ends up in a file that got the stream's number."""
    with Proxy(database.server.port, 2e6) as slow:
        # Long enough for a progress line, which comes after five seconds, in one of the cases.
        slow.rate = 1e6 if closed == "2>&-" else None
        threading.Timer(5.5, lambda: setattr(slow, "rate", None)).start()
        command = f'"$0" copy "$1" loaded "$2" {closed}'
        done = subprocess.run(["bash", "-c", command, ingest.binary, database.url(port=slow.port, parameters=PLAIN), tmp_path],
                              capture_output=True, env=ingest.environment(), timeout=60)
    assert done.returncode == 0, done
    assert pyarrow.parquet.read_table(tmp_path / "loaded.parquet").num_rows == 200_000
    done = subprocess.run(["bash", "-c", f'"$0" --help {closed}', ingest.binary], capture_output=True, timeout=20)
    assert done.returncode == (1 if ">&- " in closed + " " and closed != "2>&-" else 0), done


def test_a_reader_that_goes_and_a_full_disk(ingest, database, table, tmp_path):
    ingest.copy(database.url(), table, tmp_path).expect()
    script = '"$0" inspect --pages "$1" | head -1; echo "${PIPESTATUS[0]}"'
    done = subprocess.run(["bash", "-c", script, ingest.binary, tmp_path / "loaded.parquet"], capture_output=True,
                          text=True, timeout=20)
    assert done.stdout.splitlines()[-1] == "0" and done.stderr == "", done
    with open("/dev/full", "w") as full:
        done = subprocess.run([ingest.binary, "inspect", tmp_path / "loaded.parquet"], stdout=full, stderr=subprocess.PIPE,
                              text=True, timeout=20)
        assert done.returncode == 1 and "standard output" in done.stderr
        done = subprocess.run([ingest.binary, "copy", database.url(), table, tmp_path / "b.parquet", "--format", "json"],
                              stdout=full, stderr=subprocess.PIPE, text=True, timeout=60, env=ingest.environment())
    assert done.returncode == 1 and "the copy itself is complete" in done.stderr, done
    assert files_under(tmp_path) == ["b.parquet", "loaded.parquet"]


def test_arguments_that_are_not_utf8(ingest, tmp_path):
    for arguments in ([b"inspect", b"\xff.parquet"], [b"copy", b"postgresql://h/d", b"t", b"\xc3("], [b"\xff"]):
        done = subprocess.run([os.fsencode(ingest.binary), *arguments], capture_output=True, cwd=tmp_path, timeout=20)
        assert done.returncode == 2 and b"UTF-8" in done.stderr, done
    assert files_under(tmp_path) == []


@pytest.mark.parametrize("files", [4, 5, 8, 12, 16, 24, 31, 32, 40, 64])
def test_few_open_files(ingest, database, table, tmp_path, files):
    def limit():
        resource.setrlimit(resource.RLIMIT_NOFILE, (files, files))

    outcome = ingest.copy(database.url(), table, tmp_path, "--parallel", "2", "--limit", "1000", preexec_fn=limit)
    assert outcome.code in (0, 1), outcome
    if outcome.code:
        assert outcome.err.count("error:") == 1 and "files" in outcome.err, outcome.err
        assert files_under(tmp_path) == []


@pytest.mark.parametrize("megabytes", [50, 70, 90, 130])
def test_little_memory(ingest, database, table, tmp_path, megabytes):
    """A process without memory may die, but a file that stands there is whole, and the next run tidies up."""
    def limit():
        resource.setrlimit(resource.RLIMIT_AS, (megabytes << 20, megabytes << 20))

    process = ingest.start("copy", database.url(), table, tmp_path, "--parallel", "2", preexec_fn=limit)
    process.communicate(timeout=90)
    if process.returncode != 0:
        assert parquet_under(tmp_path) == []
        ingest.copy(database.url(), table, tmp_path).expect()
    assert files_under(tmp_path) == ["loaded.parquet"]
    assert pyarrow.parquet.read_table(tmp_path / "loaded.parquet").num_rows == 200_000
    assert database.wait_until_quiet() == []


def test_hang_up(ingest, database, table, tmp_path):
    with Proxy(database.server.port, 2e6) as slow:
        # Whatever this test run was started with: under nohup it would stay ignored.
        process = ingest.start("copy", database.url(port=slow.port, parameters=PLAIN), table, tmp_path,
                               preexec_fn=lambda: signal.signal(signal.SIGHUP, signal.SIG_DFL))
        database.wait_for_copy()
        process.send_signal(signal.SIGHUP)
        _, err = process.communicate(timeout=30)
        # What the proxy still holds back would keep the server writing.
        slow.rate = None
        assert database.wait_until_quiet() == []
    assert process.returncode == 143, err
    assert files_under(tmp_path) == []


def test_signals_that_the_parent_ignores_stay_ignored(ingest, database, table, tmp_path):
    with Proxy(database.server.port, 2e6) as slow:
        process = ingest.start("copy", database.url(port=slow.port, parameters=PLAIN), table, tmp_path,
                               preexec_fn=lambda: signal.signal(signal.SIGHUP, signal.SIG_IGN))
        database.wait_for_copy()
        process.send_signal(signal.SIGHUP)
        slow.rate = None
        _, err = process.communicate(timeout=30)
    assert process.returncode == 0, err


def test_the_second_interrupt_ends_at_once(ingest, database, table, tmp_path):
    """The first one is still busy: the server, stopped, answers no cancellation."""
    with Proxy(database.server.port, 2e6) as slow:
        process = ingest.start("copy", database.url(port=slow.port, parameters=PLAIN), table, tmp_path)
        database.wait_for_copy()
        # Connections are taken up and never answered from now on, so that cancelling has to wait.
        slow.stall_after = 0
        slow.target = 9
        process.send_signal(signal.SIGINT)
        # Two that are pending at once are one.
        time.sleep(1)
        process.send_signal(signal.SIGINT)
        began = time.monotonic()
        _, err = process.communicate(timeout=30)
    assert process.returncode == 130 and time.monotonic() - began < 2, err
    assert parquet_under(tmp_path) == []
    ingest.copy(database.url(), table, tmp_path).expect()
    assert files_under(tmp_path) == ["loaded.parquet"]
    assert database.wait_until_quiet() == []


@pytest.mark.parametrize("arguments", [["inspect", "{}/pipe"], ["inspect", "/dev/zero"], ["inspect", "{}"]])
def test_inspect_does_not_wait(ingest, tmp_path, arguments):
    os.mkfifo(tmp_path / "pipe")
    ingest.run(*[a.format(tmp_path) for a in arguments], timeout=10).expect(2)


@pytest.mark.parametrize("password", ["2000", "rows", 'a"b,\\":1}', "null", "python mé ☃"])
def test_json_is_json_whatever_the_password(ingest, database, tmp_path, password):
    database.execute("drop table if exists nums; create table nums as select i as id from generate_series(1, 2000) i")
    database.execute("do $$ begin if not exists (select from pg_roles where rolname = 'odd') then"
                     " create role odd login; end if; end $$")
    database.execute("alter role odd password %s", (password,))
    database.execute("grant select on nums to odd")
    url = f"postgresql://odd@127.0.0.1:{database.server.port}/{database.name}"
    outcome = ingest.copy(url, "nums", tmp_path, "--format", "json", env={"PGPASSWORD": password}).expect()
    summary = json.loads(outcome.out)
    assert summary["rows"] == 2000 and summary["files"][0]["rows"] == 2000
    failed = ingest.copy(url, f'"{password}"'.replace('a"b', 'a""b'), tmp_path, "--format", "json", env={"PGPASSWORD": password})
    message = json.loads(failed.out)["error"]["message"]
    # A short secret is masked where credentials stand, not as a word: see docs/settings.md.
    assert failed.code == 2 and (len(password) < 8 or password not in message), failed.out
    data = (tmp_path / "nums.parquet").read_bytes()
    assert password in ("rows", "null", "2000") or password.encode() not in data
