"""Spark reads what `ingest run` wrote: values, the line that `ingest files --format spark` prints, and a table's folder while a
load is under way. Needs a Python with pyspark (too big for requirements.txt): INGEST_SPARK_PYTHON names it, else this one."""

import json
import os
import subprocess
import sys
import time

import pytest

from lake import Lake
from loads import Loads
from project import postgres_source
from proxy import Proxy

PYTHON = os.environ.get("INGEST_SPARK_PYTHON", sys.executable)
# One JVM for all tests: it takes code, and answers with what `answer` is then.
WORKER = """
import json, sys
from pyspark.sql import SparkSession
spark = (SparkSession.builder.master("local[2]").config("spark.ui.enabled", "false").config("spark.driver.memory", "512m")
         .config("spark.sql.session.timeZone", "UTC").getOrCreate())
print(json.dumps({"answer": spark.version}), flush=True)
for line in sys.stdin:
    names = {"spark": spark}
    try:
        exec(json.loads(line), names)
        print(json.dumps({"answer": names["answer"]}, default=str), flush=True)
    except Exception as error:
        print(json.dumps({"error": f"{type(error).__name__}: {error}"[:2000]}), flush=True)
"""


class Spark:
    def __init__(self):
        environment = os.environ | {"TZ": "UTC", "SPARK_LOCAL_IP": "127.0.0.1", "PYSPARK_PYTHON": PYTHON}
        environment.pop("SPARK_HOME", None)
        self.process = subprocess.Popen([PYTHON, "-c", WORKER], stdin=subprocess.PIPE, stdout=subprocess.PIPE,
                                        stderr=subprocess.DEVNULL, text=True, env=environment)
        self.version = self.reply()

    def reply(self):
        line = self.process.stdout.readline()
        assert line, "Spark has ended"
        found = json.loads(line)
        assert "error" not in found, found["error"]
        return found["answer"]

    def run(self, code: str):
        self.process.stdin.write(json.dumps(code) + "\n")
        self.process.stdin.flush()
        return self.reply()

    def rows(self, line: str, columns: str = "*") -> list[list]:
        code = f"{line}\nanswer = [list(row) for row in df.selectExpr({columns!r}).collect()]" if columns != "*" else (
            f"{line}\nanswer = [list(row) for row in df.collect()]")
        return sorted(self.run(code))


@pytest.fixture(scope="module")
def spark():
    if subprocess.run([PYTHON, "-c", "import pyspark"], capture_output=True, check=False).returncode:
        pytest.skip(f"{PYTHON} has no pyspark: INGEST_SPARK_PYTHON may name one that does")
    spark = Spark()
    yield spark
    spark.process.stdin.close()
    spark.process.wait(timeout=60)


KINDS = {
    "b": "boolean", "i": "integer", "n": "numeric(20,4)", "w": "numeric(38,10)", "d": "double precision", "t": "text",
    "day": "date", "at": "timestamptz", "plain": "timestamp",
}  # fmt: skip
VALUES = [
    "true, -2147483648, -9999999999999999.9999, 1234567890123456789012345678.0123456789, 0.1, 'ü ''\"', '1970-01-01',"
    " '2026-03-29 01:30:00.123456+01', '2026-10-25 02:30:00.000001'",
    "false, 2147483647, 0.0001, -0.0000000001, -1e300, '', '9999-12-31', '1969-12-31 23:59:59.999999+00',"
    " '1900-01-01 00:00:00'",
    "null, null, null, null, null, null, null, null, null",
]


def shown(value):
    """As the worker writes it."""
    return value if value is None or isinstance(value, (bool, int, float, str)) else str(value)


