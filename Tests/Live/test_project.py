"""A project as it is used: made by `ingest init`, its settings shown, its workbook checked and compared, and its named
sources copied from a real server, from cron's folder, with secrets from every place that can hold one."""

import json
import pathlib
import re
import shutil

import duckdb
import openpyxl
import pytest

from ingest import files_under, parquet_under

PASSWORD = "Tr0ub4dor&3 %/@:'\"\\ é"
CORPUS = pathlib.Path(__file__).parent.parent / "Corpus/earlier-framework/ingestion_config_current.xlsx"


@pytest.fixture(scope="module")
def table(database):
    database.execute("drop table if exists orders")
    database.execute("""
        create table orders (id bigint primary key, amount numeric(10,2), placed timestamptz);
        insert into orders select n, n / 4.0, '2026-01-01'::timestamptz + n * interval '1 minute'
        from generate_series(1, 1000) n""")
    quoted = PASSWORD.replace("'", "''").replace("\\", "\\\\")
    database.execute(f"""do $$ begin
        if not exists (select from pg_roles where rolname = 'project_reader') then
            create role project_reader login password E'{quoted}'; end if; end $$""".replace("%", "%%"), ())
    database.execute("grant select on orders to project_reader")
    return "public.orders"


def settings(database, password="${env:SALES_DB_PASSWORD}", more=""):
    lines = ["[sources.sales]", 'type = "postgresql"', 'host = "127.0.0.1"', f"port = {database.server.port}",
             f'database = "{database.name}"', 'username = "project_reader"']
    if password is not None:
        lines.append(f'password = "{password}"')
    return "\n".join(lines) + "\n" + more


def toml(text):
    """As a TOML string."""
    return '"' + text.replace("\\", "\\\\").replace('"', '\\"') + '"'


@pytest.fixture
def project(tmp_path, database, table):
    folder = tmp_path / "project"
    folder.mkdir()
    (folder / "ingest.toml").write_text(settings(database))
    return folder


SECRET = {"SALES_DB_PASSWORD": PASSWORD}


def copied(ingest, folder, *options, source="sales", env=SECRET, table="public.orders", **more):
    target = folder / "out" / "orders.parquet"
    outcome = ingest.copy(source, table, target, *options, "--overwrite", "--project", folder, env=env, **more)
    if outcome.code == 0:
        assert duckdb.sql(f"select count(*), sum(amount) from '{target}'").fetchall() == [(1000, 125125)]
    assert_masked(outcome)
    return outcome


def assert_masked(outcome):
    for text in (outcome.out, outcome.err):
        as_json = json.dumps(PASSWORD)[1:-1], json.dumps(PASSWORD, ensure_ascii=False)[1:-1]
        for spelling in (PASSWORD, "Tr0ub4dor", *as_json):
            assert spelling not in text


# Where a secret comes from


def test_secret_of_the_environment(ingest, project):
    copied(ingest, project).expect()


def test_secret_of_a_file(ingest, project, database):
    (project / "run").mkdir()
    (project / "run" / "password").write_text(PASSWORD + "\n")
    (project / "ingest.toml").write_text(settings(database, "${file:run/password}"))
    copied(ingest, project, env={}).expect()


def test_secrets_toml(ingest, project, database):
    (project / "ingest.toml").write_text(settings(database, None))
    secrets = project / "secrets.toml"
    secrets.write_text(f"[sources.sales]\npassword = {toml(PASSWORD)}\n")
    secrets.chmod(0o600)
    assert "warning" not in copied(ingest, project, env={}).expect().err
    secrets.chmod(0o644)
    assert "chmod 600 secrets.toml" in copied(ingest, project, env={}).expect().err


@pytest.mark.parametrize("name", ["INGEST_SOURCES__SALES__PASSWORD", "SOURCES__SALES__PASSWORD", "DLT_SALES_PASSWORD"])
def test_secret_of_a_variable_that_names_the_setting(ingest, project, database, name):
    (project / "ingest.toml").write_text(settings(database, None))
    copied(ingest, project, env={name: PASSWORD}).expect()


