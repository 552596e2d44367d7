"""Places where a file cannot, or must not, be put: each an error with exit code 2 or 1, nothing replaced, nothing left."""

import http.server
import os
import pathlib
import subprocess
import threading
import time

import pyarrow.parquet
import pytest

from ingest import files_under, parquet_under
from lake import Lake
from proxy import Proxy

ROWS = 60_000


@pytest.fixture(scope="module")
def table(database):
    database.execute(f"""create table goods as select i as id, md5(i::text) as a from generate_series(1, {ROWS}) i;
        analyze goods""")
    return "goods"


def snapshot(folder: pathlib.Path) -> dict:
    return {
        str(path.relative_to(folder)): (path.lstat().st_mode, path.lstat().st_ino,
                                        os.readlink(path) if path.is_symlink() else None)
        for path in folder.rglob("*")
    }


@pytest.mark.parametrize("options", [[], ["--overwrite"]])
@pytest.mark.parametrize("kind", ["folder", "link", "dangling", "link-to-folder", "pipe", "device"])
def test_only_files_are_replaced(ingest, database, table, tmp_path, kind, options):
    place = tmp_path / "x.parquet"
    (tmp_path / "precious").write_text("precious")
    if kind == "folder":
        place.mkdir()
        (place / "part-0.parquet").write_text("another tool's")
    elif kind == "pipe":
        os.mkfifo(place)
    elif kind == "device":
        try:
            os.mknod(place, 0o600 | 0o020000, os.makedev(1, 3))
        except PermissionError:
            pytest.skip("needs root to make a device")
    else:
        place.symlink_to({"link": "precious", "dangling": "nowhere", "link-to-folder": "."}[kind])
    before = snapshot(tmp_path)
    outcome = ingest.copy(database.url(), table, place, *options, timeout=20).expect(2)
    assert "x.parquet" in outcome.err and outcome.err.count("error:") == 1, outcome.err
    assert snapshot(tmp_path) == before and (tmp_path / "precious").read_text() == "precious"


@pytest.mark.parametrize("place", ["{}/file", "{}/file/sub", "{}/file/x.parquet", "{}/pipe", "/dev/null", "/dev/stdout"])
def test_a_folder_that_is_none(ingest, database, table, tmp_path, place):
    (tmp_path / "file").write_text("in the way")
    os.mkfifo(tmp_path / "pipe")
    before = snapshot(tmp_path)
    outcome = ingest.copy(database.url(), table, place.format(tmp_path), timeout=20).expect(2)
    assert outcome.err.count("error:") == 1 and outcome.out == "", outcome
    assert snapshot(tmp_path) == before


@pytest.mark.root
def test_read_only_file_system(ingest, database, table, tmp_path):
    mount(tmp_path, "ro")
    try:
        for place in (tmp_path, tmp_path / "new", tmp_path / "x.parquet"):
            outcome = ingest.copy(database.url(), table, place).expect(2)
            assert "read-only" in outcome.err.lower(), outcome.err
    finally:
        subprocess.run(["umount", tmp_path], check=True)


def mount(place: pathlib.Path, options: str):
    if os.geteuid() != 0 or subprocess.run(["mount", "-t", "tmpfs", "-o", options, "none", place],
                                           capture_output=True).returncode:
        pytest.skip("cannot mount a tmpfs here")


