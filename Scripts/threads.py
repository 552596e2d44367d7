#!/usr/bin/env python3
"""Lists the threads of Tests/Live/peers/threads.csv that no test makes happen, and fails if there are any.

A test in Python is named by its thread (test_dlt_2269_…) or marked with it (@pytest.mark.thread("dlt 2269")); one in Swift
has the trait .bug("URL"). `Scripts/threads.py --list` shows the tests of each.
"""

import ast
import collections
import csv
import pathlib
import re
import sys

ROOT = pathlib.Path(__file__).resolve().parent.parent
LIST = ROOT / "Tests/Live/peers/threads.csv"
Found = dict[str, list[str]]


def python_tests(known: set[str]) -> Found:
    found = collections.defaultdict(list)
    for path in sorted((ROOT / "Tests").rglob("test_*.py")):
        for node in ast.walk(ast.parse(path.read_text())):
            if not isinstance(node, ast.FunctionDef) or not node.name.startswith("test_"):
                continue
            names = [name for name in known if node.name.startswith("test_" + name.replace(" ", "_") + "_")]
            for mark in node.decorator_list:
                if isinstance(mark, ast.Call) and ast.unparse(mark.func) == "pytest.mark.thread":
                    names += [ast.literal_eval(argument) for argument in mark.args]
            for name in names:
                found[name].append(f"{path.relative_to(ROOT)}::{node.name}")
    return found


def swift_tests(names: dict[str, str]) -> Found:
    found = collections.defaultdict(list)
    for path in sorted((ROOT / "Tests").rglob("*Tests.swift")):
        for url in re.findall(r'\.bug\(\s*"([^"]+)"', path.read_text()):
            if url in names:
                found[names[url]].append(str(path.relative_to(ROOT)))
    return found


def main() -> int:
    with LIST.open(newline="") as file:
        threads = {f"{row['tool']} {row['number']}": row for row in csv.DictReader(file)}
    tests = python_tests(set(threads))
    for name, places in swift_tests({row["url"]: name for name, row in threads.items()}).items():
        tests[name] += places
    missing = [name for name in threads if not tests.get(name)]
    for name in missing:
        print(f"{threads[name]['section']} {name}: no test ({threads[name]['what happened']})")
    unknown = [name for name in tests if name not in threads]
    for name in unknown:
        print(f"{name}: not in {LIST.relative_to(ROOT)}, marked in {tests[name][0]}")
    if "--list" in sys.argv:
        for name, row in threads.items():
            print(f"{row['section']} {name}: {row['what happened']}")
            for place in tests.get(name, []):
                print(f"      {place}")
    return 1 if missing or unknown else 0


if __name__ == "__main__":
    sys.exit(main())
