"""Fixtures: private servers for the whole run, a fresh database per test module, and the binary under test.

Run by `make live`, several files at a time: each worker has servers and a scratch folder of its own. INGEST names the binary; INGEST_LIVE_DIR a folder for scratch files (default: a temporary one).
"""

import os
import pathlib
import shutil
import tempfile

import pytest

from ingest import Ingest
from mariadb import MariaDB
from postgres import Database, Server

HERE = pathlib.Path(__file__).parent
REPOSITORY = HERE.parent.parent

# Begun first, so that no worker is left alone with one of them at the end.
LONGEST = [
    "test_run.py", "test_peer_rows.py", "test_odbc_memory.py", "test_late_commits.py", "test_odbc_faults.py",
    "test_odbc_tds.py", "test_peer_recovery.py", "test_sqlite.py", "test_peer_full_loads.py", "test_shapes.py",
    "test_odbc_mariadb.py", "test_kills.py", "test_races.py", "test_webhooks.py", "test_terminal.py",
]  # fmt: skip


def pytest_collection_modifyitems(items):
    order = {name: index for index, name in enumerate(LONGEST)}
    items.sort(key=lambda item: order.get(item.path.name, len(LONGEST)))


def pytest_configure(config):
    config.addinivalue_line("markers", "root: needs root (mounts a small tmpfs)")
    config.addinivalue_line("markers", "thread(name): what a thread of peers/threads.csv reports, as `dlt 2269`")


@pytest.fixture(scope="session")
def binary() -> pathlib.Path:
    path = pathlib.Path(os.environ.get("INGEST", REPOSITORY / ".build/release/ingest"))
    if not path.exists():
        pytest.exit(f"{path} does not exist: run 'make build', or set INGEST", returncode=2)
    return path


@pytest.fixture(scope="session")
def scratch():
    root = pathlib.Path(tempfile.mkdtemp(prefix="ingest-live-", dir=os.environ.get("INGEST_LIVE_DIR")))
    root.chmod(0o755)
    yield root
    shutil.rmtree(root, ignore_errors=True)


@pytest.fixture(scope="session")
def server(scratch):
    server = Server(scratch / "pg", tls=True)
    server.start()
    try:
        yield server
    finally:
        server.stop()


@pytest.fixture(scope="session")
def mariadb(scratch):
    server = MariaDB(scratch / "mariadb", ("max-allowed-packet=64M",))
    server.start()
    try:
        yield server
    finally:
        server.stop()


@pytest.fixture(scope="module")
def database(server, request) -> Database:
    name = "t_" + request.module.__name__.removeprefix("test_")
    database = server.create_database(name)
    yield database
    database.close()


@pytest.fixture(scope="module")
def ingest(binary) -> Ingest:
    return Ingest(binary)


@pytest.fixture(scope="module")
def module_dir(scratch, request) -> pathlib.Path:
    path = scratch / request.module.__name__
    path.mkdir(exist_ok=True)
    return path
