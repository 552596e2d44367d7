"""A private server, its databases, and what the tests ask of them. Started and stopped by Scripts/postgres.sh."""

import pathlib
import subprocess
import time

import psycopg2

SCRIPT = pathlib.Path(__file__).parent.parent.parent / "Scripts/postgres.sh"


class Server:
    def __init__(self, directory: pathlib.Path, tls: bool = False, settings: tuple[str, ...] = ()):
        self.directory = directory
        self.arguments = ["--auth", "scram"] + (["--tls"] if tls else [])
        for setting in settings:
            self.arguments += ["--set", setting]

    def start(self):
        subprocess.run([SCRIPT, "start", self.directory, *self.arguments], check=True)
        self.port = int((self.directory / "port").read_text())
        self.password = (self.directory / "password").read_text().strip()

    def stop(self):
        """At once, without waiting for clients: a killed server, as far as those can tell."""
        subprocess.run([SCRIPT, "stop", self.directory], check=True)

    def dsn(self, database: str, **settings) -> str:
        pairs = {"host": "127.0.0.1", "port": self.port, "user": "postgres", "password": self.password}
        pairs |= {"dbname": database} | settings
        return " ".join(f"{key}={value}" for key, value in pairs.items())

    def url(self, database: str, user="postgres", password=None, port=None, parameters="") -> str:
        secret = self.password if password is None else password
        return f"postgresql://{user}:{secret}@127.0.0.1:{port or self.port}/{database}{parameters}"

    def create_database(self, name: str) -> "Database":
        with_connection = psycopg2.connect(self.dsn("postgres"))
        with_connection.autocommit = True
        with with_connection.cursor() as cursor:
            cursor.execute(f"drop database if exists {name} with (force)")
            cursor.execute(f"create database {name}")
        with_connection.close()
        return Database(self, name)


class Database:
    def __init__(self, server: Server, name: str):
        self.server = server
        self.name = name
        self.connection = self.connect()

    def connect(self, **settings):
        connection = psycopg2.connect(self.server.dsn(self.name, application_name="test", **settings))
        connection.autocommit = True
        with connection.cursor() as cursor:
            cursor.execute("set timezone = 'UTC'; set intervalstyle = 'iso_8601'; set datestyle = 'ISO'")
            cursor.execute("set extra_float_digits = 1; set bytea_output = 'hex'")
        return connection

    def execute(self, sql: str, parameters=None):
        with self.connection.cursor() as cursor:
            cursor.execute(sql, parameters)

    def rows(self, sql: str, parameters=None) -> list[tuple]:
        with self.connection.cursor() as cursor:
            cursor.execute(sql, parameters)
            return cursor.fetchall()

    def value(self, sql: str):
        return self.rows(sql)[0][0]

    def copy_csv(self, sql: str) -> bytes:
        """What the server itself says, as CSV: an independent way out of it."""
        import io

        out = io.BytesIO()
        with self.connection.cursor() as cursor:
            cursor.copy_expert(f"copy ({sql}) to stdout (format csv, header, null '')", out)
        return out.getvalue()

    def url(self, **arguments) -> str:
        return self.server.url(self.name, **arguments)

    def sessions(self) -> list[tuple]:
        """Backends of this database that are not ours."""
        return self.rows(
            "select pid, application_name, state, query from pg_stat_activity where datname = current_database()"
            " and pid <> pg_backend_pid() and backend_type in ('client backend', 'parallel worker')"
            " and application_name <> 'test'"
        )

    def wait_until_quiet(self, seconds: float = 20) -> list[tuple]:
        deadline = time.monotonic() + seconds
        while (left := self.sessions()) and time.monotonic() < deadline:
            time.sleep(0.05)
        return left

    def wait_for_copy(self, connections: int = 1, seconds: float = 20):
        return self.wait_for_statements("COPY", connections, seconds)

    def wait_for_statements(self, word: str, connections: int = 1, seconds: float = 20):
        """Returns once so many statements run that have this word in them."""
        deadline = time.monotonic() + seconds
        while time.monotonic() < deadline:
            running = [s for s in self.sessions() if s[2] == "active" and word.lower() in s[3].lower()]
            if len(running) >= connections:
                return running
            time.sleep(0.02)
        raise AssertionError(f"no {word} began within {seconds} s: {self.sessions()}")

    def close(self):
        self.connection.close()
