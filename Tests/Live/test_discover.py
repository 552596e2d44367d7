"""`ingest discover` against a real server: what it lists, what it proposes, and the rows it adds."""

import json
import shutil
import subprocess

import openpyxl
import pytest

from project import Project, postgres_source

SETUP = """
create schema sales; create schema archive; create schema closed;
create table sales.orders (
    id bigint primary key, total numeric, rate numeric, empty_one numeric, price numeric(12, 2),
    created_at timestamptz not null default now(), updated_at timestamptz, valid_until timestamptz
);
create index on sales.orders (updated_at);
insert into sales.orders (id, total, rate, updated_at)
    select n, n * 1.25, case n when 7 then 12345678901234567890.123456 when 8 then 'NaN' else 0.5 end, now()
    from generate_series(1, 120000) n;
create table sales.small (a int, b int, note text, modified date, primary key (b, a));
insert into sales.small values (1, 2, 'x');
create table archive.orders (id int, "odd, name" int, primary key ("odd, name"));
create table sales.never_analysed (id int);
create view sales.recent as select * from sales.orders;
create materialized view sales.totals as select count(*) from sales.orders;
create table sales.parts (id int, changed_at timestamptz not null) partition by range (id);
create table sales.parts_1 partition of sales.parts for values from (0) to (1000);
create table sales.parts_2 partition of sales.parts for values from (1000) to (2000);
insert into sales.parts select n, now() from generate_series(0, 1999) n;
create table closed.hidden (id int);
create table sales."We/ird" (id int);
analyze sales.orders; analyze sales.small; analyze sales.parts; analyze sales.totals;
create role reader_of_few login password 'few-secret-1';
grant usage on schema sales to reader_of_few;
grant select on sales.orders to reader_of_few;
"""


@pytest.fixture(scope="module")
def base(database):
    database.execute(SETUP)
    yield database
    database.execute("drop owned by reader_of_few; drop role reader_of_few")


@pytest.fixture
def project(base, ingest, tmp_path):
    sources = {"pg": postgres_source(base), "few": postgres_source(base, "reader_of_few", "few-secret-1")}
    project = Project(tmp_path / "project", sources)
    ingest.run("template", "--project", project.folder, project.workbook).expect()
    return project


def discover(ingest, project, *options, source="pg"):
    return ingest.run("discover", "--project", project.folder, "--format", "json", *options, source).expect().summary


def table(found, name):
    return next(t for t in found["tables"] if f"{t['schema']}.{t['table']}" == name)


def rows_of(project, sheet="SourceConfig"):
    rows = openpyxl.load_workbook(project.workbook)[sheet].iter_rows(values_only=True)
    header = next(rows)
    return {n: dict(zip(header, row)) for n, row in enumerate(rows, 2) if any(v is not None for v in row)}


def test_what_is_there(ingest, project, base):
    found = discover(ingest, project)
    names = [f"{t['schema']}.{t['table']}" for t in found["tables"]]
    assert names == sorted(names)
    assert set(names) == {
        "sales.orders", "sales.small", "archive.orders", "sales.never_analysed", "sales.recent", "sales.totals",
        "sales.parts", "closed.hidden", "sales.We/ird",
    }  # fmt: skip
    orders = table(found, "sales.orders")
    assert orders["estimated_rows"] == base.value("select reltuples::bigint from pg_class where relname = 'orders'"
                                                  " and relnamespace = 'sales'::regnamespace") == 120000
    assert orders["bytes"] == base.value("select pg_table_size('sales.orders')")
    assert table(found, "sales.never_analysed")["estimated_rows"] is None
    assert table(found, "sales.small")["primary_key"] == ["b", "a"]
    parts = table(found, "sales.parts")
    assert (parts["kind"], parts["estimated_rows"]) == ("partitioned table", 2000)
    assert parts["bytes"] == base.value("select pg_table_size('sales.parts_1') + pg_table_size('sales.parts_2')")
    assert table(found, "sales.recent")["kind"] == "view" and table(found, "sales.recent")["bytes"] is None
    assert table(found, "sales.totals")["kind"] == "materialized view"
    columns = {c["name"]: c for c in orders["columns"]}
    assert columns["price"]["type"] == "decimal(12,2)" and columns["price"]["verdict"] == "exact"
    assert columns["total"]["verdict"] == "needs a decision"
    assert columns["updated_at"]["indexed"] is True and columns["created_at"]["indexed"] is False
    assert columns["created_at"]["nullable"] is False and columns["updated_at"]["nullable"] is True


