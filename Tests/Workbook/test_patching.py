"""Cells patched in place: what was asked for is there, and nothing else has changed."""

import datetime
import os
import re
import zipfile
import zlib

import openpyxl
import pytest
import xlsxwriter

import dump
import made

EPOCH = datetime.date(1970, 1, 1)
DAY = 86_400_000_000


def moment(when):
    days = (when.date() - EPOCH).days
    return f"{days}:{(when - datetime.datetime.combine(when.date(), datetime.time())) // datetime.timedelta(microseconds=1)}"


def result_of(row, n):
    """The cells that a run writes for one job."""
    when = datetime.datetime(2026, 3, 31, 12, 34, 56, 789000) + datetime.timedelta(minutes=n)
    return {
        f"E{row}": ("text", "FAILED" if n % 3 else "OK", None),
        f"F{row}": ("dateTime", moment(when), when),
        f"G{row}": ("number", str(n * 1.5 + 100), n * 1.5 + 100),
        f"H{row}": ("exactText", f"2026-03-31 12:34:56.{n:06d}", None),
    }


def lines(cells):
    return [("SourceConfig", cell, kind, text) for cell, (kind, text, _) in cells.items()]


def raw_entries(path):
    """Each entry's bytes as they are compressed."""
    entries = {}
    with zipfile.ZipFile(path) as archive, open(path, "rb") as file:
        for info in archive.infolist():
            file.seek(info.header_offset)
            head = file.read(30)
            file.seek(int.from_bytes(head[26:28], "little") + int.from_bytes(head[28:30], "little"), 1)
            entries[info.filename] = file.read(info.compress_size)
    return entries


def cells_of(xml):
    """(before the cells, {A1: the cell's bytes}, after) of a sheet's XML."""
    start = re.search(rb"<sheetData/?>", xml)
    end = xml.find(b"</sheetData>")
    found = {}
    for cell in re.finditer(rb'<c r="([A-Z]+\d+)"[^>]*?(?:/>|>.*?</c>)', xml[start.start():end], re.S):
        found[cell[1].decode()] = cell[0]
    return xml[: start.start()], found, xml[end:]


def sheet_part(path):
    return "xl/worksheets/sheet1.xml"


def test_only_the_touched_cells_change(workbook):
    before_raw, before = raw_entries(workbook), zipfile.ZipFile(workbook).read(sheet_part(workbook))
    old, _ = dump.read(workbook)
    cells = {**result_of(2, 1), **result_of(3, 2), **result_of(6, 5)}
    assert dump.run("patch", workbook, lines=lines(cells)).startswith(f"written(cells: {len(cells)}")

    after_raw, after = raw_entries(workbook), zipfile.ZipFile(workbook).read(sheet_part(workbook))
    assert list(before_raw) == list(after_raw)
    changed = {name for name in before_raw if before_raw[name] != after_raw[name]}
    assert changed <= {sheet_part(workbook), "xl/styles.xml"}
    head, old_cells, tail = cells_of(before)
    new_head, new_cells, new_tail = cells_of(after)
    assert (new_head, new_tail) == (head, tail)
    assert {c: b for c, b in new_cells.items() if c not in cells} == {
        c: b for c, b in old_cells.items() if c not in cells
    }

    new, _ = dump.read(workbook)
    for cell, (_, text, value) in cells.items():
        assert new["SourceConfig"].pop(cell) == (text if value is None else value)
        old["SourceConfig"].pop(cell, None)
    assert new == old


def test_again_the_same_changes_nothing(workbook):
    cells = result_of(2, 1)
    dump.run("patch", workbook, lines=lines(cells))
    before = (os.stat(workbook).st_ino, workbook.read_bytes())
    assert dump.run("patch", workbook, lines=lines(cells)).startswith("unchanged")
    assert (os.stat(workbook).st_ino, workbook.read_bytes()) == before


