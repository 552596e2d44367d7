"""`ingest preview` against a real server: values as they are, hostile ones made harmless, verdicts per column."""

import pty
import re
import os
import select

import pytest

from project import Project, postgres_source

SETUP = r"""
create table people (
    id bigint primary key, name text, born date, seen timestamptz, local timestamp(3), balance numeric(20, 4),
    amount numeric, at time, ref uuid, tags text[], doc jsonb, raw bytea, active boolean, mail text, small oid
);
insert into people values
    (9007199254740993, E'\x1b[31mred\x07', '0001-01-01', '2026-02-01 10:00:00.123456+02', '9999-12-31 23:59:59.999',
     -0.0001, 1.5, '12:34:56.789', '00112233-4455-6677-8899-aabbccddeeff', array['a', null, ''], '{"k": 1}', '\xdeadbeef',
     true, 'secret@example.com', 4294967295),
    (2, 'NULL', null, null, null, null, null, null, null, null, null, null, null, null, null),
    (3, '', null, null, null, null, null, null, null, '{}', null, '\x', false, null, null),
    (4, repeat('long ', 100), null, null, null, null, null, null, null, null, null, null, null, null, null),
    (5, U&'right\202Eleft\00A0end', null, null, null, null, null, null, null, null, null, null, null, null, null);
insert into people (id, name) select n, 'row ' || n from generate_series(6, 50) n;
create table empty_one (id int);
"""


@pytest.fixture(scope="module")
def base(database):
    database.execute(SETUP)
    return database


@pytest.fixture(scope="module")
def project(base, module_dir):
    return Project(module_dir / "project", {"pg": postgres_source(base)})


def preview(ingest, project, *options):
    return ingest.run("preview", "--project", project.folder, "--format", "json", *options).expect().summary


def test_values_are_exact(ingest, project):
    found = preview(ingest, project, "--source", "pg", "--table", "people", "--limit", "3")
    assert [c["name"] for c in found["columns"]][:3] == ["id", "name", "born"]
    assert found["rows"][0] == [
        "9007199254740993", "\x1b[31mred\x07", "0001-01-01", "2026-02-01T08:00:00.123456Z", "9999-12-31T23:59:59.999000",
        "-0.0001", "1.5000000000", "12:34:56.789000", "00112233-4455-6677-8899-aabbccddeeff", "[a, NULL, ]",
        '{"k": 1}', "0xdeadbeef", "true", "secret@example.com", "4294967295",
    ]  # fmt: skip
    assert found["rows"][1] == ["2", "NULL"] + [None] * 13
    assert found["rows"][2][:2] == ["3", ""] and found["rows"][2][9] == "[]" and found["rows"][2][11] == "0x"
    assert found["more"] is True


def test_each_column_has_a_verdict(ingest, project):
    found = preview(ingest, project, "--source", "pg", "--table", "people", "--limit", "0")
    verdicts = {c["name"]: (c["source_type"], c["type"], c["verdict"]) for c in found["columns"]}
    assert verdicts["balance"] == ("numeric(20,4)", "decimal(20,4)", "exact")
    assert verdicts["amount"] == ("numeric", "decimal(38,10)", "needs a decision")
    assert verdicts["at"] == ("time without time zone", "string", "text")
    assert verdicts["small"] == ("oid", "int64", "widened")
    assert verdicts["tags"] == ("text[]", "list<string>", "exact")
    assert found["rows"] == []


def test_the_text_is_harmless_and_cut(ingest, project):
    out = ingest.run("preview", "--project", project.folder, "--source", "pg", "--table", "people").expect().out
    assert not re.search(r"[\x00-\x09\x0b-\x1f\x7f-\x9f\u202a-\u202e]", out)
    lines = out.splitlines()
    assert lines[0] == "people: the first 20 rows" or lines[0].startswith("people: the first 20 rows of about")
    assert "[U+001B][31mred[U+0007]" in out and "right[U+202E]left[nbsp]end" in out
    row = next(line for line in lines if line.lstrip().startswith("2 "))
    assert '"NULL"' in row and " NULL" in row
    assert '""' in next(line for line in lines if line.lstrip().startswith("3 "))
    assert "…" in next(line for line in lines if line.lstrip().startswith("4 "))
    assert any(line.split()[:2] == ["column", "source"] for line in lines)


