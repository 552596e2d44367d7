"""`ingest validate --connect` against a real server: one test for each thing it promises to see."""

import json
import time

import openpyxl
import pytest

from project import Project, postgres_source

SETUP = """
create schema sales;
create schema "Odd Schema";
create schema closed;
create table sales.orders (
    id bigint primary key, customer_id int not null, total numeric(12, 2), weight double precision,
    ref uuid, is_paid boolean, day date, created_at timestamptz not null default now(), updated_at timestamptz,
    local_time timestamp(3), code text, rate numeric, big numeric(50, 10)
);
create index on sales.orders (updated_at);
create index on sales.orders (customer_id) where is_paid;
create table sales."Mixed" ("Id" int, "Name" text);
create table sales.mixed2 (id int);
create table sales."Mixed2" (id int);
create table "Odd Schema"."table.with dots" (id int);
create table closed.hidden (id int);
create table sales.half (id int, open_one text, secret text, "Odd Col" text);
create view sales.recent as select id, updated_at from sales.orders;
create materialized view sales.totals as select customer_id, sum(total) s from sales.orders group by 1;
create unique index on sales.totals (customer_id);
create table sales.parts (id int, at timestamptz not null) partition by range (at);
create table sales.parts_1 partition of sales.parts for values from ('2026-01-01') to ('2027-01-01');
create index on sales.parts (at);
create role analyst login password 'analyst-secret-1';
grant usage on schema sales to analyst;
grant select on sales.orders to analyst;
grant select (id, open_one) on sales.half to analyst;
"""


@pytest.fixture(scope="module")
def base(database):
    database.execute("do $$ begin if exists (select from pg_roles where rolname = 'analyst') then "
                     "execute 'drop owned by analyst'; drop role analyst; end if; end $$")
    database.execute(SETUP)
    yield database
    database.execute("drop owned by analyst; drop role analyst")


@pytest.fixture(scope="module")
def project(base, module_dir):
    return Project(
        module_dir / "project",
        {"pg": postgres_source(base), "lean": postgres_source(base, "analyst", "analyst-secret-1")},
    )


def check(ingest, project, *options, code=None):
    outcome = ingest.run("validate", "--connect", "--format", "json", *options, project.workbook)
    report = outcome.summary
    if code is not None:
        assert outcome.code == code, report
    return report


def at(report, column, row=2, severity=None):
    place = Project.cell(column, row)
    return [
        finding
        for finding in report["findings"]
        if finding["place"] == place and (severity is None or finding["severity"] == severity)
    ]


def only(report, column, row=2, severity=None):
    found = at(report, column, row, severity)
    assert len(found) == 1, report["findings"]
    assert found[0]["column"] == column and found[0]["row"] == row
    return found[0]


def one_job(ingest, project, code=None, options=(), **job):
    project.write([{"source_name": "pg", "schema_name": "sales", "table_name": "orders"} | job])
    return check(ingest, project, *options, code=code)


def test_a_good_row_has_nothing_to_report(ingest, project):
    report = one_job(
        ingest, project, columns="id, customer_id, total, created_at, updated_at", primary_key="id",
        load_type="INCREMENTAL", watermark_column="updated_at, created_at", query_filter="total > 10",
        partition_column="id", code=0, options=["--strict"],
    )  # fmt: skip
    assert report["errors"] == report["warnings"] == 0
    assert report["connected"] == 1
    # Without an index the second column is worth a note, and only that.
    assert [f["message"] for f in report["findings"] if "index" in f["message"]] == [
        '"created_at" (timestamp with time zone) begins no index: each load reads the whole table to find what is new. '
        "An index on it makes loads fast."
    ]


def test_without_connect_nothing_is_connected_to(ingest, project, base):
    project.write([{"source_name": "pg", "schema_name": "nowhere", "table_name": "nothing"}])
    report = ingest.run("validate", "--format", "json", project.workbook).expect(0).summary
    assert report["connected"] is None


