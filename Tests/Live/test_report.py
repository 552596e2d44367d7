"""`ingest report` in a real browser: what the page says against the records, how it looks (the pictures are kept in
.build/screenshots), that it asks nothing of anybody, and that no name in it is ever more than text."""

import collections
import csv
import datetime
import html.parser
import json
import os
import pathlib
import re
import sqlite3
import time

import pytest

import audit_trail
import browser as chromium
from mailserver import MailServer
from project import Project

NOW = datetime.datetime.now(datetime.timezone.utc).replace(microsecond=0) - datetime.timedelta(minutes=40)
REFUSED = "There is no column 'updated_dt' in public.invoices. Did you mean \"updated_at\" (timestamp)?"
CHANGE = "column 'discount' was added (decimal(10,2))"
NAMES = ["orders", "customers", "order_lines", "invoices", "payments", "shipments", "returns", "products", "prices", "stock"]
SHOTS = pathlib.Path(os.environ.get("INGEST_SCREENSHOTS", pathlib.Path(__file__).parents[2] / ".build/screenshots"))


@pytest.fixture(scope="module")
def browser(module_dir):
    if chromium.PATH is None:
        pytest.skip("there is no chromium")
    browser = chromium.Browser(module_dir / "browser")
    yield browser
    browser.close()


def report(ingest, folder: pathlib.Path, *arguments) -> pathlib.Path:
    return pathlib.Path(ingest.run("report", "--project", folder, *arguments).expect(0).out.strip())


@pytest.fixture(scope="module")
def project(module_dir) -> pathlib.Path:
    jobs = [{"job_id": name} for name in NAMES]
    jobs[1]["schedule"] = f"daily {NOW - datetime.timedelta(hours=2):%H}:00"
    jobs[3]["schedule"] = "0 * * * *"
    jobs[8]["enabled"] = "N"
    audit_trail.write(module_dir / "shop", jobs, 4000, NOW, failing={"invoices": REFUSED}, changed={"products": CHANGE},
                      warned={"returns": "12 rows at or above the end of the window"})  # fmt: skip
    return module_dir / "shop"


@pytest.fixture(scope="module")
def page(ingest, project) -> pathlib.Path:
    return report(ingest, project)


VIEWS = {"light": {}, "dark": {"dark": True}, "phone": {"width": 390, "height": 844, "phone": True},
         "phone-dark": {"width": 390, "height": 844, "phone": True, "dark": True}, "no-script": {"scripts": False}}  # fmt: skip


@pytest.mark.parametrize("view", VIEWS)
def test_looks(browser, page, view):
    browser.open(page, **VIEWS[view])
    SHOTS.mkdir(parents=True, exist_ok=True)
    browser.screenshot(SHOTS / f"report-{view}.png")
    assert browser.requests == [page.as_uri()], "nothing but the page itself"
    assert browser.complaints == []
    if view == "no-script":
        return
    assert browser.evaluate("document.documentElement.scrollWidth") <= VIEWS[view].get("width", 1280)
    # Every text stands out from what is behind it (WCAG AA).
    poor = browser.evaluate("""(() => {
        const light = c => { const [r, g, b] = c.match(/[\\d.]+/g).slice(0, 3).map(v => { v /= 255;
            return v <= 0.03928 ? v / 12.92 : ((v + 0.055) / 1.055) ** 2.4 }); return 0.2126 * r + 0.7152 * g + 0.0722 * b };
        const behind = e => { for (; e; e = e.parentElement) { const c = getComputedStyle(e).backgroundColor;
            if (!/, 0\\)$/.test(c)) return c } return 'rgb(255, 255, 255)' };
        return [...document.querySelectorAll('main *')].filter(e => [...e.childNodes].some(n => n.nodeType == 3 && n.data.trim()))
            .filter(e => e.getClientRects().length && !(e instanceof SVGElement)).map(e => {
                const [a, b] = [light(getComputedStyle(e).color), light(behind(e))].sort((x, y) => y - x);
                return [(a + 0.05) / (b + 0.05), e.tagName + '.' + e.className + ' ' + e.textContent.slice(0, 40)] })
            .filter(([ratio]) => ratio < 4.5) })()""")
    assert poor == []
    # What colour says, words say as well.
    assert browser.evaluate("[...document.querySelectorAll('svg')].every(s => s.getAttribute('aria-label').length > 5)")
    assert browser.evaluate("[...document.querySelectorAll('.state')].every(s => s.textContent.length > 1)")