@pytest.mark.thread("spark 40819")
def test_values_are_those_of_the_source(ingest, tmp_path, database, spark):
    columns = ", ".join(f"{name} {kind}" for name, kind in KINDS.items())
    database.execute(f"drop table if exists kinds; create table kinds (id bigint primary key, {columns})")
    for number, values in enumerate(VALUES):
        database.execute(f"insert into kinds values ({number}, {values})")
    loads = Loads(ingest, tmp_path / "p", {"s": postgres_source(database)})
    loads.jobs({"job_id": "kinds", "table_name": "kinds"})
    loads.run()
    line = loads.verb("files", "kinds", "--format", "spark").out
    names = "id, b, i, n, w, d, t, day, (at at time zone 'UTC') as at, plain"
    expected = [[shown(value) for value in row] for row in database.rows(f"select {names} from kinds order by id")]
    found = spark.run(line + "answer = [[str(v) if type(v).__name__ == 'Decimal' else v for v in row] for row in "
                      "df.orderBy('id').collect()]")
    # Spark shows a decimal of ten places with an exponent where it is small.
    import decimal

    for row in found + expected:
        row[4] = row[4] and decimal.Decimal(row[4])
    assert found == expected
    types = dict(spark.run(line + "answer = df.dtypes"))
    assert types["n"] == "decimal(20,4)" and types["at"] == "timestamp" and types["plain"] == "timestamp_ntz"


def test_the_line_works_as_pasted_whatever_the_folder_is_called(ingest, tmp_path, spark):
    lake = Lake(tmp_path / "it's a [pro]ject *", "create table orders (id integer primary key, note text);"
                "insert into orders values (1, 'a'), (2, null)", name="la ke {x}?%41#+")
    lake.write([{"job_id": "orders", "source_name": "shop", "table_name": "orders"},
                {"job_id": "kept", "source_name": "shop", "table_name": "orders", "write_mode": "snapshot",
                 "target_table": "kept"}])  # fmt: skip
    here = ("--project", lake.folder)
    ingest.run("run", *here).expect()
    for job in ("orders", "kept"):
        line = ingest.run("files", job, *here, "--format", "spark").expect().out
        assert line.count("\n") == 1
        assert spark.rows(line + "df = df.na.fill('-')", "id || ' ' || note") == [["1 a"], ["2 -"]], line
    # A column that came later is NULL in the files before.
    lake.sql("alter table orders add column more text; insert into orders values (3, 'c', 'x')")
    lake.write([{"job_id": "kept", "source_name": "shop", "table_name": "orders", "load_type": "INCREMENTAL",
                 "watermark_column": "id", "target_table": "new"}])  # fmt: skip
    ingest.run("run", *here).expect()
    lake.sql("alter table orders add column most text; insert into orders values (4, 'd', 'x', 'y')")
    ingest.run("run", *here).expect()
    line = ingest.run("files", "kept", *here, "--format", "spark").expect().out
    code = line + "answer = sorted([r.id, r.more, r.most] for r in df.collect())"
    assert spark.run(code) == [[1, None, None], [2, None, None], [3, "x", None], [4, "x", "y"]]


def test_only_finished_loads_are_in_the_folder(ingest, tmp_path, database, spark):
    database.execute("drop table if exists lines; create table lines (id bigint primary key, note text)")
    database.execute("insert into lines select i, repeat('x', 200) from generate_series(1, 100000) i; analyze lines")
    with Proxy(database.server.port) as proxy:
        loads = Loads(ingest, tmp_path / "p", {"s": postgres_source(database) | {"port": proxy.port}})
        loads.jobs({"job_id": "lines", "table_name": "lines", "load_type": "INCREMENTAL", "watermark_column": "id"})
        loads.run()
        database.execute("insert into lines select i, repeat('y', 200) from generate_series(100001, 300000) i")
        read = (f"df = spark.read.option('recursiveFileLookup', 'true').parquet('file://{loads.lake}/lines')\n"
                "answer = [df.count(), df.distinct().count()]")
        assert spark.run(read) == [100000, 100000]
        proxy.rate = 6_000_000
        began = proxy.sent
        run = loads.start("--max-workers", "1")
        during = 0
        while run.poll() is None:
            staged = proxy.sent - began > 1_000_000
            found = spark.run(read)
            during += staged and run.poll() is None
            assert found in ([100000, 100000], [300000, 300000])
            if run.poll() is None and proxy.sent - began < 30_000_000:
                assert found == [100000, 100000]
            time.sleep(0.1)
        loads.ended(run)
        assert during > 1 and spark.run(read) == [300000, 300000]
