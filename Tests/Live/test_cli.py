"""The command line itself: help, versions, completions, usage errors, summaries."""

import json
import shutil
import subprocess
import time

import pytest


def test_version_and_help(ingest):
    assert ingest.run("--version").expect().out.startswith("ingest ")
    assert "copy" in ingest.run("--help").expect().out
    for verb in ("copy", "inspect"):
        text = ingest.run(verb, "--help").expect().out
        assert f"ingest {verb}" in text and "xample" in text


def test_start_up_is_quick(ingest):
    times = []
    for _ in range(7):
        began = time.perf_counter()
        ingest.run("--version").expect()
        times.append(time.perf_counter() - began)
    # The target of 20 ms is measured by `make bench`; here only something grossly slow is caught.
    assert sorted(times)[3] < 0.2, times


@pytest.mark.parametrize("arguments", [
    ["frobnicate"], ["copy"], ["copy", "--nonsense", "a", "b", "c"], ["copy", "a", "b", "c", "d"],
    ["copy", "postgresql://h/d", "t", "x", "--parallel", "0"],
    ["copy", "postgresql://h/d", "t", "x", "--parallel", "two"],
    ["copy", "postgresql://h/d", "t", "x", "--profile", "fancy"],
    ["copy", "postgresql://h/d", "t", "x", "--compression", "rar"],
    ["copy", "postgresql://h/d", "t", "x", "--limit", "-1"], ["inspect"],
])
def test_usage_errors(ingest, arguments, tmp_path):
    outcome = ingest.run(*arguments, cwd=tmp_path).expect(2)
    assert outcome.err.strip() and len(outcome.err) < 2000
    assert list(tmp_path.iterdir()) == []


def test_no_arguments(ingest):
    outcome = ingest.run()
    assert outcome.code in (0, 2) and "copy" in outcome.out + outcome.err


def test_near_misses_are_offered(ingest):
    assert "copy" in ingest.run("coppy").expect(2).err
    assert "--compression" in ingest.run("copy", "--compresion", "zstd", "postgresql://h/d", "t", "x").expect(2).err


@pytest.mark.parametrize("shell, check", [("bash", ["bash", "-n"]), ("zsh", ["zsh", "-n"]), ("fish", ["fish", "-n"])])
def test_completions(ingest, tmp_path, shell, check):
    script = ingest.run("completions", shell).expect().out
    assert "--compression" in script or "compression" in script
    if not shutil.which(check[0]):
        pytest.skip(f"{check[0]} is not installed; the script was printed but not parsed")
    path = tmp_path / "script"
    path.write_text(script)
    subprocess.run([*check, path], check=True)


def test_bash_completion_completes(ingest, tmp_path):
    script = ingest.run("completions", "bash").expect().out
    (tmp_path / "c").write_text(script + """
COMP_WORDS=(ingest copy --comp) COMP_CWORD=2 COMP_LINE="ingest copy --comp" COMP_POINT=18
f=$(complete -p ingest | sed 's/.*-F \\([^ ]*\\).*/\\1/'); $f ingest --comp copy; printf '%s\\n' "${COMPREPLY[@]}"
""")
    done = subprocess.run(["bash", tmp_path / "c"], capture_output=True, text=True, check=True)
    assert "--compression" in done.stdout, done


def test_summary(ingest, database, tmp_path):
    database.execute("create table summed as select i as id, md5(i::text) t from generate_series(1, 5000) i")
    path = tmp_path / "s.parquet"
    outcome = ingest.copy(database.url(), "summed", path, "--format", "json").expect()
    summary = json.loads(outcome.out)
    flat = json.dumps(summary)
    assert 5000 in flatten(summary), flat
    assert path.stat().st_size in flatten(summary), flat
    keys = flat.lower()
    for word in ("rows", "bytes", "file", "seconds", "memory", "query", "transaction"):
        assert word in keys, f"{word} is not in the summary: {flat}"
    text = ingest.copy(database.url(), "summed", path, "--overwrite").expect()
    assert "5,000" in text.err or "5000" in text.err
    assert "\x1b" not in text.err and "\r" not in text.err, "control sequences where there is no terminal"
    quiet = ingest.copy(database.url(), "summed", path, "--overwrite", "--quiet").expect()
    assert quiet.err == "" and quiet.out == ""