def test_candidates_are_ranked_with_the_reason(ingest, project):
    found = discover(ingest, project, "--schema", "sales")
    orders = table(found, "sales.orders")
    assert [c["column"] for c in orders["candidates"]] == ["updated_at", "created_at", "id", "valid_until"]
    assert orders["candidates"][0]["reason"] == "by its name it is set on every change, may be NULL, indexed"
    assert (orders["load_type"], orders["watermark"]) == ("INCREMENTAL", ["updated_at", "created_at"])
    small = table(found, "sales.small")
    assert (small["load_type"], small["watermark"], small["reason"]) == ("FULL", [], "few rows")
    assert "days only" in small["candidates"][0]["reason"]


def test_names_by_pattern(ingest, project):
    def names(*options):
        return {f"{t['schema']}.{t['table']}" for t in discover(ingest, project, *options)["tables"]}

    assert names("--schema", "arch*") == {"archive.orders"}
    assert names("--tables", "ORD*") == {"sales.orders", "archive.orders"}
    assert names("--tables", "sales.ord*", "--tables", "small") == {"sales.orders", "sales.small"}
    outcome = ingest.run("discover", "--project", project.folder, "--tables", "ordres", "pg").expect(2)
    assert "there is no such table; did you mean 'orders'?" in outcome.err
    assert "no schema of this name" in ingest.run(
        "discover", "--project", project.folder, "--schema", "nope", "pg").expect(2).err


def test_without_a_project(ingest, base, tmp_path):
    outcome = ingest.run("discover", "--schema", "archive", base.url(), cwd=tmp_path).expect()
    assert outcome.out.splitlines()[0].split() == ["schema", "table", "kind", "size", "primary", "key", "load", "why"] or (
        "archive" in outcome.out and "odd, name" in outcome.out
    )
    assert "--add needs a SOURCE of the settings" in ingest.run(
        "discover", "--add", "--tables", "*", base.url(), cwd=tmp_path).expect(2).err


def test_a_password_in_a_url_is_never_printed(ingest, base, tmp_path):
    url = base.url()
    for options in ([], ["--format", "json"], ["--schema", "nope"], ["--tables", "nope", "--format", "json"]):
        outcome = ingest.run("discover", *options, url, cwd=tmp_path)
        assert base.server.password not in outcome.out + outcome.err
    outcome = ingest.run("preview", "--source", url, "--table", "nope", "--format", "json", cwd=tmp_path).expect(2)
    assert base.server.password not in outcome.out + outcome.err and "nope" in outcome.out


def test_unknown_sources_are_named(ingest, project):
    outcome = ingest.run("discover", "--project", project.folder, "pgg").expect(2)
    assert "'pgg' is not a source of the settings" in outcome.err and "did you mean 'pg'?" in outcome.err


def test_adding_rows(ingest, project):
    before = rows_of(project)
    added = discover(ingest, project, "--add", "--tables", "orders", "--tables", "sales.small")["added"]
    after = rows_of(project)
    new = {n: row for n, row in after.items() if n not in before}
    assert {n: after[n] for n in before} == before
    assert [(j["job_id"], j["row"]) for j in added["jobs"]] == [(r["job_id"], n) for n, r in new.items()]
    by_id = {row["job_id"]: row for row in new.values()}
    assert set(by_id) == {"pg.orders", "pg.sales.orders", "pg.small"}
    orders = by_id["pg.sales.orders"]
    wanted = {
        "enabled": "N", "source_type": "postgresql", "source_name": "pg", "schema_name": "sales", "table_name": "orders",
        "load_type": "INCREMENTAL", "primary_key": "id", "watermark_column": "updated_at, created_at",
        "target_folder_path": "pg/sales",
    }  # fmt: skip
    assert {k: orders[k] for k in wanted} == wanted
    assert by_id["pg.orders"]["target_folder_path"] == "pg/archive"
    assert by_id["pg.orders"]["primary_key"] == '"odd, name"'
    assert by_id["pg.small"]["load_type"] == "FULL" and by_id["pg.small"]["primary_key"] == "b, a"
    rules = [(r["job_id"], r["column"], r["type"]) for r in rows_of(project, "ColumnRules").values()]
    assert ("pg.sales.orders", "total", "decimal(18,2)") in rules
    assert ("pg.sales.orders", "rate", "decimal(38,6)") in rules
    assert not any(column == "empty_one" for _, column, _ in rules)
    assert any("empty_one holds no number yet" in note for note in added["notes"])


