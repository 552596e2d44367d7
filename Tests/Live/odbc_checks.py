"""What the tests of every ODBC database ask: equality with another client's rows, refusals, and memory."""

import pathlib
import subprocess
import sys
import time

import pyarrow
import pyarrow.compute
import pyarrow.parquet

from ingest import Ingest, Outcome, files_under
from mariadb import MariaDB
from proxy import Proxy


def same_as_text(path: pathlib.Path, names: list[str], rows: list[tuple], key: str = "id") -> pyarrow.Table:
    """Whole-table equality with the server's own text of each value, which pyarrow casts to the file's types. `rows` are in
    the order of `key`; binary values come as bytes or as hexadecimal text."""
    table = pyarrow.parquet.ParquetFile(path).read()
    assert table.num_rows == len(rows)
    assert table.column_names == names
    table = table.sort_by(key).combine_chunks()
    for index, field in enumerate(table.schema):
        texts = [row[index] for row in rows]
        if pyarrow.types.is_binary(field.type):
            values = [bytes.fromhex(t) if isinstance(t, str) else t for t in texts]
            expected = pyarrow.array(values, field.type)
        elif pyarrow.types.is_boolean(field.type):
            expected = pyarrow.array([None if t is None else t in ("1", "true", "t", "\x01") for t in texts])
        elif pyarrow.types.is_decimal(field.type):
            # Its own cast pads and checks; the text may have more zeros than the type has places.
            expected = pyarrow.array(texts, pyarrow.string()).cast(pyarrow.decimal256(76, 30)).cast(field.type)
        else:
            expected = pyarrow.array(texts, pyarrow.string()).cast(field.type)
        found = table[field.name].combine_chunks()
        if not found.equals(expected):
            differing = [n for n, (a, b) in enumerate(zip(found.to_pylist(), expected.to_pylist())) if a != b][:3]
            shown = [(n, found[n].as_py(), expected[n].as_py()) for n in differing]
            raise AssertionError(f"{field.name} ({field.type}): {shown}")
    return table


def refused(outcome: Outcome, folder: pathlib.Path, codes=(1,), *words: str, without: tuple[str, ...] = ()):
    """A clear error with each of `words` in it, none of `without` (secrets), and nothing written."""
    said = outcome.err + outcome.out
    assert outcome.code in codes, f"{outcome.code}\n{said}"
    assert outcome.err.strip(), "no error was printed"
    for word in words:
        assert word.lower() in outcome.err.lower(), f"{word!r} is not in: {outcome.err}"
    for secret in without:
        assert secret not in said, f"a secret is shown: {said}"
    assert "Fatal error" not in outcome.err
    assert files_under(folder) == []


def killed_server(ingest: Ingest, server: MariaDB, folder: pathlib.Path, create: str, reading: str, rate: float, pause: float):
    """The server is killed a while after a copy of its table `t` has begun the statement with the words `reading`."""
    server.start()
    try:
        database = server.create_database("doomed")
        database.execute(create)
        database.execute("analyze table t")
        with Proxy(server.port, rate) as slow:
            process = ingest.start("copy", database.url(port=slow.port), "t", folder, "--parallel", "1")
            database.wait_for_reading(reading)
            time.sleep(pause)
            server.kill()
            slow.rate = None
            _, err = process.communicate(timeout=60)
    finally:
        server.stop()
    assert process.returncode == 1, err
    assert "error: " in err and server.password not in err and files_under(folder) == []


# A child's peak counts what its parent had in memory when it was forked, so a small process starts it.
STARTER = """
import os, sys
child = os.fork()
if not child:
    os.execv(sys.argv[1], sys.argv[1:])
_, status, usage = os.wait4(child, 0)
print("peak", usage.ru_maxrss)
sys.exit(os.waitstatus_to_exitcode(status))
"""


def peak_megabytes(ingest: Ingest, *arguments) -> float:
    """The peak memory of one successful run."""
    done = subprocess.run([sys.executable, "-I", "-S", "-c", STARTER, ingest.binary, *map(str, arguments)],
                          env=ingest.environment(), stdin=subprocess.DEVNULL, capture_output=True, text=True)
    assert done.returncode == 0, done.stdout + done.stderr
    return int(done.stdout.rsplit("peak ", 1)[1]) / 1024
