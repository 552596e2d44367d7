"""What can go wrong with a database behind a driver: each time the right exit code, an error in words without a secret in
it, nothing under a final name, nothing left running on the server."""

import signal
import socket
import threading
import time

import pyarrow.parquet
import pytest

from ingest import files_under
from mariadb import MariaDB
from odbc_checks import killed_server, refused
from project import Project
from proxy import Proxy

SECRET = "S3cret;%&/ }x"
DRIVER = "odbc:DRIVER={{{driver}}};SERVER={host};PORT={port};UID={user};PWD={{{secret}}};DATABASE={database}"


@pytest.fixture(scope="module")
def database(mariadb):
    database = mariadb.create_database("t_faults")
    database.execute("create table orders (id bigint primary key, amount decimal(10,2))")
    database.execute("insert into orders values (1, 2.5)")
    database.execute("create table staff (id int, name varchar(20), salary int)")
    database.execute("insert into staff values (1, 'x', 2)")
    database.execute("create table private (id int)")
    database.execute("create or replace user reader@'127.0.0.1' identified by %s", SECRET)
    database.execute("grant select on t_faults.orders to reader@'127.0.0.1'")
    database.execute("grant select (id, name) on t_faults.staff to reader@'127.0.0.1'")
    database.execute("create or replace user late@'127.0.0.1' identified by %s", SECRET)
    database.execute("grant select on t_faults.* to late@'127.0.0.1'")
    database.execute("alter user late@'127.0.0.1' password expire")
    yield database
    database.close()


@pytest.fixture(scope="module")
def long(database):
    database.execute("create table long_one (id bigint primary key, a varchar(40), b varchar(40))"
                     " select seq as id, md5(seq) as a, md5(seq + 1) as b from seq_1_to_400000")
    return "long_one"


def odbc(database, user="reader", secret=SECRET, host="127.0.0.1", port=None, driver="MariaDB Unicode", name=None) -> str:
    return DRIVER.format(driver=driver, host=host, port=port or database.server.port, user=user,
                         secret=secret.replace("}", "}}"), database=name or database.name)


# Before the first row

def test_a_password_of_odd_characters_works(ingest, database, tmp_path):
    ingest.copy(odbc(database), "orders", tmp_path / "a.parquet").expect()
    ingest.copy(database.url(user="reader", password=SECRET), "orders", tmp_path / "b.parquet").expect()
    assert pyarrow.parquet.read_table(tmp_path / "b.parquet")["id"].to_pylist() == [1]


def test_driver_that_is_not_there(ingest, database, tmp_path):
    refused(ingest.copy(odbc(database, driver="No Such Driver"), "orders", tmp_path), tmp_path, (1, 2), "No Such Driver",
            "odbcinst", without=(SECRET, "S3cret"))


@pytest.mark.parametrize("scheme, word", [("mysql", "odbc-mariadb"), ("mariadb", "odbc-mariadb"), ("mssql", "msodbcsql18"),
                                          ("oracle", "Oracle")])
def test_a_missing_driver_is_named_with_its_package(ingest, tmp_path, scheme, word):
    registry = tmp_path / "registry"
    registry.mkdir()
    (registry / "odbcinst.ini").write_text("[Some Other Driver]\nDriver=libother.so\n")
    outcome = ingest.run("copy", f"{scheme}://reader:S3cret@127.0.0.1/x", "t", tmp_path / "out",
                         env={"ODBCSYSINI": str(registry)})
    refused(outcome, tmp_path / "out", (1, 2), word, without=("S3cret",))


def test_host_that_is_not_there(ingest, database, tmp_path):
    refused(ingest.copy(odbc(database, host="no-such-host.invalid"), "orders", tmp_path), tmp_path, (1,), "no-such-host.invalid",
            without=("S3cret",))


def test_port_where_nothing_listens(ingest, database, tmp_path):
    with socket.create_server(("127.0.0.1", 0)) as taken:
        port = taken.getsockname()[1]
    refused(ingest.copy(odbc(database, port=port), "orders", tmp_path), tmp_path, (1,), "127.0.0.1", without=("S3cret",))


def test_port_where_something_else_listens_and_says_nothing(ingest, database, tmp_path):
    with socket.create_server(("127.0.0.1", 0)) as silent:
        began = time.monotonic()
        project = Project(tmp_path / "p", {"silent": {
            "type": "mariadb", "host": "127.0.0.1", "port": silent.getsockname()[1], "database": "x",
            "username": "reader", "password": "S3cret", "connect_timeout": "1s"}})
        outcome = ingest.copy("silent", "orders", tmp_path / "out", "--project", project.folder, timeout=90)
        assert time.monotonic() - began < 60
    refused(outcome, tmp_path / "out", (1,), without=("S3cret",))


