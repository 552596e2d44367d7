"""New rows in workbooks of several programs: inside the table, looking like the rows above, everything else as it was."""

import os
import pathlib
import shutil
import subprocess
import zipfile

import openpyxl
import pytest
import xlsxwriter
from openpyxl.comments import Comment
from openpyxl.formatting.rule import CellIsRule
from openpyxl.styles import Border, Font, PatternFill, Side
from openpyxl.worksheet.datavalidation import DataValidation
from openpyxl.worksheet.filters import AutoFilter
from openpyxl.worksheet.table import Table

DUMP = os.environ.get("WORKBOOK_DUMP", ".build/debug/workbook-dump")
INGEST = pathlib.Path(os.environ.get("INGEST", ".build/debug/ingest")).resolve()
SOFFICE = shutil.which("soffice")
HEADERS = ["enabled", "source_name", "schema_name", "table_name", "load_type", "notes of ours", "last_status"]
JOBS = 5


def by_openpyxl(path, table="A1:G6", totals=False):
    book = openpyxl.Workbook()
    sheet = book.active
    sheet.title = "SourceConfig"
    sheet.append(HEADERS)
    thin = Side(style="thin")
    for n in range(JOBS):
        sheet.append(["Y", "sales", "public", f"t{n}", "FULL", f"=D{n + 2}", None])
        for cell in sheet[n + 2]:
            cell.border = Border(bottom=thin)
            cell.font = Font(italic=True)
        sheet.row_dimensions[n + 2].height = 31
    rule = DataValidation(type="list", formula1='"Y,N"')
    rule.add("A2:A6")
    sheet.add_data_validation(rule)
    wide = DataValidation(type="list", formula1='"FULL,INCREMENTAL"')
    wide.add("E2:E1000")
    sheet.add_data_validation(wide)
    sheet.conditional_formatting.add("G2:G6", CellIsRule("equal", ['"OK"'], fill=PatternFill(bgColor="FFFF00")))
    sheet.conditional_formatting.add("D2:D3", CellIsRule("equal", ['"x"'], fill=PatternFill(bgColor="FF0000")))
    sheet["B1"].comment = Comment("whose is it?", "me")
    sheet.freeze_panes = "B2"
    if table:
        made = Table(displayName="Jobs", ref=table)
        sheet.add_table(made)
        if totals:
            made.totalsRowCount = 1
            made.autoFilter = AutoFilter(ref="A1:G6")
    else:
        sheet.auto_filter.ref = "A1:G6"
    book.create_sheet("Notes")["A1"] = "leave me alone"
    book.save(path)


def by_xlsxwriter(path, table="A1:G6"):
    book = xlsxwriter.Workbook(path)
    sheet = book.add_worksheet("SourceConfig")
    text = book.add_format({"num_format": "@", "italic": True, "bottom": 1})
    if table:
        sheet.add_table(table, {"name": "Jobs", "columns": [{"header": header} for header in HEADERS]})
    else:
        sheet.write_row(0, 0, HEADERS)
        sheet.autofilter("A1:G6")
    for n in range(JOBS):
        sheet.set_row(n + 1, 31)
        sheet.write_row(n + 1, 0, ["Y", "sales", "public", f"t{n}", "FULL", "", ""], text)
        sheet.write_formula(n + 1, 5, f"=D{n + 2}", text)
    sheet.data_validation("A2:A6", {"validate": "list", "source": ["Y", "N"]})
    sheet.data_validation("E2:E1000", {"validate": "list", "source": ["FULL", "INCREMENTAL"]})
    yellow = book.add_format({"bg_color": "yellow"})
    sheet.conditional_format("G2:G6", {"type": "cell", "criteria": "==", "value": '"OK"', "format": yellow})
    sheet.conditional_format("D2:D3", {"type": "cell", "criteria": "==", "value": '"x"', "format": yellow})
    # Written as an extension, whose areas are elements.
    sheet.conditional_format("F2:F6", {"type": "data_bar", "data_bar_2010": True})
    sheet.write_comment("B1", "whose is it?")
    sheet.freeze_panes(1, 1)
    other = book.add_worksheet("Notes")
    other.write("A1", "leave me alone")
    chart = book.add_chart({"type": "bar"})
    chart.add_series({"values": "=SourceConfig!$A$2:$A$6"})
    other.insert_chart("C3", chart)
    book.close()


def converted(path, folder):
    folder.mkdir(exist_ok=True)
    profile = folder / "profile"
    subprocess.run(
        [SOFFICE, f"-env:UserInstallation=file://{profile}", "--headless", "--convert-to", "xlsx", "--outdir", folder, path],
        check=True, capture_output=True, timeout=120,
    )  # fmt: skip
    return folder / path.name


def by_libreoffice(path, table="A1:G6"):
    if not SOFFICE:
        pytest.skip("LibreOffice is not installed (soffice)")
    by_xlsxwriter(path, table)
    shutil.move(converted(path, path.parent / "lo"), path)


MAKERS = {"openpyxl": by_openpyxl, "xlsxwriter": by_xlsxwriter, "libreoffice": by_libreoffice}


