"""Quality rules: results of a run compared with the same rules in DuckDB's SQL over what the source has, and what each severity
does to the lake, the records and the exit code."""

import json

import duckdb
import pytest

from loads import Loads, statuses
from project import postgres_source

ROWS = 30_000

TABLE = f"""create table orders as select n as id, case when n % 100 = 0 then null else n % 997 end as customer,
    ((n % 5000) / 3.0)::numeric(12,2) as total, case n % 50 when 0 then 'lost' when 1 then null else 'paid' end as state,
    case when n % 777 = 0 then 'x' || n else 'AB' || lpad(n::text, 6, '0') end as code,
    repeat('ä', (n % 31)::int) as note, date '2026-01-01' + (n % 300)::int as made,
    timestamp '2026-01-01' + make_interval(hours => (n % 7300)::int) as sent,
    case when n % 1000 = 7 then 'NaN'::float8 else n / 7.0::float8 end as weight
    from generate_series(1, {ROWS}) n"""

# The rule's row in the sheet, and rows that fail it in SQL.
RULES = [
    (["customer", "not_null", None], "customer is null"),
    (["total", "range", "0..1500.50"], "total not between 0 and 1500.50"),
    (["weight", "range", "..4000"], "isnan(weight) or weight > 4000"),
    (["made", "range", "2026-02-01..2026-09-30"], "made not between date '2026-02-01' and date '2026-09-30'"),
    (["sent", "range", "..2026-10-01"], "sent >= timestamp '2026-10-02'"),
    (["state", "accepted_values", "paid, open"], "state not in ('paid', 'open')"),
    (["code", "regex", r"[A-Z]{2}\d{6}"], r"not regexp_full_match(code, '[A-Z]{2}\d{6}')"),
    (["note", "length", "1..25"], "length(note) not between 1 and 25"),
    (["made, sent", "date_order", None], "made > sent"),
]


@pytest.fixture(scope="module")
def orders(database):
    database.execute(TABLE)
    return database


@pytest.fixture
def shop(ingest, orders, tmp_path) -> Loads:
    return Loads(ingest, tmp_path / "project", {"pg": postgres_source(orders)})


JOB = {"job_id": "orders", "schema_name": "public", "table_name": "orders", "primary_key": "id"}


def results(shop) -> list[dict]:
    said = shop.verb("quality", "orders", "--format", "json").summary
    return said["loads"][0]["rules"]


def test_as_sql_finds_them(shop):
    whole = [
        (["customer, state", "unique", None], "select count(*) - count(distinct (customer, state)) from t "
         "where customer is not null and state is not null"),
        (["id", "unique", None], "select 0"),
        ([None, "sql", "total < 1000 or state = 'lost'"],
         "select count(*) from t where not (total < 1000 or state = 'lost')"),
    ]  # fmt: skip
    sheet = [["orders", *row, "warn"] for row, _ in RULES + whole]
    shop.jobs(JOB, quality=sheet)
    job = shop.one()
    assert job["status"] == "SUCCESS" and job["rows"] == ROWS
    files = [str(shop.lake / name) for name in shop.listed("orders")]
    connection = duckdb.connect()
    connection.execute(f"create view t as select * from read_parquet({files!r})")
    expected = [connection.sql(f"select count(*) from t where {sql}").fetchone()[0] for _, sql in RULES]
    expected += [connection.sql(sql).fetchone()[0] for _, sql in whole]
    found = results(shop)
    assert [rule["failing"] for rule in found] == expected
    assert sum(count > 0 for count in expected) == len(expected) - 1
    assert all(rule["checked"] == ROWS for rule in found)
    # A sample is a row that fails.
    for rule, (_, sql) in zip(found, RULES):
        ids = [int(sample["id"]) for sample in rule["samples"]]
        assert len(ids) == 5
        assert connection.sql(f"select count(*) from t where id in {tuple(ids)} and ({sql})").fetchone()[0] == 5
    assert all(f"range(total): {expected[1]:,} of" in row["warnings"] for row in shop.audit())