def furniture(path):
    book = openpyxl.load_workbook(path)
    sheet = book["SourceConfig"]
    return {
        "validations": [(v.sqref.__str__(), v.type, v.formula1) for v in sheet.data_validations.dataValidation],
        "conditional": sorted(
            (str(r.sqref), [(x.type, x.operator, x.formula) for x in r.rules]) for r in sheet.conditional_formatting
        ),
        "comment": sheet["A1"].comment and sheet["A1"].comment.text,
        "formulas": [sheet.cell(n, 4).value for n in range(2, made.JOBS + 2)],
        "width": sheet.column_dimensions["H"].width,
        "freeze": sheet.freeze_panes,
        "filter": sheet.auto_filter.ref,
        "names": {n: d.attr_text for n, d in book.defined_names.items()},
        "tables": {s.title: dict(s.tables.items()) for s in book.worksheets},
        "charts": {s.title: len(s._charts) for s in book.worksheets},
    }


def test_fifty_patches(workbook):
    before = furniture(workbook)
    for turn in range(50):
        cells = result_of(2 + turn % 30, turn)
        dump.run("patch", workbook, lines=lines(cells))
    assert furniture(workbook) == before
    book = openpyxl.load_workbook(workbook)
    sheet = book["SourceConfig"]
    for turn in range(20, 50):
        for cell, (_, text, value) in result_of(2 + turn % 30, turn).items():
            assert sheet[cell].value == (text if value is None else value), cell
        assert sheet.cell(2 + turn % 30, 8).number_format == "@"
        assert sheet.cell(2 + turn % 30, 6).is_date
    # Styles are found again, not appended for ever.
    assert len(book._cell_styles) < 30
    assert dump.expected(workbook)["Notes"]["A1"] == "leave me alone"


def test_column_style_of_new_cells(tmp_path):
    path = tmp_path / "book.xlsx"
    made.by_xlsxwriter(path)
    dump.run("patch", path, lines=[("SourceConfig", "H40", "text", "x"), ("SourceConfig", "A40", "text", "y")])
    sheet = openpyxl.load_workbook(path)["SourceConfig"]
    assert (sheet["H40"].number_format, sheet["A40"].number_format) == ("@", "General")


def test_every_kind_of_value(workbook):
    text = "a <b> & \"c\" 'd' ]]> _x0041_ \u00e9\U0001f600 \t end "
    cells = [
        ("text", text, text),
        ("text", "two\\nlines", "two\nlines"),
        ("exactText", "007", "007"),
        ("number", "0.1", 0.1),
        ("number", "-1e300", -1e300),
        ("number", "12345678901234567890", 12345678901234567890.0),
        ("boolean", "true", True),
        ("empty", "", None),
    ]
    # A tab separates the fields of a line, so that it cannot be sent.
    cells = [(k, t.replace("\t", " "), v.replace("\t", " ") if isinstance(v, str) else v) for k, t, v in cells]
    dump.run("patch", workbook, lines=[("SourceConfig", f"J{n}", k, t) for n, (k, t, _) in enumerate(cells, 2)])
    ours, _ = dump.read(workbook)
    sheet = openpyxl.load_workbook(workbook)["SourceConfig"]
    for n, (_, _, value) in enumerate(cells, 2):
        assert ours["SourceConfig"].get(f"J{n}") == value
        if not isinstance(value, str) or "_x0041_" not in value:  # openpyxl does not undo this escape
            assert sheet[f"J{n}"].value == value


def test_formulas_are_left_alone(workbook):
    said = dump.run("patch", workbook, lines=[("SourceConfig", "D2", "number", "5"), ("SourceConfig", "E2", "text", "z")])
    assert said.startswith("written(cells: 1") and "SourceConfig!D2 holds a formula" in said
    assert openpyxl.load_workbook(workbook)["SourceConfig"]["D2"].value == "=G2*2"