def test_port_where_something_else_answers(ingest, database, tmp_path):
    def babble(listener):
        while True:
            try:
                client, _ = listener.accept()
                client.sendall(b"220 mail.example.org ESMTP\r\n" * 40)
                client.close()
            except OSError:
                return

    with socket.create_server(("127.0.0.1", 0)) as listener:
        threading.Thread(target=babble, args=(listener,), daemon=True).start()
        outcome = ingest.copy(odbc(database, port=listener.getsockname()[1]), "orders", tmp_path, timeout=90)
    refused(outcome, tmp_path, (1, 2), without=("S3cret",))


@pytest.mark.parametrize("wrong", ["wr0ng-secret", "", "wr0ng;UID=root", "wr0ng}x"])
def test_wrong_password(ingest, database, tmp_path, wrong):
    refused(ingest.copy(odbc(database, secret=wrong), "orders", tmp_path), tmp_path, (1, 2), "reader", "denied",
            without=("wr0ng",))


def test_wrong_password_in_a_url(ingest, database, tmp_path):
    refused(ingest.copy(database.url(user="reader", password="wr0ng}/x"), "orders", tmp_path), tmp_path, (1, 2), "reader",
            without=("wr0ng",))


def test_expired_password(ingest, database, tmp_path):
    refused(ingest.copy(odbc(database, user="late"), "orders", tmp_path), tmp_path, (1, 2), "password", without=("S3cret",))


def test_unknown_database(ingest, database, tmp_path):
    refused(ingest.copy(database.url().replace("t_faults", "t_nowhere"), "orders", tmp_path), tmp_path, (1, 2), "t_nowhere",
            without=(database.server.password,))


def test_unknown_table_offers_the_nearest(ingest, database, tmp_path):
    refused(ingest.copy(database.url(), "odrers", tmp_path), tmp_path, (2,), "odrers", "orders",
            without=(database.server.password,))


def test_unknown_column_offers_the_nearest(ingest, database, tmp_path):
    refused(ingest.copy(database.url(), "orders", tmp_path, "--columns", "id,amuont"), tmp_path, (2,), "amuont", "amount",
            without=(database.server.password,))


def test_table_without_permission(ingest, database, tmp_path):
    refused(ingest.copy(odbc(database), "private", tmp_path), tmp_path, (1, 2), "private", without=("S3cret",))


def test_permission_on_some_columns(ingest, database, tmp_path):
    """The catalog shows the user only what is granted; a column that is asked for by name is refused by its name."""
    refused(ingest.copy(odbc(database), "staff", tmp_path, "--columns", "id,salary"), tmp_path, (1, 2), "salary",
            without=("S3cret",))
    ingest.copy(odbc(database), "staff", tmp_path / "some.parquet", "--columns", "id,name").expect()


def test_permission_on_some_columns_is_enough_to_look_at_them(ingest, database, tmp_path):
    server = {"type": "mariadb", "host": "127.0.0.1", "port": database.server.port, "database": database.name}
    project = Project(tmp_path, {"shop": server | {"username": "reader", "password": SECRET}})
    project.write([{"source_name": "shop", "table_name": "staff", "columns": "id,name"}])
    report = ingest.run("validate", "--connect", "--format", "json", project.workbook).summary
    assert report["errors"] == 0, report["findings"]


def test_permission_on_some_columns_alone_is_said_with_what_to_ask_for(ingest, database, tmp_path):
    words = ("may read id, name", "GRANT SELECT ON t_faults.staff")
    refused(ingest.copy(odbc(database), "staff", tmp_path), tmp_path, (1, 2), *words, without=("S3cret",))
    server = {"type": "mariadb", "host": "127.0.0.1", "port": database.server.port, "database": database.name}
    project = Project(tmp_path / "project", {"shop": server | {"username": "reader", "password": SECRET}})
    project.write([{"job_id": "some", "source_name": "shop", "table_name": "staff", "columns": "id,name"}])
    outcome = ingest.run("preview", "--project", project.folder, "--source", "shop", "--table", "staff")
    assert outcome.code in (1, 2) and all(word in outcome.err for word in words), outcome.err
    shown = ingest.run("preview", "--project", project.folder, "some").expect().out
    assert "name" in shown and "salary" not in shown


def test_query_with_an_error(ingest, database, tmp_path):
    refused(ingest.copy_query(database.url(), "select * frm orders", tmp_path / "x.parquet"), tmp_path, (1, 2), "frm",
            without=(database.server.password,))


def test_condition_with_an_error(ingest, database, tmp_path):
    refused(ingest.copy(database.url(), "orders", tmp_path, "--where", "amount >"), tmp_path, (1, 2))


# Once rows flow

