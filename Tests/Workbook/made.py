"""Workbooks with everything that a patch must leave alone, by three programs."""

import datetime
import pathlib
import shutil
import subprocess
import tempfile

import openpyxl
import xlsxwriter
from openpyxl.comments import Comment
from openpyxl.formatting.rule import CellIsRule
from openpyxl.styles import Font, PatternFill
from openpyxl.workbook.defined_name import DefinedName
from openpyxl.worksheet.datavalidation import DataValidation
from openpyxl.worksheet.table import Table

SOFFICE = shutil.which("soffice")
COLUMNS = ["job_id", "enabled", "load_type", "rows_twice", "last_status", "last_run", "last_rows", "last_watermark"]
JOBS = 20


def by_openpyxl(path):
    book = openpyxl.Workbook()
    sheet = book.active
    sheet.title = "SourceConfig"
    sheet.append(COLUMNS)
    for n in range(2, JOBS + 2):
        sheet.append([f"job_{n}", "Y", "FULL", f"=G{n}*2"])
        if n % 2:
            sheet.cell(n, 5, "OK").font = Font(bold=True)
            sheet.cell(n, 6, datetime.datetime(2026, 1, 1, 6)).number_format = "dd/mm/yyyy hh:mm"
            sheet.cell(n, 7, n)
    rule = DataValidation(type="list", formula1='"FULL,INCREMENTAL"', allow_blank=True)
    rule.add(f"C2:C{JOBS + 1}")
    sheet.add_data_validation(rule)
    fill = PatternFill(bgColor="FFC7CE")
    sheet.conditional_formatting.add(f"E2:E{JOBS + 1}", CellIsRule(operator="equal", formula=['"FAILED"'], fill=fill))
    sheet["A1"].comment = Comment("The job's name", "somebody")
    sheet.column_dimensions["H"].width = 33
    sheet.freeze_panes = "B2"
    sheet.auto_filter.ref = f"A1:H{JOBS + 1}"
    book.defined_names["jobs"] = DefinedName("jobs", attr_text=f"SourceConfig!$A$2:$A${JOBS + 1}")
    other = book.create_sheet("Notes")
    other["A1"] = "leave me alone"
    other["A3"] = "Name"
    other["A4"] = "x"
    other.add_table(Table(displayName="names", ref="A3:A4"))
    book.save(path)


def by_xlsxwriter(path):
    book = xlsxwriter.Workbook(path)
    sheet = book.add_worksheet("SourceConfig")
    moment = book.add_format({"num_format": "dd/mm/yyyy hh:mm"})
    text = book.add_format({"num_format": "@"})
    red = book.add_format({"bg_color": "#FFC7CE"})
    sheet.write_row(0, 0, COLUMNS)
    sheet.set_column("H:H", 33, text)
    for n in range(1, JOBS + 1):
        sheet.write_row(n, 0, [f"job_{n + 1}", "Y", "FULL"])
        sheet.write_formula(n, 3, f"=G{n + 1}*2", None, 0)
        if n % 2 == 0:
            sheet.write(n, 4, "OK")
            sheet.write_datetime(n, 5, datetime.datetime(2026, 1, 1, 6), moment)
            sheet.write(n, 6, n)
    sheet.data_validation(1, 2, JOBS, 2, {"validate": "list", "source": ["FULL", "INCREMENTAL"]})
    sheet.conditional_format(1, 4, JOBS, 4, {"type": "cell", "criteria": "==", "value": '"FAILED"', "format": red})
    sheet.write_comment("A1", "The job's name")
    sheet.freeze_panes(1, 1)
    sheet.add_table(0, 0, JOBS, 7, {"columns": [{"header": c} for c in COLUMNS], "name": "jobs_table"})
    book.define_name("jobs", f"=SourceConfig!$A$2:$A${JOBS + 1}")
    chart = book.add_chart({"type": "column"})
    chart.add_series({"values": f"=SourceConfig!$G$2:$G${JOBS + 1}"})
    notes = book.add_worksheet("Notes")
    notes.write("A1", "leave me alone")
    notes.insert_chart("C3", chart)
    book.close()


def by_libreoffice(path):
    """What LibreOffice makes of the openpyxl one."""
    with tempfile.TemporaryDirectory() as folder:
        source = pathlib.Path(folder) / "source.xlsx"
        by_openpyxl(source)
        resave(source, path)


def resave(source, target):
    with tempfile.TemporaryDirectory() as folder:
        subprocess.run(
            [SOFFICE, f"-env:UserInstallation=file://{folder}/profile", "--headless", "--convert-to",
             "xlsx:Calc MS Excel 2007 XML", "--outdir", f"{folder}/out", str(source)],
            check=True, capture_output=True, timeout=180,
        )
        shutil.copy(next(pathlib.Path(folder, "out").glob("*.xlsx")), target)


MAKERS = {"openpyxl": by_openpyxl, "xlsxwriter": by_xlsxwriter, "libreoffice": by_libreoffice}