def append(path, *rows, code=0):
    lines = "".join("\t".join([sheet, *(f"{k}={v}" for k, v in cells.items())]) + "\n" for sheet, cells in rows)
    done = subprocess.run([DUMP, "append", path], input=lines, capture_output=True, text=True, timeout=60)
    assert done.returncode == code, done.stdout + done.stderr
    return done.stdout + done.stderr


def jobs(*names):
    return [("SourceConfig", {"enabled": "N", "source_name": "sales", "table_name": n, "load_type": "FULL"}) for n in names]


def areas(sheet):
    rules = {str(rule.sqref) for rule in sheet.data_validations.dataValidation}
    looks = {str(look.sqref) for look in sheet.conditional_formatting}
    return rules, looks


def entries(path):
    with zipfile.ZipFile(path) as archive:
        assert archive.testzip() is None
        return {name: archive.read(name) for name in archive.namelist()}


@pytest.mark.parametrize("maker", MAKERS)
@pytest.mark.parametrize("table", ["A1:G6", None])
def test_rows_behind_the_last(tmp_path, maker, table):
    path = tmp_path / "config.xlsx"
    MAKERS[maker](path, table)
    before = entries(path)
    old = openpyxl.load_workbook(path)["SourceConfig"]
    old_rules, old_looks = areas(old)
    assert "ClosedRange(7...9)" in append(path, *jobs("new_a", "new_b", "new_c"))
    after = entries(path)
    changed = {name for name in before if before[name] != after[name]}
    assert changed <= {"xl/worksheets/sheet1.xml", "xl/tables/table1.xml", "xl/workbook.xml"}
    assert before.keys() == after.keys()

    book = openpyxl.load_workbook(path)
    sheet = book["SourceConfig"]
    for row in range(1, 7):
        assert [c.value for c in sheet[row]] == [c.value for c in old[row]]
    assert [sheet.cell(row, 4).value for row in (7, 8, 9)] == ["new_a", "new_b", "new_c"]
    assert [c.value for c in sheet[7]] == ["N", "sales", None, "new_a", "FULL", None, None]
    assert sheet.max_row == 9
    for column in range(1, 8):
        above, new = sheet.cell(6, column), sheet.cell(9, column)
        assert (new.font.i, new.border.bottom.style, new.number_format) == (
            above.font.i, above.border.bottom.style, above.number_format,
        )  # fmt: skip
    assert sheet.row_dimensions[9].height == sheet.row_dimensions[6].height >= 30
    rules, looks = areas(sheet)
    assert rules == {r.replace("A2:A6", "A2:A9") for r in old_rules} and rules != old_rules
    assert looks == {k.replace("G2:G6", "G2:G9").replace("F2:F6", "F2:F9") for k in old_looks}
    assert "D2:D3" in looks
    if table:
        assert [t.ref for t in sheet.tables.values()] == ["A1:G9"]
        assert sheet.tables["Jobs"].autoFilter.ref == "A1:G9"
    else:
        assert sheet.auto_filter.ref == "A1:G9"
        name = [n for n in after["xl/workbook.xml"].decode().split("<definedName") if "_FilterDatabase" in n]
        assert not name or "$A$1:$G$9" in name[0]
    assert sheet.freeze_panes == old.freeze_panes and sheet["B1"].comment.text.strip().endswith("whose is it?")


@pytest.mark.parametrize("maker", ["openpyxl", "xlsxwriter"])
@pytest.mark.skipif(not SOFFICE, reason="LibreOffice is not installed (soffice)")
def test_libreoffice_opens_the_result(tmp_path, maker):
    path = tmp_path / "config.xlsx"
    MAKERS[maker](path)
    append(path, *jobs(*(f"n{i}" for i in range(40))))
    sheet = openpyxl.load_workbook(converted(path, tmp_path / "again"))["SourceConfig"]
    assert [sheet.cell(row, 4).value for row in range(7, 47)] == [f"n{i}" for i in range(40)]
    assert [t.ref for t in sheet.tables.values()] == ["A1:G46"]
    rules, looks = areas(sheet)
    assert "A2:A46" in rules and "G2:G46" in looks


def test_blank_rows_of_the_table_are_used_first(tmp_path):
    path = tmp_path / "config.xlsx"
    by_xlsxwriter(path, "A1:G30")
    tables = entries(path)["xl/tables/table1.xml"]
    assert "ClosedRange(7...8)" in append(path, *jobs("a", "b"))
    assert entries(path)["xl/tables/table1.xml"] == tables
    assert "ClosedRange(9...38)" in append(path, *jobs(*(f"n{i}" for i in range(30))))
    sheet = openpyxl.load_workbook(path)["SourceConfig"]
    assert [t.ref for t in sheet.tables.values()] == ["A1:G38"]