def test_rows_that_are_switched_off_are_left_alone(ingest, project):
    report = one_job(ingest, project, table_name="nothing", enabled="N", code=0)
    assert report["connected"] == 0


@pytest.mark.parametrize(
    ("schema", "table", "cell", "severity", "text"),
    [
        ("sales", "ordrs", "table_name", "error", 'Did you mean "orders"?'),
        ("sales", "nothing_like_it", "table_name", "error", "There is no table or view sales.nothing_like_it"),
        ("salse", "orders", "schema_name", "error", 'There is no schema "salse"'),
        ("salse", "orders", "schema_name", "error", 'Did you mean "sales"?'),
        (None, "orders", "table_name", "error", 'There is one of this name in the schema "sales"'),
        ("sales", "ORDERS", "table_name", "note", '"ORDERS" is found as "orders"'),
        ("SALES", "orders", "table_name", "note", 'The schema "SALES" is found as "sales"'),
        ("sales", "mixed", "table_name", "note", '"mixed" is found as "Mixed"'),
        ("sales", "MIXED2", "table_name", "error", 'Write one of "Mixed2", "mixed2".'),
    ],
)
def test_names_of_tables(ingest, project, schema, table, cell, severity, text):
    report = one_job(ingest, project, schema_name=schema, table_name=table, code=2 if severity == "error" else 0)
    assert text in only(report, cell, severity=severity)["message"]


def test_a_name_means_itself_whatever_is_in_it(ingest, project):
    report = one_job(ingest, project, schema_name="Odd Schema", table_name="table.with dots", code=0)
    assert report["connected"] == 1 and report["errors"] == 0


@pytest.mark.parametrize("table", ["recent", "totals", "parts", "parts_1"])
def test_views_and_partitions_are_found(ingest, project, table):
    one_job(ingest, project, table_name=table, code=0)


def test_columns_are_named_with_their_nearest(ingest, project):
    report = one_job(
        ingest, project, columns="id, custmer_id", primary_key="order_id", load_type="INCREMENTAL",
        watermark_column="updated_dt", partition_column="ID", code=2,
    )  # fmt: skip
    assert only(report, "columns", severity="error")["message"] == (
        '"custmer_id" is not a column of sales.orders. Did you mean "customer_id" (integer)?'
    )
    assert only(report, "watermark_column")["message"] == (
        '"updated_dt" is not a column of sales.orders. Did you mean "updated_at" (timestamp with time zone)?'
    )
    assert "Its columns are id, customer_id, total" in only(report, "primary_key", severity="error")["message"]
    assert only(report, "partition_column")["message"] == '"ID" is found as "id".'


@pytest.mark.parametrize(
    ("column", "severity", "text"),
    [
        ("weight", "error", "cannot be a watermark: its values are rounded"),
        ("is_paid", "error", "cannot be a watermark: it has two values"),
        ("ref", "error", "cannot be a watermark: its values do not grow with time"),
        ("day", "warning", "has days only"),
        ("local_time", "warning", "has no time zone"),
        ("code", "warning", "is text, and is compared as the database sorts text"),
        ("updated_at", "warning", "may be NULL"),
        ("created_at", "note", "begins no index"),
    ],
)
def test_what_a_watermark_is_fit_for(ingest, project, column, severity, text):
    report = one_job(ingest, project, columns=f"id, {column}", load_type="INCREMENTAL", watermark_column=column)
    found = [f["message"] for f in at(report, "watermark_column", severity=severity)]
    assert any(text in message for message in found), report["findings"]
    assert all(message.startswith(f'"{column}" (') for message in found)


def test_an_index_counts_only_where_it_covers_the_table(ingest, project):
    report = one_job(ingest, project, columns="id, customer_id", load_type="INCREMENTAL", watermark_column="customer_id")
    assert "begins no index" in only(report, "watermark_column")["message"]
    report = one_job(ingest, project, columns="id", load_type="INCREMENTAL", watermark_column="id")
    assert at(report, "watermark_column") == []
    report = one_job(ingest, project, table_name="parts", load_type="INCREMENTAL", watermark_column="at")
    assert at(report, "watermark_column") == []


