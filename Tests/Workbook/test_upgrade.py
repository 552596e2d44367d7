"""`ingest init --upgrade`: workbooks of other programs get columns and drop-downs, and keep everything else."""

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
from openpyxl.styles import PatternFill
from openpyxl.utils import get_column_letter
from openpyxl.worksheet.datavalidation import DataValidation
from openpyxl.worksheet.table import Table

INGEST = os.environ.get("INGEST", ".build/debug/ingest")
REPOSITORY = pathlib.Path(__file__).parent.parent.parent
HEADERS = ["enabled", "source_name", "table_name", "load_type", "watermark_column"]
ROW = ["Y", "sales", "orders", "INCREMENTAL", "updated_at"]
ADDED = ["job_id", "query", "write_mode", "reload_from", "last_status", "last_run", "last_message"]


@pytest.fixture
def project(tmp_path):
    folder = tmp_path / "project"
    folder.mkdir()
    (folder / "ingest.toml").write_text('[sources.sales]\ntype = "postgresql"\nhost = "localhost"\n')
    return folder


def by_openpyxl(path, with_table=True):
    book = openpyxl.Workbook()
    sheet = book.active
    sheet.title = "SourceConfig"
    sheet.append(HEADERS)
    sheet.append(ROW)
    if with_table:
        sheet.add_table(Table(displayName="Jobs", ref="A1:E2"))
    rule = DataValidation(type="list", formula1='"Y,N,MAYBE"')
    rule.add("A2:A100")
    sheet.add_data_validation(rule)
    sheet["B1"].comment = Comment("whose is it?", "me")
    sheet.conditional_formatting.add("D2:D9", CellIsRule("equal", ['"FULL"'], fill=PatternFill(bgColor="FFFF00")))
    sheet.freeze_panes = "B2"
    sheet.column_dimensions["C"].width = 33
    other = book.create_sheet("Sums")
    other["A1"] = "=1+1"
    book.save(path)


def by_xlsxwriter(path, with_table=True):
    book = xlsxwriter.Workbook(path)
    sheet = book.add_worksheet("SourceConfig")
    sheet.write_row(0, 0, HEADERS)
    sheet.write_row(1, 0, ROW)
    if with_table:
        sheet.add_table(0, 0, 5, 4, {"name": "Jobs", "columns": [{"header": header} for header in HEADERS]})
        sheet.write_row(1, 0, ROW)
    else:
        sheet.autofilter("A1:E2")
    sheet.data_validation("A2:A100", {"validate": "list", "source": ["Y", "N", "MAYBE"]})
    sheet.write_comment("B1", "whose is it?")
    yellow = book.add_format({"bg_color": "yellow"})
    sheet.conditional_format("D2:D9", {"type": "cell", "criteria": "==", "value": '"FULL"', "format": yellow})
    sheet.freeze_panes(1, 1)
    sheet.set_column("C:C", 33)
    other = book.add_worksheet("Sums")
    other.write_formula("A1", "=1+1")
    chart = book.add_chart({"type": "bar"})
    chart.add_series({"values": "=Sums!$A$1:$A$2"})
    other.insert_chart("C3", chart)
    book.close()


def by_libreoffice(path, with_table=True):
    if not shutil.which("soffice"):
        pytest.skip("LibreOffice is not installed (soffice)")
    folder = path.parent / "libreoffice"
    folder.mkdir()
    by_openpyxl(folder / path.name, with_table)
    profile = f"-env:UserInstallation=file://{folder}/profile"
    command = ["soffice", profile, "--headless", "--convert-to", "xlsx:Calc MS Excel 2007 XML", "--outdir", path.parent]
    environment = {**os.environ, "HOME": str(folder)}
    subprocess.run([*command, folder / path.name], check=True, capture_output=True, timeout=180, env=environment)


def upgrade(path, project):
    command = [INGEST, "init", "--upgrade", str(path), "--project", str(project)]
    return subprocess.run(command, capture_output=True, text=True, timeout=60)


def parts(path):
    with zipfile.ZipFile(path) as archive:
        assert archive.testzip() is None
        return {entry.filename: archive.read(entry) for entry in archive.infolist()}


def headers(sheet):
    return [cell.value for cell in sheet[1] if cell.value is not None]


def words(book, name):
    """What the drop-down with that list offers."""
    sheet, area = book.defined_names[name].attr_text.split("!")
    return [row[0].value for row in book[sheet][area.replace("$", "")]]


def resaved(path, folder):
    """As LibreOffice saves it."""
    if not shutil.which("soffice"):
        pytest.skip("LibreOffice is not installed (soffice)")
    profile = f"-env:UserInstallation=file://{folder}/profile"
    convert = ["--convert-to", "xlsx:Calc MS Excel 2007 XML", "--outdir", folder, path]
    command = ["soffice", profile, "--headless", *convert]
    subprocess.run(command, check=True, capture_output=True, timeout=180, env={**os.environ, "HOME": str(folder)})
    return folder / path.name