@pytest.mark.skipif(not made.SOFFICE, reason="soffice is not installed (Debian package libreoffice-calc)")
def test_watermark_survives_libreoffice(workbook, tmp_path):
    marks = {f"H{n}": f"2026-03-31 12:34:56.{n * 37 % 1000000:06d}" for n in range(2, 12)}
    dump.run("patch", workbook, lines=[("SourceConfig", c, "exactText", t) for c, t in marks.items()])
    saved = tmp_path / "saved.xlsx"
    made.resave(workbook, saved)
    ours, _ = dump.read(saved)
    assert {c: ours["SourceConfig"][c] for c in marks} == marks
    # And again on what LibreOffice made of it: same texts, so nothing to do.
    assert dump.run(
        "patch", saved, lines=[("SourceConfig", c, "exactText", t) for c, t in marks.items()]
    ).startswith("unchanged")


@pytest.mark.parametrize(
    "data, rows",
    [
        ("<sheetData/>", [2]),
        ("<sheetData></sheetData>", [2, 5]),
        ('<sheetData><row r="3"/></sheetData>', [2, 3, 4]),
        ("<sheetData><row><c><v>1</v></c><c><v>2</v></c></row><row><c><v>3</v></c></row></sheetData>", [1, 2, 7]),
        ('<sheetData><row r="9"><c r="B9"><v>1</v></c></row><row r="4"><c r="C4"><v>2</v></c></row></sheetData>', [4, 6, 9]),
        ('<sheetData><!-- <c r="A1"> --><row r="1"><c r="A1" t="inlineStr"><is><t><![CDATA[</c>]]></t></is></c></row></sheetData>',
         [1]),
    ],
)
def test_odd_sheets(tmp_path, data, rows):
    path = tmp_path / "odd.xlsx"
    write_minimal(path, data)
    before, _ = dump.read(path)
    wanted = {f"{c}{r}": f"{c}{r} written" for r in rows for c in "ADZ"}
    dump.run("patch", path, lines=[("S", c, "text", t) for c, t in wanted.items()])
    after, _ = dump.read(path)
    assert after["S"] == {**before["S"], **wanted}
    dump.assert_same(after, dump.expected(path))


@pytest.mark.parametrize("prefix", ["x:", ""])
def test_prefixed_sheet(tmp_path, prefix):
    path = tmp_path / "prefixed.xlsx"
    write_minimal(path, '<sheetData><row r="1"><c r="A1"><v>1</v></c></row></sheetData>', prefix=prefix)
    dump.run("patch", path, lines=[("S", "B1", "text", "b"), ("S", "A1", "text", "a"), ("S", "A5", "dateTime", "20000:0")])
    ours, _ = dump.read(path)
    assert ours["S"] == {"A1": "a", "B1": "b", "A5": datetime.datetime(2024, 10, 4)}
    dump.assert_same(ours, dump.expected(path))


def test_table_headers_are_left_alone(tmp_path):
    """A table has its headers once more: Excel repairs a workbook in which the two differ."""
    path = tmp_path / "book.xlsx"
    made.by_xlsxwriter(path)
    said = dump.run(
        "patch", path, lines=[("SourceConfig", c, "text", "new") for c in ("A1", "H1", "E2", "I1")] + [("SourceConfig", "B1", "text", "enabled")]
    )
    assert said.startswith("written(cells: 2")
    assert "SourceConfig!A1 is a header of the table jobs_table" in said and "SourceConfig!H1 is a header" in said
    assert "B1" not in said
    sheet = openpyxl.load_workbook(path)["SourceConfig"]
    assert [sheet[c].value for c in ("A1", "H1", "E2", "I1")] == ["job_id", "last_watermark", "new", "new"]


