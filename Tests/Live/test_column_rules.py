"""The sheet ColumnRules: types, masks, new names, columns left out. What is hidden is nowhere in what a run leaves."""

import base64
import datetime
import decimal
import json
import signal
import sqlite3
import time

import pyarrow
import pyarrow.parquet
import pytest

from masks import KEY, SALT, decrypted, found_in, hashed
from postgres import Database
from project import Project, postgres_source

KEYS = {"INGEST_MASK_SALT": SALT, "INGEST_MASK_KEY": base64.b64encode(KEY).decode()}
SETTINGS = '[masks]\nsalt = "${env:INGEST_MASK_SALT}"\nencryption_key = "${env:INGEST_MASK_KEY}"\n'
PEOPLE = [
    (1, "Ada Zzyzx-Lovelace", "ada.zzyzx@example.com", "4111111111111234", "1815-12-10", 1234567.89, "private zzyzx one"),
    (2, "Grace Zzyzx-Hopper", "grace.zzyzx@example.com", "5500005555555559", "1906-12-09", 7654321.12, "private zzyzx two"),
    (3, None, None, None, None, None, None),
]  # fmt: skip
# What must be nowhere. Amounts as digits, as a statistic or a message would have them.
SECRETS = ["zzyzx", "Zzyzx", "4111111111", "5500005555", "1815-12", "1906-12", "1234567", "7654321"]
RULES = [
    ["people", "name", None, "redact", None], ["people", "mail", None, "hash", "mail_hash"],
    ["people", "card", None, "partial", None], ["people", "born", None, "truncate_date(year)", None],
    ["people", "salary", None, "encrypt", None], ["*", "note", None, "drop", None],
]  # fmt: skip
TABLE = """create table people (id integer, name varchar(50), mail varchar(50), card varchar(20), born date,
           salary decimal(12,2), note text)"""


class World:
    """One table with secrets, in a database of some kind."""

    def __init__(self, ingest, folder, database=None):
        self.ingest = ingest
        self.database = database
        self.file = folder / "shop.db"
        source = {"type": "sqlite", "database": str(self.file)}
        if database:
            source = postgres_source(database) if isinstance(database, Database) else maria_source(database)
        self.project = Project(folder / "project", {"shop": source})
        self.append(SETTINGS)
        self.lake = self.project.folder / "lake"

    def append(self, settings: str):
        with (self.project.folder / "ingest.toml").open("a") as toml:
            toml.write(settings)

    def sql(self, statement: str, rows=()):
        if self.database:
            # The MariaDB of the tests converts nothing by itself.
            connection = self.database.connect() if hasattr(self.database, "connect") else \
                self.database.server.connect(self.database.name)  # fmt: skip
            with connection.cursor() as cursor:
                for row in rows or [None]:
                    cursor.execute(statement.replace("?", "%s"), row)
            connection.commit()
            connection.close()
            return
        with sqlite3.connect(self.file) as connection:
            for row in rows or [()]:
                connection.execute(statement, row)
        connection.close()

    def people(self, rows=PEOPLE):
        self.sql("drop table if exists people")
        self.sql(TABLE)
        self.sql("insert into people values (?, ?, ?, ?, ?, ?, ?)", rows)

    def jobs(self, *jobs, **more):
        self.project.write([{"source_name": "shop", "table_name": "people"} | job for job in jobs], **more)

    def verb(self, verb, *arguments, code=0, env=KEYS):
        return self.ingest.run(verb, *arguments, "--project", self.project.folder, env=env).expect(code)

    def error(self) -> str:
        job = self.run(code=1)["jobs"][0]
        return f"{job['error']} {job.get('remedy')}"

    def run(self, *arguments, code=0, env=KEYS) -> dict:
        return self.verb("run", *arguments, "--format", "json", code=code, env=env).summary

    def table(self, name="people"):
        files = sorted((self.lake / name).rglob("*.parquet"))
        return pyarrow.concat_tables(pyarrow.parquet.ParquetFile(path).read() for path in files)


@pytest.fixture(params=["sqlite", "postgresql"])
def world(request, ingest, tmp_path, database) -> World:
    return World(ingest, tmp_path, database if request.param == "postgresql" else None)


@pytest.fixture
def maria(ingest, tmp_path, mariadb) -> World:
    return World(ingest, tmp_path, mariadb.create_database("t_column_rules"))


def maria_source(database) -> dict:
    server = database.server
    return {"type": "mariadb", "host": "127.0.0.1", "port": server.port, "database": database.name, "username": "root",
            "password": server.password}  # fmt: skip