@pytest.mark.parametrize("with_table", [True, False], ids=["table", "plain"])
@pytest.mark.parametrize("make", [by_openpyxl, by_xlsxwriter, by_libreoffice])
def test_keeps_everything(make, with_table, tmp_path, project):
    path = tmp_path / "jobs.xlsx"
    make(path, with_table)
    before, book_before = parts(path), openpyxl.load_workbook(path)
    done = upgrade(path, project)
    assert done.returncode == 0, done.stderr
    after, book = parts(path), openpyxl.load_workbook(path)

    changed = {name for name in before if before[name] != after[name]}
    assert list(before) == list(after)[: len(before)]
    lists = {"[Content_Types].xml", "xl/workbook.xml", "xl/_rels/workbook.xml.rels", "xl/styles.xml"}
    own = ("xl/worksheets/sheet1", "xl/tables/", "xl/comments", "xl/drawings/", "xl/worksheets/_rels/sheet1")
    assert all(name in lists or name.startswith(own) for name in changed), changed
    assert book.sheetnames == [*book_before.sheetnames, "QualityRules", "ColumnRules", "Guide", "Lists"]
    assert book["Lists"].sheet_state == "hidden"

    sheet, old = book["SourceConfig"], book_before["SourceConfig"]
    assert headers(sheet)[:5] == HEADERS
    assert set(ADDED) <= set(headers(sheet)[5:])
    assert [sheet.cell(2, n + 1).value for n in range(5)] == ROW
    assert sheet["B1"].comment.text == old["B1"].comment.text
    assert all(sheet.cell(1, n).comment.text for n in range(6, len(headers(sheet)) + 1))
    reload_comment = sheet.cell(1, headers(sheet).index("reload_from") + 1).comment.text
    assert "Loads once more from this value" in reload_comment
    assert sheet.freeze_panes == old.freeze_panes
    assert sheet.column_dimensions["C"].width == old.column_dimensions["C"].width
    assert book["Sums"]["A1"].value == "=1+1"
    if old.tables:
        width = len(headers(sheet))
        (table,) = sheet.tables.values()
        (old_table,) = old.tables.values()
        assert table.ref == f"A1:{get_column_letter(width)}{old_table.ref.split(':E')[1]}"
        assert [column.name for column in table.tableColumns] == headers(sheet)
        assert len({column.id for column in table.tableColumns}) == width

    rules = {str(rule.sqref): rule for rule in sheet.data_validations.dataValidation}
    kept = next(rule for area, rule in rules.items() if area.startswith("A2:A"))
    assert "MAYBE" in kept.formula1
    assert rules["B2:B5001"].formula1 == "list_source_name"
    assert words(book, "list_source_name") == ["sales"]
    assert rules["D2:D5001"].formula1 == "list_load_type" and rules["D2:D5001"].errorStyle == "warning"
    assert words(book, "list_load_type") == ["FULL", "INCREMENTAL"]
    column = get_column_letter(headers(sheet).index("job_id") + 1)
    assert f"SourceConfig!${column}$2:${column}$5001" in book.defined_names["job_ids"].attr_text

    areas = {str(area.sqref): area.rules for area in sheet.conditional_formatting}
    assert "D2:D9" in areas
    status = get_column_letter(headers(sheet).index("last_status") + 1)
    assert [rule.dxf.fill.bgColor.rgb for rule in areas[f"{status}2:{status}5001"]] == [
        "FFBBF7D0",
        "FFFECACA",
        "FFD5D9DF",
    ]
    reload = get_column_letter(headers(sheet).index("reload_from") + 1)
    assert sheet.column_dimensions[reload].number_format == "@"

    again = upgrade(path, project)
    assert "was not touched" in again.stdout and parts(path) == after


@pytest.mark.parametrize("make", [by_openpyxl, by_xlsxwriter])
def test_libreoffice_opens_the_result(make, tmp_path, project):
    if not shutil.which("soffice"):
        pytest.skip("LibreOffice is not installed (soffice)")
    path = tmp_path / "jobs.xlsx"
    make(path)
    assert upgrade(path, project).returncode == 0
    wanted = headers(openpyxl.load_workbook(path)["SourceConfig"])
    out = tmp_path / "out"
    out.mkdir()
    book = openpyxl.load_workbook(resaved(path, out))
    saved = book["SourceConfig"]
    assert headers(saved) == wanted
    assert len(saved.data_validations.dataValidation) > 10
    assert all(saved.cell(1, n).comment for n in range(6, len(wanted) + 1))
    assert book["Guide"]["A1"].value == "How to fill in this workbook"
    assert [cell.value for cell in book["QualityRules"][1]] == ["job_id", "column", "rule", "argument", "severity"]
    assert "SUCCESS" in [row[0] for row in book["Guide"].iter_rows(values_only=True)]


