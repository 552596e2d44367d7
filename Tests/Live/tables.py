"""One table `t` (id, note, at) in databases of three kinds, and its rows as the database itself gives them."""

import datetime
import sqlite3

import psycopg2

from project import postgres_source

TIMES = {"postgresql": "timestamptz", "sqlite": "timestamp", "mariadb": "datetime(6)"}
KINDS = list(TIMES)
UTC = datetime.timezone.utc


def moment(value):
    """Whatever a client or a reader calls it: without a zone, in UTC."""
    if isinstance(value, str):
        return (datetime.date if len(value) == 10 else datetime.datetime).fromisoformat(value)
    if isinstance(value, datetime.datetime) and value.tzinfo:
        return value.astimezone(UTC).replace(tzinfo=None)
    return value


def same_form(rows) -> list[tuple]:
    return sorted(((int(key), note, moment(at)) for key, note, at in rows), key=repr)


def ago(seconds: float) -> str:
    """A moment as every database here takes it, with microseconds."""
    at = datetime.datetime.now(UTC) - datetime.timedelta(seconds=seconds)
    return at.strftime("%Y-%m-%d %H:%M:%S.%f")


class Tables:
    def __init__(self, kind: str):
        self.kind = kind

    def create(self, time: str | None = None, key: str = "bigint not null"):
        self.sql("drop table if exists t", f"create table t (id {key}, note text, at {time or TIMES[self.kind]})")

    def insert(self, *rows: tuple):
        shown = ["null" if value is None else f"'{value}'" if isinstance(value, str) else str(value)
                 for row in rows for value in row]
        width = len(rows[0])
        lines = [f"({', '.join(shown[n:n + width])})" for n in range(0, len(shown), width)]
        for first in range(0, len(lines), 5000):
            self.sql(f"insert into t values {', '.join(lines[first:first + 5000])}")

    def held(self, condition: str = "1 = 1") -> list[tuple]:
        return same_form(self.query(f"select id, note, at from t where {condition}"))


class ServerTables(Tables):
    def __init__(self, kind: str, database):
        super().__init__(kind)
        self.database = database

    def sql(self, *statements):
        for statement in statements:
            self.database.execute(statement)

    def query(self, sql: str) -> list[tuple]:
        return self.database.rows(sql)


class PostgresTables(ServerTables):
    def __init__(self, database):
        super().__init__("postgresql", database)

    def source(self, **more) -> dict:
        return postgres_source(self.database) | more

    def transaction(self):
        return psycopg2.connect(self.database.server.dsn(self.database.name, options="-ctimezone=UTC"))


class SQLiteTables(Tables):
    def __init__(self, file):
        super().__init__("sqlite")
        self.file = file

    def source(self, **more) -> dict:
        return {"type": "sqlite", "database": str(self.file)} | more

    def sql(self, *statements):
        with sqlite3.connect(self.file) as connection:
            for statement in statements:
                connection.execute(statement)
        connection.close()

    def query(self, sql: str) -> list[tuple]:
        connection = sqlite3.connect(self.file)
        rows = connection.execute(sql).fetchall()
        connection.close()
        return rows


class MariaTables(ServerTables):
    def __init__(self, database):
        super().__init__("mariadb", database)

    def source(self, **more) -> dict:
        server = self.database.server
        return {
            "type": "mariadb", "host": "127.0.0.1", "port": server.port, "database": self.database.name,
            "username": "root", "password": server.password,
        } | more  # fmt: skip

    def transaction(self):
        connection = self.database.server.connect(self.database.name)
        connection.autocommit(False)
        return connection
