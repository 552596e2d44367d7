"""What a terminal shows: captured through a pseudo-terminal of a given size."""

import fcntl
import os
import pty
import re
import struct
import subprocess
import termios

import pytest

from proxy import Proxy

ESCAPE = re.compile(r"\x1b\[[0-9;]*[A-Za-z]")


@pytest.fixture(scope="module")
def table(database):
    database.execute("create table drawn as select i as id, md5(i::text) t from generate_series(1, 60000) i; analyze drawn")
    return "drawn"


def shown(ingest, arguments, columns=80, **environment) -> tuple[int, str]:
    leader, follower = pty.openpty()
    fcntl.ioctl(follower, termios.TIOCSWINSZ, struct.pack("HHHH", 24, columns, 0, 0))
    process = subprocess.Popen([ingest.binary, *map(str, arguments)], stdin=follower, stdout=follower, stderr=follower,
                               env=ingest.environment(**({"TERM": "xterm-256color"} | environment)))
    os.close(follower)
    data = b""
    while True:
        try:
            part = os.read(leader, 4096)
        except OSError:
            break
        if not part:
            break
        data += part
    os.close(leader)
    return process.wait(), data.decode()


@pytest.mark.parametrize("parallel", [1, 2])
@pytest.mark.parametrize("columns", [20, 40, 80, 200])
def test_the_bar_fits(ingest, database, table, tmp_path, columns, parallel):
    with Proxy(database.server.port, 1.5e6) as slow:
        url = database.url(port=slow.port, parameters="?sslmode=disable")
        code, text = shown(ingest, ["copy", url, table, tmp_path, "--parallel", parallel], columns)
    assert code == 0, text
    painted, _, rest = text.rpartition("\x1b[J")
    lines = [line for line in re.split(r"[\r\n]+", ESCAPE.sub("", painted)) if line]
    assert any("rows" in line and "%" in line for line in lines), lines
    assert max(len(line) for line in lines) < columns
    assert rest.startswith("60,000 rows, "), "the summary does not begin on a line of its own"


def test_an_error_after_progress(ingest, database, tmp_path):
    database.execute("create or replace view bad as select i as id, 1 / (i - 59000) as x, md5(i::text) as z"
                     " from generate_series(1, 60000) i")
    with Proxy(database.server.port, 3e6) as slow:
        url = database.url(port=slow.port, parameters="?sslmode=disable")
        code, text = shown(ingest, ["copy", url, "bad", tmp_path])
        assert code == 1
        assert text.rpartition("\x1b[J")[2].startswith("\x1b[1;31merror:\x1b[0m ") and "rows" in text, text
        code, text = shown(ingest, ["copy", url, "bad", tmp_path], NO_COLOR="1")
        assert code == 1 and "\x1b[1;31m" not in text and "\x1b[J" in text


def test_a_dumb_terminal(ingest, database, table, tmp_path):
    code, text = shown(ingest, ["copy", database.url(), table, tmp_path], TERM="dumb")
    assert code == 0 and "\x1b" not in text and "60,000 rows" in text
    code, text = shown(ingest, ["copy", database.url(), "nowhere", tmp_path], TERM="dumb")
    assert code == 2 and "\x1b" not in text and text.startswith("error: ")