SOURCE = '[sources.{}]\ntype = "postgresql"\nhost = "localhost"\n'


@pytest.mark.parametrize("saved_by", ["ingest", "openpyxl", "libreoffice"])
def test_drop_downs_follow_the_settings(saved_by, tmp_path, project):
    path = tmp_path / "jobs.xlsx"
    subprocess.run([INGEST, "template", "--project", project, path], check=True, capture_output=True)
    match saved_by:
        case "openpyxl":
            openpyxl.load_workbook(path).save(path)
        case "libreoffice":
            (tmp_path / "out").mkdir()
            path = resaved(path, tmp_path / "out")
    assert words(openpyxl.load_workbook(path), "list_source_name") == ["sales"]
    before = parts(path)
    with open(project / "ingest.toml", "a") as settings:
        settings.write("".join(SOURCE.format(f"erp_{n:02}") for n in range(50)))
    done = upgrade(path, project)
    assert done.returncode == 0, done.stderr
    assert "drop-downs brought up to date: source_name" in done.stdout
    book = openpyxl.load_workbook(path)
    assert words(book, "list_source_name") == ["sales", *(f"erp_{n:02}" for n in range(50))]
    assert words(book, "list_load_type") == ["FULL", "INCREMENTAL"]
    after = parts(path)
    changed = {name for name in before if before[name] != after[name]}
    assert changed <= {"xl/workbook.xml", "xl/worksheets/sheet5.xml"} and list(before) == list(after)
    assert "was not touched" in upgrade(path, project).stdout and parts(path) == after


def test_a_drop_down_of_ones_own_stays_and_what_it_lacks_is_said(tmp_path, project):
    path = tmp_path / "jobs.xlsx"
    by_openpyxl(path)
    book = openpyxl.load_workbook(path)
    rule = DataValidation(type="list", formula1='"crm,wms"')
    rule.add("B2:B50")
    book["SourceConfig"].add_data_validation(rule)
    book.save(path)
    done = upgrade(path, project)
    assert "source_name has a drop-down that ingest did not make; it was left as it is, without sales." in done.stdout
    rules = openpyxl.load_workbook(path)["SourceConfig"].data_validations.dataValidation
    assert [rule.formula1 for rule in rules if str(rule.sqref).startswith("B2")] == ['"crm,wms"']


def test_a_protected_structure_gets_columns_but_no_sheets(tmp_path, project):
    path = tmp_path / "jobs.xlsx"
    by_openpyxl(path)
    book = openpyxl.load_workbook(path)
    book.security = openpyxl.workbook.protection.WorkbookProtection(lockStructure=True)
    book.save(path)
    done = upgrade(path, project)
    assert "QualityRules, ColumnRules, Guide could not be added" in done.stdout
    book = openpyxl.load_workbook(path)
    assert book.sheetnames == ["SourceConfig", "Sums"]
    rules = {str(rule.sqref): rule for rule in book["SourceConfig"].data_validations.dataValidation}
    assert rules["B2:B5001"].formula1 == '"sales"'
    with open(project / "ingest.toml", "a") as settings:
        settings.write(SOURCE.format("erp"))
    assert "brought up to date: source_name" in upgrade(path, project).stdout
    book = openpyxl.load_workbook(path)
    rules = {str(rule.sqref): rule for rule in book["SourceConfig"].data_validations.dataValidation}
    assert rules["B2:B5001"].formula1 == '"sales,erp"'


def test_earlier_framework(tmp_path, project):
    source = REPOSITORY / "Tests" / "Corpus" / "earlier-framework" / "ingestion_config_current.xlsx"
    path = tmp_path / "jobs.xlsx"
    path.write_bytes(source.read_bytes())
    before = openpyxl.load_workbook(path)["SourceConfig"]
    assert upgrade(path, project).returncode == 0
    after = openpyxl.load_workbook(path)["SourceConfig"]
    width = before.max_column
    assert [row[:width] for row in after.iter_rows(values_only=True)] == list(before.iter_rows(values_only=True))
    assert {"job_id", "last_status", "last_message"} <= set(headers(after))


@pytest.mark.parametrize("reason", ["protected", "merged", "beside"])
def test_refusals_leave_the_file_alone(reason, tmp_path, project):
    path = tmp_path / "jobs.xlsx"
    by_openpyxl(path)
    book = openpyxl.load_workbook(path)
    sheet = book["SourceConfig"]
    match reason:
        case "protected":
            sheet.protection.sheet = True
        case "merged":
            sheet.merge_cells("F4:H5")
        case "beside":
            sheet["F2"] = "mine"
    book.save(path)
    before = path.read_bytes()
    done = upgrade(path, project)
    assert done.returncode == 2
    assert {"protected": "is protected", "merged": "merged", "beside": "SourceConfig!F2"}[reason] in done.stderr
    assert path.read_bytes() == before