def test_what_was_added_is_valid_once_enabled(ingest, project):
    ingest.run("discover", "--project", project.folder, "--add", "--enable", "--tables", "*", "--schema", "sales",
               "pg").expect()
    report = ingest.run("validate", "--connect", "--format", "json", "--project", project.folder).summary
    assert report["errors"] == 0, report["findings"]
    assert report["connected"] == 7
    rows = {row["table_name"]: row for row in rows_of(project).values()}
    assert rows["We/ird"]["target_table"] == "We_ird" and rows["We/ird"]["enabled"] == "Y"


def test_tables_are_not_added_twice(ingest, project):
    discover(ingest, project, "--add", "--tables", "sales.orders")
    content = project.workbook.read_bytes()
    added = discover(ingest, project, "--add", "--tables", "sales.orders")["added"]
    assert added["jobs"] == [] and [k["table"] for k in added["known"]] == ["sales.orders"]
    assert project.workbook.read_bytes() == content
    text = ingest.run("discover", "--project", project.folder, "--add", "--tables", "sales.orders", "pg").expect().out
    assert "Nothing was added" in text and f"sales.orders is read by row {added['known'][0]['row']} already." in text
    discover(ingest, project, "--add", "--tables", "archive.orders")
    ids = [r["job_id"] for r in rows_of(project).values()]
    assert len(set(ids)) == len(ids) and ids[-2:] == ["pg.orders", "pg.archive.orders"]


def test_a_row_that_is_refused_counts_as_known(ingest, project):
    book = openpyxl.load_workbook(project.workbook)
    sheet = book["SourceConfig"]
    header = [c.value for c in sheet[1]]
    row = sheet.max_row + 1
    for column, value in {"enabled": "Y", "source_name": "PG", "schema_name": "sales", "table_name": "ORDERS",
                          "load_type": "SOMETIMES"}.items():  # fmt: skip
        sheet.cell(row, header.index(column) + 1, value)
    book.save(project.workbook)
    assert discover(ingest, project, "--add", "--tables", "sales.orders")["added"]["known"][0]["row"] == row


def test_tables_that_may_not_be_read_are_not_added(ingest, project):
    found = discover(ingest, project, "--add", "--tables", "*", source="few")
    assert [j["job_id"] for j in found["added"]["jobs"]] == ["few.orders"]
    assert not table(found, "closed.hidden")["readable"]
    assert any("GRANT USAGE ON SCHEMA" in note and "closed.hidden" in note for note in found["added"]["notes"])


def test_a_workbook_that_is_open_is_left_alone(ingest, project):
    lock = project.folder / "~$ingestion_config.xlsx"
    lock.write_bytes(b"\x05Somebody" + b" " * 155)
    content = project.workbook.read_bytes()
    outcome = ingest.run("discover", "--project", project.folder, "--add", "--tables", "small", "pg").expect(1)
    assert "Close it there" in outcome.err and project.workbook.read_bytes() == content


def test_add_says_what_it_needs(ingest, project):
    project.workbook.rename(project.workbook.with_name("other.xlsx"))
    add = ["discover", "--project", project.folder, "--add", "--tables", "small", "pg"]
    assert "ingest template makes one" in ingest.run(*add).expect(2).err
    ingest.run(*add, "--workbook", project.folder / "other.xlsx").expect()
    assert "--add needs --tables" in ingest.run("discover", "--project", project.folder, "--add", "pg").expect(2).err
    assert "--enable belongs to --add" in ingest.run("discover", "--project", project.folder, "--enable", "pg").expect(2).err


@pytest.mark.skipif(not shutil.which("soffice"), reason="LibreOffice is not installed (soffice)")
def test_libreoffice_keeps_what_was_added(ingest, project, tmp_path):
    discover(ingest, project, "--add", "--tables", "*")
    before = rows_of(project)
    subprocess.run(
        ["soffice", f"-env:UserInstallation=file://{tmp_path}/profile", "--headless", "--convert-to", "xlsx", "--outdir",
         tmp_path / "lo", project.workbook], check=True, capture_output=True, timeout=120,
    )  # fmt: skip
    sheet = openpyxl.load_workbook(tmp_path / "lo" / project.workbook.name)["SourceConfig"]
    header = [c.value for c in sheet[1]]
    for n, row in before.items():
        assert sheet.cell(n, header.index("job_id") + 1).value == row["job_id"]
    last = max(before)
    assert all(int(t.ref.split(":")[1].lstrip("ABCDEFGHIJKLMNOPQRSTUVWXYZ")) >= last for t in sheet.tables.values())
    assert json.dumps(sorted(str(r.sqref) for r in sheet.data_validations.dataValidation))