@pytest.mark.parametrize("spans, cells, wanted", [
    ("1:8", ["J2"], "1:10"), ("3:8", ["A2", "J2"], "1:10"), ("1:8", ["E2"], "1:8"), ("1:3 5:8", ["J2"], "1:10"),
    ("1:8", ["G2"], "1:8"),
])
def test_spans_are_widened(tmp_path, spans, cells, wanted):
    path = tmp_path / "spans.xlsx"
    write_minimal(path, f'<sheetData><row r="2" spans="{spans}"><c r="E2"><v>1</v></c></row></sheetData>')
    dump.run("patch", path, lines=[("S", cell, "text", "x") for cell in cells])
    assert f' spans="{wanted}"'.encode() in zipfile.ZipFile(path).read("xl/worksheets/sheet1.xml")
    dump.assert_same(dump.read(path)[0], dump.expected(path))


def png(colour):
    """A picture of one pixel."""
    def chunk(kind, data):
        return len(data).to_bytes(4, "big") + kind + data + zlib.crc32(kind + data).to_bytes(4, "big")

    return (b"\x89PNG\r\n\x1a\n" + chunk(b"IHDR", bytes([0, 0, 0, 1, 0, 0, 0, 1, 8, 2, 0, 0, 0]))
            + chunk(b"IDAT", zlib.compress(b"\0" + bytes(colour))) + chunk(b"IEND", b""))


@pytest.fixture
def furnished(tmp_path):
    """Macros, pictures, a chart, a background, comments, drop-downs: what a patch has no business with."""
    path = tmp_path / "ingestion_config.xlsm"
    project, picture = tmp_path / "vbaProject.bin", tmp_path / "logo.png"
    project.write_bytes(bytes.fromhex("d0cf11e0a1b11ae1") + bytes(range(256)) * 40)
    picture.write_bytes(png((200, 30, 30)))
    book = xlsxwriter.Workbook(path)
    book.add_vba_project(str(project))
    book.set_custom_property("Department", "Sales")
    sheet = book.add_worksheet("SourceConfig")
    sheet.write_row(0, 0, made.COLUMNS)
    for row in range(1, 5):
        sheet.write_row(row, 0, [f"job_{row + 1}", "Y", "FULL"])
    sheet.data_validation("C2:C5", {"validate": "list", "source": ["FULL", "INCREMENTAL"]})
    sheet.write_comment("A1", "The job's name", {"author": "Anna"})
    sheet.insert_image("K2", str(picture))
    sheet.insert_button("K8", {"macro": "Refresh", "caption": "Refresh"})
    sheet.set_background(str(picture))
    sheet.set_header("&L&G", {"image_left": str(picture)})
    chart = book.add_chart({"type": "line"})
    chart.add_series({"values": "=SourceConfig!$G$2:$G$5"})
    sheet.insert_chart("K12", chart)
    sheet.write_url("M1", "https://example.com/runbook")
    book.close()
    return path


def test_macros_pictures_and_charts(furnished):
    path = furnished
    before, names = raw_entries(path), zipfile.ZipFile(path).namelist()
    for part in ("vbaProject.bin", "media/image1.png", "charts/chart1.xml", "comments1.xml", "vmlDrawing1.vml"):
        assert any(name.endswith(part) for name in names), (part, names)
    for turn in range(3):
        assert dump.run("patch", path, lines=lines(result_of(2 + turn, turn))).startswith("written")
    after = raw_entries(path)
    assert zipfile.ZipFile(path).namelist() == names
    assert {n for n in before if before[n] != after[n]} <= {"xl/worksheets/sheet1.xml", "xl/styles.xml"}
    sheet = openpyxl.load_workbook(path, keep_vba=True)["SourceConfig"]
    assert sheet["A1"].comment.text.endswith("The job's name")
    assert [(str(v.sqref), v.formula1) for v in sheet.data_validations.dataValidation] == [("C2:C5", '"FULL,INCREMENTAL"')]
    assert sheet["E2"].value == "OK" and len(sheet._charts) == 1
    # Everything behind the cells, which refers to those parts, is as it was.
    tail = zipfile.ZipFile(path).read("xl/worksheets/sheet1.xml").split(b"</sheetData>")[1]
    for element in (b"<dataValidations", b"<hyperlinks", b"<drawing", b"<legacyDrawing", b"<legacyDrawingHF", b"<picture"):
        assert element in tail


