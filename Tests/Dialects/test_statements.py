"""Every kind of statement that the dialects make, parsed by sqlglot in the dialect of its database: it is one statement, and
names and constants in it mean what went in, whatever quotes they hold."""
import collections
import json
import os
import re
import subprocess

import pytest
import sqlglot
from sqlglot import exp

# Not of SQL's grammar but of each database's own; sqlglot keeps their text as it is.
COMMANDS = {"session", "transaction"}


def statements():
    binary = os.environ.get("DIALECT_STATEMENTS", ".build/debug/dialect-statements")
    output = subprocess.run([binary], check=True, capture_output=True, text=True).stdout
    return [json.loads(line) for line in output.split("\n") if line]


@pytest.fixture(scope="module")
def made():
    return statements()


# Of Oracle's grammar for XML and JSON, sqlglot 30 lacks these clauses; what stands around them is checked.
UNKNOWN = [(r'XMLSERIALIZE\(CONTENT (XMLTYPE\("\w"\)|"\w") AS CLOB\)', r"TO_CLOB(\1)"), (r" RETURNING CLOB\)", ")")]


def parsed(case):
    sql = case["sql"]
    if case["parser"] == "oracle":
        for pattern, known in UNKNOWN:
            sql = re.sub(pattern, known, sql)
    trees = sqlglot.parse(sql, read=case["parser"] or None, error_level=sqlglot.ErrorLevel.RAISE)
    assert len(trees) == 1, "it is not one statement"
    return trees[0]


def names_in(tree):
    return {node.name for node in tree.find_all(exp.Identifier)}


def literals_in(tree):
    found = set()
    for node in tree.find_all(exp.Literal, exp.National, exp.ByteString, exp.RawString, exp.UnicodeString):
        found.add(node.name)
    for node in tree.find_all(exp.HexString):
        found.add(bytes.fromhex(hex(int(node.name))[2:].zfill(2)).decode() if node.name.isdigit()
                  else bytes.fromhex(node.name).decode())
    for node in tree.find_all(exp.Anonymous, exp.Unicode):
        if node.name.upper() == "UNISTR":
            found.add(unistr(node.expressions[0].name))
    return found


def unistr(text):
    out, i = [], 0
    while i < len(text):
        if text[i] == "\\":
            out.append(int(text[i + 1:i + 5], 16))
            i += 5
        else:
            out.append(ord(text[i]))
            i += 1
    return b"".join(unit.to_bytes(2, "little") for unit in out).decode("utf-16-le")


def test_every_statement_parses(made):
    wrong = []
    for case in made:
        if "sql" not in case or case["kind"] in COMMANDS:
            continue
        try:
            tree = parsed(case)
            assert not isinstance(tree, exp.Command), "sqlglot does not understand it"
            assert isinstance(tree, (exp.Select, exp.SetOperation, exp.Subquery)), f"it is a {type(tree).__name__}"
            missing = set(case["names"]) - names_in(tree)
            assert not missing, f"names {missing} are not in it, but {names_in(tree)}"
            missing = set(case["literals"]) - literals_in(tree)
            assert not missing, f"constants {missing} are not in it, but {literals_in(tree)}"
            assert len(list(tree.find_all(exp.Placeholder))) == case["parameters"]
        except (AssertionError, sqlglot.errors.SqlglotError) as fault:
            wrong.append(f"{case['dialect']} {case['kind']}: {fault}\n    {case['sql']}")
    assert not wrong, f"{len(wrong)} statements:\n" + "\n".join(wrong[:40])


def test_nothing_is_left_out(made):
    kinds = collections.defaultdict(set)
    for case in made:
        kinds[case["dialect"]].add(case["kind"].split(" ")[0])
    databases = {"sqlserver", "oracle", "mysql", "mariadb", "sqlite", "postgres"}
    assert databases <= set(kinds)
    for name in databases:
        missing = {"name", "literal", "all", "limit", "count", "sample", "column", "bounds", "from", "above", "null",
                   "query", "clock", "transaction", "session", "schemas", "tables", "columns", "keys", "indexes"}
        assert missing <= kinds[name], f"{name} lacks {missing - kinds[name]}"
    assert "moment" in kinds["oracle"] and "rowversion" in kinds["sqlserver"] and "open" in kinds["mysql"]


def test_names_that_no_quotes_can_hold_are_refused(made):
    assert not [case for case in made if case["kind"] == "must be refused"]
    refusals = collections.Counter(case["dialect"] for case in made if "refused" in case)
    # Empty and NUL everywhere; too long where there is a limit.
    assert all(refusals[name] >= 2 for name in ("sqlite", "postgres", "generic"))
    assert all(refusals[name] == 3 for name in ("sqlserver", "mysql", "mariadb"))
    # Oracle has no way to write a quotation mark in a name.
    hostile = {case["names"][0] for case in made if case["dialect"] == "mysql" and case["kind"] == "name" and "sql" in case}
    assert refusals["oracle"] == 3 + sum('"' in name for name in hostile) == 7
