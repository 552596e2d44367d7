"""What people do who know Excel and nothing else: each mistake is met by words that say where it is and what to do, and none of
them loads too little, too much, or the wrong thing without a word."""

import shutil

import openpyxl
import pytest

from ingest import files_under
from loads import Loads
from project import Project, postgres_source
from tables import PostgresTables, ago, same_form

JOB = {"job_id": "orders", "table_name": "t", "load_type": "INCREMENTAL", "watermark_column": "at",
       "target_table": "orders"}  # fmt: skip
FULL = {"job_id": "full", "table_name": "t", "target_table": "full"}


@pytest.fixture
def tables(database):
    tables = PostgresTables(database)
    tables.create(key="bigint primary key")
    tables.insert(*[(n, "x", ago(3600 + n)) for n in range(500)])
    return tables


@pytest.fixture
def loads(ingest, tmp_path, tables) -> Loads:
    loads = Loads(ingest, tmp_path / "p", {"s": tables.source()})
    loads.jobs(JOB, FULL)
    return loads


def edit(loads, change):
    """By a person, in the file as it is."""
    book = openpyxl.load_workbook(loads.project.workbook)
    change(book)
    book.save(loads.project.workbook)


def cells(loads, row) -> dict:
    sheet = openpyxl.load_workbook(loads.project.workbook)["SourceConfig"]
    return {head.value: cell.value for head, cell in zip(sheet[1], sheet[row])}


def copy_row(loads, source, target, **changes):
    def change(book):
        sheet = book["SourceConfig"]
        for column, head in enumerate(sheet[1], 1):
            sheet.cell(target, column).value = changes.get(head.value, sheet.cell(source, column).value)

    edit(loads, change)


def lake(loads, table):
    return same_form(loads.rows(table, 'id, note, "at"'))


# A row that is copied within the sheet, the most natural way to make a new one.

@pytest.mark.parametrize("nothing_new", [False, True])
@pytest.mark.parametrize("refused_first", [False, True])
def test_a_copied_row_never_begins_where_the_other_is(loads, tables, nothing_new, refused_first):
    loads.run()
    if nothing_new:
        loads.run()
    if refused_first:
        # As it is, it writes the table of the other; then its names are changed.
        copy_row(loads, 2, 4)
        assert loads.run(code=1)
    copy_row(loads, 2, 4, job_id="copy", target_table="copy") if not refused_first else edit(
        loads, lambda book: [book["SourceConfig"].cell(4, column + 1).__setattr__("value", "copy")
                             for column, head in enumerate(book["SourceConfig"][1])
                             if head.value in ("job_id", "target_table")])
    for _ in range(3):
        report = {job["job"]: job for job in loads.run(code=1)["jobs"]}
        assert report["copy"]["status"] == "FAILED" and "looks copied" in report["copy"]["error"]
        assert "Clear its last_ cells" in report["copy"]["remedy"]
        assert not (loads.lake / "copy").exists()
        assert "looks copied" in cells(loads, 4)["last_message"]
    copy_row(loads, 4, 4, **{name: None for name in cells(loads, 4) if name.startswith("last_")})
    loads.run()
    assert lake(loads, "copy") == tables.held()


def test_a_copied_project_does_not_begin_in_the_middle(ingest, loads, tables):
    """The workbook goes to another folder, with its results, and the lake does not."""
    loads.run()
    loads.run()
    other = loads.project.folder.parent / "other"
    other.mkdir()
    for name in ("ingest.toml", "secrets.toml", "ingestion_config.xlsx"):
        shutil.copy2(loads.project.folder / name, other / name)
    for _ in range(2):
        done = ingest.run("run", "orders", "--project", other).expect(1)
        assert "looks copied" in done.err
    assert not (other / "lake/orders").exists()


def test_a_start_that_is_given_survives_a_first_load_that_failed(loads, tables):
    """Wrong password, wrong name, nothing there yet: the cell is still the start, and not taken for a copy."""
    start = ago(3600 + 100)
    edit(loads, lambda book: None)
    loads.jobs(JOB | {"last_watermark": start + "+00:00", "table_name": "missing"})
    assert "missing" in loads.one(code=1)["error"]
    loads.jobs(JOB | {"last_watermark": start + "+00:00", "load_type": "SOMETIMES"})
    loads.run(code=2)
    assert cells(loads, 2)["last_status"] == "INVALID" and cells(loads, 2)["last_run"] is None

    def mend(book):
        sheet = book["SourceConfig"]
        for column, head in enumerate(sheet[1], 1):
            if head.value in JOB:
                sheet.cell(2, column).value = JOB[head.value]

    edit(loads, mend)
    loads.run()
    assert lake(loads, "orders") == tables.held(f"at >= '{start}'") and len(lake(loads, "orders")) == 100
    assert cells(loads, 2)["last_run"] is not None


# The workbook.

def test_nothing_is_enabled(loads):
    loads.jobs(JOB | {"enabled": "N"}, FULL | {"enabled": None})
    for verb in ("run", "plan"):
        said = loads.verb(verb)
        assert "None of the workbook's 2 rows is enabled: write Y into its column enabled." in said.out + said.err
    assert loads.verb("run", "--quiet").err == "" and loads.verb("run", "--due").code == 0
    loads.jobs()
    assert "no rows yet" in loads.verb("run").err


