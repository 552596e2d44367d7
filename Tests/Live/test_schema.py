"""Columns that come, go and change at the source, over PostgreSQL and SQLite: what the files of the table hold then, value by
value and through three readers, and what people are told before and after."""

import datetime
import decimal
import json
import sqlite3

import duckdb
import polars
import pyarrow
import pyarrow.dataset
import pyarrow.parquet
import pytest

from project import Project, postgres_source


class Table:
    """A table that is loaded incrementally, and what its files must hold."""

    def __init__(self, ingest, folder, kind, database):
        self.ingest, self.kind, self.database = ingest, kind, database
        self.file = folder / "shop.db"
        source = {"type": "sqlite", "database": str(self.file)}
        if kind == "postgresql":
            database.execute("drop table if exists items")
            source = postgres_source(database) | {"settle_ids": "0s"}
        self.project = Project(folder / "project", {"shop": source})
        self.lake = self.project.folder / "lake"
        self.expected: dict[int, dict] = {}
        self.sql("create table items (id integer primary key, name varchar(20), price decimal(10,2))")

    def sql(self, *statements):
        if self.kind == "postgresql":
            for statement in statements:
                self.database.execute(statement)
            return
        connection = sqlite3.connect(self.file)
        for statement in statements:
            connection.execute(statement)
        connection.commit()
        connection.close()

    def insert(self, columns: str, *rows: str):
        self.sql(f"insert into items ({columns}) values " + ", ".join(rows))

    def job(self, columns=(), **more):
        job = {"job_id": "items", "source_name": "shop", "table_name": "items"}
        if more.get("load_type", "INCREMENTAL") == "INCREMENTAL":
            job |= {"load_type": "INCREMENTAL", "watermark_column": "id"}
        self.project.write([job | more], columns=columns)

    def verb(self, *arguments, code=0):
        return self.ingest.run(*arguments, "--project", self.project.folder).expect(code)

    def run(self, *arguments, code=0, expect: dict[int, dict] | None = None) -> dict:
        """`expect`: the rows that the load brings, as the source has them now."""
        report = json.loads(self.verb("run", *arguments, "--format", "json", code=code).out)["jobs"][0]
        self.expected |= expect or {}
        return report

    def plan(self, *arguments, code=0) -> dict:
        return json.loads(self.verb("plan", *arguments, "--format", "json", code=code).out)["jobs"][0]

    def schema(self) -> dict:
        return json.loads(self.verb("schema", "items", "--format", "json").out)

    def files(self) -> list[str]:
        return self.verb("files", "items").out.split()

    def columns(self, file: str) -> list[str]:
        return pyarrow.parquet.read_schema(file).names

    def check(self):
        """Every file of the table as one, through each reader, is what every load brought."""
        files = self.files()
        names = self.columns(files[-1])
        # Older files are a beginning of the newer ones: no column ever changes its place.
        for older, newer in zip(files, files[1:]):
            assert self.columns(newer)[: len(self.columns(older))] == self.columns(older)
        wanted = [{name: row.get(name) for name in names if not name.startswith("_load")} | {"id": key}
                  for key, row in sorted(self.expected.items())]  # fmt: skip
        schema = pyarrow.parquet.read_schema(files[-1])
        arrow = pyarrow.dataset.dataset(files, schema=schema).to_table().sort_by("id")
        listed = duckdb.sql(f"select * from read_parquet({files!r}, union_by_name = true) order by id")
        frame = polars.concat([polars.read_parquet(file) for file in files], how="diagonal").sort("id")
        for rows in (arrow.to_pylist(), [dict(zip(listed.columns, row)) for row in listed.fetchall()],
                     frame.to_dicts()):  # fmt: skip
            marks = [{name: row.pop(name) for name in list(row) if name.startswith("_load")} for row in rows]
            assert rows == wanted
            assert all(mark["_load_id"] and mark["_loaded_at"].tzinfo for mark in marks)

    def audit(self) -> str:
        return "".join(file.read_text() for file in sorted((self.project.folder / "metadata").glob("audit_*.csv")))


@pytest.fixture(params=["sqlite", "postgresql"])
def table(request, ingest, tmp_path) -> Table:
    database = request.getfixturevalue("database") if request.param == "postgresql" else None
    return Table(ingest, tmp_path, request.param, database)


PRICE = decimal.Decimal("1.50")


def first(table, **more):
    table.job(**more)
    table.insert("id, name, price", "(1, 'a', 1.5)", "(2, null, null)")
    table.run(expect={1: {"name": "a", "price": PRICE}, 2: {"name": None, "price": None}})


