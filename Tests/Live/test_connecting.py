"""What can be wrong before the first row: each a clear error, the right exit code, and nothing written."""

import socket
import subprocess
import time

import psycopg2
import pytest

from hangup import Hangup
from ingest import files_under
from postgres import Server
from project import Project, postgres_source


@pytest.fixture(scope="module")
def table(database):
    database.execute("""
        create table orders (id bigint, amount numeric(10,2)); insert into orders values (1, 2.50);
        create table customers (id bigint); create schema sales; create table sales.order_lines (id bigint);
        create table secret (id bigint)""")
    database.execute("""do $$ begin
        if not exists (select from pg_roles where rolname = 'reader') then
            create role reader login password 'r''e@d:er/%&?'; end if; end $$""")
    database.execute("grant select on orders to reader")
    return "orders"


def refused(outcome, tmp_path, codes=(1,), *words):
    assert outcome.code in codes, f"{outcome.code}\n{outcome.err}"
    assert outcome.err.strip(), "no error was printed"
    for word in words:
        assert word.lower() in outcome.err.lower(), f"{word!r} is not in: {outcome.err}"
    assert "Fatal error" not in outcome.err
    assert files_under(tmp_path) == []


def test_unknown_table_offers_the_nearest(ingest, database, table, tmp_path):
    refused(ingest.copy(database.url(), "public.oders", tmp_path), tmp_path, (2,), "oders", "orders")
    refused(ingest.copy(database.url(), "order_lines", tmp_path), tmp_path, (2,), "sales.order_lines")


def test_unknown_schema(ingest, database, table, tmp_path):
    refused(ingest.copy(database.url(), "slaes.order_lines", tmp_path), tmp_path, (2,), "slaes")


def test_unknown_column_and_bad_filter(ingest, database, table, tmp_path):
    refused(ingest.copy(database.url(), table, tmp_path, "--columns", "id,amuont"), tmp_path, (2,), "amuont", "amount")
    refused(ingest.copy(database.url(), table, tmp_path, "--where", "nonsense >"), tmp_path, (1, 2))
    refused(ingest.copy_query(database.url(), "selec 1", tmp_path / "q.parquet"), tmp_path, (1, 2), "selec")
    refused(ingest.copy_query(database.url(), "select 1 as a; drop table orders", tmp_path / "q.parquet"), tmp_path,
            (1, 2))
    assert database.value("select count(*) from orders") == 1


WRITES = [
    "delete from orders returning id",
    "insert into orders values (9, 9) returning id",
    "with d as (delete from orders returning id) select * from d",
]


@pytest.mark.parametrize("statement", WRITES)
def test_sessions_only_read(ingest, database, table, tmp_path, statement):
    refused(ingest.copy_query(database.url(), statement, tmp_path / "q.parquet"), tmp_path, (1, 2))
    assert database.value("select count(*) from orders") == 1


def test_no_permission(ingest, database, table, tmp_path):
    url = database.url(user="reader", password="r%27e%40d%3Aer%2F%25%26%3F")
    refused(ingest.copy(url, "secret", tmp_path), tmp_path, (1, 2), "permission", "secret")
    ingest.copy(url, "orders", tmp_path).expect()


def test_wrong_password(ingest, database, table, tmp_path):
    refused(ingest.copy(database.url(password="wrong-Pw1"), table, tmp_path), tmp_path, (1, 2), "password")
    assert "wrong-Pw1" not in ingest.copy(database.url(password="wrong-Pw1"), table, tmp_path).err


def test_unknown_database(ingest, database, table, server, tmp_path):
    refused(ingest.copy(server.url("no_such_db"), table, tmp_path), tmp_path, (1, 2), "no_such_db")


def test_nobody_listens(ingest, database, table, tmp_path):
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        port = probe.getsockname()[1]
    refused(ingest.copy(database.url(port=port), table, tmp_path, timeout=30), tmp_path, (1,), "refused", str(port))


def test_unknown_host(ingest, table, tmp_path):
    refused(ingest.copy("postgresql://u@no-such-host.invalid/db", table, tmp_path, timeout=60), tmp_path, (1, 2),
            "no-such-host.invalid")


