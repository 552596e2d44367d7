"""The template as other programs see it: openpyxl, and LibreOffice after it has saved the workbook itself."""

import os
import pathlib
import shutil
import subprocess
import zipfile

import openpyxl
import pytest
from openpyxl.utils import get_column_letter

TEMPLATE = pathlib.Path(__file__).parent.parent.parent / "templates" / "ingestion_config.xlsx"
SHEETS = ["SourceConfig", "QualityRules", "ColumnRules"]
NO_FILL = "00000000"


@pytest.fixture(scope="module")
def book():
    return openpyxl.load_workbook(TEMPLATE)


@pytest.fixture(scope="module")
def saved_by_libreoffice(tmp_path_factory):
    """The template, opened and saved by LibreOffice."""
    if not shutil.which("soffice"):
        pytest.skip("LibreOffice is not installed (soffice)")
    folder = tmp_path_factory.mktemp("libreoffice")
    profile = f"-env:UserInstallation=file://{folder}/profile"
    command = [
        "soffice",
        profile,
        "--headless",
        "--convert-to",
        "xlsx:Calc MS Excel 2007 XML",
        "--outdir",
        folder / "out",
    ]
    subprocess.run(
        [*command, TEMPLATE], check=True, capture_output=True, timeout=180, env={**os.environ, "HOME": str(folder)}
    )
    return openpyxl.load_workbook(folder / "out" / TEMPLATE.name)


def headers(sheet):
    return {cell.value: cell for cell in sheet[1] if cell.value is not None}


def rules(sheet):
    """The rule of each column, by its header."""
    found = {}
    by_letter = {cell.column_letter: name for name, cell in headers(sheet).items()}
    for rule in sheet.data_validations.dataValidation:
        for area in rule.sqref.ranges:
            for number in range(area.min_col, area.max_col + 1):
                found[by_letter[get_column_letter(number)]] = (rule, area)
    return found


def words(book, rule):
    """What a drop-down offers: the rule's own words, or those of the range that it names."""
    if rule.formula1.startswith('"'):
        return rule.formula1.strip('"').split(",")
    target = rule.formula1
    if target in book.defined_names:
        target = book.defined_names[target].attr_text
    sheet, cells = target.replace("$", "").rsplit("!", 1)
    found = book[sheet.strip("'")][cells]
    rows = found if isinstance(found, tuple) else ((found,),)
    return [cell.value for row in rows for cell in row]


OFFERED = {
    "enabled": ["Y", "N"],
    "source_type": ["postgresql", "mssql", "azure_sql", "oracle", "mysql", "mariadb", "sqlite", "odbc"],
    "source_name": ["postgres_source"],
    "load_type": ["FULL", "INCREMENTAL"],
    "write_mode": ["replace", "append", "snapshot"],
    "on_null_watermark": ["skip", "include", "error"],
    "schema_policy": ["evolve", "freeze", "ignore_new"],
    "row_count_check": ["stream", "query", "off"],
    "allow_empty": ["Y", "N"],
}


def test_sheets(book):
    assert book.sheetnames == [*SHEETS, "Guide", "Lists"]
    assert [sheet.sheet_state for sheet in book] == ["visible"] * 4 + ["hidden"]
    assert book.active.title == "SourceConfig"
    assert book.properties.title == "Ingestion configuration"
    assert book.properties.created.year == 2026


def test_times_of_the_archive_are_fixed():
    with zipfile.ZipFile(TEMPLATE) as archive:
        assert {entry.date_time for entry in archive.infolist()} == {(1980, 1, 1, 0, 0, 0)}


@pytest.mark.parametrize("name", SHEETS)
def test_table(book, name):
    sheet = book[name]
    (table,) = sheet.tables.values()
    columns = headers(sheet)
    assert table.ref == f"A1:{get_column_letter(len(columns))}201"
    assert table.autoFilter.ref == table.ref
    assert [column.name for column in table.tableColumns] == list(columns)
    assert sheet.freeze_panes.endswith("2")


@pytest.mark.parametrize("name", SHEETS)
def test_headers(book, name):
    """Each has a comment that explains it, leads to its row of the Guide, and stands in a column wide enough."""
    sheet, guide = book[name], book["Guide"]
    for text, cell in headers(sheet).items():
        comment = cell.comment.text
        assert text in comment.split("\n")[0] and len(comment.split("\n")) >= 2
        target = cell.hyperlink.location
        assert target.startswith("Guide!A")
        assert guide[target.split("!")[1]].value == text
        assert cell.fill.fgColor.rgb != NO_FILL and cell.font.b
        assert sheet.column_dimensions[cell.column_letter].width >= len(text) + 3


@pytest.mark.parametrize("column", OFFERED)
def test_drop_downs(book, column):
    rule, area = rules(book["SourceConfig"])[column]
    assert rule.type == "list" and not rule.showDropDown
    assert words(book, rule) == OFFERED[column]
    assert (area.min_row, area.max_row) == (2, 5001)


def test_every_rule_talks(book):
    for name in SHEETS:
        for column, (rule, _) in rules(book[name]).items():
            assert rule.promptTitle == column, column
            assert 10 < len(rule.prompt) <= 255, column
            if rule.type not in (None, "none") and rule.showErrorMessage:
                assert rule.error and len(rule.error) <= 255 and rule.errorTitle, column


