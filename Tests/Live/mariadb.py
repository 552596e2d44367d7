"""A private MariaDB, its databases, and what the tests ask of it. Started and stopped by Scripts/mariadb.sh.

The tests ask through PyMySQL, which shares nothing with the ODBC driver, and by the text protocol without conversions:
what comes is the server's own text.
"""

import os
import pathlib
import signal
import subprocess
import time
import urllib.parse

import pymysql

SCRIPT = pathlib.Path(__file__).parent.parent.parent / "Scripts/mariadb.sh"


class MariaDB:
    def __init__(self, directory: pathlib.Path, settings: tuple[str, ...] = ()):
        self.directory = directory
        self.arguments = [word for setting in settings for word in ("--set", setting)]

    def start(self):
        subprocess.run([SCRIPT, "start", self.directory, *self.arguments], check=True)
        self.port = int((self.directory / "port").read_text())
        self.password = (self.directory / "password").read_text().strip()

    def stop(self):
        """At once, without waiting for clients."""
        subprocess.run([SCRIPT, "stop", self.directory], check=True)

    def kill(self):
        os.kill(int((self.directory / "pid").read_text()), signal.SIGKILL)

    def connect(self, database: str | None = None, **more):
        settings = {"user": "root", "password": self.password} | more
        return pymysql.connect(host="127.0.0.1", port=self.port, database=database, charset="utf8mb4", autocommit=True,
                               **settings)

    def create_database(self, name: str) -> "MariaDatabase":
        connection = self.connect()
        with connection.cursor() as cursor:
            cursor.execute(f"create or replace database {name}")
        connection.close()
        return MariaDatabase(self, name)


class MariaDatabase:
    def __init__(self, server: MariaDB, name: str):
        self.server = server
        self.name = name
        self.connection = server.connect(name, conv={})
        # Zero dates, and values cut to fit, are ours to write here.
        self.execute("set sql_mode = 'ANSI_QUOTES', time_zone = '+00:00', max_statement_time = 120")

    def execute(self, sql: str, parameters=None):
        with self.connection.cursor() as cursor:
            cursor.execute(sql, parameters)

    def rows(self, sql: str) -> list[tuple]:
        with self.connection.cursor() as cursor:
            cursor.execute(sql)
            return list(cursor.fetchall())

    def value(self, sql: str):
        return self.rows(sql)[0][0]

    def url(self, user="root", password=None, host="127.0.0.1", port=None, parameters="") -> str:
        secret = urllib.parse.quote(self.server.password if password is None else password, safe="")
        return f"mariadb://{user}:{secret}@{host}:{port or self.server.port}/{self.name}{parameters}"

    def sessions(self) -> list[tuple]:
        """Connections that are not ours."""
        return [row for row in self.rows("select id, user, command, info from information_schema.processlist"
                                         " where id <> connection_id() and user not in ('system user', '')")
                if row[2] != "Daemon"]

    def wait_until_quiet(self, seconds: float = 20) -> list[tuple]:
        deadline = time.monotonic() + seconds
        while (left := self.sessions()) and time.monotonic() < deadline:
            time.sleep(0.05)
        return left

    def wait_for_reading(self, word: str, seconds: float = 20):
        """Returns once a statement that has this word in it runs."""
        deadline = time.monotonic() + seconds
        while time.monotonic() < deadline:
            if found := [s for s in self.sessions() if s[3] and word in str(s[3]) and s[2] in ("Query", "Execute")]:
                return found
            time.sleep(0.02)
        raise AssertionError(f"no statement began within {seconds} s: {self.sessions()}")

    def close(self):
        self.connection.close()
