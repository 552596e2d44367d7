"""Every kind of wrong value in every column of all three sheets: each is told, in its cell, or is a value that may
stand there; none ends the program, and no secret is repeated."""

import collections
import datetime
import json
import os
import pathlib
import subprocess

import openpyxl
import pytest

INGEST = pathlib.Path(os.environ.get("INGEST", ".build/debug/ingest")).resolve()
SETTINGS = """
[sources.db]
type = "postgresql"
host = "localhost"
[sources.shop]
type = "api"
base_url = "https://shop.example"
[destinations.archive]
url = "file://./archive"
"""
# No column takes these as they are.
NEVER = {
    "uncalculated": "=1/0",
    "credentials": "https://reader:hunter2secret@db.example/x",
    "blanks": "\u00a0\u2003",
    "invisible": "\u200b",
    "empty in words": "N/A",
    "a tab": "a\tb",
}
# These mean something in some columns.
SOMETIMES = {
    "a word": "qwxyz!",
    "negative": -5,
    "huge": 1e300,
    "a fraction": 2.5,
    "a boolean": True,
    "a date": datetime.datetime(2026, 3, 4),
    "a time": datetime.time(6),
    "SQL": "a'b;--",
}
# Names, SQL and prose: words, numbers and quotation marks are as good as anything; a boolean or a date is told.
NAMES = set(
    "job_id schema_name table_name columns query query_filter primary_key watermark_column target_container"
    " target_folder_path target_table partition_column api_endpoint body data_selector for_each step depends_on tags"
    " owner description params headers".split()
)
# A value of a column that only the source knows.
WATERMARKS = {"last_watermark", "watermark_end", "reload_from", "reload_to"}
FITTING = {
    "enabled": {"a boolean"},
    "allow_empty": {"a boolean"},
    "max_change_pct": {"a fraction"},
    "row_count_tolerance_pct": {"a fraction"},
    "description": {"a boolean", "a date", "a time", "a tab"},
    "body": {"a tab"},
}
API = set(
    "api_endpoint api_method params headers body data_selector pagination_type page_size auth_type for_each step".split()
)
INCREMENTAL = {"watermark_column", "watermark_timezone", "watermark_lookback", "on_null_watermark", *WATERMARKS}


@pytest.fixture(scope="module")
def project(tmp_path_factory):
    folder = tmp_path_factory.mktemp("wrong")
    (folder / "ingest.toml").write_text(SETTINGS)
    subprocess.run([INGEST, "template", "template.xlsx"], cwd=folder, check=True, capture_output=True)
    return folder


def findings(project, name):
    done = subprocess.run(
        [INGEST, "validate", "--format", "json", name], cwd=project, capture_output=True, text=True, timeout=60)
    assert done.returncode in (0, 2), done.stderr
    assert "hunter2" not in done.stdout + done.stderr
    told = collections.defaultdict(list)
    for finding in json.loads(done.stdout)["findings"]:
        told[finding["place"]].append(finding)
    return told


def columns(project, sheet):
    return [cell.value for cell in openpyxl.load_workbook(project / "template.xlsx")[sheet][1]]


def test_jobs(project):
    headers = columns(project, "SourceConfig")
    headers = [name for name in headers if not name.startswith("last_") or name == "last_watermark"]
    book = openpyxl.Workbook()
    sheet = book.active
    sheet.title = "SourceConfig"
    sheet.append(headers)
    cases = {}
    for column in headers:
        for kind, value in (NEVER | SOMETIMES).items():
            number = sheet.max_row + 1
            row = {"job_id": f"job{number}", "table_name": f"t{number}"}
            row |= {"enabled": "Y", "source_name": "db", "load_type": "FULL"}
            if column in API:
                row |= {"source_name": "shop", "api_endpoint": "/x"}
            if column in INCREMENTAL:
                row |= {"load_type": "INCREMENTAL", "watermark_column": "updated_at"}
            row[column] = value
            sheet.append([row.get(name) for name in headers])
            cases[f"SourceConfig!{sheet.cell(number, headers.index(column) + 1).coordinate}"] = (column, kind)
    book.save(project / "jobs.xlsx")
    told = findings(project, "jobs.xlsx")
    silent = []
    for place, (column, kind) in cases.items():
        if kind in FITTING.get(column, ()) or told[place]:
            continue
        if column in NAMES and kind in ("a word", "negative", "huge", "a fraction", "SQL"):
            continue
        if column in WATERMARKS and kind in ("a word", "negative", "a fraction", "a date", "SQL"):
            continue
        silent.append((column, kind))
    assert silent == []
    for place, (column, kind) in cases.items():
        if kind == "credentials":
            (error,) = [finding for finding in told[place] if finding["severity"] == "error"][:1]
            assert error["value"] == "***" and "credentials stand in the settings" in error["message"], column
        if kind == "uncalculated":
            assert any("never calculated" in finding["message"] for finding in told[place]), column


@pytest.mark.parametrize("sheet", ["QualityRules", "ColumnRules"])
def test_rules(project, sheet):
    headers = columns(project, sheet)
    book = openpyxl.load_workbook(project / "template.xlsx")
    jobs = book["SourceConfig"]
    jobs.delete_rows(2, jobs.max_row)
    names = [cell.value for cell in jobs[1]]
    row = {"job_id": "orders", "enabled": "Y", "source_name": "db", "table_name": "orders", "load_type": "FULL"}
    for name, value in row.items():
        jobs.cell(2, names.index(name) + 1).value = value
    rules = book[sheet]
    good = {"job_id": "orders", "column": "total", "rule": "not_null", "severity": "error", "type": "string"}
    cases = {}
    number = 1
    for column in headers:
        for kind, value in (NEVER | SOMETIMES).items():
            number += 1
            for index, name in enumerate(headers, 1):
                cell = rules.cell(number, index)
                # Each rule of its own column, so that two rules for one do not hide what is looked for.
                cell.value = value if name == column else f"c{number}" if name == "column" else good.get(name)
            cases[f"{sheet}!{rules.cell(number, headers.index(column) + 1).coordinate}"] = (column, kind)
    book.save(project / f"{sheet}.xlsx")
    told = findings(project, f"{sheet}.xlsx")
    free = {"column", "argument", "rename"}
    silent = [
        (column, kind) for place, (column, kind) in cases.items()
        if not told[place] and not (column in free and kind in SOMETIMES) and (column, kind) != ("argument", "a tab")
    ]
    assert silent == []