def test_prints(browser, page):
    browser.open(page, dark=True)
    (SHOTS / "report.pdf").write_bytes(browser.pdf())
    assert (SHOTS / "report.pdf").read_bytes().startswith(b"%PDF")


def test_says_what_the_records_say(browser, page, project):
    entries = []
    for file in sorted((project / "metadata").glob("audit_*.csv")):
        with open(file, newline="") as lines:
            entries += list(csv.DictReader(lines))
    days = collections.defaultdict(lambda: [0, 0, 0])
    for entry in entries:
        day = days[entry["timestamp"][:10]]
        day[entry["status"] == "FAILED"] += 1
        day[2] += int(entry["rows_processed"])
    browser.open(page)
    shown = browser.evaluate("""[...document.querySelectorAll('details tbody tr')].map(
        row => [...row.cells].slice(0, 4).map(cell => cell.textContent))""")
    today = datetime.datetime.now(datetime.timezone.utc).date()
    expected = [[day, *(f"{value:,}" for value in values)] for day, values in sorted(days.items(), reverse=True)
                if (today - datetime.date.fromisoformat(day)).days < 30]  # fmt: skip
    assert shown == expected
    jobs = dict(browser.evaluate("[...document.querySelectorAll('.jobs tbody tr')].map(r => [r.cells[0].firstChild.data, "
                                 "[...r.cells].slice(1, 4).map(c => c.firstChild.textContent)])"))  # fmt: skip
    assert list(jobs)[0] == "invoices" and set(jobs) == set(NAMES)
    newest = {entry["job_id"]: entry for entry in sorted(entries, key=lambda entry: entry["timestamp"])
              if entry["status"] == "SUCCESS"}  # fmt: skip
    for name, (state, moment, rows) in jobs.items():
        assert state == {"invoices": "failed", "prices": "off"}.get(name, "success")
        assert rows == f"{int(newest[name]['rows_processed']):,}"
        if name != "invoices":
            assert moment == newest[name]["timestamp"][:16].replace("T", " ")
    text = browser.evaluate("document.body.innerText")
    assert "1 job failing; 8 well." in text and REFUSED in text and "4 times in a row" in text
    assert CHANGE in text and "12 rows at or above the end of the window" in text
    failures = sum(values[1] for day, values in days.items())
    assert f"{failures} failures (red)" in text
    # The hourly job has not been loaded for hours.
    assert re.search(r"overdue: last loaded \d+ (h|min) ago", text)


def test_sorts_and_finds(browser, page):
    browser.open(page)
    names = "[...document.querySelectorAll('.jobs tbody tr')].filter(r => !r.hidden).map(r => r.cells[0].firstChild.data)"
    browser.evaluate("document.querySelector('.jobs thead button').click()")
    assert browser.evaluate(names) == sorted(NAMES)
    browser.evaluate("document.querySelector('.jobs thead button').click()")
    assert browser.evaluate(names) == sorted(NAMES, reverse=True)
    browser.evaluate("document.querySelectorAll('.jobs thead button')[3].click()")
    rows = browser.evaluate("[...document.querySelectorAll('.jobs tbody tr')].map(r => +r.cells[3].dataset.v)")
    assert rows == sorted(rows)
    browser.evaluate("f = document.getElementById('find'); f.value = 'PAY'; f.dispatchEvent(new Event('input'))")
    assert browser.evaluate(names) == ["payments"]