def test_columns_come_and_go(table):
    first(table)
    assert table.columns(table.files()[0]) == ["id", "name", "price", "_load_id", "_loaded_at"]
    # A new one goes last, also behind those of the load; what is told is told before, in between and after.
    table.sql("alter table items add column sold date")
    added = "column 'sold' was added (date)"
    assert table.plan()["schema_changes"] == [added], "also where nothing is due"
    assert table.plan()["verdict"] == "nothing new"
    table.insert("id, name, price, sold", "(3, 'c', 1.5, '2026-11-21')")
    plan = table.plan()
    assert plan["schema_changes"] == [added] and any("union_by_name" in text for text in plan["warnings"])
    report = table.run(expect={3: {"name": "c", "price": PRICE, "sold": datetime.date(2026, 11, 21)}})
    assert report["schema_changes"] == [added]
    assert any("union_by_name" in text for text in report["warnings"])
    assert table.columns(table.files()[-1])[-1] == "sold"
    assert added in table.audit() and added in (table.project.folder / "logs/ingest.log").read_text()
    table.check()
    # One that goes stays in its place, and is told once.
    table.sql("alter table items drop column name")
    table.insert("id, price, sold", "(4, 1.5, null)")
    report = table.run(expect={4: {"price": PRICE}})
    assert report["schema_changes"] == ["column 'name' was removed from the source (string): "
                                        "the table keeps it, empty from now on"]  # fmt: skip
    table.insert("id, price, sold", "(5, null, null)")
    assert table.run(expect={5: {}})["schema_changes"] == []
    table.check()
    # And when it comes back.
    table.sql("alter table items add column name varchar(20)")
    table.insert("id, name", "(6, 'f')")
    assert table.run(expect={6: {"name": "f"}})["schema_changes"] == ["column 'name' is back in the source (string)"]
    table.check()

    schema = table.schema()
    assert [column["name"] for column in schema["columns"]] == ["id", "name", "price", "_load_id", "_loaded_at", "sold"]
    history = [[(change["change"], change["column"]) for change in step["changes"]] for step in schema["history"]]
    assert history == [[("added", "id"), ("added", "name"), ("added", "price")], [("added", "sold")],
                       [("missing", "name")], [("returned", "name")]]  # fmt: skip
    text = table.verb("schema", "items", "--history").out
    assert "the first, with 3 columns" in text and added in text
    assert "changed by 3 loads" in table.verb("schema", "items").out
    # The projection says the same, and is made again.
    projection = table.project.folder / "metadata/schema/items.json"
    before = json.loads(projection.read_text())
    assert before["columns"] == schema["columns"]
    assert [step["commit"] for step in before["history"]] == [step["commit"] for step in schema["history"]]
    projection.unlink()
    (table.lake / "_ingest/items/current.json").unlink()
    for audit in (table.project.folder / "metadata").glob("audit_*.csv"):
        audit.unlink()
    table.verb("repair")
    assert json.loads(projection.read_text()) == before
    assert table.schema() == schema and added in table.audit()


def test_another_type_stops_before_reading(table):
    first(table)
    files = table.files()
    if table.kind == "postgresql":
        table.sql("alter table items alter column price type decimal(12,2)", "alter table items alter column id type bigint")
        told = ["column 'id' was changed from int32 to int64", "column 'price' was changed from decimal(10,2) to decimal(12,2)"]
        keeps = "id int32, price decimal(10,2)"
    else:
        table.sql("alter table items drop column price", "alter table items add column price decimal(12,2)")
        told = ["column 'price' was changed from decimal(10,2) to decimal(12,2)"]
        keeps = "price decimal(10,2)"
    table.insert("id, name, price", "(3, 'c', 1.5)")
    for answer in (table.run(code=1), table.plan(code=1)):
        assert all(text in answer["error"] for text in told)
        assert all(text in answer["remedy"] for text in (keeps, "--full-refresh", "target_table"))
    assert table.files() == files
    # A new table takes it as it is; and so does this one, anew.
    table.job(target_table="items2")
    assert table.run()["rows"] == 3
    table.job()
    report = table.run("items", "--full-refresh")
    assert report["schema_changes"] == told and report["rows"] == 3
    # The column went with the first table; SQLite has lost its values with it.
    table.expected = {1: {"name": "a", "price": PRICE if table.kind == "postgresql" else None}, 2: {},
                      3: {"name": "c", "price": PRICE}}  # fmt: skip
    table.check()
    assert [change["was"] for change in table.schema()["history"][-1]["changes"]][-1] == "decimal(10,2)"


def test_a_column_comes_back_as_another_type(table):
    first(table)
    table.sql("alter table items drop column name")
    table.insert("id, price", "(3, 1.5)")
    table.run(expect={3: {"price": PRICE}})
    table.sql("alter table items add column name date")
    table.insert("id, price", "(4, 1.5)")
    assert "'name' was changed from string to date" in table.run(code=1)["error"]
    table.check()