def test_layout_of_the_earlier_framework(ingest, tmp_path, database, table):
    folder = tmp_path / "dlt"
    (folder / ".dlt").mkdir(parents=True)
    (folder / "config").mkdir()
    shutil.copy(CORPUS, folder / "config" / "ingestion_config.xlsx")
    secrets = folder / ".dlt" / "secrets.toml"
    secrets.write_text(settings(database, None) + f"password = {toml(PASSWORD)}\n[some_tool]\nkey = 1\n")
    secrets.chmod(0o600)
    copied(ingest, folder, env={}).expect()
    shown = ingest.run("config", "show", "--project", folder).expect()
    assert_masked(shown)
    # Without --project, from a folder within.
    found = ingest.run("validate", "--format", "json", cwd=folder / "config")
    assert_masked(found)
    report = json.loads(found.out)
    assert report["workbook"].endswith("ingestion_config.xlsx") and len(report["jobs"]) == 3
    notes = [finding["message"] for finding in report["findings"] if finding["severity"] == "note"]
    assert any(note.startswith("some_tool is not a setting") for note in notes)


def test_a_secret_that_is_not_there(ingest, project):
    outcome = copied(ingest, project, env={})
    assert outcome.code == 2 and "SALES_DB_PASSWORD" in outcome.err
    assert files_under(project) == ["ingest.toml"]


def test_a_wrong_secret_is_not_repeated(ingest, project):
    outcome = ingest.copy("sales", "public.orders", project / "x.parquet", "--project", project,
                          env={"SALES_DB_PASSWORD": "not-the-password-42"})
    assert outcome.code == 2 and "password authentication failed" in outcome.err
    assert "not-the-password-42" not in outcome.err + outcome.out


# Environments, folders


def test_environments(ingest, project, database):
    (project / "ingest.toml").write_text(settings(database, more="""
[env.dev.sources.sales]
database = "nowhere"
[env.prod.sources.sales]
application_name = "prod"
"""))
    copied(ingest, project).expect()
    copied(ingest, project, "--env", "prod").expect()
    outcome = copied(ingest, project, "--env", "dev")
    assert outcome.code == 2 and '"nowhere" does not exist' in outcome.err
    assert '"nowhere" does not exist' in copied(ingest, project, env=SECRET | {"INGEST_ENV": "dev"}).err
    # The command line is stronger than the variable.
    copied(ingest, project, "--env", "prod", env=SECRET | {"INGEST_ENV": "dev"}).expect()
    outcome = copied(ingest, project, "--env", "prd")
    assert outcome.code == 2 and "did you mean 'prod'" in outcome.err


def test_cron_starts_it_anywhere(ingest, project, database, tmp_path):
    home = tmp_path / "home"
    home.mkdir()
    env = SECRET | {"INGEST_PROJECT": str(project), "HOME": str(home)}
    ingest.copy("sales", "public.orders", tmp_path / "a.parquet", env=env, cwd="/").expect()
    assert ingest.run("config", "show", env=env, cwd="/").expect().out.startswith(f"Project: {project}")
    (project / "run").mkdir()
    (project / "run" / "password").write_text(PASSWORD)
    (project / "ingest.toml").write_text(settings(database, "${file:run/password}"))
    # Relative to the project, not to the folder that it was started in.
    env = {"INGEST_PROJECT": str(project)}
    ingest.copy("sales", "public.orders", tmp_path / "b.parquet", env=env, cwd="/").expect()
    # A destination that is typed belongs to the folder that it is typed in.
    ingest.copy("sales", "public.orders", "c.parquet", "--project", project, cwd=home).expect()
    assert (home / "c.parquet").exists()
    below = project / "queries" / "deep"
    below.mkdir(parents=True)
    ingest.copy("sales", "public.orders", tmp_path / "d.parquet", cwd=below).expect()
    outcome = ingest.copy("sales", "public.orders", tmp_path / "e.parquet", cwd=home)
    assert outcome.code == 2 and not (tmp_path / "e.parquet").exists()


def test_copy_tells_what_a_name_may_be(ingest, project):
    outcome = copied(ingest, project, source="sale")
    assert outcome.code == 2 and "did you mean 'sales'" in outcome.err
    (project / "ingest.toml").write_text("[sources.sales]\ntype = \"postgresq\"\n")
    outcome = copied(ingest, project)
    assert outcome.code == 2 and "ingest.toml:2" in outcome.err and 'did you mean "postgresql"' in outcome.err