def test_shows_what_quality_rules_found(ingest, browser, tmp_path):
    with sqlite3.connect(tmp_path / "shop.db") as connection:
        connection.execute("create table items (id integer primary key, name text)")
        connection.execute("insert into items values (1, 'a'), (2, null), (3, null)")
    connection.close()
    project = Project(tmp_path / "shop", {"shop": {"type": "sqlite", "database": str(tmp_path / "shop.db")}})
    project.write([{"job_id": "items", "source_name": "shop", "table_name": "items"}],
                  quality=[["items", "name", "not_null", None, "warn"], ["items", "id", "unique", None, "error"]])  # fmt: skip
    for _ in range(2):
        ingest.run("run", "--project", tmp_path / "shop").expect(0)
    browser.open(report(ingest, tmp_path / "shop"))
    rows = browser.evaluate("""[...document.querySelectorAll('tbody tr')].filter(r => /not_null|unique/.test(r.textContent))
        .map(r => [...r.cells].slice(0, 5).map(c => c.innerText.replace(/\\s+/g, ' ').trim()))""")
    assert [row[2] for row in rows] == ["failed warn", "passed error"]
    assert rows[0][3:] == ["2 of 3", "2"] and rows[1][3] == "0 of 3"
    assert "1 of 2 failed." in browser.evaluate("document.body.innerText")


HOSTILE = ["<script>alert(1)</script>", '"><img src=x onerror=alert(1)>', "a&lt;b", "</table></main><h1>gone</h1>", "\u202egnp.exe",
           "';alert(1)//", "<svg/onload=alert(1)>", "{{7*7}}", "x" * 5000, "Größe 表 🙂", "javascript:alert(1)"]  # fmt: skip


class Page(html.parser.HTMLParser):
    def __init__(self):
        super().__init__(convert_charrefs=True)
        self.tags, self.attributes, self.text = collections.Counter(), [], []

    def handle_starttag(self, tag, attributes):
        self.tags[tag] += 1
        self.attributes += attributes

    def handle_data(self, data):
        self.text.append(data)


def test_names_are_text(ingest, browser, tmp_path):
    folder = tmp_path / "<b>proj&ect"
    audit_trail.write(folder, [{"job_id": "plain"}], 1, NOW)
    file = next((folder / "metadata").glob("audit_*.csv"))
    with open(file, "a", newline="") as lines:
        writer = csv.DictWriter(lines, audit_trail.HEADER, lineterminator="\r\n")
        for name in HOSTILE:
            for status in ("SUCCESS", "FAILED", name):
                writer.writerow({"timestamp": NOW.isoformat(), "job_name": name, "job_id": name, "status": status,
                                 "error_message": name, "schema_change": name, "warnings": name, "watermark_to": name,
                                 "rows_processed": name, "duration_seconds": name, "bytes": name})  # fmt: skip
        # Numbers that somebody edited, on days of their own that add up.
        for days, number in enumerate(["nan", "inf", "-inf", "1e300", str(2**63 - 1), str(2**63 - 1), "-5", "0x7", "9" * 40]):
            for status in ("SUCCESS", "FAILED", "SUCCESS"):
                writer.writerow({"timestamp": (NOW - datetime.timedelta(days=days % 7)).isoformat(), "job_name": "numbers", "job_id": "numbers",
                                 "status": status, "rows_processed": number, "duration_seconds": number, "bytes": number,
                                 "attempt": number})  # fmt: skip
    page = report(ingest, folder)
    document = Page()
    document.feed(page.read_text())
    assert document.tags["script"] == 1 and document.tags["img"] == 0 and document.tags["h1"] == 1
    assert document.tags["main"] == 1 and document.tags["table"] <= 2
    assert not [name for name, _ in document.attributes if name.startswith("on")]
    assert not [value for name, value in document.attributes if name in ("src", "href", "action") and value != "data:,"]
    text = "".join(document.text)
    for name in HOSTILE[:4]:
        assert name in text
    assert "\u202e" not in text
    browser.open(page, width=390, height=844, phone=True)
    browser.screenshot(SHOTS / "report-hostile.png")
    assert browser.requests == [page.as_uri()] and browser.complaints == []
    assert browser.evaluate("document.documentElement.scrollWidth") <= 390