def test_rule_sheets_have_their_own_drop_downs(book):
    quality, columns = rules(book["QualityRules"]), rules(book["ColumnRules"])
    assert "not_null" in words(book, quality["rule"][0])
    assert words(book, quality["severity"][0]) == ["error", "warn", "quarantine"]
    assert "hash" in words(book, columns["mask"][0])
    for found in (quality, columns):
        assert found["job_id"][0].formula1 == "job_ids"
    assert "SourceConfig!$B$2" in book.defined_names["job_ids"].attr_text


def test_formats_reach_down_the_columns(book):
    sheet = book["SourceConfig"]
    formats = {name: sheet.column_dimensions[cell.column_letter].number_format for name, cell in headers(sheet).items()}
    for name in ("job_id", "last_watermark", "reload_from", "reload_to", "watermark_end", "schedule"):
        assert formats[name] == "@", name
    assert formats["last_run"] == "yyyy-mm-dd hh:mm:ss"
    assert formats["last_rows"] == "#,##0"
    assert formats["last_duration"] == "#,##0.0"


def test_results_look_and_act_like_results(book):
    sheet = book["SourceConfig"]
    found = rules(sheet)
    results = [name for name in headers(sheet) if name.startswith("last_") and name != "last_watermark"]
    assert results == ["last_status", "last_run", "last_rows", "last_duration", "last_message"]
    for name in results:
        rule = found[name][0]
        assert (rule.type, rule.formula1, rule.errorStyle) == ("custom", "FALSE", "warning")
        letter = headers(sheet)[name].column_letter
        assert sheet.column_dimensions[letter].fill.fgColor.rgb != NO_FILL


def looks(sheet, column):
    """Of the one range of rules that a column belongs to: formula, colour of the fill, in the order in which they count."""
    number = headers(sheet)[column].column
    (found,) = [
        area
        for area in sheet.conditional_formatting
        if any(r.min_col <= number <= r.max_col for r in area.sqref.ranges)
    ]
    rules = sorted(found.rules, key=lambda rule: rule.priority)
    assert all(rule.stopIfTrue for rule in rules)
    return [(rule.formula[0], rule.dxf.fill.bgColor.rgb[2:] if rule.dxf.fill else None) for rule in rules]


def test_green_red_and_grey(book):
    sheet = book["SourceConfig"]
    cell = f"${headers(sheet)['last_status'].column_letter}2"
    green, red, grey = looks(sheet, "last_status")[:3]
    assert green == (f'{cell}="SUCCESS"', "BBF7D0")
    assert red == (f'OR({cell}="FAILED",{cell}="INVALID")', "FECACA")
    assert grey[0].startswith(f"AND(LEN({cell})>0") and grey[1] == "D5D9DF"
    # Red also where the row begins, and each column in one range of rules only.
    assert looks(sheet, "job_id")[0] == red
    for column in headers(sheet):
        assert len(looks(sheet, column)) >= 3


def test_examples_are_off(book):
    sheet = book["SourceConfig"]
    column = headers(sheet)["enabled"].column
    rows = [row for row in sheet.iter_rows(min_row=2, values_only=True) if any(row)]
    assert len(rows) == 3
    assert {row[column - 1] for row in rows} == {"N"}


def test_guide_explains_every_column_and_prints(book):
    guide = book["Guide"]
    assert guide.page_setup.orientation == "landscape" and guide.sheet_properties.pageSetUpPr.fitToPage
    assert guide.page_setup.fitToHeight == 0
    assert guide.print_title_rows == "$1:$1"
    explained = {row[0] for row in guide.iter_rows(values_only=True)}
    for name in SHEETS:
        assert set(headers(book[name])) <= explained
    for name in ("SUCCESS", "FAILED", "INVALID", "SKIPPED", "LOCKED", "CANCELLED"):
        assert name in explained


def test_libreoffice_keeps_the_drop_downs(book, saved_by_libreoffice):
    for name in SHEETS:
        before, after = rules(book[name]), rules(saved_by_libreoffice[name])
        assert set(before) == set(after)
        for column, (rule, area) in before.items():
            kept, kept_area = after[column]
            # LibreOffice ends rules a thousand rows below the last filled one.
            assert (kept_area.min_col, kept_area.min_row) == (area.min_col, area.min_row), column
            assert kept_area.max_row > 1000, column
            assert kept.prompt == rule.prompt, column
            if rule.type == "list" and rule.formula1 != "job_ids":
                assert words(saved_by_libreoffice, kept) == words(book, rule), column


def test_libreoffice_keeps_the_rest(book, saved_by_libreoffice):
    before, after = book["SourceConfig"], saved_by_libreoffice["SourceConfig"]
    assert list(headers(before)) == list(headers(after))
    assert saved_by_libreoffice["Lists"].sheet_state == "hidden"
    for name, cell in headers(after).items():
        assert cell.comment and name in cell.comment.text
    watermark = headers(after)["last_watermark"].column_letter
    assert after[f"{watermark}3"].number_format == "@"
    assert after[f"{watermark}3"].value == "2026-01-01 00:00:00"