@pytest.fixture
def sqlite(ingest, tmp_path) -> World:
    return World(ingest, tmp_path)


@pytest.mark.parametrize("kind", ["sqlite", "postgresql", "mariadb"])
def test_each_mask_and_nothing_of_the_true_values_anywhere(ingest, tmp_path, kind, request):
    if kind == "mariadb":
        world = request.getfixturevalue("maria")
    else:
        world = World(ingest, tmp_path, request.getfixturevalue("database") if kind == "postgresql" else None)
    world.people()
    world.jobs({"job_id": "people"}, columns=RULES)
    world.verb("validate", "--connect")
    world.verb("plan")
    world.run()
    rows = world.table().to_pylist()
    assert [list(row) for row in rows] == [["id", "name", "mail_hash", "card", "born", "salary"]] * 3
    assert [row["name"] for row in rows] == ["***", "***", None]
    assert [row["mail_hash"] for row in rows] == [hashed(p[2]) if p[2] else None for p in PEOPLE]
    assert [row["card"] for row in rows] == ["***1234", "***5559", None]
    assert [row["born"] for row in rows] == [datetime.date(1815, 1, 1), datetime.date(1906, 1, 1), None]
    assert [row["salary"] and decrypted(row["salary"]) for row in rows] == ["1234567.89", "7654321.12", None]
    assert len({row["salary"] for row in rows}) == 3
    secrets = [secret for secret in SECRETS if secret not in ("1815-12", "1906-12")] + ["1815-12-10", "1906-12-09"]
    assert found_in(world.project.folder, secrets) == []
    # The search finds what is there.
    world.jobs({"job_id": "people"})
    world.run()
    assert len(found_in(world.lake, ["zzyzx"])) >= 2


def test_a_second_load_has_the_same_hashes_and_other_ciphertexts(sqlite):
    sqlite.people()
    sqlite.jobs({"job_id": "people"}, columns=RULES)
    sqlite.run()
    first = sqlite.table().to_pylist()
    sqlite.run()
    second = sqlite.table().to_pylist()
    assert [r["mail_hash"] for r in first] == [r["mail_hash"] for r in second]
    assert {r["salary"] for r in first} & {r["salary"] for r in second} == {None}


def test_values_of_all_sorts_hash_as_their_canonical_text(ingest, tmp_path, database):
    world = World(ingest, tmp_path, database)
    world.sql("drop table if exists people")
    world.sql("""create table people as select 1::smallint as a, -7::bigint as b, 12.50::numeric(10,2) as c, true as d,
              date '2024-02-29' as e, timestamp '2024-02-29 01:02:03.5' as f, timestamptz '2024-02-29 01:02:03+02' as g,
              '6F9619FF-8B86-D011-B42D-00C04FC964FF'::uuid as h, 0.1::float8 as i, 'bytes'::bytea as j, time '10:20' as k,
              1e20::numeric as l""")
    world.jobs({"job_id": "people"}, columns=[["people", name, None, "hash", None] for name in "abcdefghijkl"])
    world.run()
    expected = [
        "1", "-7", "12.5", "true", "2024-02-29", "2024-02-29T01:02:03.500000", "2024-02-28T23:02:03.000000Z",
        "6f9619ff-8b86-d011-b42d-00c04fc964ff", "0.1", "bytes", "10:20:00.000000", "100000000000000000000",
    ]  # fmt: skip
    assert list(world.table().to_pylist()[0].values()) == [hashed(text) for text in expected]


def test_errors_of_masked_columns_show_no_value(world):
    # Long enough that no clock and no name of a load has them by chance.
    secrets = ["4111.1111", "29999-12", "zzyzx", "411141114111"]
    # A date that no column holds; and one that a query's own cast refuses, whose words are the server's.
    if world.database:
        world.sql("drop table if exists people")
        world.sql("create table people (id int, secret numeric, born date, word text)")
        world.sql("insert into people values (1, 4111.11111111111119, '29999-12-31', 'zzyzx')")
        query = {"query": "select id, word::int as secret from people"}
    else:
        world.sql("create table people (id integer primary key, secret decimal(10,2), born date, word text)")
        world.sql("insert into people values (7, 4111.11111111111119, '29999-12-31', 'zzyzx')")
        query = {"columns": "id"}
    for column, more in [("secret", {"columns": "secret"}), ("born", {"columns": "born"}), ("secret", query)]:
        world.jobs({"job_id": "people"} | more, columns=[["people", column, None, "redact", None]])
        if more == query and not world.database:
            # An integer primary key is the rowid, which messages name.
            world.sql("update people set id = 411141114111")
            world.jobs({"job_id": "people", "columns": "id, word"}, columns=[
                ["people", "id", None, "redact", None], ["people", "word", "int64", "redact", None]])  # fmt: skip
        report = world.run(code=1)
        message = report["jobs"][0]["error"]
        assert "not shown" in message, message
        assert not any(secret in message for secret in secrets), message
        # Only the logs and records: the source itself lies beside the project.
        assert found_in(world.project.folder, secrets) == []
        preview = world.ingest.run("preview", "people", "--project", world.project.folder, env=KEYS)
        assert not any(secret in preview.out + preview.err for secret in secrets)