def test_secrets_are_masked_and_the_page_stays_whole(ingest, browser, tmp_path):
    """Masks are put into texts, before they become part of a page: quotes and ends of elements are no parts of a secret."""
    secret = "a&b<c>'d\"e-long-secret"
    audit_trail.write(tmp_path / "shop", [{"job_id": "orders"}, {"job_id": "customers"}], 4, NOW)
    (tmp_path / "shop/ingest.toml").write_text(
        (tmp_path / "shop/ingest.toml").read_text() + '[alerts.email]\nsmtp_url = "smtp://x.test"\nfrom = "a@x.test"\nto = "a@x.test"\n'
        'username = "u"\n')
    (tmp_path / "shop/secrets.toml").write_text(f"[alerts.email]\npassword = {json.dumps(secret)}\n")
    (tmp_path / "shop/secrets.toml").chmod(0o600)
    messages = ["Cannot connect with UID=sa;PWD=hunter22", 'refused: password="hunter zwei"', f"the server said {secret}", "after it"]
    file = sorted((tmp_path / "shop/metadata").glob("audit_*.csv"))[-1]
    with open(file, "a", newline="") as lines:
        writer = csv.DictWriter(lines, audit_trail.HEADER, lineterminator="\r\n")
        for number, message in enumerate(messages):
            writer.writerow({"timestamp": (NOW + datetime.timedelta(minutes=1)).isoformat(), "job_name": f"j{number}", "job_id": f"j{number}",
                             "status": "FAILED", "error_message": message, "rows_processed": 0})  # fmt: skip
    page = report(ingest, tmp_path / "shop")
    text = page.read_text()
    for part in ("hunter", "zwei", "long-secret"):
        assert part not in text, part
    browser.open(page)
    shown = browser.evaluate("document.body.innerText")
    assert "PWD=***" in shown and 'password="***"' in shown and "the server said ***" in shown and "after it" in shown
    assert browser.evaluate("[...document.querySelectorAll('.jobs tbody tr')].map(r => r.cells.length)") == [8] * 6


def test_what_was_stopped_does_not_hide_a_failure(ingest, browser, tmp_path):
    audit_trail.write(tmp_path / "shop", [{"job_id": "orders"}, {"job_id": "invoices"}, {"job_id": "new"}], 30, NOW,
                      failing={"invoices": REFUSED})  # fmt: skip
    for file in (tmp_path / "shop/metadata").glob("audit_*.csv"):
        file.write_text("".join(line for line in file.read_text().splitlines(True) if ",new," not in line))
    with open(sorted((tmp_path / "shop/metadata").glob("audit_*.csv"))[-1], "a", newline="") as lines:
        writer = csv.DictWriter(lines, audit_trail.HEADER, lineterminator="\r\n")
        for name, status in [("orders", "SKIPPED"), ("invoices", "CANCELLED"), ("new", "LOCKED")]:
            writer.writerow({"timestamp": (NOW + datetime.timedelta(minutes=5)).isoformat(), "job_name": f"shop.{name}", "job_id": name,
                             "status": status, "error_message": "stopped", "rows_processed": 0})  # fmt: skip
    browser.open(report(ingest, tmp_path / "shop"))
    text = browser.evaluate("document.body.innerText")
    assert "1 job failing; 1 well. 1 job never loaded." in text and REFUSED in text and "4 times in a row" in text
    states = browser.evaluate("[...document.querySelectorAll('.jobs tbody tr')].map(r => [r.cells[0].firstChild.data, r.cells[1].textContent])")
    assert states == [["invoices", "failed"], ["orders", "success"], ["new", "locked"]]


