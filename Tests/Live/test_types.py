"""Every row of the types contract, with NULLs and extremes, through three readers, against what the server says."""

import datetime
import functools
import uuid

import pytest

from kinds import KINDS, PREPARE, create_everything, said_of_everything
from readers import READERS

PROFILES = ["standard", "modern", "legacy"]
# Where a profile stores a kind otherwise than `standard` does.
RICHER = {
    "modern": {
        "uuid": None, "json": None, "jsonb": None, "time": None, "time_3": None, "uuid_array": None,
    },
}


@pytest.fixture(scope="module")
def everything(database):
    database.execute(PREPARE)
    return create_everything(database, KINDS)


@pytest.fixture(scope="module")
def said(database, everything):
    return said_of_everything(database, KINDS)


@pytest.fixture(scope="module", params=PROFILES)
def profile(request):
    return request.param


@pytest.fixture(scope="module")
def copied(profile, ingest, database, everything, module_dir):
    path = module_dir / f"{profile}.parquet"
    ingest.copy(database.url(), "public.everything", path, "--profile", profile).expect()
    # Read when asked for, so that a file that one reader refuses fails that reader's tests alone.
    return functools.cache(lambda reader: READERS[reader](path))


def as_text(value, name: str):
    """`modern` annotates these kinds, and readers then hand out objects; the server's word on them is text."""
    if name not in RICHER["modern"]:
        return value
    match value:
        case list():
            return [as_text(item, name) for item in value]
        case datetime.time():
            return value.isoformat(timespec="microseconds")
        case bytes():
            return str(uuid.UUID(bytes=value)) if name.startswith("uuid") else value.decode()
        case uuid.UUID():
            return str(value)
    return value


@pytest.mark.parametrize("reader", READERS)
@pytest.mark.parametrize("name", KINDS)
def test_value_by_value(copied, said, reader, name):
    values, _ = copied(reader)
    kind = KINDS[name]
    assert [None if v is None else kind.compare(as_text(v, name)) for v in values[name]] == said[name]


@pytest.mark.parametrize("name", KINDS)
def test_inferred_types(copied, profile, name):
    kind = KINDS[name]
    if name in RICHER.get(profile, {}):
        pytest.skip("annotated more richly in this profile; its values are compared above")
    found = {reader: copied(reader)[1][name] for reader in READERS}
    assert found == {"pyarrow": kind.arrow, "duckdb": kind.duck, "polars": kind.polars}


@pytest.mark.thread("ingestr 806")
def test_query_maps_as_the_table_does(ingest, database, everything, module_dir, copied, profile):
    if profile != "standard":
        pytest.skip("once is enough")
    path = module_dir / "query.parquet"
    ingest.copy_query(database.url(), "select * from everything", path).expect()
    for name, read in READERS.items():
        _, types = read(path)
        assert types == copied(name)[1]
    # Same values: the server's answers were compared with the table's file above.
    assert READERS["pyarrow"](path)[0].keys() == copied("pyarrow")[0].keys()
    same = READERS["pyarrow"](path)[0]
    for name, kind in KINDS.items():
        convert = [None if v is None else kind.compare(v) for v in same[name]]
        assert convert == [None if v is None else kind.compare(v) for v in copied("pyarrow")[0][name]], name