@pytest.mark.skipif(not made.SOFFICE, reason="soffice is not installed (Debian package libreoffice-calc)")
def test_furnished_workbook_opens_in_libreoffice(furnished, tmp_path):
    dump.run("patch", furnished, lines=lines(result_of(3, 1)))
    saved = tmp_path / "saved.xlsx"
    made.resave(furnished, saved)
    sheet = openpyxl.load_workbook(saved)["SourceConfig"]
    assert (sheet["E3"].value, len(sheet._charts)) == ("FAILED", 1)
    assert any(name.startswith("xl/media/") for name in zipfile.ZipFile(saved).namelist())


MAIN = "http://schemas.openxmlformats.org/spreadsheetml/2006/main"
RELATIONS = "http://schemas.openxmlformats.org/officeDocument/2006/relationships"
TYPES = "application/vnd.openxmlformats-officedocument.spreadsheetml"


def write_minimal(path, data, prefix="", sheet=None, extra=(), workbook_pr="", styles_xml=None):
    """The smallest workbook with this sheet data."""

    def tagged(text):
        return re.sub(r"<(/?)(?=[a-zA-Z])", rf"<\1{prefix}", text) if prefix else text

    declared = f'xmlns:{prefix[:-1]}="{MAIN}"' if prefix else f'xmlns="{MAIN}"'
    styles = styles_xml or (
        f'<styleSheet xmlns="{MAIN}"><fonts count="1"><font/></fonts><fills count="1"><fill><patternFill patternType="none"/></fill></fills>'
        '<borders count="1"><border/></borders><cellStyleXfs count="1"><xf/></cellStyleXfs>'
        '<cellXfs count="1"><xf numFmtId="0" fontId="0" fillId="0" borderId="0" xfId="0"/></cellXfs></styleSheet>'
    )
    entries = {
        "[Content_Types].xml": '<Types xmlns="http://schemas.openxmlformats.org/package/2006/content-types">'
        '<Default Extension="rels" ContentType="application/vnd.openxmlformats-package.relationships+xml"/>'
        f'<Override PartName="/xl/workbook.xml" ContentType="{TYPES}.sheet.main+xml"/>'
        f'<Override PartName="/xl/worksheets/sheet1.xml" ContentType="{TYPES}.worksheet+xml"/>'
        f'<Override PartName="/xl/styles.xml" ContentType="{TYPES}.styles+xml"/></Types>',
        "_rels/.rels": '<Relationships xmlns="http://schemas.openxmlformats.org/package/2006/relationships">'
        f'<Relationship Id="rId1" Type="{RELATIONS}/officeDocument" Target="xl/workbook.xml"/></Relationships>',
        "xl/workbook.xml": f'<workbook xmlns="{MAIN}" xmlns:r="{RELATIONS}">{workbook_pr}<sheets>'
        '<sheet name="S" sheetId="1" r:id="rId1"/></sheets></workbook>',
        "xl/_rels/workbook.xml.rels": '<Relationships xmlns="http://schemas.openxmlformats.org/package/2006/relationships">'
        f'<Relationship Id="rId1" Type="{RELATIONS}/worksheet" Target="worksheets/sheet1.xml"/>'
        f'<Relationship Id="rId2" Type="{RELATIONS}/styles" Target="styles.xml"/></Relationships>',
        "xl/styles.xml": styles,
        "xl/worksheets/sheet1.xml": sheet or f"<{prefix}worksheet {declared}>{tagged(data)}</{prefix}worksheet>",
        **dict(extra),
    }
    with zipfile.ZipFile(path, "w", zipfile.ZIP_DEFLATED) as archive:
        for name, text in entries.items():
            archive.writestr(name, text)