def test_preview_plan_and_validate_say_what_the_rules_do(world):
    world.people()
    world.jobs({"job_id": "people"}, columns=RULES)
    found = json.loads(world.verb("preview", "people", "--format", "json").out)
    assert [c["name"] for c in found["columns"]] == ["id", "name", "mail_hash", "card", "born", "salary"]
    assert [c["rule"] for c in found["columns"]] == [
        None, "masked by redact", "masked by hash, called mail_hash", "masked by partial(4)",
        "masked by truncate_date(year)", "masked by encrypt",
    ]  # fmt: skip
    assert found["rows"][0][1:4] == ["***", hashed(PEOPLE[0][2]), "***1234"]
    assert found["notes"][-1] == "ColumnRules leaves out note"
    shown = world.verb("preview", "people").out
    assert "masked by hash, called mail_hash" in shown and not any(secret in shown for secret in SECRETS if secret[0] != "1")
    plan = json.loads(world.verb("plan", "--format", "json").out)
    assert {"column": "note", "does": "left out"} in plan["jobs"][0]["column_rules"]
    assert "mail: masked by hash, called mail_hash" in world.verb("plan").out
    world.jobs({"job_id": "people"}, columns=[
        ["people", "name", "int64" if world.database else "json", None, None],
        ["people", "mail", None, "truncate_date(day)", None],
    ])  # fmt: skip
    report = json.loads(world.verb("validate", "--connect", "--format", "json", code=2).out)
    places = {f["place"]: f["message"] for f in report["findings"] if f["severity"] == "error"}
    assert places.keys() == {"ColumnRules!C2", "ColumnRules!D3"}
    assert "cannot be read so" in places["ColumnRules!C2"] and "Allowed for it: " in places["ColumnRules!C2"]
    assert "truncate_date applies to dates and timestamps" in places["ColumnRules!D3"]


def test_without_a_key_nothing_is_read(sqlite):
    sqlite.people()
    sqlite.jobs({"job_id": "people"}, columns=RULES)
    report = sqlite.run(code=1, env={})
    assert "INGEST_MASK_SALT" in report["jobs"][0]["error"]
    report = sqlite.run(code=1, env=KEYS | {"INGEST_MASK_SALT": "short"})
    assert "at least 16" in report["jobs"][0]["error"]
    sqlite.verb("validate")
    broken = {"INGEST_MASK_SALT": "short", "INGEST_MASK_KEY": "nothing"}
    report = json.loads(sqlite.verb("validate", "--format", "json", code=2, env=broken).out)
    assert {f["column"] for f in report["findings"] if f["severity"] == "error"} == {"masks.salt", "masks.encryption_key"}
    toml = sqlite.project.folder / "ingest.toml"
    toml.write_text(toml.read_text().replace(SETTINGS, ""))
    report = json.loads(sqlite.verb("validate", "--format", "json", code=2).out)
    assert {f["place"]: f["message"] for f in report["findings"] if f["severity"] == "error"}.keys() == {
        "ColumnRules!D3", "ColumnRules!D6"}  # fmt: skip
    assert not list(sqlite.lake.rglob("*.parquet"))