def test_server_killed(ingest, scratch, tmp_path):
    killed_server(ingest, MariaDB(scratch / "mariadb-killed"), tmp_path, "create table t (id bigint primary key, a varchar(40))"
                  " select seq as id, md5(seq) as a from seq_1_to_400000", "`t`", rate=2e6, pause=0.5)


@pytest.mark.parametrize("after", [1_000_000, 5_000_000])
def test_connection_cut(ingest, database, long, tmp_path, after):
    with Proxy(database.server.port) as proxy:
        proxy.cut_after = after
        outcome = ingest.copy(database.url(port=proxy.port), long, tmp_path)
    refused(outcome, tmp_path, (1,), without=(database.server.password,))
    assert database.wait_until_quiet() == []


def test_connection_stalls(ingest, database, long, tmp_path):
    with Proxy(database.server.port) as proxy:
        proxy.stall_after = 3_000_000
        began = time.monotonic()
        outcome = ingest.copy(database.url(port=proxy.port), long, tmp_path, "--stall-timeout", "500ms", timeout=90)
        assert time.monotonic() - began < 30
    refused(outcome, tmp_path, (1,), without=(database.server.password,))
    assert database.wait_until_quiet() == []


@pytest.mark.parametrize("number, code", [(signal.SIGINT, 130), (signal.SIGTERM, 143)])
def test_interrupted(ingest, database, long, tmp_path, number, code):
    with Proxy(database.server.port, 2e6) as slow:
        process = ingest.start("copy", database.url(port=slow.port), long, tmp_path, "--parallel", "2")
        database.wait_for_reading(long)
        time.sleep(0.3)
        began = time.monotonic()
        process.send_signal(number)
        _, err = process.communicate(timeout=60)
        assert process.returncode == code, err
        assert time.monotonic() - began < 15
        assert database.wait_until_quiet() == []
    assert files_under(tmp_path) == []


def test_interrupted_while_the_server_thinks(ingest, database, tmp_path):
    process = ingest.start("copy", database.url(), "--query", "select sleep(60) as s, 1 as id", tmp_path / "q.parquet")
    database.wait_for_reading("sleep(60)")
    time.sleep(0.3)
    process.send_signal(signal.SIGINT)
    _, err = process.communicate(timeout=20)
    assert process.returncode == 130, err
    assert database.wait_until_quiet() == [] and files_under(tmp_path) == []


def test_killed_by_the_administrator(ingest, database, long, tmp_path):
    with Proxy(database.server.port, 2e6) as slow:
        process = ingest.start("copy", database.url(port=slow.port), long, tmp_path, "--parallel", "1")
        reading = database.wait_for_reading(long)
        time.sleep(0.3)
        database.execute(f"kill connection {reading[0][0]}")
        _, err = process.communicate(timeout=60)
    assert process.returncode == 1, err
    assert err.strip() and files_under(tmp_path) == []


def test_table_dropped_while_it_is_read(ingest, database, tmp_path):
    """Between planning and reading, or during either: a clear error or a whole table, never half of one."""
    for pause in (0, 0.02, 0.05, 0.1):
        database.execute("create or replace table fleeting (id bigint primary key) select seq as id from seq_1_to_1000")
        process = ingest.start("copy", database.url(), "fleeting", tmp_path / "f.parquet", "--overwrite")
        time.sleep(pause)
        database.execute("drop table fleeting")
        _, err = process.communicate(timeout=30)
        if process.returncode == 0:
            assert pyarrow.parquet.ParquetFile(tmp_path / "f.parquet").metadata.num_rows == 1_000
        else:
            assert process.returncode in (1, 2) and "fleeting" in err, err
        for name in files_under(tmp_path):
            (tmp_path / name).unlink()


def test_overflow_in_a_query(ingest, database, long, tmp_path):
    """The server itself gives up after many rows."""
    outcome = ingest.copy_query(database.url(), "select id, exp(709 + floor(id / 200000)) as x, "
                                "18446744073709551615 + cast(floor(id / 399999) as unsigned) as y from long_one",
                                tmp_path / "o.parquet")
    refused(outcome, tmp_path, (1,), "out of range")


def test_kill_9_then_the_next_run_cleans_up(ingest, database, long, tmp_path):
    with Proxy(database.server.port, 2e6) as slow:
        process = ingest.start("copy", database.url(port=slow.port), long, tmp_path)
        database.wait_for_reading(long)
        time.sleep(0.3)
        process.kill()
        process.communicate()
    ingest.copy(database.url(), long, tmp_path).expect()
    assert files_under(tmp_path) == [f"{long}.parquet"]
    assert pyarrow.parquet.ParquetFile(tmp_path / f"{long}.parquet").metadata.num_rows == 400_000
    assert database.wait_until_quiet() == []


# Several connections that read one table

SPLIT = ("--parallel", "2", "--split-column", "id")