def test_formulas_that_wait_for_a_row(tmp_path):
    """A table may have a column of somebody's own, filled with formulas down to its end."""
    path = tmp_path / "config.xlsx"
    by_openpyxl(path, "A1:G20")
    book = openpyxl.load_workbook(path)
    for row in range(7, 21):
        book["SourceConfig"].cell(row, 6, f'=IF(D{row}="","",UPPER(D{row}))')
    book.save(path)
    assert "ClosedRange(7...8)" in append(path, *jobs("a", "b"))
    sheet = openpyxl.load_workbook(path)["SourceConfig"]
    assert sheet["D8"].value == "b" and sheet["F8"].value == '=IF(D8="","",UPPER(D8))'
    assert [t.ref for t in sheet.tables.values()] == ["A1:G20"]
    book = openpyxl.load_workbook(path)
    book["SourceConfig"]["D9"] = '=IF(TRUE,"","")'
    book.save(path)
    before = path.read_bytes()
    assert "SourceConfig!D9 holds a formula" in append(path, *jobs("c"), code=2) and path.read_bytes() == before


def test_a_stray_header_far_to_the_right(tmp_path):
    path = tmp_path / "config.xlsx"
    by_openpyxl(path, table=None)
    book = openpyxl.load_workbook(path)
    book["SourceConfig"]["XFD1"] = "stray"
    book.save(path)
    append(path, *jobs(*(f"n{i}" for i in range(3000))))
    assert openpyxl.load_workbook(path)["SourceConfig"]["D3006"].value == "n2999"


def test_again_and_again(tmp_path):
    path = tmp_path / "config.xlsx"
    by_openpyxl(path)
    for n in range(30):
        append(path, *jobs(f"n{n}"))
    sheet = openpyxl.load_workbook(path)["SourceConfig"]
    assert [sheet.cell(row, 4).value for row in range(7, 37)] == [f"n{n}" for n in range(30)]
    assert [t.ref for t in sheet.tables.values()] == ["A1:G36"]
    assert areas(sheet)[0] == {"A2:A36", "E2:E1000"}


def test_the_template_and_its_rules(tmp_path):
    path = tmp_path / "config.xlsx"
    subprocess.run([INGEST, "template", path], check=True, capture_output=True, cwd=tmp_path)
    rules = [("ColumnRules", {"job_id": "sales.a", "column": "total", "type": "decimal(18,2)"})]
    old = openpyxl.load_workbook(path)
    append(path, *jobs("a", "b"), *rules)
    book = openpyxl.load_workbook(path)
    sheet = book["SourceConfig"]
    header = [c.value for c in sheet[1]]
    last = old["SourceConfig"].max_row
    assert [sheet.cell(last + n, header.index("table_name") + 1).value for n in (1, 2)] == ["a", "b"]
    assert sheet.row_dimensions[last + 1].height == sheet.row_dimensions[last].height
    assert areas(sheet) == areas(old["SourceConfig"])
    assert [t.ref for t in sheet.tables.values()] == [t.ref for t in old["SourceConfig"].tables.values()]
    found = [[c.value for c in row] for row in book["ColumnRules"].iter_rows(min_row=2)]
    assert ["sales.a", "total", "decimal(18,2)", None, None] in [row[:5] for row in found]


def test_an_empty_sheet_with_headers_only(tmp_path):
    path = tmp_path / "config.xlsx"
    book = openpyxl.Workbook()
    book.active.title = "SourceConfig"
    book.active.append(HEADERS)
    book.active.add_table(Table(displayName="Jobs", ref="A1:G2"))
    book.save(path)
    assert "ClosedRange(2...4)" in append(path, *jobs("a", "b", "c"))
    sheet = openpyxl.load_workbook(path)["SourceConfig"]
    assert [t.ref for t in sheet.tables.values()] == ["A1:G4"] and sheet["D2"].value == "a"


def test_what_is_in_the_way_is_named_and_nothing_is_written(tmp_path):
    path = tmp_path / "config.xlsx"

    def refused(text):
        before = path.read_bytes()
        out = append(path, *jobs("a", "b"), code=2)
        assert text in out and path.read_bytes() == before

    by_openpyxl(path)
    book = openpyxl.load_workbook(path)
    book["SourceConfig"]["C8"] = "Legend"
    book.save(path)
    refused("SourceConfig!C8, below its rows, is not empty")

    by_openpyxl(path)
    book = openpyxl.load_workbook(path)
    book["SourceConfig"].protection.enable()
    book.save(path)
    refused("the sheet is protected")

    by_openpyxl(path)
    book = openpyxl.load_workbook(path)
    book["SourceConfig"].merge_cells("A8:C9")
    book.save(path)
    refused("cells are merged where the new rows would stand (A8:C9)")

    by_openpyxl(path, "A1:G7", totals=True)
    refused("ends with a row of totals")

    book = openpyxl.Workbook()
    book.active.title = "SourceConfig"
    book.active.append(["enabled", "table_name"])
    book.save(path)
    refused("it has no column source_name")


def test_columns_and_sheets_that_are_not_there_are_told(tmp_path):
    path = tmp_path / "config.xlsx"
    by_openpyxl(path)
    job = {"enabled": "N", "source_name": "s", "table_name": "x", "target_folder_path": "s/public"}
    out = append(path, ("SourceConfig", job), ("ColumnRules", {"column": "a", "type": "string"}))
    assert "has no column target_folder_path" in out and "no sheet ColumnRules" in out
    assert openpyxl.load_workbook(path)["SourceConfig"]["D7"].value == "x"