def test_error_leaves_the_lake_as_it_was(shop):
    shop.jobs(JOB)
    shop.one()
    before = shop.rows("orders", "count(*)"), shop.records("orders")
    shop.jobs(JOB, quality=[["orders", "total", "range", "0..100", None], ["*", "nothing", "not_null", None, None]])
    job = shop.one(code=1)
    assert job["status"] == "FAILED"
    assert "range(total)" in job["error"] and "outside of 0..100" in job["error"]
    assert (shop.rows("orders", "count(*)"), shop.records("orders")) == before
    assert results(shop)[0]["state"] == "failed"


def test_quarantine(shop):
    bad = "state = 'lost' or length(note) > 25"
    shop.jobs(JOB, quality=[["orders", "state", "accepted_values", "paid", "quarantine"],
                            ["orders", "note", "length", "0..25", "quarantine"],
                            ["orders", "id", "unique", None, "error"]],
              columns=[["orders", "code", None, "redact", None]])  # fmt: skip
    # More than 5 % are set aside: the load stands, and somebody has to look.
    job = shop.one(code=1)
    assert job["status"] == "SUCCESS"
    connection = duckdb.connect()
    files = [str(shop.lake / name) for name in shop.listed("orders")]
    quarantine = sorted(map(str, (shop.lake / "_ingest/orders/quarantine").glob("*.parquet")))
    connection.execute(f"create view good as select * from read_parquet({files!r})")
    connection.execute(f"create view bad as select * from read_parquet({quarantine!r})")
    assert connection.sql(f"select count(*) from good where {bad}").fetchone() == (0,)
    assert connection.sql(f"select count(*) from bad where not ({bad})").fetchone() == (0,)
    assert connection.sql("select count(*), count(distinct id) from (select id from good union all select id from bad)"
                          ).fetchone() == (ROWS, ROWS)  # fmt: skip
    rules = dict(connection.sql("select _quarantine_rule, min(_quarantine_reason) from bad group by 1").fetchall())
    assert rules["accepted_values(state); length(note)"] == (
        "state is not one of paid; the length of note is outside of 0..25")
    assert set(rules) == {"accepted_values(state)", "length(note)", "accepted_values(state); length(note)"}
    assert connection.sql("select distinct code from bad").fetchall() == [("***",)]
    aside = connection.sql("select count(*) from bad").fetchone()[0]
    [row] = shop.audit()
    assert f"{aside:,} of 30,000 rows were set aside" in row["warnings"] and int(row["rows_processed"]) == ROWS - aside
    run = json.loads(next((shop.project.folder / "metadata/runs").glob("*.json")).read_text())
    assert run["exit_code"] == 1 and run["attempts"][0]["quarantined"] == aside
    assert [rule["state"] for rule in run["attempts"][0]["quality"]] == ["failed", "failed", "passed"]


def test_masked_values_are_nowhere(shop):
    shop.jobs(JOB, quality=[["orders", "code", "regex", "no.*", "warn"], ["orders", "code", "unique", None, "warn"],
                            ["orders", "code", "range", "B..", "quarantine"]],
              columns=[["orders", "code", None, "hash", None]])  # fmt: skip
    with open(shop.project.folder / "secrets.toml", "a") as secrets:
        secrets.write('[masks]\nsalt = "0123456789abcdef0123456789abcdef"\n')
    shop.run(code=1)
    assert "(masked)" in (shop.project.folder / "metadata/quality/orders.jsonl").read_text()
    for file in shop.project.folder.rglob("*"):
        if file.is_file():
            assert b"AB000123" not in file.read_bytes(), file


def test_misfits_stop_the_job_before_it_reads(shop):
    shop.jobs(JOB, quality=[["orders", "total", "range", "a..b", None], ["orders", "code", "regex", "(", "warn"],
                            ["orders", "stat", "not_null", None, None]])  # fmt: skip
    said = shop.verb("validate", "--connect", "--format", "json", code=2).summary
    places = {finding["place"] for finding in said["findings"] if finding["severity"] == "error"}
    assert places == {"QualityRules!D2", "QualityRules!D3", "QualityRules!B4"}
    job = shop.one(code=1)
    message = job["error"]
    assert all(f"{place} " in message for place in places) and 'Did you mean "state"' in message
    assert not (shop.lake / "orders").exists()