def test_a_zone_or_a_second_column_answers_the_warning(ingest, project):
    report = one_job(
        ingest, project, columns="id, local_time", load_type="INCREMENTAL", watermark_column="local_time",
        watermark_timezone="Europe/Berlin", on_null_watermark="include",
    )  # fmt: skip
    assert at(report, "watermark_column", severity="warning") == []


def test_columns_that_stand_in_for_each_other_are_of_one_type(ingest, project):
    report = one_job(
        ingest, project, columns="id", load_type="INCREMENTAL", watermark_column="updated_at, local_time", code=2
    )
    message = only(report, "watermark_column", severity="error")["message"]
    assert '"local_time" is a time without a zone (timestamp(3) without time zone)' in message
    report = one_job(ingest, project, columns="id", load_type="INCREMENTAL", watermark_column="id, customer_id", code=0)


def test_queries_and_filters_are_parsed_by_the_server(ingest, project):
    report = one_job(ingest, project, query="select id, totl from sales.orders", code=2)
    assert 'column "totl" does not exist' in only(report, "query")["message"]
    report = one_job(ingest, project, query="select id from sales.orders; drop table sales.orders", code=2)
    assert "more than one statement" in only(report, "query")["message"]
    report = one_job(ingest, project, columns="id", query_filter="totl > 10", code=2)
    assert 'column "totl" does not exist' in only(report, "query_filter")["message"]
    report = one_job(ingest, project, columns="id", query_filter="true) or (true", code=2)
    assert "parentheses" in only(report, "query_filter")["message"]
    report = one_job(ingest, project, query="delete from sales.orders returning id", code=2)
    one_job(ingest, project, query="with x as (delete from sales.orders returning id) select * from x", code=2)


def test_a_query_is_described_with_its_places_filled(ingest, project):
    query = (
        "select id, updated_at from sales.orders where updated_at >= {watermark_from} "
        "and updated_at < '{watermark_to}' and {filter}"
    )
    job = {"query": query, "load_type": "INCREMENTAL", "watermark_column": "updated_at"}
    one_job(ingest, project, query_filter="total > 1", code=0, **job)
    report = one_job(ingest, project, query_filter="totl > 1", code=2, **job)
    assert "totl" in only(report, "query", severity="error")["message"]
    report = one_job(ingest, project, columns="idd", code=2, **job)
    assert '"idd" is not a column of the query. Did you mean "id" (bigint)?' in only(report, "columns")["message"]


def test_a_watermark_that_only_the_query_compares(ingest, project):
    job = {"load_type": "INCREMENTAL", "watermark_column": "updated_at"}
    query = "select id from sales.orders where updated_at >= {watermark_from} and updated_at < {watermark_to}"
    report = one_job(ingest, project, query=query, code=0, **job)
    assert "which compares it itself" in only(report, "watermark_column", severity="warning")["message"]
    report = one_job(ingest, project, query="select id from sales.orders", code=2, **job)
    assert '"updated_at" is not a column of the query' in only(report, "watermark_column")["message"]


def test_a_query_in_a_file(ingest, project):
    (project.folder / "queries").mkdir(exist_ok=True)
    (project.folder / "queries/orders.sql").write_text("\ufeffselect id, nope from sales.orders;\n-- the end\n", "utf-8")
    report = one_job(ingest, project, query="@queries/orders.sql", code=2)
    assert 'column "nope" does not exist' in only(report, "query")["message"]
    (project.folder / "queries/orders.sql").write_text("select id from sales.orders\n-- the end")
    one_job(ingest, project, query="@queries/orders.sql", code=0)