def test_names(world):
    world.people()
    # By the new name and by the source's.
    world.jobs({"job_id": "people", "primary_key": "number", "columns": "number, mail, note"},
               columns=[["people", "ID", None, None, "number"], ["people", "mail", None, "hash", "mail_hash"]],
               quality=[["people", "number", "not_null", None, "error"]])  # fmt: skip
    world.verb("validate", "--connect")
    world.run()
    assert world.table().column_names == ["number", "mail_hash", "note"]
    world.run()
    assert len(world.table()) == 3
    world.jobs({"job_id": "people"}, columns=[["people", "emial", None, "hash", None]])
    assert "'emial'" in world.error() and "Did you mean mail?" in world.error()
    world.jobs({"job_id": "people"}, columns=[["people", "mail", None, None, "id"]])
    assert "'id'" in world.run(code=1)["jobs"][0]["error"]
    world.jobs({"job_id": "people"}, columns=[["people", name, None, "drop", None]
                                             for name in ["id", "name", "mail", "card", "born", "salary", "note"]])  # fmt: skip
    assert "left out" in world.run(code=1)["jobs"][0]["error"]
    world.jobs({"job_id": "people"}, columns=[["*", "phone", None, "hash", None]])
    world.run()


def test_a_watermark_may_be_renamed_but_not_masked(world):
    world.sql("drop table if exists people")
    world.sql("create table people (id integer, at timestamp)")
    world.sql("insert into people values (1, '2024-01-01 00:00:00')")
    job = {"job_id": "people", "load_type": "INCREMENTAL", "watermark_column": "seen"}
    world.jobs(job, columns=[["people", "at", None, None, "seen"]])
    world.run()
    assert world.table().column_names[:2] == ["id", "seen"]
    world.run()
    assert world.table()["id"].to_pylist() == [1]
    world.jobs(job | {"primary_key": "at"}, columns=[["people", "at", None, None, "seen"]])
    view = world.verb("files", "people", "--latest").out
    assert 'PARTITION BY "seen"' in view and 'ORDER BY "seen" DESC' in view
    for mask in ["truncate_date", "drop"]:
        world.jobs(job, columns=[["people", "at", None, mask, "seen"]])
        report = json.loads(world.verb("validate", "--format", "json", code=2).out)
        (finding,) = [f for f in report["findings"] if f["severity"] == "error"]
        assert finding["place"] == "ColumnRules!D2" and "is the watermark of 'people'" in finding["message"]
        assert world.run(code=2)["jobs"][0]["status"] == "INVALID"
    # Whether a row for every job hides this one's watermark, only the source can tell.
    world.jobs(job, columns=[["*", "at", None, "truncate_date", "seen"]])
    world.verb("validate")
    report = json.loads(world.verb("validate", "--connect", "--format", "json", code=2).out)
    assert [f["place"] for f in report["findings"] if f["severity"] == "error"] == ["ColumnRules!D2"]
    # SQLite's clock has seconds: within the second of the last run there is no window, and nothing would be read.
    time.sleep(1.1)
    assert "is the watermark" in world.error()


def test_a_rename_for_every_job_is_for_those_that_have_the_column(world):
    """`items` has a column of its own that is called like the other's new name."""
    for name, column in [("people", "upd_ts"), ("items", "updated_at")]:
        world.sql(f"drop table if exists {name}")
        world.sql(f"create table {name} (id integer, {column} timestamp)")
        world.sql(f"insert into {name} values (1, '2024-01-01 00:00:00')")
    jobs = []
    for name in ["people", "items"]:
        job = {"job_id": name, "table_name": name, "primary_key": "updated_at", "schema_policy": "ignore_new"}
        jobs += [job, job | {"job_id": f"{name}_new", "target_table": f"{name}_new", "load_type": "INCREMENTAL",
                             "watermark_column": "updated_at", "columns": "id, updated_at"}]  # fmt: skip
    world.jobs(*jobs, columns=[["*", "upd_ts", None, None, "updated_at"]],
               quality=[["*", "updated_at", "freshness", "36500d", None], ["*", None, "unique", None, None]])  # fmt: skip
    world.verb("validate", "--connect")
    world.verb("plan")
    # From the second load on the columns of the table are known.
    for _ in range(2):
        world.run()
        for job in jobs:
            table = world.table(job["job_id"])
            assert table.column_names[:2] == ["id", "updated_at"]
            assert [moment.day for moment in table["updated_at"].to_pylist()] == [1], job
            found = world.verb("quality", job["job_id"], "--format", "json").summary["loads"][0]["rules"]
            column = "upd_ts" if job["table_name"] == "people" else "updated_at"
            assert [rule["rule"] for rule in found] == [f"freshness({column})", f"unique({column})"]
            # The second time no row is new to the incremental ones.
            assert job.get("load_type") or [rule["state"] for rule in found] == ["passed", "passed"]