def test_a_host_that_never_answers(ingest, database, table, tmp_path):
    """Accepts and says nothing: only a deadline ends this."""
    with socket.create_server(("127.0.0.1", 0)) as silent:
        url = database.url(port=silent.getsockname()[1], parameters="?connect_timeout=2")
        refused(ingest.copy(url, table, tmp_path, timeout=30), tmp_path, (1,))


def test_tls_modes(ingest, database, table, server, tmp_path):
    root = server.directory / "root.crt"
    for n, parameters in enumerate(["?sslmode=require", f"?sslmode=verify-full&sslrootcert={root}"]):
        ingest.copy(database.url(parameters=parameters), table, tmp_path / f"{n}.parquet").expect()


def test_tls_refused_by_the_certificate(ingest, database, table, tmp_path):
    refused(ingest.copy(database.url(parameters="?sslmode=verify-full&sslrootcert=/etc/ssl/certs/ca-certificates.crt"),
                        table, tmp_path), tmp_path, (1, 2), "certificate")


def test_client_certificates(ingest, scratch, tmp_path):
    """The server wants a certificate for the user: with it, without it, and with one of somebody else."""
    server = Server(scratch / "pg-cert", tls=True)
    server.start()
    try:
        database = server.create_database("certified")
        database.execute("create role holder login; create table t as select 1 as id; grant select on t to holder")
        data = server.directory / "data"
        for name in ["holder", "other"]:
            key, request, certificate = (tmp_path / f"{name}.{end}" for end in ["key", "csr", "crt"])
            subprocess.run(["openssl", "req", "-new", "-nodes", "-newkey", "rsa:2048", "-subj", f"/CN={name}",
                            "-keyout", key, "-out", request], check=True, capture_output=True)
            subprocess.run(["openssl", "x509", "-req", "-in", request, "-CA", server.directory / "root.crt",
                            "-CAkey", data / "server.key", "-CAcreateserial", "-CAserial", tmp_path / "serial",
                            "-days", "2", "-out", certificate], check=True, capture_output=True)
            key.chmod(0o600)
        rules = data / "pg_hba.conf"
        rules.write_text("hostssl all holder 127.0.0.1/32 cert\n" + rules.read_text())
        database.execute("alter system set ssl_ca_file = 'server.crt'")
        database.execute("select pg_reload_conf()")
        root = server.directory / "root.crt"

        def url(name: str | None) -> str:
            mine = f"&sslcert={tmp_path}/{name}.crt&sslkey={tmp_path}/{name}.key" if name else "&sslcert=/nonexistent"
            return (f"postgresql://holder@127.0.0.1:{server.port}/certified?sslmode=verify-full&sslrootcert={root}{mine}"
                    "&connect_timeout=10")

        # It takes up its settings when it has the time.
        deadline = time.monotonic() + 10
        while ingest.copy(url("holder"), "t", tmp_path / "t.parquet").code != 0:
            assert time.monotonic() < deadline
            time.sleep(0.2)
        (tmp_path / "t.parquet").unlink()
        for name in [None, "other"]:
            outcome = ingest.copy(url(name), "t", tmp_path / "t.parquet")
            assert outcome.code in (1, 2) and "certificate" in outcome.err, outcome.err
            assert not (tmp_path / "t.parquet").exists()
    finally:
        server.stop()


def test_tls_refused_by_the_server(ingest, table, scratch, tmp_path):
    plain = Server(scratch / "pg-plain")
    plain.start()
    try:
        outcome = ingest.copy(plain.url("postgres", parameters="?sslmode=require"), table, tmp_path)
        refused(outcome, tmp_path, (1, 2), "ssl")
    finally:
        plain.stop()


@pytest.mark.parametrize("scheme", ["https://h/db", "nonsense", "postgresql://127.0.0.1:notaport/db"])
def test_unusable_source(ingest, table, tmp_path, scheme):
    refused(ingest.copy(scheme, table, tmp_path), tmp_path, (2,))


