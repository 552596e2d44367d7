"""ingest validate on workbooks that openpyxl made: what cells hold, what is said, and the marked copy."""

import datetime
import json
import os
import pathlib
import subprocess

import openpyxl
import pytest
from openpyxl.comments import Comment

INGEST = os.environ.get("INGEST", ".build/debug/ingest")
EARLIER = pathlib.Path(__file__).parent.parent / "Corpus" / "earlier-framework" / "ingestion_config_current.xlsx"
SETTINGS = """
[sources.postgres_source]
type = "postgresql"
host = "localhost"
database = "sales"
sslmode = "disable"

[sources.Source1]
type = "mssql"
host = "localhost"

[sources.coingecko]
type = "api"
base_url = "https://api.example.com"
"""
HEADERS = ["job_id", "enabled", "source_name", "table_name", "load_type", "schedule", "max_change_pct", "last_watermark", "watermark_column"]


@pytest.fixture
def project(tmp_path):
    (tmp_path / "ingest.toml").write_text(SETTINGS)
    return tmp_path


def validate(*arguments):
    done = subprocess.run([INGEST, "validate", "--format", "json", *map(str, arguments)], capture_output=True, text=True, timeout=60)
    assert done.returncode in (0, 2), done.stderr
    return done.returncode, json.loads(done.stdout)


def workbook(path, *rows):
    book = openpyxl.Workbook()
    sheet = book.active
    sheet.title = "SourceConfig"
    sheet.append(HEADERS)
    for row in rows:
        sheet.append([row.get(name) for name in HEADERS])
    return book, sheet


def row(**cells):
    return {"enabled": "Y", "source_name": "postgres_source", "load_type": "FULL", **cells}


def test_times_of_day_percent_and_dates(project):
    path = project / "book.xlsx"
    book, sheet = workbook(
        path,
        row(table_name="a", schedule=datetime.time(6, 0), max_change_pct=0.1),
        row(table_name="b", load_type="INCREMENTAL", watermark_column="id", last_watermark=datetime.datetime(2026, 1, 1, 12, 30)),
        row(table_name="c", job_id=datetime.date(2026, 3, 4)),
    )
    sheet["G2"].number_format = "0%"
    sheet["F2"].number_format = "hh:mm"
    book.save(path)
    code, report = validate(path)
    assert code == 2
    said = {(f["place"], f["severity"]): f["message"] for f in report["findings"] if f["place"].startswith("SourceConfig")}
    assert said[("SourceConfig!F2", "note")] == "The cell is a time of day; read as daily 06:00."
    assert "2026-03-04" in said[("SourceConfig!A4", "error")] and "as text" in said[("SourceConfig!A4", "error")]
    assert len(said) == 2, said
    assert [job["refusal"] is None for job in report["jobs"]] == [True, True, False]


def test_marked_copy(project):
    path, copy = project / "book.xlsx", project / "marked.xlsx"
    book, sheet = workbook(path, row(table_name="a", source_name="postgres_sorce", load_type="FUL"), row(table_name="b"))
    sheet["D3"].comment = Comment("Ask Ana.", "Bo")
    sheet["A3"] = " padded"
    book.save(path)
    before = path.read_bytes()
    code, report = validate("--annotate", copy, path)
    assert code == 2 and report["annotated"] == str(copy)
    assert path.read_bytes() == before
    marked = openpyxl.load_workbook(copy)["SourceConfig"]
    comments = {cell.coordinate: cell.comment.text for cells in marked.iter_rows() for cell in cells if cell.comment}
    assert set(comments) == {"C2", "E2", "D3"}, comments
    assert 'Did you mean "postgres_source"?' in comments["C2"] and "Allowed: FULL, INCREMENTAL" in comments["E2"]
    assert "Ask Ana." in comments["D3"]


@pytest.mark.skipif(not EARLIER.exists(), reason=f"{EARLIER.name} is not there")
def test_earlier_framework(project):
    code, report = validate("--project", project, EARLIER)
    assert code == 0, report["findings"]
    assert [(job["job_id"], job["enabled"]) for job in report["jobs"]] == [
        ("postgres_source.orders", True),
        ("Source1.users", True),
        ("coingecko.crypto_prices", False),
    ]
    assert all(job["refusal"] is None for job in report["jobs"])


def test_template_has_no_errors(project):
    path = project / "new.xlsx"
    subprocess.run([INGEST, "template", "--project", project, path], check=True, capture_output=True)
    code, report = validate("--strict", path)
    assert code == 0, report["findings"]
