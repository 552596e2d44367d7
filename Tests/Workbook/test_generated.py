"""Workbooks with random values and formats, by three programs, read as openpyxl reads them."""

import datetime
import os
import random

import openpyxl
import pytest
import xlsxwriter

import dump
import made
from test_patching import MAIN, write_minimal

CASES = int(os.environ.get("WORKBOOK_CASES", "12"))
FORMATS = [
    "General", "0", "0.00", "0%", "0.0%", "#,##0.00_);[Red](#,##0.00)", "@", '0 "days"', '"m"0', "\\d0", "_d0", "[$EUR] 0.00",
    "[$-409]d mmm yyyy", "yyyy-mm-dd", "dd/mm/yyyy;@", "h:mm", "hh:mm:ss.000", "mm:ss", "h:mm AM/PM", "[h]:mm:ss",
    "[mm]:ss", "yyyy-mm-dd hh:mm:ss", '[$-F800]dddd\\, mmmm dd\\, yyyy', '"Yes";"No"', "0.00E+00", "# ?/?",
    "[Blue]d/m/yy h:mm", "[>=100]0.0;0.00", 'yyyy"年"m"月"d"日"',
]


def values(rng):
    while True:
        yield rng.choice([
            lambda: rng.randrange(-(10**7), 10**7),
            lambda: rng.randrange(10**15),
            lambda: rng.random() * 10 ** rng.randrange(-5, 9),
            lambda: rng.choice([True, False]),
            lambda: "".join(rng.choice("abc XYZ0123456789.,;:-_<>&'\"\t\nßé漢😀") for _ in range(rng.randrange(1, 30))),
            lambda: " leading and trailing ",
            lambda: rng.choice(["#N/A", "#REF!", "=x", "null", "007", "1E5"]) if rng.random() < 0.5 else "plain",
            lambda: rng.uniform(0, 1),
            lambda: rng.uniform(0, 100),
            lambda: rng.uniform(1, 80_000),
            lambda: datetime.datetime(1900, 3, 2) + datetime.timedelta(milliseconds=rng.randrange(4 * 10**12)),
            lambda: datetime.date(1900, 3, 2) + datetime.timedelta(days=rng.randrange(90_000)),
            lambda: datetime.time(rng.randrange(24), rng.randrange(60), rng.randrange(60)),
            lambda: datetime.timedelta(seconds=rng.randrange(10**7)),
        ])()


def by_openpyxl(path, rng):
    book = openpyxl.Workbook()
    if rng.random() < 0.3:
        book.epoch = openpyxl.utils.datetime.CALENDAR_MAC_1904
    source = values(rng)
    for name in ["First", "R&D <x>", "漢字"][: rng.randrange(1, 4)]:
        sheet = book.create_sheet(name)
        for _ in range(300):
            cell = sheet.cell(rng.randrange(1, 200), rng.randrange(1, 60))
            cell.value = next(source)
            if isinstance(cell.value, (int, float)) and not isinstance(cell.value, bool) and abs(cell.value) < 1e8:
                cell.number_format = rng.choice(FORMATS)
        sheet.sheet_state = rng.choice(["visible", "hidden", "veryHidden"])
        sheet.row_dimensions[5].hidden = True
    book.active = 0
    book.worksheets[0].sheet_state = "visible"
    book.save(path)


def is_large(value):
    """Beyond what both take for a duration."""
    return isinstance(value, (int, float)) and abs(value) >= 1e8


def by_xlsxwriter(path, rng):
    book = xlsxwriter.Workbook(
        path, {"date_1904": rng.random() < 0.3, "constant_memory": rng.random() < 0.3, "strings_to_formulas": False}
    )
    formats = [book.add_format({"num_format": f}) for f in FORMATS]
    day = book.add_format({"num_format": "dd/mm/yyyy hh:mm:ss.000"})
    bold = book.add_format({"bold": True})
    source = values(rng)
    for name in ["First", "R&D <x>"][: rng.randrange(1, 3)]:
        sheet = book.add_worksheet(name)
        for row in range(60):
            for column in sorted(rng.sample(range(80), 8)):
                value = next(source)
                if isinstance(value, (datetime.date, datetime.time, datetime.timedelta)):
                    sheet.write_datetime(row, column, value, day)
                elif isinstance(value, str) and rng.random() < 0.2:
                    sheet.write_rich_string(row, column, "a ", bold, " b ", value)
                elif rng.random() < 0.1:
                    sheet.write_formula(row, column, "=1+1", rng.choice(formats), value if value != "" else 0)
                else:
                    sheet.write(row, column, value, rng.choice(formats) if not is_large(value) else None)
    book.close()


