"""Full loads by which other tools destroyed data (threads.csv, 2.3): the same happens to `ingest run`, and the lake holds what
it held, or what the source holds, value by value."""

import signal
import time

import pytest

from ingest import files_under
from loads import RETRY, Loads
from proxy import Proxy
from tables import ago, same_form

JOB = {"job_id": "t", "table_name": "t"}
OVER_A_NETWORK = pytest.mark.parametrize("tables", ["postgresql", "mariadb"], indirect=True)


def lake(loads) -> list[tuple]:
    return same_form(loads.rows("t", 'id, note, "at"'))


def fill(tables, count, note="x" * 40):
    tables.create(key="bigint primary key")
    at = ago(60)
    tables.insert(*[(n, note, at) for n in range(count)])
    if tables.kind == "postgresql":
        tables.sql("analyze t")


def through(ingest, folder, tables, proxy, settings=RETRY) -> Loads:
    source = tables.source(port=proxy.port, sslmode="disable", stall_timeout="2s", connect_timeout="2s")
    return Loads(ingest, folder / "project", {"s": source}, settings)


@OVER_A_NETWORK
@pytest.mark.parametrize("share", [0.0, 0.3, 0.9])
def test_airbyte_33230_the_source_breaks_off_in_a_full_load(ingest, tmp_path, tables, share):
    """At the beginning, in the middle and near the end, in every attempt: the table stays as it was."""
    fill(tables, 20000)
    with Proxy(tables.source()["port"]) as proxy:
        loads = through(ingest, tmp_path, tables, proxy, RETRY + "max_attempts = 2\n")
        loads.jobs(JOB)
        loads.run()
        before, files, whole = lake(loads), loads.listed("t"), proxy.sent
        tables.sql(f"update t set note = '{'y' * 40}'", "delete from t where id < 100")
        proxy.cut_after = proxy.sent + int(whole * share)
        report = loads.one(code=1)
        assert report["status"] == "FAILED", report
        assert lake(loads) == before and loads.listed("t") == files
        proxy.cut_after = None
        loads.run()
    assert lake(loads) == tables.held() and lake(loads) != before


def test_airbyte_33230_a_value_at_the_very_end(loads, tables):
    """The last row cannot be read, all others can."""
    fill(tables, 20000)
    kind, bad = {"postgresql": ("date", "'infinity'"), "mariadb": ("date", "'0000-00-00'"),
                 "sqlite": ("integer", "'many'")}[tables.kind]  # fmt: skip
    tables.sql(f"alter table t add column n {kind}")
    loads.jobs(JOB)
    loads.run()
    before = lake(loads)
    tables.sql("update t set note = 'new'", f"update t set n = {bad} where id = 19999")
    assert "'n'" in loads.one(code=1)["error"]
    assert lake(loads) == before


@OVER_A_NETWORK
def test_airbyte_86347_the_second_attempt_is_the_whole_table(ingest, tmp_path, tables):
    """72,000 rows of which the first attempt gets most: the next one does not count what is left as the table. And where the
    source really has 2,700 left, that is asked about."""
    fill(tables, 72000)
    with Proxy(tables.source()["port"]) as proxy:
        loads = through(ingest, tmp_path, tables, proxy)
        loads.jobs(JOB)
        loads.run()
        whole = proxy.sent
        tables.sql("update t set note = 'new new new new new new new new new new'")
        proxy.cut_once(after=whole + int(whole * 0.9))
        report = loads.one()
        assert report["rows"] == 72000 and proxy.sent > whole * 2.5, "nothing was cut"
        assert lake(loads) == tables.held()
        tables.sql("delete from t where id >= 2700")
        refused = loads.one(code=1)
        assert "72000" in refused["error"] and "2700" in refused["error"] and len(lake(loads)) == 72000
        loads.run("--accept-shrink")
    assert lake(loads) == tables.held() and len(lake(loads)) == 2700


def test_airbyte_42468_every_run_has_all_rows(loads, tables):
    """Run after run, changed and unchanged: never nothing."""
    fill(tables, 500)
    loads.jobs(JOB)
    for number in range(6):
        assert loads.one()["rows"] == 500
        assert lake(loads) == tables.held()
        if number % 2:
            tables.sql(f"update t set note = 'round {number}' where id % 2 = 0")


@OVER_A_NETWORK
def test_airbyte_44378_what_goes_on_after_a_kill_is_the_whole_table(ingest, tmp_path, tables):
    """kill -9 with half of the table read, then a connection that ends with half of it read: all rows, each once."""
    fill(tables, 40000)
    with Proxy(tables.source()["port"]) as proxy:
        loads = through(ingest, tmp_path, tables, proxy)
        loads.jobs(JOB | {"parallelism": 3})
        loads.run()
        whole = proxy.sent
        tables.sql("update t set note = 'new' where id % 3 = 0")
        proxy.rate = 1_000_000
        run = loads.start()
        deadline = time.monotonic() + 30
        while proxy.sent < whole * 1.5 and run.poll() is None and time.monotonic() < deadline:
            time.sleep(0.01)
        assert run.poll() is None
        run.send_signal(signal.SIGKILL)
        run.communicate()
        proxy.rate = None
        proxy.cut_once(after=proxy.sent + whole // 2)
        assert loads.one()["rows"] == 40000
    assert lake(loads) == tables.held()
    data = [name for name in files_under(loads.lake) if ".par" in name]
    assert sorted(data) == sorted(loads.listed("t"))


def test_dango_334_a_source_without_rows(loads, tables):
    """A table that was emptied, or a filter that fits nothing, is refused; the cell or the option says that it is right."""
    fill(tables, 300)
    loads.jobs(JOB)
    loads.run()
    before = lake(loads)
    loads.jobs(JOB | {"query_filter": "id < 0"})
    assert "300 rows would become 0" in loads.one(code=1)["error"] and lake(loads) == before
    tables.sql("delete from t")
    loads.jobs(JOB)
    refused = loads.one(code=1)
    assert "300 rows would become 0" in refused["error"] and "allow_empty" in refused["remedy"] + refused["error"]
    assert lake(loads) == before
    loads.jobs(JOB | {"allow_empty": "Y"})
    assert loads.one()["status"] == "SUCCESS" and lake(loads) == []


@pytest.mark.parametrize("tables", ["postgresql"], indirect=True)
def test_sling_614_fewer_files_than_before(ingest, tmp_path, tables):
    """A load of several files, then a smaller one: whoever reads the folder sees nothing of the first."""
    fill(tables, 120000)
    loads = Loads(ingest, tmp_path / "project", {"s": tables.source()},
                  RETRY + '[destination]\nurl = "file://./lake"\ntarget_file_size = "1MiB"\n')
    loads.jobs(JOB | {"parallelism": 4})
    assert loads.one()["files"] > 2
    tables.sql("delete from t where id >= 70000", "analyze t")
    assert loads.one()["rows"] == 70000
    several = len(loads.listed("t"))
    assert lake(loads) == tables.held()
    tables.sql("delete from t where id >= 10", "analyze t")
    loads.run("--accept-shrink")
    assert lake(loads) == tables.held() and len(loads.listed("t")) == 1 < several
    assert [name for name in files_under(loads.lake / "t")] == [name.removeprefix("t/") for name in loads.listed("t")]