def test_summary_for_programs(ingest, project):
    outcome = copied(ingest, project, "--format", "json").expect()
    assert outcome.summary["rows"] == 1000
    assert outcome.err == ""


# config show


def test_config_show(ingest, project, database):
    (project / "ingest.toml").write_text(settings(database, more='[env.dev.sources.sales]\nhost = "::1"\n'))
    secrets = project / "secrets.toml"
    secrets.write_text(f"[sources.sales]\nsslmode = 'require'\n[alerts.email]\npassword = {toml(PASSWORD)}\n")
    secrets.chmod(0o600)
    env = SECRET | {"INGEST_RUN__MAX_WORKERS": "7"}
    shown = ingest.run("config", "show", "--env", "dev", "--project", project, env=env).expect()
    assert_masked(shown)
    lines = [line.split(maxsplit=1) for line in shown.out.splitlines() if line[:1].isalpha() and "." in line]
    lines = {name: rest for name, rest in lines}
    assert re.fullmatch(r"7 +environment \(INGEST_RUN__MAX_WORKERS\)", lines["run.max_workers"])
    assert re.search(r"^::1 +ingest\.toml:\d+", lines["sources.sales.host"])
    assert re.search(r"^require +secrets\.toml:2", lines["sources.sales.sslmode"])
    assert re.search(r"^\$\{env:SALES_DB_PASSWORD\} +ingest\.toml:7", lines["sources.sales.password"])
    assert re.search(r"^\*+ +secrets\.toml:4", lines["alerts.email.password"])
    assert re.search(r"^\d+ +ingest\.toml:4", lines["sources.sales.port"])


def test_config_show_for_programs(ingest, project):
    shown = ingest.run("config", "show", "--format", "json", "--project", project, env=SECRET).expect()
    assert_masked(shown)
    report = json.loads(shown.out)
    text = json.dumps(report)
    assert "sources.sales.host" in text and "ingest.toml" in text


def test_mistakes_stop_everything_but_showing(ingest, project, database):
    (project / "ingest.toml").write_text(settings(database, more="[run]\nmax_worker = 3\n"))
    outcome = ingest.run("config", "show", "--project", project)
    assert outcome.code == 2 and "did you mean 'max_workers'" in outcome.err + outcome.out
    outcome = copied(ingest, project)
    assert outcome.code == 2 and "ingest.toml:9" in outcome.err


# init, template, validate, diff


def test_from_nothing_to_a_copy(ingest, tmp_path, database, table):
    ingest.run("init", "sales", cwd=tmp_path).expect()
    folder = tmp_path / "sales"
    assert files_under(folder) == [".gitignore", "ingest.toml", "ingestion_config.xlsx", "queries/README.md"]
    text = (folder / "ingest.toml").read_text()
    for key, value in {"host": '"127.0.0.1"', "port": str(database.server.port), "database": f'"{database.name}"',
                       "username": '"project_reader"'}.items():
        text = re.sub(rf"(?m)^{key} = .*", f"{key} = {value}", text, count=1)
    (folder / "ingest.toml").write_text(text)
    checked = ingest.run("validate", cwd=folder, env=SECRET).expect()
    assert "3 jobs, 0 enabled" in checked.out and "error" not in checked.out and "warning" not in checked.out
    ingest.copy("postgres_source", "public.orders", "lake/orders.parquet", cwd=folder, env=SECRET).expect()
    assert len(parquet_under(folder / "lake")) == 1
    # A second time everything is kept.
    before = {name: (folder / name).read_bytes() for name in files_under(folder)}
    assert "was there" in ingest.run("init", "sales", cwd=tmp_path).expect().out
    assert {name: (folder / name).read_bytes() for name in files_under(folder)} == before


def words(path, name):
    """What the drop-down with that list offers."""
    book = openpyxl.load_workbook(path)
    sheet, area = book.defined_names[name].attr_text.split("!")
    cells = book[sheet][area.replace("$", "")]
    return [row[0].value for row in cells] if isinstance(cells, tuple) else [cells.value]


