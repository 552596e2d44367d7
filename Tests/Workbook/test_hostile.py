"""Files that attack, or are broken: one sentence, never a trap, little memory, little time."""

import os
import random
import resource
import struct
import subprocess
import time
import zipfile
import zlib

import pytest

import dump
import made
from test_patching import MAIN, RELATIONS, write_minimal

ROW = '<row r="1"><c r="A1"><v>1</v></c></row>'
SENTENCES = 2  # what is wrong, and what to do
MEMORY = 256 << 20
# Of the release binary; a debug build is many times slower.
SECONDS = 2.0 if "release" in dump.DUMP else 60.0


def limit():
    resource.setrlimit(resource.RLIMIT_CORE, (0, 0))


def outcome(path, *command):
    """(exit code, stderr); fails on a trap, on much memory and on much time."""
    # A file that was written just now gets a moment to become whole.
    os.utime(path, (0, 0))
    started = time.monotonic()
    with subprocess.Popen(
        ["/usr/bin/time", "-f", "peak %M", dump.DUMP, *command, str(path)],
        stdout=subprocess.DEVNULL, stderr=subprocess.PIPE, text=True, preexec_fn=limit,
    ) as process:
        _, said = process.communicate(timeout=60)
    took = time.monotonic() - started
    lines = [x for x in said.splitlines() if not x.startswith(("peak ", "Command exited"))]
    peak = int(said.rsplit("peak ", 1)[1]) << 10
    assert process.returncode in (0, 2), f"exit code {process.returncode}: {said}"
    assert len(lines) <= SENTENCES, said
    assert peak <= MEMORY, f"{peak >> 20} MiB"
    assert took <= SECONDS, f"{took:.1f} s"
    return process.returncode, "\n".join(lines)


def refused(path, *words):
    code, said = outcome(path)
    assert code == 2 and all(word in said for word in words), (code, said)


def archive_with(path, entries, compression=zipfile.ZIP_DEFLATED):
    """A good workbook and these entries besides."""
    write_minimal(path, f"<sheetData>{ROW}</sheetData>")
    with zipfile.ZipFile(path, "a", compression) as archive:
        for name, data in entries:
            archive.writestr(name, data)


def test_bomb_as_sheet(tmp_path):
    path = tmp_path / "bomb.xlsx"
    write_minimal(path, "", sheet=f'<worksheet xmlns="{MAIN}"><sheetData>' + ROW + " " * (200 << 20) + "</sheetData></worksheet>")
    refused(path, "as a zip bomb does")


def test_declared_gigabyte(tmp_path):
    """A sheet that says it has 1 GB, and does not."""
    path = tmp_path / "big.xlsx"
    write_minimal(path, f"<sheetData>{ROW}</sheetData>")
    data = bytearray(path.read_bytes())
    entry = data.rindex(b"xl/worksheets/sheet1.xml") - 46
    assert data[entry : entry + 4] == b"PK\1\2"
    data[entry + 24 : entry + 28] = struct.pack("<I", 1 << 30)
    path.write_bytes(data)
    refused(path, "1073741824")


def test_size_that_lies(tmp_path):
    """A megabyte that says it is 100 bytes."""
    path = tmp_path / "liar.xlsx"
    write_minimal(path, "", sheet=f'<worksheet xmlns="{MAIN}"><sheetData>{ROW * 20000}</sheetData></worksheet>')
    data = bytearray(path.read_bytes())
    entry = data.rindex(b"xl/worksheets/sheet1.xml") - 46
    data[entry + 24 : entry + 28] = struct.pack("<I", 100)
    path.write_bytes(data)
    refused(path, "damaged")