def test_rules_name_columns_that_exist(ingest, project):
    project.write(
        [{"job_id": "o", "source_name": "pg", "schema_name": "sales", "table_name": "orders", "columns": "id"}],
        quality=[["o", "totl", "not_null", None, "error"], ["*", "whatever", "not_null", None, "warn"]],
        columns=[["o", "ids", "string", None, None]],
    )
    report = check(ingest, project, code=2)
    places = {f["place"]: f["message"] for f in report["findings"] if "is not a column" in f["message"]}
    assert places.keys() == {"QualityRules!B2", "ColumnRules!B2"}
    assert 'Did you mean "total" (numeric(12,2))?' in places["QualityRules!B2"]
    assert report["jobs"][0]["refusal"].startswith("QualityRules!B2 column: ")


def test_lossy_columns_fail_strict_until_somebody_decides(ingest, project):
    report = one_job(ingest, project, job_id="o", code=0)
    warned = {f["value"]: f["message"] for f in at(report, "table_name", severity="warning")}
    assert warned.keys() == {"rate", "big"}
    assert "declared without a precision" in warned["rate"] and "more than 38 digits" in warned["big"]
    one_job(ingest, project, code=2, options=["--strict"])
    one_job(ingest, project, columns="id, total", code=0, options=["--strict"])
    job = {"job_id": "o", "source_name": "pg", "schema_name": "sales", "table_name": "orders"}
    project.write([job], columns=[["o", "rate", "decimal(20,6)", None, None], ["o", "big", None, "drop", None]])
    assert at(check(ingest, project), "table_name") == []


def test_missing_permission_comes_with_the_grant(ingest, project):
    report = one_job(ingest, project, source_name="lean", schema_name="closed", table_name="hidden", code=2)
    assert only(report, "table_name")["message"] == (
        "closed.hidden may not be read. Its owner can allow it: "
        'GRANT USAGE ON SCHEMA "closed" TO "analyst"; GRANT SELECT ON "closed"."hidden" TO "analyst";'
    )
    report = one_job(ingest, project, source_name="lean", table_name="half", code=2)
    message = only(report, "table_name")["message"]
    assert 'The columns "secret", "Odd Col" of sales.half may not be read.' in message
    assert 'GRANT SELECT ("secret", "Odd Col") ON "sales"."half" TO "analyst";' in message
    one_job(ingest, project, source_name="lean", table_name="half", columns="id, open_one", code=0)
    report = one_job(ingest, project, source_name="lean", table_name="half", columns="id, secret", code=2)
    assert 'The columns "secret"' not in only(report, "columns")["message"]
    assert 'The column "secret"' in only(report, "columns")["message"]
    report = one_job(ingest, project, source_name="lean", query="select * from sales.half", code=2)
    assert "permission denied" in only(report, "query")["message"]


def test_a_view_over_what_may_not_be_read(ingest, project, base):
    if base.connection.server_version < 150000:
        pytest.skip("security_invoker is of PostgreSQL 15")
    base.execute("create view sales.peek with (security_invoker) as select id from closed.hidden")
    base.execute("grant select on sales.peek to analyst")
    report = one_job(ingest, project, source_name="lean", table_name="peek", code=2)
    assert "permission denied" in only(report, "table_name")["message"]
    one_job(ingest, project, source_name="pg", table_name="peek", code=0)


def test_the_findings_become_comments_of_a_copy(ingest, project):
    project.write([{"source_name": "pg", "schema_name": "sales", "table_name": "ordrs"}])
    copy = project.folder / "marked.xlsx"
    ingest.run("validate", "--connect", "--annotate", copy, project.workbook).expect(2)
    sheet = openpyxl.load_workbook(copy)["SourceConfig"]
    assert 'Did you mean "orders"?' in sheet[Project.cell("table_name", 2).split("!")[1]].comment.text


def test_the_grant_that_is_printed_helps(ingest, project, base):
    base.execute("create table closed.later (id int)")
    report = one_job(ingest, project, source_name="lean", schema_name="closed", table_name="later", code=2)
    base.execute(only(report, "table_name")["message"].split("Its owner can allow it: ")[1])
    one_job(ingest, project, source_name="lean", schema_name="closed", table_name="later", code=0)
    base.execute("revoke usage on schema closed from analyst")