def test_a_replaced_table_takes_any_change(table):
    first(table, load_type="FULL")
    table.sql("alter table items drop column name", "alter table items add column name date",
              "alter table items drop column price")  # fmt: skip
    report = table.run()
    assert report["schema_changes"] == ["column 'name' was changed from string to date", "column 'price' was removed (decimal(10,2))"]
    assert not report["warnings"]
    assert table.columns(table.files()[0]) == ["id", "name"]
    table.job(load_type="FULL", schema_policy="freeze")
    table.sql("alter table items add column more integer")
    assert "schema_policy is freeze" in table.run(code=1)["error"]
    table.job(load_type="FULL", schema_policy="ignore_new")
    report = table.run()
    assert report["schema_changes"] == [] and any("'more'" in text for text in report["notes"])
    assert table.columns(table.files()[0]) == ["id", "name"]


def test_new_columns_are_left_out(table):
    first(table, schema_policy="ignore_new")
    table.sql("alter table items add column secret text", "alter table items drop column price")
    table.insert("id, name, secret", "(3, 'c', 'hidden-3')")
    report = table.run(expect={3: {"name": "c"}})
    assert [text[:14] for text in report["schema_changes"]] == ["column 'price'"]
    assert any("'secret'" in text and "--full-refresh" in text for text in report["notes"])
    table.check()
    assert not any(b"hidden-3" in path.read_bytes() for path in table.lake.rglob("*.parquet"))
    table.run("items", "--full-refresh")
    table.expected = {1: {"name": "a"}, 2: {}, 3: {"name": "c", "secret": "hidden-3"}}
    table.check()


def test_old_slices_are_loaded_again_after_a_change(table):
    first(table)
    table.sql("alter table items add column sold date", "alter table items drop column name")
    table.insert("id, price, sold", "(3, 1.5, '2026-11-21')")
    table.run(expect={3: {"price": PRICE, "sold": datetime.date(2026, 11, 21)}})
    table.sql("update items set sold = '2020-01-01' where id = 1")
    table.verb("backfill", "items", "--from", "START", "--to", "2", "--accept-shrink", "--quiet")
    table.expected |= {1: {"price": PRICE, "sold": datetime.date(2020, 1, 1)}, 2: {}}
    table.check()
    assert len(table.schema()["history"]) == 2, "the table was what it is before"


def test_only_the_source_has_changed(table):
    if table.kind == "sqlite":
        pytest.skip("SQLite's declarations can only be changed by a new column")
    first(table)
    table.sql("alter table items alter column name type varchar(50)")
    table.insert("id, name", "(3, 'c')")
    report = table.run(expect={3: {"name": "c"}})
    assert report["schema_changes"] == []
    assert any("character varying(50)" in text and "character varying(20)" in text for text in report["notes"])
    table.check()


def test_a_renamed_column_can_stay_one(table):
    first(table)
    table.sql("alter table items rename column name to title")
    assert any("rename name" in text for text in table.plan()["notes"])
    table.job(columns=[["items", "title", None, None, "name"]])
    table.insert("id, title", "(3, 'c')")
    report = table.run(expect={3: {"name": "c"}})
    assert report["schema_changes"] == []
    table.check()


def test_days_of_a_snapshot(table):
    first(table, load_type="FULL", write_mode="snapshot")
    table.sql("alter table items add column sold date")
    report = table.run()
    assert report["schema_changes"] == ["column 'sold' was added (date)"]
    assert not report["warnings"], "the day's earlier files are gone"
    table.expected = {1: {"name": "a", "price": PRICE}, 2: {}}
    table.check()


def test_an_adopted_table(table):
    table.job()
    table.insert("id, name, price", "(1, 'a', 1.5)", "(3, 'c', 1.5)")
    folder = table.lake / "items"
    folder.mkdir(parents=True)
    kinds = {"id": pyarrow.int32() if table.kind == "postgresql" else pyarrow.int64(), "note": pyarrow.string(),
             "name": pyarrow.string()}  # fmt: skip
    rows = pyarrow.table({"id": [1], "note": ["x"], "name": ["a"]}, pyarrow.schema(list(kinds.items())))
    pyarrow.parquet.write_table(rows, folder / "old.parquet")
    table.verb("adopt", "items", "--watermark", "1")
    report = table.run()
    assert [text.split("'")[1] for text in report["schema_changes"]] == ["price", "note"]
    new = next(file for file in table.files() if "old" not in file)
    assert table.columns(new) == ["id", "note", "name", "_load_id", "_loaded_at", "price"]
    listed = duckdb.sql(f"select id, note, name, price from read_parquet({table.files()!r}, union_by_name = true) order by id")
    assert listed.fetchall() == [(1, "x", "a", None), (3, None, "c", PRICE)]
