"""A project over a SQLite file, with a lake in its folder: what the verbs that look after tables are tried on."""

import json
import pathlib
import sqlite3
import urllib.parse

from project import Project


class Lake(Project):
    def __init__(self, folder: pathlib.Path, script: str, name: str = "lake"):
        super().__init__(folder, {"shop": {"type": "sqlite", "database": "shop.db"}})
        self.lake = folder / name
        with (folder / "ingest.toml").open("a") as settings:
            settings.write(f"[destination]\nurl = {json.dumps('file://./' + urllib.parse.quote(name))}\n")
        self.sql(script)

    def sql(self, script: str):
        connection = sqlite3.connect(self.folder / "shop.db")
        connection.executescript(script)
        connection.close()

    def rows(self, query: str) -> list[tuple]:
        connection = sqlite3.connect(self.folder / "shop.db")
        found = connection.execute(query).fetchall()
        connection.close()
        return found

    def state(self, table: str) -> pathlib.Path:
        return self.lake / "_ingest" / table

    def data(self, table: str) -> list[str]:
        return sorted(str(p) for p in (self.lake / table).rglob("*.parquet"))