def by_libreoffice(path, rng):
    if not made.SOFFICE:
        pytest.skip("soffice is not installed (Debian package libreoffice-calc)")
    source = path.with_name("source.xlsx")
    rng.choice([by_openpyxl, by_xlsxwriter])(source, rng)
    made.resave(source, path)


def cases():
    for maker in (by_openpyxl, by_xlsxwriter):
        yield from ((maker, seed) for seed in range(CASES))
    yield from ((by_libreoffice, seed) for seed in range(max(1, CASES // 6)))


@pytest.mark.parametrize("maker, seed", cases(), ids=lambda v: getattr(v, "__name__", v))
def test_generated(tmp_path, maker, seed):
    path = tmp_path / "book.xlsx"
    maker(path, random.Random(seed))
    ours, raw = dump.read(path)
    dump.assert_same(ours, dump.expected(path))
    book = openpyxl.load_workbook(path, data_only=True)
    for sheet in book.worksheets:
        for name, cell in raw[sheet.title].items():
            hidden = sheet.row_dimensions[sheet[name].row].hidden
            assert bool(cell.get("hiddenRow")) == bool(hidden)
            if cell.get("percent"):
                assert "%" in sheet[name].number_format


SERIALS = [0, 0.25, 0.999999, 1, 1.5, 31, 58, 59, 59.5, 60, 60.5, 61, 366, 45000, 45000.5732638889,
           46112.99999999, 2958465, 2958465.999, 2958466, -1, -0.5, 1e10]


@pytest.mark.parametrize("system", [1900, 1904])
@pytest.mark.parametrize("code", ["yyyy-mm-dd hh:mm:ss", "d/m/yy", "h:mm", "[h]:mm"])
def test_serials(tmp_path, system, code):
    """Each end of both calendars, the day that never was included."""
    path = tmp_path / "book.xlsx"
    cells = "".join(f'<row r="{n}"><c r="A{n}" s="1"><v>{v!r}</v></c></row>' for n, v in enumerate(SERIALS, 1))
    styles = (
        f'<styleSheet xmlns="{MAIN}"><numFmts count="1"><numFmt numFmtId="170" formatCode="{code}"/></numFmts>'
        '<fonts count="1"><font/></fonts><fills count="1"><fill><patternFill patternType="none"/></fill></fills>'
        '<borders count="1"><border/></borders><cellStyleXfs count="1"><xf/></cellStyleXfs><cellXfs count="2">'
        '<xf numFmtId="0" xfId="0"/><xf numFmtId="170" xfId="0"/></cellXfs></styleSheet>'
    )
    write_minimal(
        path, f"<sheetData>{cells}</sheetData>", styles_xml=styles,
        workbook_pr='<workbookPr date1904="1"/>' if system == 1904 else "",
    )
    ours, theirs = dump.read(path)[0], dump.expected(path)
    if code == "[h]:mm":
        # A timedelta of openpyxl reaches further than any date; ours ends where no workbook's does.
        ours["S"].pop("A23", None), theirs["S"].pop("A23", None)
    dump.assert_same(ours, theirs)


def test_microseconds(tmp_path):
    """Seventeen digits name a moment to the microsecond; fifteen mean the millisecond."""
    path = tmp_path / "book.xlsx"
    moments = [datetime.datetime(2026, 3, 31, 12, 34, 56, us) for us in (0, 3, 500, 123456, 999999)]
    book = openpyxl.Workbook()
    for n, moment in enumerate(moments, 1):
        cell = book.active.cell(n, 1, (moment - datetime.datetime(1899, 12, 30)) / datetime.timedelta(days=1))
        cell.number_format = "yyyy-mm-dd hh:mm:ss.000"
    book.save(path)
    assert list(dump.read(path)[0]["Sheet"].values()) == moments


def test_whole_seconds_in_fifteen_digits(tmp_path):
    path = tmp_path / "book.xlsx"
    rng = random.Random(7)
    moments = [datetime.datetime(2026, 1, 1) + datetime.timedelta(seconds=rng.randrange(10**8)) for _ in range(500)]
    book = openpyxl.Workbook()
    for n, moment in enumerate(moments, 1):
        serial = (moment - datetime.datetime(1899, 12, 30)) / datetime.timedelta(days=1)
        cell = book.active.cell(n, 1, float(f"{serial:.15g}"))
        cell.number_format = "yyyy-mm-dd hh:mm:ss"
    book.save(path)
    assert list(dump.read(path)[0]["Sheet"].values()) == moments