def test_overlapping_entries(tmp_path):
    """Many directory entries for one piece of data (Fifield 2019)."""
    path = tmp_path / "overlap.xlsx"
    kernel = zlib.compress(b"a" * 1_000_000, 9)[2:-4]
    local = struct.pack("<4s5H3I2H", b"PK\3\4", 20, 0, 8, 0, 0, 0, len(kernel), 1_000_000, 1, 0) + b"a" + kernel
    directory = b"".join(
        struct.pack("<4s6H3I5H2I", b"PK\1\2", 20, 20, 0, 8, 0, 0, 0, len(kernel), 1_000_000, 1, 0, 0, 0, 0, 0, 0)
        + bytes([97 + n])
        for n in range(20)
    )
    end = struct.pack("<4s4H2IH", b"PK\5\6", 0, 0, 20, 20, len(directory), len(local), 0)
    path.write_bytes(local + directory + end)
    refused(path, "overlap")


def test_nested_bomb(tmp_path):
    """Zips in zips: none of ours to open."""
    inner = tmp_path / "inner.zip"
    with zipfile.ZipFile(inner, "w", zipfile.ZIP_DEFLATED) as archive:
        archive.writestr("bomb", b"\0" * (64 << 20))
    path = tmp_path / "nested.xlsx"
    with zipfile.ZipFile(path, "w", zipfile.ZIP_DEFLATED) as archive:
        for n in range(16):
            archive.write(inner, f"lib{n}.zip")
    refused(path, "without a workbook in it")
    archive_with(path, [(f"xl/embeddings/{n}.zip", inner.read_bytes()) for n in range(16)])
    assert outcome(path)[0] == 0


def test_too_many_entries(tmp_path):
    path = tmp_path / "many.xlsx"
    archive_with(path, [(f"xl/media/{n}", b"") for n in range(12_000)], zipfile.ZIP_STORED)
    refused(path, "entries; the limit is")


@pytest.mark.parametrize("name", ["../evil.xml", "xl/../../evil", "/etc/passwd", "C:/evil", "..\\evil.xml", "xl/a\\..\\..\\b"])
def test_paths_out_of_the_archive(tmp_path, name):
    path = tmp_path / "paths.xlsx"
    archive_with(path, [("@" * len(name), b"x")])
    path.write_bytes(path.read_bytes().replace(b"@" * len(name), name.encode()))
    refused(path, "points outside the archive")


@pytest.mark.parametrize("name", ["xl/workbook.xml", "XL/Workbook.XML"])
@pytest.mark.filterwarnings("ignore:Duplicate name")
def test_duplicate_entries(tmp_path, name):
    path = tmp_path / "twice.xlsx"
    archive_with(path, [(name, b"x")])
    refused(path, "twice")


DOCTYPES = {
    "billion laughs": '<!DOCTYPE worksheet [<!ENTITY a "ha"><!ENTITY b "&a;&a;&a;&a;&a;&a;&a;&a;&a;&a;">'
    '<!ENTITY c "&b;&b;&b;&b;&b;&b;&b;&b;&b;&b;"><!ENTITY d "&c;&c;&c;&c;&c;&c;&c;&c;&c;&c;">'
    '<!ENTITY e "&d;&d;&d;&d;&d;&d;&d;&d;&d;&d;"><!ENTITY f "&e;&e;&e;&e;&e;&e;&e;&e;&e;&e;">]>',
    "quadratic": '<!DOCTYPE worksheet [<!ENTITY f "' + "x" * 50_000 + '">]>',
    "external entity": '<!DOCTYPE worksheet [<!ENTITY f SYSTEM "file:///etc/passwd">]>',
    "parameter entity": '<!DOCTYPE worksheet [<!ENTITY % p SYSTEM "http://127.0.0.1:9/x.dtd"> %p; <!ENTITY f "x">]>',
    "external DTD": '<!DOCTYPE worksheet SYSTEM "http://127.0.0.1:9/x.dtd">',
    "harmless": "<!DOCTYPE worksheet>",
}