def test_anomaly_and_trend(shop):
    shop.jobs(JOB, quality=[["orders", None, "anomaly", None, "error"], ["orders", "id", "not_null", None, "warn"]])
    for _ in range(5):
        assert shop.one()["status"] == "SUCCESS"
    assert results(shop)[0]["state"] == "not_judged"
    shop.one()
    assert "28,950 to 31,050 were to be expected (median 30,000)" in results(shop)[0]["finding"]
    shop.jobs(JOB | {"query_filter": "id > 20000"},
              quality=[["orders", None, "anomaly", None, "error"], ["orders", "id", "not_null", None, "warn"]])  # fmt: skip
    assert shop.one("orders", "--full-refresh", "--accept-shrink", code=1)["status"] == "FAILED"
    text = shop.verb("quality", "orders").out
    assert "FAILED" in text and "6 earlier loads" in text and "10,000 rows" in text
    assert len(shop.verb("quality", "orders", "--runs", "3", "--format", "json").summary["loads"]) == 3
    assert "There is no job" in shop.verb("quality", "nobody", code=2).err


def test_sql_on_sqlite(ingest, tmp_path):
    import sqlite3

    file = tmp_path / "shop.db"
    with sqlite3.connect(file) as connection:
        connection.execute("create table t (id integer primary key, a integer, b integer)")
        connection.executemany("insert into t values (?, ?, ?)", [(1, 1, 2), (2, 3, 1), (3, None, 1), (4, 9, 1)])
    connection.close()
    shop = Loads(ingest, tmp_path / "project", {"shop": {"type": "sqlite", "database": str(file)}})
    shop.jobs({"job_id": "orders", "table_name": "t"},
              quality=[["orders", None, "sql", "a <= b -- a comment", "warn"]])  # fmt: skip
    assert statuses(shop.run()) == {"orders": "SUCCESS"}
    assert results(shop)[0]["failing"] == 2
    shop.jobs({"job_id": "orders", "table_name": "t"}, quality=[["orders", None, "sql", "true) or (true", "warn"]])
    assert statuses(shop.run(code=1)) == {"orders": "FAILED"}


def test_sql_over_odbc(ingest, tmp_path, mariadb):
    database = mariadb.create_database("t_quality_sql")
    database.execute("create table t (id integer primary key, a integer, b integer, c varchar(10))")
    database.execute("insert into t values (1, 1, 2, 'x'), (2, 3, 1, 'x'), (3, null, 1, 'x'), (4, 9, 1, 'y')")
    source = {"type": "mariadb", "host": "127.0.0.1", "port": mariadb.port, "database": database.name,
              "username": "root", "password": mariadb.password}  # fmt: skip
    shop = Loads(ingest, tmp_path / "project", {"shop": source})
    job = {"job_id": "orders", "table_name": "t", "query_filter": "c = 'x'"}
    shop.jobs(job, quality=[["orders", None, "sql", "a <= b -- a comment", "warn"], ["*", None, "sql", "id > 0", None]])
    shop.verb("validate", "--connect")
    assert statuses(shop.run()) == {"orders": "SUCCESS"}
    assert [(rule["state"], rule["failing"]) for rule in results(shop)] == [("passed", 0), ("failed", 1)]
    shop.jobs(job, quality=[["orders", None, "sql", "a <= bb", "warn"], ["*", None, "sql", "true) or (true", None]])
    found = json.loads(shop.verb("validate", "--connect", "--format", "json", code=2).out)["findings"]
    assert {f["place"] for f in found if f["severity"] == "error"} == {"QualityRules!D2", "QualityRules!D3"}
    assert any("bb" in f["message"] for f in found)
    assert statuses(shop.run(code=1)) == {"orders": "FAILED"}


def test_sql_is_tried_before_the_run(shop, orders):
    """Where a column has another name, and where the words are those of another database."""
    shop.jobs(JOB, quality=[["orders", None, "sql", "totl > 0", "warn"], ["orders", None, "sql", "total > 0", "warn"],
                            ["*", None, "sql", "total >", "error"]])  # fmt: skip
    found = json.loads(shop.verb("validate", "--connect", "--format", "json", code=2).out)["findings"]
    errors = {f["place"]: f["message"] for f in found if f["severity"] == "error"}
    assert errors.keys() == {"QualityRules!D2", "QualityRules!D4"}
    assert "totl" in errors["QualityRules!D2"] and "'orders'" in errors["QualityRules!D4"]
