"""The views of the schema `sys` that clients ask: what there is, which types columns have, keys and rows."""

import duckdb

from .values import Kind

TYPES = ["bit", "tinyint", "smallint", "int", "bigint", "real", "float", "decimal", "money", "smallmoney", "date", "time",
         "datetime2", "datetime", "smalldatetime", "datetimeoffset", "char", "nchar", "varchar", "nvarchar", "varbinary",
         "binary", "timestamp", "uniqueidentifier", "xml", "text", "ntext", "image", "sql_variant"]

VIEWS = """
create schema sys;
create table sys.schemas (schema_id int, name varchar);
create table sys.objects (object_id int, schema_id int, name varchar, type varchar, is_ms_shipped int);
create table sys.columns (object_id int, column_id int, name varchar, system_type_id int, user_type_id int, max_length int,
    precision int, scale int, is_nullable int);
create table sys.types (user_type_id int, name varchar, is_assembly_type int);
create table sys.partitions (partition_id int, object_id int, index_id int, rows bigint);
create table sys.allocation_units (container_id int, used_pages bigint);
create table sys.key_constraints (parent_object_id int, unique_index_id int, type varchar);
create table sys.indexes (object_id int, index_id int, name varchar, type int, is_unique int, has_filter int,
    is_disabled int, is_hypothetical int);
create table sys.index_columns (object_id int, index_id int, column_id int, key_ordinal int);
create table sys.databases (database_id int, name varchar, snapshot_isolation_state int);
insert into sys.databases values (5, 'lake', 1);
create macro db_id() as 5;
create macro type_name(id) as (select t.name from sys.types t where t.user_type_id = id);
create macro iso_text(t) as replace(replace(replace(t, ' +', '+'), ' -', '-'), ' ', 'T');
"""


class Catalog:
    def __init__(self, connection: duckdb.DuckDBPyConnection):
        self.connection = connection
        self.objects: dict[tuple[str, str], int] = {}
        connection.execute(VIEWS)
        connection.executemany("insert into sys.types values (?, ?, 0)", list(enumerate(TYPES)))

    def add(self, schema: str, name: str, columns: dict[str, Kind], key: list[str], nullable: set[str], rows: int):
        self.remove(schema, name)
        run = self.connection.execute
        found = run("select schema_id from sys.schemas where name = ?", [schema]).fetchone()
        if not found:
            found = run("insert into sys.schemas select count(*) + 1, ? from sys.schemas returning schema_id", [schema]
                        ).fetchone()
        number = max(self.objects.values(), default=0) + 1
        self.objects[schema, name] = number
        run("insert into sys.objects values (?, ?, ?, 'U', 0)", [number, found[0], name])
        run("insert into sys.partitions values (?, ?, ?, ?)", [number, number, 1 if key else 0, rows])
        run("insert into sys.allocation_units values (?, ?)", [number, rows // 50 + 1])
        places = list(columns)
        for place, (column, kind) in enumerate(columns.items(), 1):
            width = kind.size * 2 if kind.name in ("nchar", "nvarchar") and not kind.is_max else kind.size
            identity = TYPES.index("timestamp" if kind.is_rowversion else kind.name)
            precision = kind.size if kind.name == "decimal" else 0
            run("insert into sys.columns values (?, ?, ?, ?, ?, ?, ?, ?, ?)",
                [number, place, column, identity, identity, width, precision, kind.scale, int(column in nullable)])
        if key:
            run("insert into sys.key_constraints values (?, 1, 'PK')", [number])
            run("insert into sys.indexes values (?, 1, ?, 1, 1, 0, 0, 0)", [number, f"PK_{name}"])
            for ordinal, column in enumerate(key, 1):
                run("insert into sys.index_columns values (?, 1, ?, ?)", [number, places.index(column) + 1, ordinal])

    def remove(self, schema: str, name: str):
        if (number := self.objects.pop((schema, name), None)) is None:
            return
        for view in ("objects", "columns", "partitions", "indexes", "index_columns"):
            self.connection.execute(f"delete from sys.{view} where object_id = ?", [number])
        self.connection.execute("delete from sys.key_constraints where parent_object_id = ?", [number])
        self.connection.execute("delete from sys.allocation_units where container_id = ?", [number])
