"""What `workbook-dump` and openpyxl say of the same workbook, in the same words."""

import datetime
import json
import os
import subprocess
import warnings

import openpyxl
from openpyxl.utils.escape import unescape

DUMP = os.environ.get("WORKBOOK_DUMP", ".build/debug/workbook-dump")
EPOCH = datetime.datetime(1970, 1, 1)


class Refused(Exception):
    """The tool refused the file; the text is what a person would read."""


def run(*arguments, lines=None, timeout=20, env=None):
    text = "".join("\t".join(map(str, line)) + "\n" for line in lines or [])
    done = subprocess.run([DUMP, *map(str, arguments)], input=text, capture_output=True, text=True, timeout=timeout, env=env)
    if done.returncode == 2:
        raise Refused(done.stderr.strip())
    assert done.returncode == 0, f"exit code {done.returncode}: {done.stderr}"
    return done.stdout


def value(cell):
    match cell["kind"]:
        case "empty":
            return None
        case "date":
            if cell["form"] == "duration":
                return datetime.timedelta(microseconds=cell["microseconds"])
            moment = EPOCH + datetime.timedelta(days=cell["days"], microseconds=cell["microseconds"])
            return moment.time() if cell["form"] == "time" else moment
        case _:
            return cell["value"]


def read(path, keep_merged=False):
    """{sheet: {A1: value}}, and the cells as they were printed."""
    sheets, raw, current = {}, {}, None
    for line in run(path).splitlines():
        item = json.loads(line)
        if "sheet" in item:
            current = sheets.setdefault(item["sheet"], {})
            raw[item["sheet"]] = {}
        elif not item.get("merged") or keep_merged:
            raw[list(raw)[-1]][item["cell"]] = item
            if item["kind"] != "empty":
                current[item["cell"]] = value(item)
    return sheets, raw


def expected(path):
    """{sheet: {A1: value}} by openpyxl."""
    with warnings.catch_warnings():
        warnings.simplefilter("ignore")
        book = openpyxl.load_workbook(path, data_only=True)
    sheets = {}
    for sheet in book.worksheets:
        cells = sheets[sheet.title] = {}
        for cell in sheet._cells.values():
            if cell.value is not None:
                cells[cell.coordinate] = cell.value
    return sheets


def comparable(found):
    """openpyxl rounds times to milliseconds, and leaves `_x000D_` (which stands for a carriage return) as it is."""
    if isinstance(found, str):
        return unescape(found)
    if isinstance(found, bool):
        return found
    if isinstance(found, (int, float)):
        return float(found)
    if isinstance(found, datetime.date) and not isinstance(found, datetime.datetime):
        found = datetime.datetime.combine(found, datetime.time())
    if isinstance(found, datetime.timedelta):
        return ("duration", round(found / datetime.timedelta(milliseconds=1)))
    if isinstance(found, datetime.time):
        found = datetime.timedelta(
            hours=found.hour, minutes=found.minute, seconds=found.second, microseconds=found.microsecond
        )
        return ("time", round(found / datetime.timedelta(milliseconds=1)))
    return ("moment", round((found - EPOCH) / datetime.timedelta(milliseconds=1)))


def same(found, wanted):
    if isinstance(found, tuple) and isinstance(wanted, tuple):
        # Half a millisecond may be rounded either way.
        return found[0] == wanted[0] and abs(found[1] - wanted[1]) <= 1
    return found == wanted and type(found) is type(wanted)


def assert_same(ours, theirs, ignoring=()):
    assert list(ours) == list(theirs)
    for sheet, cells in theirs.items():
        found = {k: comparable(v) for k, v in ours[sheet].items() if k not in ignoring and v != ""}
        wanted = {k: comparable(v) for k, v in cells.items() if k not in ignoring and v != ""}
        different = {k: (found.get(k), wanted.get(k)) for k in {**found, **wanted} if not same(found.get(k), wanted.get(k))}
        assert not different, f"sheet {sheet}: ours and openpyxl's: {different}"
