"""discover, preview and validate --connect on a SQLite file: the same verbs, another catalog."""

import sqlite3

import openpyxl
import pytest

from project import Project

SETUP = """
create table orders (
    id integer primary key, total decimal(10, 2), rate numeric, note text, updated_at timestamp not null,
    weight real, raw blob
);
create index by_change on orders (updated_at);
insert into orders values
    (1, 1.5, 0.25, 'a', '2026-01-01 10:00:00', 1.5, x'00ff'), (2, 2, 3, NULL, '2026-01-02 10:00:00', NULL, NULL);
create view recent as select id, updated_at from orders;
create table "Odd Name" ("a b" int);
"""


@pytest.fixture
def project(tmp_path):
    connection = sqlite3.connect(tmp_path / "shop.db")
    connection.executescript(SETUP)
    connection.close()
    return Project(tmp_path, {"shop": {"type": "sqlite", "database": "shop.db"}})


def test_what_is_there_and_rows_for_it(ingest, project):
    ingest.run("template", "--project", project.folder, project.workbook).expect()
    found = ingest.run(
        "discover", "--project", project.folder, "--add", "--enable", "--tables", "*", "--format", "json", "shop"
    ).expect().summary  # fmt: skip
    tables = {t["table"]: t for t in found["tables"]}
    assert set(tables) == {"orders", "recent", "Odd Name"}
    assert tables["orders"]["primary_key"] == ["id"] and tables["recent"]["kind"] == "view"
    best = tables["orders"]["candidates"][0]
    assert best["column"] == "updated_at" and "indexed" in best["reason"] and "never NULL" in best["reason"]
    sheet = openpyxl.load_workbook(project.workbook)["SourceConfig"]
    header = [c.value for c in sheet[1]]
    rows = [dict(zip(header, [c.value for c in sheet[j["row"]]])) for j in found["added"]["jobs"]]
    assert {r["table_name"] for r in rows} == set(tables)
    assert {r["target_folder_path"].split("/")[0] for r in rows} == {"shop"}
    report = ingest.run("validate", "--connect", "--project", project.folder, "--format", "json").summary
    assert report["errors"] == 0 and report["connected"] == 3, report["findings"]


@pytest.mark.parametrize(
    ("job", "cell", "text"),
    [
        ({"table_name": "ordrs"}, "table_name", 'Did you mean "orders"?'),
        ({"table_name": "ORDERS", "columns": "id, totl"}, "columns", 'Did you mean "total" (decimal(10, 2))?'),
        (
            {"table_name": "orders", "load_type": "INCREMENTAL", "watermark_column": "weight"},
            "watermark_column",
            "cannot be a watermark: its values are rounded",
        ),
        ({"table_name": "orders", "query": "select nope from orders"}, "query", "nope"),
        ({"table_name": "orders", "query_filter": "totl > 1"}, "query_filter", "totl"),
    ],
)
def test_mistakes_name_the_cell(ingest, project, job, cell, text):
    project.write([{"source_name": "shop"} | job])
    report = ingest.run("validate", "--connect", "--format", "json", project.workbook).expect(2).summary
    errors = [f for f in report["findings"] if f["severity"] == "error"]
    assert [f["place"] for f in errors] == [Project.cell(cell, 2)] and text in errors[0]["message"]


def test_preview(ingest, project):
    found = ingest.run(
        "preview", "--project", project.folder, "--source", "shop", "--table", "orders", "--format", "json"
    ).expect().summary  # fmt: skip
    row = dict(zip([c["name"] for c in found["columns"]], found["rows"][0]))
    assert (row["id"], row["total"], row["note"], row["raw"]) == ("1", "1.50", "a", "0x00ff")
    assert row["updated_at"] == "2026-01-01T10:00:00.000000"
    assert found["more"] is False and len(found["rows"]) == 2
