"""A table in each kind of database, and a project over it."""

import pytest

from loads import Loads
from tables import KINDS, MariaTables, PostgresTables, SQLiteTables


@pytest.fixture(scope="module")
def maria(mariadb, request):
    database = mariadb.create_database("t_" + request.module.__name__.removeprefix("test_"))
    database.execute("set time_zone = '+00:00', max_statement_time = 120")
    yield database
    database.close()


@pytest.fixture(params=KINDS)
def tables(request, tmp_path):
    """`indirect=True` chooses among the kinds."""
    if request.param == "sqlite":
        return SQLiteTables(tmp_path / "source.db")
    if request.param == "postgresql":
        return PostgresTables(request.getfixturevalue("database"))
    return MariaTables(request.getfixturevalue("maria"))


@pytest.fixture
def loads(ingest, tmp_path, tables) -> Loads:
    return Loads(ingest, tmp_path / "project", {"s": tables.source()})
