"""A copy of the workbook with comments on cells: everything else as it was, other comments kept."""

import zipfile

import openpyxl
import pytest

import dump
import made
from test_patching import RELATIONS, furniture, raw_entries, write_minimal

MARKS = [
    ("SourceConfig", "C4", 'load_type: "FUL" is not one of FULL, INCREMENTAL. Did you mean "FULL"?'),
    ("SourceConfig", "A1", "<added> & below"),
    ("SourceConfig", "C4", "a second one"),
    ("SourceConfig", "J30", "a cell that is not there"),
    ("Notes", "A1", "on another sheet"),
]


def comments(path):
    book = openpyxl.load_workbook(path)
    return {
        (s.title, c.coordinate): c.comment.text for s in book.worksheets for r in s.iter_rows() for c in r if c.comment
    }


def test_marks(workbook, tmp_path):
    original, copy = workbook.read_bytes(), tmp_path / "marked.xlsx"
    before = raw_entries(workbook)
    dump.run("annotate", workbook, copy, lines=MARKS)
    assert workbook.read_bytes() == original
    found = comments(copy)
    assert found["SourceConfig", "C4"] == MARKS[0][2] + "\na second one"
    assert found["SourceConfig", "A1"].endswith("<added> & below")
    assert "The job's name" in found["SourceConfig", "A1"]
    assert found["SourceConfig", "J30"] == "a cell that is not there"
    assert found["Notes", "A1"] == "on another sheet"
    assert len(found) == 4
    assert {**furniture(copy), "comment": None} == {**furniture(workbook), "comment": None}
    assert dump.read(copy) == dump.read(workbook)
    # Parts that comments have nothing to do with.
    after = raw_entries(copy)
    touched = {n for n in before if before[n] != after[n]}
    assert all(
        n == "[Content_Types].xml" or "comments" in n or "vml" in n.lower() or n.startswith("xl/worksheets/")
        for n in touched
    )


def test_marks_twice(workbook, tmp_path):
    first, second = tmp_path / "first.xlsx", tmp_path / "second.xlsx"
    dump.run("annotate", workbook, first, lines=MARKS)
    dump.run("annotate", first, second, lines=[*MARKS, ("SourceConfig", "B2", "a third")])
    assert comments(second) == {**comments(first), ("SourceConfig", "B2"): "a third"}


def test_each_comment_has_a_box(workbook, tmp_path):
    copy = tmp_path / "marked.xlsx"
    dump.run("annotate", workbook, copy, lines=MARKS)
    with zipfile.ZipFile(copy) as archive:
        drawings = b"".join(archive.read(n) for n in archive.namelist() if n.lower().endswith(".vml"))
    places = [(b"<x:Row>%d</x:Row>" % r, b"<x:Column>%d</x:Column>" % c) for r, c in ((3, 2), (29, 9), (0, 0))]
    for row, column in places:
        assert row in drawings and column in drawings
    assert drawings.count(b'ObjectType="Note"') == 4


@pytest.mark.skipif(not made.SOFFICE, reason="soffice is not installed (Debian package libreoffice-calc)")
def test_libreoffice_shows_them(workbook, tmp_path):
    copy, saved = tmp_path / "marked.xlsx", tmp_path / "saved.xlsx"
    dump.run("annotate", workbook, copy, lines=MARKS)
    made.resave(copy, saved)
    found = comments(saved)
    assert set(found) == set(comments(copy))
    assert "FUL" in found["SourceConfig", "C4"]


@pytest.mark.parametrize(
    "tail", ["", "<tableParts count='0'/>", "<picture/><extLst/>", '<legacyDrawingHF xmlns:r="%s" r:id="x"/>' % RELATIONS]
)
def test_order_of_elements(tmp_path, tail):
    """Excel refuses a sheet whose elements are out of order."""
    path, copy = tmp_path / "book.xlsx", tmp_path / "copy.xlsx"
    write_minimal(path, "<sheetData/><pageMargins left='1' right='1' top='1' bottom='1' header='1' footer='1'/>" + tail)
    dump.run("annotate", path, copy, lines=[("S", "B2", "x")])
    xml = zipfile.ZipFile(copy).read("xl/worksheets/sheet1.xml").decode()
    place = xml.index("<legacyDrawing ")
    assert xml.index("<pageMargins") < place and (not tail or place < xml.index(tail))


def test_not_over_itself(workbook):
    before = workbook.read_bytes()
    with pytest.raises(dump.Refused, match="is the workbook itself"):
        dump.run("annotate", workbook, workbook, lines=MARKS)
    assert workbook.read_bytes() == before


def test_a_thousand(workbook, tmp_path):
    copy = tmp_path / "marked.xlsx"
    marks = [("SourceConfig", f"B{n}", f"mark {n}") for n in range(2, 1502)]
    dump.run("annotate", workbook, copy, lines=marks)
    found = comments(copy)
    assert all(found["SourceConfig", cell] == text for _, cell, text in marks)