@pytest.mark.parametrize("name", DOCTYPES)
@pytest.mark.parametrize("part", ["sheet", "strings", "workbook", "relationships"])
def test_document_types(tmp_path, name, part):
    path = tmp_path / "doctype.xlsx"
    use = "" if name in ("external DTD", "harmless") else "&f;"
    head = '<?xml version="1.0"?>' + DOCTYPES[name]
    text = f'<c r="A1" t="inlineStr"><is><t>{use}</t></is></c>'
    sheet = f'{head}<worksheet xmlns="{MAIN}"><sheetData><row r="1">{text}</row></sheetData></worksheet>'
    relations = (
        '<Relationships xmlns="http://schemas.openxmlformats.org/package/2006/relationships">'
        f'<Relationship Id="rId1" Type="{RELATIONS}/worksheet" Target="worksheets/sheet1.xml"/>'
        f'<Relationship Id="rId3" Type="{RELATIONS}/sharedStrings" Target="strings.xml"/></Relationships>'
    )
    book = f'<workbook xmlns="{MAIN}" xmlns:r="{RELATIONS}"><sheets><sheet name="S" sheetId="1" r:id="rId1"/></sheets></workbook>'
    extra = {
        "sheet": {},
        "strings": {
            "xl/strings.xml": f'{head}<sst xmlns="{MAIN}"><si><t>{use}</t></si></sst>',
            "xl/_rels/workbook.xml.rels": relations,
        },
        "workbook": {"xl/workbook.xml": head + book},
        "relationships": {"xl/_rels/workbook.xml.rels": head + relations},
    }[part]
    shared = f'<worksheet xmlns="{MAIN}"><sheetData><row r="1"><c r="A1" t="s"><v>0</v></c></row></sheetData></worksheet>'
    write_minimal(path, "", sheet=sheet if part == "sheet" else shared, extra=extra.items())
    refused(path, "declares a document type")


def test_undeclared_entity(tmp_path):
    path = tmp_path / "entity.xlsx"
    write_minimal(path, '<sheetData><row r="1"><c r="A1" t="inlineStr"><is><t>&boom;</t></is></c></row></sheetData>')
    refused(path, "not well-formed")


def test_depth(tmp_path):
    path = tmp_path / "deep.xlsx"
    write_minimal(path, "<a>" * 100_000 + "</a>" * 100_000 + "<sheetData/>")
    refused(path, "256 elements")


@pytest.mark.parametrize(
    "data, words",
    [
        ('<row r="1048577"><c><v>1</v></c></row>', ["beyond"]),
        ('<row r="99999999999999999999"><c><v>1</v></c></row>', []),
        ('<row r="1"><c r="XFE1"><v>1</v></c></row>', ["beyond"]),
        ('<row r="1"><c r="ZZZZZZZZZZZZZZ1"><v>1</v></c></row>', []),
        ('<row r="1"><c r="A99999999999999999999"><v>1</v></c></row>', []),
        ('<row r="1"><c r="1A"><v>1</v></c></row>', ["'1A'"]),
        ('<row r="1"><c r="A1"><v>one</v></c></row>', ["'one' at A1", "not a number"]),
        ('<row r="1"><c r="B7"><v>nan</v></c></row>', ["'nan' at B7"]),
        ('<row r="1"><c r="A1"><v>1e999</v></c></row>', ["not a number"]),
        ('<row r="1"><c r="A1" t="s"><v>0</v></c></row>', ["table of texts"]),
        ('<row r="1"><c r="A1" t="b"><v>maybe</v></c></row>', ["truth value"]),
        ('<row r="1"><c r="A1" t="d"><v>31.12.2026</v></c></row>', ["ISO 8601"]),
        ('<row r="1"><c r="A1"><v>1</v></row>', ["not well-formed"]),
        ("<row><c>" * 100, ["not well-formed"]),
    ],
)
def test_broken_cells(tmp_path, data, words):
    path = tmp_path / "cells.xlsx"
    write_minimal(path, f"<sheetData>{data}</sheetData>")
    refused(path, *words)


def test_merged_over_everything(tmp_path):
    path = tmp_path / "merged.xlsx"
    rows = "".join(f'<row r="{n}"><c r="A{n}"><v>1</v></c><c r="XFD{n}"><v>1</v></c></row>' for n in range(1, 2001))
    merges = '<mergeCell ref="A1:XFD1048576"/>' * 500
    write_minimal(path, f"<sheetData>{rows}</sheetData><mergeCells>{merges}</mergeCells>")
    outcome(path, "count")