def test_settings_come_from_the_environment_as_in_psql(ingest, database, table, server, tmp_path):
    service = tmp_path / "services"
    service.write_text(f"[mine]\nhost=127.0.0.1\nport={server.port}\nuser=postgres\ndbname={database.name}\n")
    passwords = tmp_path / "pgpass"
    passwords.write_text(f"127.0.0.1:{server.port}:*:postgres:{server.password}\n")
    passwords.chmod(0o600)
    ingest.copy("postgresql:///?service=mine", table, tmp_path / "a.parquet",
                env={"PGSERVICEFILE": str(service), "PGPASSFILE": str(passwords)}).expect()
    ingest.copy("postgresql://", table, tmp_path / "b.parquet", env={
        "PGHOST": "127.0.0.1", "PGPORT": str(server.port), "PGUSER": "postgres", "PGPASSWORD": server.password,
        "PGDATABASE": database.name}).expect()


def test_connection_limit(ingest, database, table, tmp_path):
    """No room for a second session: one connection's worth of copying, or an error; never a hang."""
    database.execute("drop role if exists lonely; create role lonely login password 'pw' connection limit 1")
    database.execute("grant select on all tables in schema public to lonely")
    outcome = ingest.copy(database.url(user="lonely", password="pw"), table, tmp_path, "--parallel", 2, timeout=30)
    if outcome.code != 0:
        refused(outcome, tmp_path, (1, 2), "connection")


def test_the_suite_can_connect(database):
    with pytest.raises(psycopg2.Error):
        database.connect(password="wrong")


@pytest.mark.parametrize("resets", [False, True], ids=["closed", "reset"])
@pytest.mark.parametrize("style", Hangup.STYLES)
@pytest.mark.parametrize("mode", ["prefer", "require"])
@pytest.mark.thread("posthog 64605")
def test_a_server_that_hangs_up_may_come_back(ingest, tmp_path, mode, style, resets):
    """A proxy without a server behind it, or a server that starts: exit code 1 is what is tried again."""
    with Hangup(Hangup.STYLES[style], resets) as server:
        url = f"postgresql://u@127.0.0.1:{server.port}/d?sslmode={mode}&connect_timeout=5"
        refused(ingest.copy(url, "t", tmp_path, timeout=30), tmp_path, (1,), "connect")


def test_a_server_that_refuses_tls_will_not(ingest, tmp_path):
    with Hangup(Hangup.REFUSAL) as server:
        url = f"postgresql://u@127.0.0.1:{server.port}/d?sslmode=require&connect_timeout=5"
        refused(ingest.copy(url, "t", tmp_path, timeout=30), tmp_path, (2,), "alert", "sslmode")
    with Hangup(b"N") as server:
        url = f"postgresql://u@127.0.0.1:{server.port}/d?sslmode=require&connect_timeout=5"
        outcome = ingest.copy(url, "t", tmp_path, timeout=30)
        assert outcome.code in (1, 2), outcome.err
        assert server.count == 1


@pytest.mark.parametrize("connection", [
    "DRIVER={{PostgreSQL Unicode}};SERVER=127.0.0.1;PORT={port};UID=u;PWD=p;DATABASE=d;SSLMODE=require",
    "DRIVER={{MariaDB Unicode}};SERVER=127.0.0.1;PORT={port};UID=u;PWD=p;DATABASE=d",
    "DRIVER={{FreeTDS}};SERVER=127.0.0.1;PORT={port};UID=u;PWD=p;DATABASE=d;TDS_Version=7.4",
], ids=["psqlodbc", "mariadb", "freetds"])
@pytest.mark.parametrize("resets", [False, True], ids=["closed", "reset"])
def test_a_server_that_hangs_up_on_a_driver_may_come_back(ingest, tmp_path, connection, resets):
    with Hangup(None, resets) as server:
        refused(ingest.copy("odbc:" + connection.format(port=server.port), "t", tmp_path, timeout=60), tmp_path, (1,),
                "connect")


def test_a_job_goes_on_when_the_server_is_back(ingest, database, table, tmp_path):
    with Hangup(b"S", times=2, target=database.server.port) as server:
        source = postgres_source(database) | {"port": server.port, "sslmode": "require"}
        project = Project(tmp_path / "back", {"shop": source})
        with open(project.folder / "ingest.toml", "a") as toml:
            toml.write('[retry]\ninitial_delay = "50ms"\n')
        project.write([{"job_id": "orders", "source_name": "shop", "table_name": "orders"}])
        report = ingest.run("run", "--project", project.folder, "--format", "json").expect().summary
    assert report["jobs"][0]["status"] == "SUCCESS" and report["jobs"][0]["attempt"] == 3