@pytest.mark.root
@pytest.mark.parametrize("pages_short", [1, 2, 3])
def test_the_last_bytes_do_not_fit(ingest, database, table, tmp_path, pages_short):
    """The disk fills up in the footer: all rows were written, and still there is no file."""
    options = ["--compression", "none", "--parallel", "1"]
    ingest.copy(database.url(), table, tmp_path / "whole.parquet", *options).expect()
    pages = -(-(tmp_path / "whole.parquet").stat().st_size // 4096)
    small = tmp_path / "small"
    small.mkdir()
    mount(small, f"size={(pages - pages_short) * 4096}")
    try:
        outcome = ingest.copy(database.url(), table, small / "x.parquet", *options).expect(1)
        assert "disk is full" in outcome.err, outcome.err
        assert files_under(small) == []
    finally:
        subprocess.run(["umount", small], check=True)


def test_names_that_are_too_long(ingest, database, table, tmp_path):
    assert "255" in ingest.copy(database.url(), table, tmp_path / ("n" * 260 + ".parquet")).expect(2).err
    assert "too long" in ingest.copy(database.url(), table, tmp_path / ("n" * 260)).expect(2).err.lower()
    # As long as is allowed: then the hidden file's own name has to be cut.
    name = "é" * 123 + "n.parquet"
    ingest.copy(database.url(), table, tmp_path / name, "--limit", 5).expect()
    assert files_under(tmp_path) == [name]


@pytest.mark.parametrize("name, file", [
    ("a/b", "a_b.parquet"), ("../up", "_._up.parquet"), ("tab\tnew\nline", "tab_new_line.parquet"),
    ("🦊 fox", "🦊 fox.parquet"), ("esc\x1b[31m", "esc_[31m.parquet"), ("-rf", "_rf.parquet"), (".hidden", "_hidden.parquet"),
    ("dot.ted", "dot.ted.parquet"), ('quo"te', "quo_te.parquet"), ("Ünïcode", "Ünïcode.parquet"),
])
def test_odd_table_names(ingest, database, tmp_path, name, file):
    quoted = '"' + name.replace('"', '""') + '"'
    database.execute(f"drop table if exists {quoted}; create table {quoted} as select 1 as id")
    outcome = ingest.copy(database.url(), quoted, tmp_path / "lake").expect()
    assert files_under(tmp_path) == ["lake/" + file]
    assert "\x1b" not in outcome.err
    text = ingest.run("inspect", tmp_path / "lake" / file).expect().out
    assert "\x1b" not in text and "ingest.object" in text


def test_the_destination_appears_meanwhile(ingest, database, table, tmp_path):
    with Proxy(database.server.port, 1e6) as slow:
        process = ingest.start("copy", database.url(port=slow.port, parameters="?sslmode=disable"), table,
                               tmp_path / "x.parquet", "--parallel", "1")
        # Rows are on their way to the copy: on the server the COPY itself may be over, so small is the table.
        deadline = time.monotonic() + 20
        while slow.sent < 100_000 and time.monotonic() < deadline:
            time.sleep(0.005)
        assert process.poll() is None and slow.sent >= 100_000, "the copy is not under way"
        (tmp_path / "x.parquet").write_text("somebody else's")
        slow.rate = None
        _, err = process.communicate(timeout=30)
    assert process.returncode == 2 and "exists already" in err, err
    assert (tmp_path / "x.parquet").read_text() == "somebody else's" and files_under(tmp_path) == ["x.parquet"]


@pytest.mark.parametrize("first, second", [("goods", "goods"), ("goods", "public.goods"), ("public.goods", "GOODS")])
def test_no_stale_part_stays(ingest, database, table, tmp_path, first, second):
    """Four files, then one or two: what a reader of the folder sees is the second copy."""
    several = ["--file-per-connection", "--row-group-rows", "5000"]
    ingest.copy(database.url(), first, tmp_path, *several, "--parallel", "4").expect()
    before = parquet_under(tmp_path)
    if len(before) == 1:
        # One connection may have been so quick that it had all: the others' files are as they would have been.
        for number in (2, 3):
            (tmp_path / f"goods-{number}.parquet").write_bytes(before[0].read_bytes())
    (tmp_path / "goods-9.parquet").write_text("not ours")
    refused = ingest.copy(database.url(), second, tmp_path).expect(2)
    assert "--overwrite" in refused.err
    ingest.copy(database.url(), second, tmp_path, *several, "--parallel", "1", "--overwrite").expect()
    assert files_under(tmp_path) == ["goods-1.parquet", "goods-9.parquet"]
    assert pyarrow.parquet.ParquetFile(tmp_path / "goods-1.parquet").metadata.num_rows == ROWS


class AskedProxy(http.server.BaseHTTPRequestHandler):
    def do_POST(self):
        self.server.asked.append(self.path)
        self.rfile.read(int(self.headers["Content-Length"]))
        self.send_response(200)
        self.end_headers()
        self.wfile.write(b"{}")

    def log_message(self, *_):
        pass


def test_a_lake_and_a_proxy_by_reference(ingest, tmp_path):
    lake = Lake(tmp_path / "project", "create table orders (id integer); insert into orders values (1)")
    settings = lake.folder / "ingest.toml"
    settings.write_text(settings.read_text().replace('"file://./lake"', '"${env:LAKE_URL}"') + """
[network]
proxy = "${env:PROXY_URL}"
[metrics]
otlp_url = "http://collector.test/"
""")
    lake.write([{"job_id": "orders", "source_name": "shop", "table_name": "orders"}])
    with http.server.ThreadingHTTPServer(("127.0.0.1", 0), AskedProxy) as proxy:
        proxy.asked = []
        threading.Thread(target=proxy.serve_forever, daemon=True).start()
        places = {"LAKE_URL": f"file://{tmp_path}/elsewhere", "PROXY_URL": f"http://127.0.0.1:{proxy.server_address[1]}"}
        outcome = ingest.run("run", "--project", lake.folder, env=places).expect()
        asked = list(proxy.asked)
        for name in places:
            missing = ingest.run("run", "--project", lake.folder, env={k: v for k, v in places.items() if k != name})
            assert name in missing.err and missing.code == (1 if name == "LAKE_URL" else 0), missing.err
        proxy.shutdown()
    assert asked == ["http://collector.test/v1/metrics", "http://collector.test/v1/traces"], outcome.err
    assert len(list((tmp_path / "elsewhere/orders").rglob("*.parquet"))) == 1
    assert not any("env:" in name for name in files_under(tmp_path))