def test_a_key_that_is_left_out_is_judged(world):
    world.people([*PEOPLE, PEOPLE[0]])
    for job in ["people", "*"]:
        world.jobs({"job_id": "people", "primary_key": "card"}, columns=[["people", "card", None, "drop", None]],
                   quality=[[job, None, "unique", None, "warn"]])  # fmt: skip
        assert "unique(card): 1 of 4 rows" in " ".join(world.run()["jobs"][0]["warnings"])
        assert "card" not in world.table().column_names


def test_what_rules_say_and_set_aside_is_masked_too(world):
    """Every rule at once that shows values, over masked columns: also the newest value of a date, and quarantined rows."""
    world.people()
    quality = [
        ["people", "name", "regex", "Nobody", "quarantine"], ["people", "mail", "unique", None, "quarantine"],
        ["people", "card", "length", "1..3", "warn"], ["people", "born", "freshness", "2d", "warn"],
        ["people", "salary", "range", "..5", "quarantine"], ["people", "mail", "accepted_values", "nobody", "warn"],
    ]  # fmt: skip
    world.jobs({"job_id": "people", "primary_key": "mail"}, columns=RULES, quality=quality)
    report = world.run(code=1)
    assert "is older than 2d" in " ".join(report["jobs"][0]["warnings"])
    aside = [pyarrow.parquet.ParquetFile(p).read() for p in (world.lake / "_ingest/people/quarantine").glob("*.parquet")]
    rows = pyarrow.concat_tables(aside).to_pylist()
    assert {row["mail_hash"] for row in rows} == {hashed(p[2]) for p in PEOPLE[:2]}
    assert {row["name"] for row in rows} == {"***"} and {row["born"].year for row in rows} == {1815, 1906}
    world.verb("report")
    secrets = [secret for secret in SECRETS if secret not in ("1815-12", "1906-12")] + ["1815-12-10", "1906-12-09"]
    assert found_in(world.project.folder, secrets) == []


def test_types(world):
    """Exact, or the load stops and names the column."""
    world.sql("drop table if exists people")
    world.sql("create table people (a integer, b decimal(12,4), c varchar(10), d date, e bigint, f smallint)")
    world.sql("insert into people values (7, 12.5, 'x', '2024-02-29', 2147483647, 3)")
    rules = [["a", "decimal(20,3)"], ["b", "decimal(9,2)"], ["c", "string"], ["d", "timestamp"], ["e", "int32"], ["f", "int64"]]
    world.jobs({"job_id": "people"}, columns=[["people", name, type, None, None] for name, type in rules])
    world.run()
    table = world.table()
    assert [str(t) for t in table.schema.types] == [
        "decimal128(20, 3)", "decimal128(9, 2)", "string", "timestamp[us]", "int32", "int64"]  # fmt: skip
    assert table.to_pylist() == [{
        "a": decimal.Decimal("7.000"), "b": decimal.Decimal("12.50"), "c": "x", "d": datetime.datetime(2024, 2, 29),
        "e": 2147483647, "f": 3}]  # fmt: skip
    for column, value in [("b", "1.0001"), ("e", "2147483648")]:
        world.sql(f"update people set {column} = {value}")
        message = world.run(code=1)["jobs"][0]["error"]
        assert f"'{column}'" in message and value in message and "row" in message, message
        world.sql(f"update people set {column} = 1")
    rules = [["a", "string"], ["b", "double"], ["d", "string"], ["e", "string"]]
    world.jobs({"job_id": "people", "target_table": "texts"},
               columns=[["people", name, type, None, None] for name, type in rules])  # fmt: skip
    world.run()
    assert list(world.table("texts").to_pylist()[0].values()) == ["7", 1.0, "x", "2024-02-29", "1", 3]
    refused = ["c", "date"] if world.database else ["c", "json"]
    world.jobs({"job_id": "people"}, columns=[["people", *refused, None, None]])
    message = world.error()
    assert "'c'" in message and "Allowed for it: " in message, message


def test_a_column_that_is_left_out_is_not_read(ingest, tmp_path, database):
    world = World(ingest, tmp_path, database)
    world.sql("drop view if exists trap; drop table if exists people cascade")
    world.people()
    world.sql("create view trap as select id, 1 / (id - id) as boom from people")
    world.jobs({"job_id": "t", "table_name": "trap"}, columns=[["t", "boom", None, "drop", None]])
    (job,) = world.verb("plan", "--format", "json").summary["jobs"]
    assert job["slices"][0]["statement"] == 'SELECT id FROM "trap"'
    world.run()
    assert world.table("trap").column_names == ["id"]