def test_a_hundred_thousand_lines(ingest, tmp_path):
    audit_trail.write(tmp_path / "big", [{"job_id": f"job_{number}"} for number in range(1000)], 100_000, NOW)
    page = report(ingest, tmp_path / "big", "--output", tmp_path / "page.html")
    assert page == tmp_path / "page.html" and page.stat().st_size < 2_000_000
    assert "from 100,000 lines" in page.read_text()


def test_nothing_has_run(ingest, browser, tmp_path):
    audit_trail.write(tmp_path / "new", [{"job_id": "orders"}], 0, NOW)
    page = report(ingest, tmp_path / "new")
    browser.open(page)
    assert "Nothing has been loaded yet." in browser.evaluate("document.body.innerText")
    # Without a workbook the audit trail still says something.
    (tmp_path / "new/ingestion_config.xlsx").unlink()
    browser.open(report(ingest, tmp_path / "new"))
    assert "There are no jobs." in browser.evaluate("document.body.innerText")


def test_opens_a_browser(ingest, tmp_path, project):
    tools = tmp_path / "bin"
    tools.mkdir()
    opener = tools / "xdg-open"
    opener.write_text(f'#!/bin/sh\nprintf %s "$1" > {tmp_path}/opened\n')
    opener.chmod(0o755)
    outcome = ingest.run("report", "--open", "--project", project, env={"PATH": f"{tools}:/usr/bin:/bin"}).expect(0)
    assert (tmp_path / "opened").read_text() == outcome.out.strip()
    # One that turns into the browser itself is not waited for, and outlives the command.
    opener.write_text(f"#!/bin/sh\nsleep 12\ntouch {tmp_path}/outlived\n")
    began = time.monotonic()
    ingest.run("report", "--open", "--project", project, env={"PATH": f"{tools}:/usr/bin:/bin"}).expect(0)
    assert time.monotonic() - began < 10 and not (tmp_path / "outlived").exists()
    end = time.monotonic() + 30
    while not (tmp_path / "outlived").exists():
        assert time.monotonic() < end
        time.sleep(0.1)
    opener.write_text("#!/bin/sh\nexit 3\n")
    outcome = ingest.run("report", "--open", "--project", project, env={"PATH": f"{tools}:/usr/bin:/bin"}).expect(0)
    assert "No browser could be started" in outcome.err


def test_mails_how_every_job_stands(ingest, tmp_path):
    audit_trail.write(tmp_path / "shop", [{"job_id": name} for name in NAMES], 200, NOW, failing={"invoices": REFUSED})
    arguments = ("report", "--mail", "--project", tmp_path / "shop")
    assert "name nobody to mail to" in ingest.run(*arguments).expect(2).err
    with MailServer(tmp_path, starttls=False, auth=False) as server:
        with open(tmp_path / "shop/ingest.toml", "a") as settings:
            settings.write(f'[alerts.email]\nsmtp_url = "smtp://127.0.0.1:{server.port}"\nfrom = "loads@x.test"\n'
                           'to = ["ana@x.test", "bo@x.test"]\n')  # fmt: skip
        outcome = ingest.run(*arguments).expect(0)
        assert "mailed to ana@x.test, bo@x.test" in outcome.err
        (mail,) = server.mails
        assert mail.recipients == ["ana@x.test", "bo@x.test"]
        assert "1 of 10 jobs failing" in mail.message["subject"]
        assert "invoices: FAILED" in mail.text and REFUSED in mail.text and "payments: SUCCESS" in mail.text
        assert mail.text.index("invoices") < mail.text.index("orders")
        server.refuses = ("bo@x.test",)
        outcome = ingest.run(*arguments).expect(1)
        assert "mailed to ana@x.test\n" in outcome.err and "refuses bo@x.test: 550" in outcome.err
    outcome = ingest.run(*arguments).expect(1)
    assert "The mail was not sent" in outcome.err and pathlib.Path(outcome.out.strip()).exists()