def test_a_row_that_is_refused_anyway_is_looked_at_too(ingest, project):
    report = one_job(ingest, project, table_name="ordrs", load_type="SOMETIMES", code=2)
    assert "SOMETIMES" in only(report, "load_type")["message"]
    assert 'Did you mean "orders"?' in only(report, "table_name", severity="error")["message"]
    assert report["jobs"][0]["refusal"].endswith("(And 1 more: see ingest validate.)")


def test_a_source_that_cannot_be_reached_is_said_once(ingest, base, module_dir):
    project = Project(
        module_dir / "down",
        {"down": postgres_source(base) | {"port": 1}, "wrong": postgres_source(base, password="not-it-at-all"),
         "pg": postgres_source(base)},
    )  # fmt: skip
    rows = [{"source_name": "down", "table_name": f"t{i}"} for i in range(5)]
    rows += [{"source_name": "wrong", "table_name": f"w{i}"} for i in range(3)]
    rows += [{"source_name": "pg", "schema_name": "sales", "table_name": "orders", "columns": "id"}]
    project.write(rows)
    report = check(ingest, project, code=2)
    errors = [f for f in report["findings"] if f["severity"] == "error"]
    assert [f["column"] for f in errors] == ["sources.down", "sources.wrong"]
    assert all(f["place"].startswith("ingest.toml:") for f in errors)
    assert "Cannot connect" in errors[0]["message"] and "5 jobs of it were not looked at" in errors[0]["message"]
    assert "not-it-at-all" not in json.dumps(report)
    assert report["connected"] == 1


def test_everything_at_once_in_sheet_order_and_one_session(ingest, project, base):
    base.execute("create table if not exists sales.connections (n int)")
    before = base.value("select sessions from pg_stat_database where datname = current_database()")
    rows = [{"source_name": "pg", "schema_name": "sales", "table_name": f"missing_{i}"} for i in range(50)]
    rows += [{"source_name": "pg", "schema_name": "sales", "table_name": "orders", "columns": "nope"}]
    project.write(rows)
    report = check(ingest, project, code=2)
    assert [f["row"] for f in report["findings"] if f["severity"] == "error"] == list(range(2, 53))
    assert not base.wait_until_quiet()
    deadline = time.monotonic() + 10
    while (now := base.value("select sessions from pg_stat_database where datname = current_database()")) == before:
        assert time.monotonic() < deadline
        time.sleep(0.1)
    assert now == before + 1


def test_nothing_is_written_and_no_lock_is_kept(ingest, project, base):
    """A table that another session holds exclusively is described all the same: the catalog needs no lock of it."""
    holder = base.connect()
    holder.autocommit = False
    with holder.cursor() as cursor:
        cursor.execute("lock table sales.orders in access exclusive mode")
    started = time.monotonic()
    one_job(ingest, project, columns="id", load_type="INCREMENTAL", watermark_column="id", code=0)
    assert time.monotonic() - started < 5
    holder.rollback()
    holder.close()


def test_the_text_names_the_cell(ingest, project):
    project.write([{"source_name": "pg", "schema_name": "sales", "table_name": "orders", "columns": "id",
                    "load_type": "INCREMENTAL", "watermark_column": "updated_dt"}])  # fmt: skip
    outcome = ingest.run("validate", "--connect", project.workbook).expect(2)
    line = outcome.out.splitlines()[0]
    assert line.startswith(Project.cell("watermark_column", 2)) and "Did you mean" in line
    assert outcome.out.rstrip().endswith("1 refused, 1 compared with their sources; 1 error.")


def test_connect_needs_settings(ingest, project, tmp_path):
    lonely = tmp_path / "alone.xlsx"
    lonely.write_bytes(project.workbook.read_bytes())
    outcome = ingest.run("validate", "--connect", lonely, cwd=tmp_path).expect(2)
    assert "--connect needs settings" in outcome.err