def test_millions_of_cells(tmp_path):
    path = tmp_path / "cells.xlsx"
    rng = random.Random(1)
    rows = "".join("<row>" + "".join(f"<c><v>{rng.randrange(10**9)}</v></c>" for _ in range(1000)) + "</row>" for _ in range(2500))
    write_minimal(path, f"<sheetData>{rows}</sheetData>")
    code, said = outcome(path, "count")
    assert code == 2 and "filled cells" in said


@pytest.mark.parametrize(
    "data, words",
    [
        (b"", ["is empty"]),
        (b"%PDF-1.7\n", ["PDF"]),
        (b"<html><table>", ["HTML or XML"]),
        (b"\xef\xbb\xbf<?xml version='1.0'?>", ["HTML or XML"]),
        (b"job_id,enabled\n", ["is text", "SourceConfig.csv"]),
        (b"\x89PNG\r\n\x1a\n" + bytes(100), ["not an .xlsx"]),
        (b"PK\5\6" + bytes(18), ["without a workbook"]),
        (b"PK\3\4" + bytes(100), ["end of the zip archive is missing"]),
        (b"\xd0\xcf\x11\xe0\xa1\xb1\x1a\xe1" + bytes(2000), ["old format (.xls)", "Excel Workbook (.xlsx)"]),
        (b"\xd0\xcf\x11\xe0\xa1\xb1\x1a\xe1", ["old format (.xls)"]),
    ],
)
def test_other_files(tmp_path, data, words):
    path = tmp_path / "book.xlsx"
    path.write_bytes(data)
    refused(path, *words)


def test_other_programs(tmp_path):
    for entry, word in {
        "xl/workbook.bin": ".xlsb", "Index/Document.iwa": "Numbers", "word/document.xml": "Word document",
    }.items():
        path = tmp_path / "book.xlsx"
        with zipfile.ZipFile(path, "w") as archive:
            archive.writestr(entry, "x")
        refused(path, word)
    with zipfile.ZipFile(path, "w") as archive:
        archive.writestr("mimetype", "application/vnd.oasis.opendocument.spreadsheet")
        archive.writestr("content.xml", "x")
    refused(path, ".ods")


def test_zip_password(tmp_path):
    path = tmp_path / "book.xlsx"
    write_minimal(path, f"<sheetData>{ROW}</sheetData>")
    data = bytearray(path.read_bytes())
    entry = data.rindex(b"xl/workbook.xml") - 46
    data[entry + 8] |= 1
    path.write_bytes(data)
    refused(path, "password")


def test_folder_and_pipe(tmp_path):
    refused(tmp_path, "is not a file")
    os.mkfifo(tmp_path / "pipe.xlsx")
    refused(tmp_path / "pipe.xlsx", "is not a file")
    with pytest.raises(dump.Refused, match="There is no file"):
        dump.read(tmp_path / "nothing.xlsx")


def test_fresh_damage_is_told_in_time(tmp_path):
    """A damaged file that was written just now: tried again for a moment, then refused all the same."""
    path = tmp_path / "book.xlsx"
    path.write_bytes(b"PK\3\4" + bytes(100))
    started = time.monotonic()
    with pytest.raises(dump.Refused, match="half saved"):
        dump.read(path)
    assert 0.5 < time.monotonic() - started < 10


def test_too_big_a_file(tmp_path):
    path = tmp_path / "big.xlsx"
    with open(path, "wb") as file:
        file.truncate(65 << 20)
    refused(path, "beyond the limit")


@pytest.mark.skipif(not made.SOFFICE, reason="soffice is not installed (Debian package libreoffice-calc)")
def test_real_xls(tmp_path):
    made.by_openpyxl(tmp_path / "book.xlsx")
    subprocess.run(
        [made.SOFFICE, f"-env:UserInstallation=file://{tmp_path}/profile", "--headless", "--convert-to", "xls", "--outdir",
         tmp_path, tmp_path / "book.xlsx"], check=True, capture_output=True, timeout=120,
    )
    (tmp_path / "book.xls").rename(tmp_path / "old.xlsx")
    refused(tmp_path / "old.xlsx", "old format (.xls)")