def test_a_column_that_may_not_be_read_can_be_left_out(ingest, tmp_path, database):
    world = World(ingest, tmp_path, database)
    world.sql("drop view if exists trap; drop table if exists people cascade")
    world.people()
    world.sql("do $$ begin if exists (select from pg_roles where rolname = 'clerk') then execute 'drop owned by clerk'; "
              "drop role clerk; end if; end $$")  # fmt: skip
    world.sql("create role clerk login password 'clerk-secret-1'; grant select (id, name) on people to clerk")
    world.project = Project(tmp_path / "clerk", {"shop": postgres_source(database, "clerk", "clerk-secret-1")})
    world.lake = world.project.folder / "lake"
    hidden = ["mail", "card", "born", "salary", "note"]
    world.jobs({"job_id": "people"}, columns=[["people", name, None, "drop", None] for name in hidden[1:]])
    assert "permission denied" in world.error()
    world.jobs({"job_id": "people"}, columns=[["people", name, None, "drop", None] for name in hidden])
    world.verb("validate", "--connect")
    world.run()
    assert world.table().column_names == ["id", "name"]


def test_a_killed_run_leaves_no_true_value(ingest, tmp_path, database):
    """While it reads and writes, and what lies in staging after kill -9."""
    world = World(ingest, tmp_path, database)
    world.sql("drop view if exists trap; drop table if exists people cascade")
    world.sql(TABLE)
    world.sql("""insert into people select i, 'Zzyzx name ' || i, 'zzyzx' || i || '@example.com', '4111111111111234',
              '1815-12-10', i, 'zzyzx note' from generate_series(1, 400000) i""")
    world.append('[destination]\nurl = "file://./lake"\ncompression = "none"\n')
    world.jobs({"job_id": "people"}, columns=RULES)
    process = ingest.start("run", "--project", world.project.folder, env=KEYS)
    staging = world.lake / "_ingest" / "people" / "staging"
    deadline = time.monotonic() + 30
    while sum(p.stat().st_size for p in staging.glob("*")) < 1 << 20:
        assert time.monotonic() < deadline and process.poll() is None
        time.sleep(0.005)
    process.send_signal(signal.SIGKILL)
    process.communicate()
    parts = [p for p in staging.glob("*") if p.stat().st_size > 0]
    assert parts
    places = [str(p) for p in parts + list(world.project.folder.rglob("*.log"))
              if any(secret.encode() in p.read_bytes() for secret in ["zzyzx", "Zzyzx", "4111111111111"])]  # fmt: skip
    assert places == []
    world.run()
    assert len(world.table()) == 400000


def test_types_through_odbc(maria):
    maria.sql("create table people (a int, b decimal(12,4), c varchar(10), d datetime(6), e bigint, f smallint, g char(4))")
    maria.sql("insert into people values (7, 12.5, 'x', '2024-02-29 01:02:03.5', -2147483648, 3, 'ab')")
    rules = [["a", "decimal(20,3)"], ["b", "decimal(9,2)"], ["d", "string"], ["e", "int32"], ["f", "int64"]]
    maria.jobs({"job_id": "people"}, columns=[["people", name, type, None, None] for name, type in rules])
    maria.run()
    assert maria.table().to_pylist() == [{
        "a": decimal.Decimal("7.000"), "b": decimal.Decimal("12.50"), "c": "x", "d": "2024-02-29 01:02:03.500000",
        "e": -2147483648, "f": 3, "g": "ab"}]  # fmt: skip
    assert [str(t) for t in maria.table().schema.types][4:6] == ["int32", "int64"]
    for column, value in [("b", "1.0001"), ("e", "-2147483649"), ("a", "40000")]:
        maria.sql(f"update people set {column} = {value}")
        more = [["people", "a", "int16", None, None]] if column == "a" else [["people", *r, None, None] for r in rules]
        maria.jobs({"job_id": "people"}, columns=more)
        message = maria.error()
        assert f"'{column}'" in message and value in message and "row 1" in message, message
        maria.sql(f"update people set {column} = 1")
    maria.jobs({"job_id": "people"}, columns=[["people", "c", "date", None, None]])
    assert "Allowed for it: string" in maria.error()
    # What is masked is not shown.
    maria.sql("update people set e = 41111111111")
    maria.jobs({"job_id": "people"}, columns=[["people", "e", "int32", "hash", None]])
    assert "not shown" in maria.error() and "4111" not in maria.error()
    assert found_in(maria.project.folder, ["41111111111"]) == []