def test_json_errors(ingest, database, tmp_path):
    outcome = ingest.copy(database.url(), "not_there", tmp_path, "--format", "json").expect(2)
    assert "not_there" in json.dumps(json.loads(outcome.out or outcome.err))


def test_password_is_never_printed(ingest, database, server, tmp_path):
    database.execute("create table if not exists hush as select 1 as id")
    for table in ("hush", "no_such_table"):
        outcome = ingest.copy(database.url(), table, tmp_path, "--format", "json")
        assert server.password not in outcome.out + outcome.err


def test_progress_on_a_terminal(ingest, database, binary, tmp_path):
    """Through a pseudo-terminal: something is drawn and redrawn, and the terminal is left as it was found."""
    import os
    import pty

    database.execute("create table drawn as select i as id, md5(i::text) t from generate_series(1, 300000) i")
    leader, follower = pty.openpty()
    process = subprocess.Popen([binary, "copy", database.url(), "drawn", tmp_path], stderr=follower, stdout=follower,
                               stdin=follower, env=ingest.environment(TERM="xterm-256color"))
    os.close(follower)
    shown = b""
    while True:
        try:
            part = os.read(leader, 4096)
        except OSError:
            break
        if not part:
            break
        shown += part
    assert process.wait() == 0
    assert b"rows" in shown
    assert b"\x1b[?25l" not in shown or b"\x1b[?25h" in shown, "the cursor stays hidden"


def flatten(value) -> list:
    if isinstance(value, dict):
        return [leaf for item in value.values() for leaf in flatten(item)]
    if isinstance(value, list):
        return [leaf for item in value for leaf in flatten(item)]
    return [value]


@pytest.mark.parametrize("content", [b"", b"PAR1", b"PAR1PAR1", b"PAR1" + b"\xff" * 100 + b"PAR1", b"text\n" * 100])
def test_inspect_refuses_what_is_no_parquet(ingest, tmp_path, content):
    path = tmp_path / "bad.parquet"
    path.write_bytes(content)
    outcome = ingest.run("inspect", path)
    assert outcome.code in (1, 2) and "bad.parquet" in outcome.err, outcome
    missing = ingest.run("inspect", tmp_path / "missing.parquet")
    assert missing.code in (1, 2) and "missing.parquet" in missing.err


def test_inspect_reads_other_writers(ingest, tmp_path):
    import pyarrow
    import pyarrow.parquet

    table = pyarrow.table({"a": [1, 2, None], "s": [{"x": 1, "y": ["p", None]}, None, {"x": None, "y": []}],
                           "m": pyarrow.array([[("k", 1)], [], None], pyarrow.map_(pyarrow.string(), pyarrow.int64()))})
    for version in ("1.0", "2.6"):
        path = tmp_path / f"{version}.parquet"
        pyarrow.parquet.write_table(table, path, version=version, data_page_version=version[:1] + ".0",
                                    write_page_index=True)
        out = ingest.run("inspect", path, "--pages").expect().out
        assert "s.y" in out or "y" in out


def test_inspect_survives_mutated_files(ingest, tmp_path):
    """Any byte of the footer changed or cut: an error or an answer, never a trap, never a hang."""
    import random

    import pyarrow
    import pyarrow.parquet

    path = tmp_path / "whole.parquet"
    pyarrow.parquet.write_table(pyarrow.table({"a": list(range(100)), "b": ["x"] * 100}), path, write_page_index=True)
    whole = path.read_bytes()
    dice = random.Random(5)
    footer_at = len(whole) - 8 - int.from_bytes(whole[-8:-4], "little")
    bad = tmp_path / "bad.parquet"
    for _ in range(150):
        data = bytearray(whole)
        for _ in range(dice.randint(1, 4)):
            data[dice.randrange(footer_at - 200, len(data))] = dice.randrange(256)
        bad.write_bytes(data[:dice.randrange(20, len(data))] if dice.random() < 0.2 else data)
        outcome = ingest.run("inspect", bad, "--pages", timeout=10)
        assert outcome.code in (0, 1, 2) and "Fatal error" not in outcome.err
