"""10,000 jobs of 40 columns: read in a tenth of openpyxl's time and 100 MB, patched in a second. Of the release binary."""

import datetime
import os
import random
import resource
import subprocess
import sys

import openpyxl
import pytest
import xlsxwriter

import dump

pytestmark = pytest.mark.skipif("release" not in dump.DUMP, reason="WORKBOOK_DUMP is no release build")
ROWS = 10_000
OPENPYXL = """
import openpyxl, sys
book = openpyxl.load_workbook(sys.argv[1], read_only=True, data_only=True)
print(sum(v is not None for row in book["SourceConfig"].iter_rows(values_only=True) for v in row))
"""


def rows():
    rng = random.Random(1)
    yield [f"column_{n}" for n in range(40)]
    for row in range(1, ROWS + 1):
        when = datetime.datetime(2026, 1, 1) + datetime.timedelta(seconds=row * 7)
        text = f"a longer description of the job number {row}"
        yield [
            value
            for n in range(5)
            for value in (
                f"job_{row}_{n}", "Y", rng.random() * 1e5, when, row, text, "INCREMENTAL", "updated_at, created_at"
            )
        ]


def by_xlsxwriter(path):
    """Shared strings."""
    book = xlsxwriter.Workbook(path, {"default_date_format": "yyyy-mm-dd hh:mm:ss"})
    sheet = book.add_worksheet("SourceConfig")
    for number, row in enumerate(rows()):
        sheet.write_row(number, 0, row)
    book.close()


def by_openpyxl(path):
    """Inline strings."""
    book = openpyxl.Workbook(write_only=True)
    sheet = book.create_sheet("SourceConfig")
    for row in rows():
        sheet.append(row)
    book.save(path)


@pytest.fixture(scope="module", params=[by_xlsxwriter, by_openpyxl], ids=lambda maker: maker.__name__)
def big(request, tmp_path_factory):
    path = tmp_path_factory.mktemp("big") / "big.xlsx"
    request.param(path)
    return path


def cost(command, text=""):
    """Seconds of CPU, the least of three, and peak bytes."""
    best = None
    for _ in range(3):
        before = resource.getrusage(resource.RUSAGE_CHILDREN)
        done = subprocess.run(["/usr/bin/time", "-f", "%M", *command], input=text, capture_output=True, text=True, check=True)
        after = resource.getrusage(resource.RUSAGE_CHILDREN)
        seconds = after.ru_utime + after.ru_stime - before.ru_utime - before.ru_stime
        best = min(best or seconds, seconds)
    return best, int(done.stderr.split()[-1]) << 10, done.stdout.strip()


def test_reading(big):
    ours, peak, count = cost([dump.DUMP, "count", big])
    theirs, _, same = cost([sys.executable, "-c", OPENPYXL, str(big)])
    print(f"reading: {ours:.2f} s, openpyxl {theirs:.2f} s, ratio {ours / theirs:.3f}, peak {peak >> 20} MiB")
    assert count == same == str((ROWS + 1) * 40)
    assert ours <= 0.10 * theirs
    assert peak <= 100_000_000


def test_patching(big, tmp_path):
    path = tmp_path / "big.xlsx"
    lines = "".join(f"SourceConfig\tG{row}\ttext\tFAILED {row}\n" for row in range(2, ROWS + 2))
    path.write_bytes(big.read_bytes())
    inode = os.stat(path).st_ino
    before = resource.getrusage(resource.RUSAGE_CHILDREN)
    done = subprocess.run([dump.DUMP, "patch", path], input=lines, capture_output=True, text=True, check=True)
    after = resource.getrusage(resource.RUSAGE_CHILDREN)
    seconds = after.ru_utime + after.ru_stime - before.ru_utime - before.ru_stime
    print(f"patching 10,000 cells: {seconds:.2f} s")
    assert done.stdout.startswith("written(cells: 10000") and os.stat(path).st_ino != inode
    assert seconds <= 1