def wait_for_both(database):
    deadline = time.monotonic() + 10
    while len(database.sessions()) < 2:
        assert time.monotonic() < deadline, database.sessions()
        time.sleep(0.02)
    time.sleep(0.3)


@pytest.mark.parametrize("number, code", [(signal.SIGINT, 130), (signal.SIGTERM, 143)])
def test_several_connections_interrupted(ingest, database, long, tmp_path, number, code):
    with Proxy(database.server.port, 2e6) as slow:
        process = ingest.start("copy", database.url(port=slow.port), long, tmp_path, *SPLIT)
        wait_for_both(database)
        process.send_signal(number)
        _, err = process.communicate(timeout=60)
        assert process.returncode == code, err
        assert database.wait_until_quiet() == []
    assert files_under(tmp_path) == []


@pytest.mark.parametrize("after", [300_000, 3_000_000, 12_000_000])
def test_several_connections_cut(ingest, database, long, tmp_path, after):
    """One moment is gone with the first connection that is lost: nothing is read by another one."""
    with Proxy(database.server.port) as proxy:
        proxy.cut_after = after
        outcome = ingest.copy(database.url(port=proxy.port), long, tmp_path, *SPLIT)
    refused(outcome, tmp_path, (1,), without=(database.server.password,))
    assert database.wait_until_quiet() == []


def test_several_connections_stall(ingest, database, long, tmp_path):
    with Proxy(database.server.port) as proxy:
        proxy.stall_after = 6_000_000
        outcome = ingest.copy(database.url(port=proxy.port), long, tmp_path, *SPLIT, "--stall-timeout", "500ms", timeout=90)
    refused(outcome, tmp_path, (1,), without=(database.server.password,))
    assert database.wait_until_quiet() == []


def test_one_of_several_connections_killed(ingest, database, long, tmp_path):
    with Proxy(database.server.port, 2e6) as slow:
        process = ingest.start("copy", database.url(port=slow.port), long, tmp_path, *SPLIT)
        wait_for_both(database)
        database.execute(f"kill connection {max(row[0] for row in database.sessions())}")
        _, err = process.communicate(timeout=60)
    assert process.returncode == 1, err
    assert err.strip() and files_under(tmp_path) == []
    assert database.wait_until_quiet() == []


def test_several_connections_show_one_moment_while_others_write(ingest, database, tmp_path):
    """Money moves between rows that different connections read; each transaction leaves the sum as it was."""
    database.execute("create or replace table purse (id bigint primary key, v bigint, filler varchar(200) not null)"
                     " select seq as id, 1000 as v, repeat('x', 200) as filler from seq_1_to_200000")
    stop = threading.Event()

    def move(number):
        connection = database.server.connect(database.name)
        cursor = connection.cursor()
        turn = number
        while not stop.is_set():
            turn += 2
            cursor.execute("begin")
            cursor.execute(f"update purse set v = v - 1 where id = {turn % 100_000 + 1}")
            cursor.execute(f"update purse set v = v + 1 where id = {200_000 - turn % 100_000}")
            cursor.execute("commit")
            time.sleep(0.001)
        connection.close()

    movers = [threading.Thread(target=move, args=(n,)) for n in range(2)]
    for mover in movers:
        mover.start()
    try:
        for n in range(4):
            outcome = ingest.copy(database.url(), "purse", tmp_path / f"{n}.parquet", *SPLIT).expect()
            assert "not a snapshot" not in outcome.out + outcome.err
            found = pyarrow.parquet.read_table(tmp_path / f"{n}.parquet")
            assert found.num_rows == 200_000 and sum(found["v"].to_pylist()) == 200_000_000
    finally:
        stop.set()
        for mover in movers:
            mover.join()


def test_a_table_that_innodb_does_not_keep_is_no_snapshot(ingest, database, tmp_path):
    database.execute("create or replace table aria_one (id bigint primary key) engine = aria select seq as id from seq_1_to_1000")
    outcome = ingest.copy(database.url(), "aria_one", tmp_path, *SPLIT).expect()
    assert "not a snapshot" in outcome.out + outcome.err


# Names

def test_a_name_with_a_point_is_offered_in_quotes(ingest, database, tmp_path):
    database.execute('create or replace table "dotted.name" (id int)')
    refused(ingest.copy(database.url(), "dotted.name", tmp_path), tmp_path, (2,), 'in quotes: "dotted.name"')


def test_tables_that_differ_by_case_alone_are_listed(ingest, database, tmp_path):
    database.execute('create or replace table "Twins" (id int)')
    database.execute('create or replace table "TWINS" (id int)')
    refused(ingest.copy(database.url(), "twins", tmp_path), tmp_path, (2,), 'Write one of "Twins", "TWINS"')