@pytest.mark.parametrize("mistake", ["sheet", "header"])
def test_a_workbook_that_lost_its_sheet_or_its_headers(loads, mistake):
    def change(book):
        if mistake == "sheet":
            book["SourceConfig"].title = "Tabelle1"
        else:
            book["SourceConfig"].delete_rows(1)

    edit(loads, change)
    words = 'no sheet SourceConfig. There are: "Tabelle1"' if mistake == "sheet" else "has no column enabled"
    for verb in ("run", "plan"):
        said = loads.verb(verb, code=2)
        assert words in said.err and "ingest validate" in said.err
    assert files_under(loads.lake) == [] if loads.lake.exists() else True


def test_a_workbook_that_was_renamed(loads):
    loads.project.workbook.rename(loads.project.folder / "Ingestion Config (2).xlsx")
    (loads.project.folder / "~$Ingestion Config (2).xlsx").touch()
    said = loads.verb("run", code=2).err
    assert "There is no file" in said and '"Ingestion Config (2).xlsx"' in said and "run.workbook" in said and "~$" not in said
    (loads.project.folder / "Ingestion Config (2).xlsx").unlink()
    assert "ingest init" in loads.verb("run", code=2).err


def test_a_filter_that_is_no_condition(loads):
    loads.jobs(FULL | {"query_filter": "note >"})
    report = loads.one(code=1)
    assert "syntax error" in report["error"] and "query_filter" in report["remedy"]


# The command line.

def test_a_backfill_that_is_none_is_nobodys_failed_load(loads, tables):
    loads.run()
    before = cells(loads, 2), cells(loads, 3), loads.audit()
    for arguments, words in [
        (("orders", "--from", "01.11.2026"), "2026-02-01"),
        (("orders", "--from", "2026-13-01"), "not a value of at"),
        (("orders", "--from", "2026-11-10", "--to", "2026-11-01"), "does not lie after --from"),
        (("full", "--from", "2026-11-01"), "FULL load"),
        (("ordres", "--from", "START"), "did you mean 'orders'"),
    ]:
        assert words in loads.verb("backfill", *arguments, code=2).err
    assert (cells(loads, 2), cells(loads, 3), loads.audit()) == before
    assert {line.split()[1] for line in loads.verb("status").out.splitlines()[1:]} == {"SUCCESS"}
    runs = [path.read_text() for path in (loads.project.folder / "metadata/runs").glob("*.json")]
    assert len(runs) == 1 and '"ended_at":null' not in runs[0].replace(" ", "")


def test_names_that_are_not_there(loads):
    for arguments, words in [
        (("run", "ordres"), "no job 'ordres'; did you mean 'orders'?"),
        (("run", "--tags", "daily"), "no job with the tag 'daily'"),
        (("run", "--sources", "S3"), "no job of the source 'S3'"),
        (("plan", "ordres"), "did you mean 'orders'"), (("status", "ordres"), "did you mean 'orders'"),
        (("history", "ordres"), "ordres"), (("files", "ordres"), "did you mean 'orders'"),
        (("repair", "ordres"), "did you mean 'orders'"), (("adopt", "ordres"), "did you mean 'orders'"),
        (("watermark", "show", "ordres"), "ordres"),
    ]:
        code = 0 if arguments[0] == "history" else 2
        said = loads.ingest.run(*arguments, "--project", loads.project.folder)
        assert said.code in (code, 2) and words in said.out + said.err, (arguments, said)


def test_files_of_a_job_that_was_never_loaded(loads):
    said = loads.verb("files", "orders")
    assert said.out == "" and "never loaded" in said.err


# The machine.

def test_cron_gives_nothing(ingest, loads, database, tables):
    """No HOME, TERM, LANG, or working folder; the password was in somebody's shell."""
    settings = loads.project.folder / "ingest.toml"
    settings.write_text(settings.read_text().replace("[retry]", 'password = "${env:SHOP_PASSWORD}"\n[retry]', 1))
    (loads.project.folder / "secrets.toml").unlink()
    command = ("run", "--quiet", "--project", str(loads.project.folder))
    import subprocess

    def cron(**environment):
        return subprocess.run([ingest.binary, *command], env=environment, cwd="/", capture_output=True, text=True,
                              stdin=subprocess.DEVNULL, check=False)

    done = cron()
    assert done.returncode == 1 and "SHOP_PASSWORD" in done.stderr and "crontab" in done.stderr
    done = cron(SHOP_PASSWORD=database.server.password)
    assert (done.returncode, done.stdout, done.stderr) == (0, "", "")
    assert lake(loads, "orders") == tables.held()


def test_doctor_does_not_say_that_secrets_are_there(ingest, tmp_path, database):
    project = Project(tmp_path, {"s": postgres_source(database) | {"password": "${env:NOT_THERE}"}})
    project.write([])
    said = ingest.run("doctor", "--project", project.folder).expect(1).out
    assert "NOT_THERE" in said and "every secret can be fetched" not in said


def test_records_in_a_folder_that_cannot_be_written_are_one_line_each(loads):
    (loads.project.folder / "metadata").write_text("in the way")
    said = loads.verb("run")
    assert said.code == 0 and "\\n" not in said.err
    assert all(line.startswith(("ok", "warning:", "2 jobs", "    note")) for line in said.err.splitlines()), said.err