def test_it_fits_the_terminal(ingest, project):
    import fcntl
    import struct
    import subprocess
    import termios

    leader, follower = pty.openpty()
    fcntl.ioctl(follower, termios.TIOCSWINSZ, struct.pack("HHHH", 40, 70, 0, 0))
    process = subprocess.Popen(
        [ingest.binary, "preview", "--project", project.folder, "--source", "pg", "--table", "people"],
        stdin=subprocess.DEVNULL, stdout=follower, stderr=follower, env=ingest.environment(TERM="xterm"),
    )  # fmt: skip
    os.close(follower)
    out = b""
    while select.select([leader], [], [], 20)[0]:
        try:
            chunk = os.read(leader, 65536)
        except OSError:
            break
        if not chunk:
            break
        out += chunk
    assert process.wait() == 0
    lines = out.decode().splitlines()
    assert max(len(line) for line in lines) <= 70
    assert sum(line.lstrip().startswith("column") for line in lines) == 1
    assert any("mail" in line for line in lines)


def test_a_query(ingest, project):
    found = preview(ingest, project, "--source", "pg", "--query", "select 1 as one, now() at time zone 'utc' as t")
    assert found["rows"][0][0] == "1" and found["more"] is False
    outcome = ingest.run("preview", "--project", project.folder, "--source", "pg", "--query", "select nope").expect(2)
    assert 'column "nope" does not exist' in outcome.err


def test_a_table_without_rows(ingest, project):
    out = ingest.run("preview", "--project", project.folder, "--source", "pg", "--table", "empty_one").expect().out
    assert out.splitlines()[0] == "empty_one: no rows"


def test_a_value_that_would_stop_a_load_is_shown(ingest, project, base):
    base.execute("create table odd (id int, n numeric, at timestamptz)")
    base.execute("insert into odd values (1, 1.5, now()), (2, 'NaN', 'infinity'), (3, 1e-15, '4000-01-01 BC')")
    found = preview(ingest, project, "--source", "pg", "--table", "odd")
    assert [row[1] for row in found["rows"]] == ["1.5", "NaN", "0.000000000000001"]
    assert [row[2] for row in found["rows"]][1:] == ["infinity", "4000-01-01 00:00:00+00 BC"]
    assert found["notes"][0].startswith("A load would stop: ") and "'n'" in found["notes"][0]
    assert [c["type"] for c in found["columns"]] == ["int32", "decimal(38,10)", "timestamp(µs, UTC)"]


def test_a_job_with_its_columns_filter_and_masks(ingest, project):
    project.write(
        [{"job_id": "p", "enabled": "N", "source_name": "pg", "table_name": "PEOPLE", "columns": "ID, mail, name, active",
          "query_filter": "id <= 3 or mail is not null"}],
        columns=[["p", "mail", None, "redact", None], ["*", "active", None, "drop", None]],
    )  # fmt: skip
    found = preview(ingest, project, "p")
    assert [(c["name"], c["rule"]) for c in found["columns"]] == [
        ("id", None), ("mail", "masked by redact"), ("name", None)]  # fmt: skip
    assert found["notes"][-1] == "ColumnRules leaves out active"
    assert [row[1] for row in found["rows"]] == ["***", None, None]
    out = ingest.run("preview", "--project", project.folder, "p").expect().out
    assert "secret@example.com" not in out and '"PEOPLE" is found as "people"' in out


def test_a_job_with_a_query_and_places(ingest, project):
    query = "select id, seen from people where seen >= {watermark_from} and seen < {watermark_to} and {filter}"
    project.write([{"job_id": "q", "source_name": "pg", "table_name": "people", "query": query, "load_type": "INCREMENTAL",
                    "watermark_column": "seen"}])  # fmt: skip
    assert [row[0] for row in preview(ingest, project, "q")["rows"]] == ["9007199254740993"]


def test_mistakes_are_named(ingest, project):
    def error(*options):
        return ingest.run("preview", "--project", project.folder, *options).expect(2).err

    project.write([{"job_id": "orders", "source_name": "pg", "table_name": "peopel"},
                   {"job_id": "bad", "source_name": "pg", "table_name": "x", "load_type": "SOMETIMES"}])  # fmt: skip
    assert "did you mean 'orders'?" in error("ordrs")
    assert "is refused" in error("bad") and "SOMETIMES" in error("bad")
    assert "Did you mean 'people'?" in error("orders")
    assert "either --table or --query" in error("--source", "pg")
    assert "Missing: JOB" in error()
    assert "leave out --source" in error("orders", "--source", "pg")
    assert "--limit" in error("--source", "pg", "--table", "people", "--limit", "-1")