def test_template_offers_the_sources_of_the_settings(ingest, project, database):
    (project / "ingest.toml").write_text(settings(database, more="""
[sources.erp]
type = "postgresql"
[env.dev.sources.extra]
type = "postgresql"
"""))
    ingest.run("template", cwd=project).expect()
    assert words(project / "ingestion_config.xlsx", "list_source_name") == ["sales", "erp"]
    assert ingest.run("template", cwd=project).code == 2
    ingest.run("template", "--force", "--env", "dev", cwd=project).expect()
    assert words(project / "ingestion_config.xlsx", "list_source_name") == ["sales", "erp", "extra"]
    ingest.run("init", "--upgrade", "ingestion_config.xlsx", cwd=project).expect()
    assert words(project / "ingestion_config.xlsx", "list_source_name") == ["sales", "erp"]


def edit(path, cells):
    book = openpyxl.load_workbook(path)
    sheet = book["SourceConfig"]
    columns = {cell.value: cell.column for cell in sheet[1]}
    for (row, column), value in cells.items():
        sheet.cell(row, columns[column]).value = value
    book.save(path)


def test_validate_and_diff(ingest, project):
    ingest.run("template", cwd=project).expect()
    path = project / "ingestion_config.xlsx"
    shutil.copy(path, project / "old.xlsx")
    edit(path, {(2, "enabled"): "Y", (2, "load_type"): "INCREMENTAL"})
    edit(path, {(3, "enabled"): "Y", (3, "table_name"): "order_items"})
    outcome = ingest.run("validate", cwd=project, env=SECRET).expect(2)
    assert re.search(r"SourceConfig!\w+2 +watermark_column +error: ", outcome.out)
    report = json.loads(ingest.run("validate", "--format", "json", cwd=project, env=SECRET).expect(2).out)
    assert report["valid"] is False and report["errors"] == 2
    (refused,) = [job for job in report["jobs"] if job["refusal"]]
    assert refused["row"] == 2 and refused["refusal"].startswith("SourceConfig!")
    marked = project / "marked.xlsx"
    ingest.run("validate", "--annotate", marked, cwd=project, env=SECRET).expect(2)
    comments = [cell.comment.text for cell in openpyxl.load_workbook(marked)["SourceConfig"][2] if cell.comment]
    assert len(comments) == 2 and all(text.startswith("error: ") for text in comments)

    said = ingest.run("diff", "old.xlsx", path, cwd=project).expect().out
    assert "load_type FULL → INCREMENTAL" in said and "order_items" in said
    changes = json.loads(ingest.run("diff", "--format", "json", "old.xlsx", path, cwd=project).expect().out)
    assert "load_type" in json.dumps(changes)
    assert ingest.run("diff", path, path, cwd=project).expect().out == "No difference in what the jobs say.\n"
    assert ingest.run("diff", "old.xlsx", "none.xlsx", cwd=project).code == 2

    edit(path, {(2, "watermark_column"): "placed", (2, "write_mode"): "append"})
    ingest.run("validate", cwd=project, env=SECRET).expect()


def test_validate_tells_what_of_the_settings_cannot_work(ingest, project, database):
    ingest.run("template", cwd=project).expect()
    (project / "ingest.toml").write_text(settings(database, more="""
[env.prod.retry]
initial_delay = "10m"
max_delay = "1m"
"""))
    outcome = ingest.run("validate", cwd=project).expect(2)
    assert re.search(r"ingest\.toml:10 +retry\.initial_delay +error: with --env prod: ", outcome.out)
    # What is not set here may be set where it runs.
    assert re.search(r"ingest\.toml:7 +sources\.sales\.password +note: ", outcome.out)
    (project / "ingest.toml").write_text(settings(database, more="read_only = false\n"))
    outcome = ingest.run("validate", cwd=project, env=SECRET).expect()
    line = next(line for line in outcome.out.splitlines() if "read_only" in line)
    assert "has no effect" in line and line.count("sources.sales.read_only") == 1
    ingest.run("validate", "--strict", cwd=project, env=SECRET).expect(2)


def test_a_file_for_a_secret_that_is_not_there(ingest, project, database):
    """A file that cannot be read is an error that names it, not a missing password."""
    (project / "ingest.toml").write_text(settings(database, "${file:/nonexistent/password}"))
    outcome = copied(ingest, project, env={})
    assert outcome.code == 2 and "/nonexistent/password" in outcome.err
