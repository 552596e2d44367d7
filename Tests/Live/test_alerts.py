"""What people are told of runs, through a real mail server with STARTTLS and AUTH: who gets what, what stands in it, and what
becomes of it when the server is wrong, slow or not there."""

import json
import os
import re
import socket
import sqlite3
import stat
import subprocess
import time

import openpyxl
import pytest

from mailserver import PASSWORD, USER, MailServer
from project import COLUMNS, Project

TEAM = "team@x.test"


class Desk:
    """A project over SQLite whose alerts go to a mail server."""

    def __init__(self, ingest, folder, name="Verkäufe Süd"):
        self.ingest, self.base = ingest, folder
        self.project = Project(folder / name, {"shop": {"type": "sqlite", "database": str(folder / "shop.db")}})
        self.folder = self.project.folder
        self.settings = (self.folder / "ingest.toml").read_text()
        with sqlite3.connect(folder / "shop.db") as connection:
            connection.execute("create table good (id integer primary key, name text)")
            connection.execute("insert into good values (1, 'a'), (2, 'b')")
        connection.close()

    def sql(self, *statements):
        with sqlite3.connect(self.base / "shop.db") as connection:
            for statement in statements:
                connection.execute(statement)
        connection.close()

    def mail(self, server, more="", on='["failure", "recovery"]', to=(TEAM,), url=None, email=""):
        url = url or f"smtp://localhost:{server.port}"
        (self.folder / "ingest.toml").write_text(
            self.settings + f"""
[network]
ca_file = {json.dumps(str(server.certificate)) if server else '"/etc/ssl/certs/ca-certificates.crt"'}
[alerts]
repeat_after = "0s"
timeout = "3s"
{more}
[alerts.email]
smtp_url = {json.dumps(url)}
starttls = "required"
username = {json.dumps(USER)}
password = "${{env:MAIL_PASSWORD}}"
from = "Datenläder <ingest@x.test>"
to = {json.dumps(list(to))}
on = {on}
{email}
""")

    def jobs(self, *jobs):
        self.project.write([{"source_name": "shop"} | job for job in jobs])

    def people(self, row, **cells):
        """Owner and notify: columns of their own."""
        book = openpyxl.load_workbook(self.project.workbook)
        sheet = book["SourceConfig"]
        for name, value in cells.items():
            heads = [cell.value for cell in sheet[1]]
            column = heads.index(name) + 1 if name in heads else len(heads) + 1
            sheet.cell(1, column, name)
            sheet.cell(row, column, value)
        book.save(self.project.workbook)

    def run(self, *arguments, code=0, password=PASSWORD, verb="run", **env):
        return self.ingest.run(
            verb, *arguments, "--project", self.folder, env={"MAIL_PASSWORD": password} | env).expect(code)

    @property
    def queue(self):
        return sorted((self.folder / "metadata/alerts/queue").glob("*.json"))

    def log(self) -> str:
        return (self.folder / "logs/ingest.log").read_text()


@pytest.fixture
def desk(ingest, tmp_path):
    return Desk(ingest, tmp_path)


@pytest.fixture
def server(tmp_path):
    with MailServer(tmp_path) as server:
        yield server


def well_formed(mail):
    """What every mail of ours has to be."""
    message = mail.message
    assert not message.defects and not any(part.defects for part in message.walk())
    assert message.get_content_type() == "multipart/alternative"
    assert [part.get_content_type() for part in message.iter_parts()] == ["text/plain", "text/html"]
    assert message["Auto-Submitted"] == "auto-generated" and message["MIME-Version"] == "1.0"
    assert re.fullmatch(r"<[\w.+-]+@x\.test>", message["Message-ID"])
    assert abs(message["Date"].datetime.timestamp() - time.time()) < 60
    assert all(len(line) <= 98 for line in mail.content.split(b"\r\n")), max(mail.content.split(b"\r\n"), key=len)
    assert mail.content.count(b"\n") == mail.content.count(b"\r\n") and mail.content.isascii()
    # Nothing is fetched when it is read.
    assert not re.search(r"""(src|href)\s*=|url\(|@import|<link|<script|<img""", mail.html)
    for header in message:
        assert message.get_all(header) and len(message.get_all(header)) == 1
    return mail


def one(server):
    mails = server.take()
    assert len(mails) == 1, [mail.recipients for mail in mails]
    return well_formed(mails[0])


def test_first_failure_repetition_and_recovery(desk, server):
    desk.mail(server)
    desk.jobs({"job_id": "gut", "table_name": "good"}, {"job_id": "kunden", "table_name": "customers"})
    desk.people(3, owner="Zoë Müller")
    desk.run(code=1)
    mail = one(server)
    assert mail.tls and mail.sender == "ingest@x.test" and mail.recipients == [TEAM]
    message = mail.message
    assert message["Subject"] == "[ingest] Verkäufe Süd: 1 job failed"
    address = message["From"].addresses[0]
    assert (address.display_name, address.addr_spec) == ("Datenläder", "ingest@x.test")
    for body in (mail.text, mail.html):
        for words in ("kunden", "shop.customers", "SourceConfig!A3", "Zoë Müller", "FAILED", "customers",
                      "What to do", "Likely cause", "ingest run kunden --project"):
            assert words in body, words
        assert "in a row" not in body and "gut" not in body.replace("gut.", "")
    desk.run(code=1)
    mail = one(server)
    assert mail.message["Subject"] == "[ingest] Verkäufe Süd: 1 job still failing"
    assert "Failed in the 2nd run in a row, since 20" in mail.text
    desk.sql("create table customers (id integer)", "insert into customers values (7)")
    desk.run()
    mail = one(server)
    assert mail.message["Subject"] == "[ingest] Verkäufe Süd: 1 job recovered"
    assert "had failed 2 times since 20" in mail.text and "2 times since" in mail.html
    desk.run()
    assert server.take() == [] and desk.queue == []
    assert json.loads((desk.folder / "metadata/alerts/state.json").read_text())["failing"] == []


def test_a_failure_that_goes_on_is_told_again_when_it_is_time(desk, server):
    desk.mail(server)
    text = (desk.folder / "ingest.toml").read_text().replace('"0s"', '"4h"')
    (desk.folder / "ingest.toml").write_text(text)
    desk.jobs({"job_id": "kunden", "table_name": "customers"})
    desk.run(code=1)
    one(server)
    desk.run(code=1)
    desk.run(code=1)
    assert server.take() == []
    # What is new is told at once, with what goes on.
    desk.jobs({"job_id": "kunden", "table_name": "customers"}, {"job_id": "orders", "table_name": "orders"})
    desk.run(code=1)
    mail = one(server)
    assert mail.message["Subject"] == "[ingest] Verkäufe Süd: 1 job failed, 1 still failing"
    assert "Failed in the 4th run in a row" in mail.text


def test_each_job_has_people_of_its_own(desk, server):
    desk.mail(server)
    desk.jobs(*({"job_id": f"j{n}", "table_name": f"missing{n}"} for n in range(1, 5)))
    desk.people(2, notify="ana@x.test; bob@x.test")
    desk.people(3, notify="bob@x.test, ana@x.test, TEAM@x.test")
    desk.people(4, notify="cleo@x.test")
    desk.run(code=1)
    mails = {tuple(mail.recipients): well_formed(mail) for mail in server.take()}
    assert set(mails) == {(TEAM,), ("ana@x.test", "bob@x.test"), ("cleo@x.test",)}
    jobs = {people: set(re.findall(r"^(j\d): FAILED", mail.text, re.M)) for people, mail in mails.items()}
    assert jobs == {(TEAM,): {"j1", "j2", "j3", "j4"}, ("ana@x.test", "bob@x.test"): {"j1", "j2"}, ("cleo@x.test",): {"j3"}}
    assert len({mail.message["Message-ID"] for mail in mails.values()}) == 3
    assert "j4" not in mails["cleo@x.test",].html


def test_people_of_a_job_are_told_again_when_it_is_time(desk, server):
    """News of other jobs are none of theirs, and do not put off what they wait for."""
    desk.mail(server)
    settings = (desk.folder / "ingest.toml").read_text()
    (desk.folder / "ingest.toml").write_text(settings.replace('"0s"', '"4h"'))
    jobs = [{"job_id": f"j{n}", "table_name": f"missing{n}"} for n in range(4)]
    people = []
    for count in (1, 2, 3):
        desk.jobs(*jobs[:count])
        desk.people(2, notify="ana@x.test")
        desk.run(code=1)
        people.append([mail.recipients for mail in server.take()])
    assert people == [[[TEAM], ["ana@x.test"]], [[TEAM]], [[TEAM]]]
    # Four hours after it was told first: being mentioned meanwhile does not count.
    state = desk.folder / "metadata/alerts/state.json"
    entries = json.loads(state.read_text())
    first = next(entry for entry in entries["failing"] if entry["job"] == "j0")
    assert first["told"] < next(entry for entry in entries["failing"] if entry["job"] == "j2")["told"]
    first["told"] = "2026-01-01T00:00:00.000000+00:00"
    state.write_text(json.dumps(entries))
    desk.run(code=1)
    assert [mail.recipients for mail in server.take()] == [[TEAM], ["ana@x.test"]]


def test_a_refused_row_names_its_cell(desk, server):
    desk.mail(server)
    desk.jobs({"job_id": "gut", "table_name": "good"}, {"job_id": "schief", "table_name": "other", "write_mode": "SOMETIMES"})
    desk.run(code=1)
    mail = one(server)
    assert "schief: INVALID" in mail.text and "SourceConfig!A3" in mail.text and '"SOMETIMES"' in mail.text
    assert "The row of the workbook" in mail.text and "Try it again" not in mail.text


def test_drift_warnings_and_a_summary(desk, server):
    desk.mail(server, on='["failure", "recovery", "drift", "warning", "summary"]')
    desk.jobs({"job_id": "gut", "table_name": "good"})
    desk.run()
    mail = one(server)
    assert mail.message["Subject"] == "[ingest] Verkäufe Süd: 1 job, all is well"
    assert re.search(r"gut: SUCCESS, 2 rows", mail.text) and ">SUCCESS<" in mail.html
    desk.sql("alter table good add column discount decimal(10,2)")
    desk.run()
    mail = one(server)
    assert mail.message["Subject"] == "[ingest] Verkäufe Süd: 1 schema change"
    assert "SCHEMA CHANGES (1)" in mail.text and "discount" in mail.text and "discount" in mail.html


@pytest.mark.parametrize("what", ["workbook", "settings"])
def test_a_run_that_cannot_start_is_told(desk, server, what):
    desk.mail(server)
    desk.jobs({"job_id": "gut", "table_name": "good"})
    if what == "workbook":
        whole = desk.project.workbook.read_bytes()
        desk.project.workbook.write_bytes(whole[: len(whole) // 2])
    else:
        settings = (desk.folder / "ingest.toml").read_text()
        (desk.folder / "ingest.toml").write_text(settings + "[run]\nmax_worker = 3\n")
    for _ in range(2):
        outcome = desk.run(code=2)
        mail = one(server)
        assert mail.message["Subject"] == "[ingest] Verkäufe Süd: the run could not start"
        assert ("ingestion_config.xlsx" if what == "workbook" else "max_worker") in mail.text
        assert "NOTHING WAS LOADED" in mail.text and mail.text.splitlines()[0] not in outcome.out
    if what == "workbook":
        desk.project.workbook.write_bytes(whole)
    else:
        (desk.folder / "ingest.toml").write_text(settings)
    desk.run()
    mail = one(server)
    assert mail.message["Subject"] == "[ingest] Verkäufe Süd: runs start again"
    assert "2 runs before this one could not" in mail.text
    # A wrong word of whoever types it is no alert.
    desk.run("--jobs", "nonsense", code=2)
    desk.run("gut", "--from", "2026-01-01", code=2, verb="backfill")
    assert server.take() == []


def test_nothing_steers_the_mail(desk, server):
    """Names and errors are text: in a header they begin no other, in HTML they are no markup."""
    desk.mail(server, to=("Eve <eve@x.test>",))
    name = '<script>alert(1)</script>\r\nBcc: evil@x.test\r\n\r\n."=?utf-8?q?x?=\u202e'
    desk.jobs({"job_id": "x\nBcc: evil@x.test", "table_name": name}, {"job_id": "y", "table_name": "<b>bold</b>"})
    desk.run(code=2)
    mail = one(server)
    assert mail.recipients == ["eve@x.test"] and mail.message["Bcc"] is None
    assert "<script" not in mail.html and "<b>bold" not in mail.html and "&lt;b&gt;bold" in mail.html
    assert "\u202e" not in mail.html + mail.text


def test_rows_that_quality_rules_set_aside(desk, server):
    """A load that lost many rows stands, and is told like a failure."""
    desk.mail(server)
    desk.project.write([{"source_name": "shop", "job_id": "gut", "table_name": "good"}],
                       quality=[["gut", "name", "accepted_values", "a", "quarantine"]])
    desk.run(code=1)
    mail = one(server)
    assert mail.message["Subject"] == "[ingest] Verkäufe Süd: 1 job with rows set aside"
    assert "gut: ROWS SET ASIDE" in mail.text and "1 row that quality rules set aside" in mail.text
    assert "ingest quality gut" in mail.text and "Try it again" not in mail.text and "ROWS SET ASIDE" in mail.html
    desk.run(code=1)
    assert one(server).message["Subject"] == "[ingest] Verkäufe Süd: 1 job still failing"
    desk.sql("update good set name = 'a'")
    desk.run()
    assert one(server).message["Subject"] == "[ingest] Verkäufe Süd: 1 job recovered"


# Servers that are wrong, slow or not there: the run is as good as ever, and the next one tells.

def failing(desk):
    desk.jobs({"job_id": "kunden", "table_name": "customers"}, {"job_id": "gut", "table_name": "good"})


def late(desk, server, expected=2):
    """The next run brings what waits, and its own."""
    desk.mail(server)
    desk.run(code=1)
    mails = [well_formed(mail) for mail in server.take()]
    assert len(mails) == expected and desk.queue == []
    assert [mail.message["Subject"].endswith("failed") for mail in mails][0]
    return mails


def waiting(desk, *words):
    assert len(desk.queue) == 1
    for file in desk.queue:
        assert stat.S_IMODE(os.stat(file).st_mode) == 0o600
        assert PASSWORD not in file.read_text() and USER not in file.read_text()
    line = [line for line in desk.log().splitlines() if "waits for the next run" in line][-1]
    for word in words:
        assert word in line, line
    return line


def test_a_wrong_password(desk, server):
    failing(desk)
    desk.mail(server)
    outcome = desk.run(code=1, password="wrong password 123")
    assert server.take() == [] and "gut" in outcome.err
    line = waiting(desk, "refuses the user or the password", "535")
    assert "wrong password" not in line + outcome.err + outcome.out
    late(desk, server)


def test_no_password(desk, server):
    failing(desk)
    desk.mail(server)
    desk.ingest.run("run", "--project", desk.folder).expect(1)
    waiting(desk, "MAIL_PASSWORD")
    late(desk, server)


def test_no_protection_is_offered(desk, server, tmp_path):
    failing(desk)
    with MailServer(tmp_path, starttls=False, auth=False) as plain:
        desk.mail(plain)
        desk.run(code=1)
        assert plain.take() == []
        waiting(desk, "STARTTLS")
        # On this machine nothing is lost by going without, where nobody says otherwise.
        settings = (desk.folder / "ingest.toml").read_text()
        settings = settings.replace('starttls = "required"\n', "")
        settings = re.sub(r"(username|password) = .*\n", "", settings)
        (desk.folder / "ingest.toml").write_text(settings)
        desk.run(code=1)
        assert [mail.tls for mail in plain.take()] == [False, False]


def test_a_certificate_that_nobody_vouches_for(desk, server):
    failing(desk)
    desk.mail(server)
    text = (desk.folder / "ingest.toml").read_text()
    (desk.folder / "ingest.toml").write_text(re.sub(r"ca_file = .*\n", "", text))
    desk.run(code=1)
    assert server.take() == []
    waiting(desk, "certificate", "network.ca_file")
    # Nor is a certificate for another name one for this one.
    desk.mail(server, url=f"smtp://127.0.0.1:{server.port}")
    desk.run(code=1)
    assert server.take() == [] and len(desk.queue) == 2
    late(desk, server, expected=3)


def test_protected_from_the_first_byte(desk, tmp_path):
    failing(desk)
    with MailServer(tmp_path, starttls=False, implicit=True) as server:
        desk.mail(server, url=f"smtps://localhost:{server.port}")
        desk.run(code=1)
        assert one(server).recipients == [TEAM]


def test_nobody_there(desk, server):
    failing(desk)
    with socket.create_server(("127.0.0.1", 0)) as listener:
        port = listener.getsockname()[1]
    desk.mail(server, url=f"smtp://localhost:{port}")
    desk.run(code=1)
    waiting(desk, "no connection")
    late(desk, server)


def test_a_server_that_hangs_costs_the_run_a_few_seconds(desk, server, tmp_path):
    failing(desk)
    with MailServer(tmp_path, starttls=False, auth=False, hangs=True) as hanging:
        desk.mail(hanging)
        began = time.monotonic()
        desk.run(code=1)
        assert time.monotonic() - began < 8
        waiting(desk, "in time")
        # However much waits: one try, then the others wait.
        for _ in range(2):
            began = time.monotonic()
            desk.run(code=1)
            assert time.monotonic() - began < 8
    assert len(desk.queue) == 3
    mails = late(desk, server, expected=4)
    assert len({mail.message["Message-ID"] for mail in mails}) == 4


def test_one_of_three_recipients_is_refused(desk, tmp_path):
    failing(desk)
    with MailServer(tmp_path, refuses=("gone@x.test",), greylists=("later@x.test",)) as server:
        desk.mail(server, to=(TEAM, "gone@x.test"))
        desk.run(code=1)
        assert one(server).recipients == [TEAM] and desk.queue == []
        assert "gone@x.test: 550 5.1.1 No such user here" in desk.log()
        desk.mail(server, to=(TEAM, "gone@x.test", "later@x.test"))
        desk.run(code=1)
        assert one(server).recipients == [TEAM] and len(desk.queue) == 1
        server.greylists = ()
        desk.run(code=1)
        assert [mail.recipients for mail in server.take()] == [["later@x.test"], [TEAM, "later@x.test"]]


def test_a_server_that_goes_silent_at_the_goodbye(desk, tmp_path):
    failing(desk)
    with MailServer(tmp_path, hangs_at_quit=True) as server:
        desk.mail(server)
        began = time.monotonic()
        desk.run(code=1)
        assert time.monotonic() - began < 6
        assert one(server).recipients == [TEAM] and desk.queue == []


def test_a_sender_that_cannot_be_had(desk, server):
    """The sender may be a reference: without it nothing is written, nothing queued is lost, and the log says why."""
    failing(desk)
    desk.mail(server)
    desk.run(code=1, password="wrong password 123")
    assert len(desk.queue) == 1
    settings = (desk.folder / "ingest.toml").read_text()
    settings = re.sub(r"from = .*", 'from = "${env:ALERT_FROM}"', settings)
    (desk.folder / "ingest.toml").write_text(settings)
    outcome = desk.run("test", code=1, verb="alert")
    assert "FAILED  mail" in outcome.out and "ALERT_FROM" in outcome.out
    outcome = desk.run(code=1, password="wrong password 123")
    assert "No mail is written" in outcome.err and "ALERT_FROM" in desk.log()
    assert len(desk.queue) == 1 and server.take() == []
    desk.run(code=1, ALERT_FROM="loads@x.test")
    assert [mail.sender for mail in server.take()] == ["ingest@x.test", "loads@x.test"] and desk.queue == []


def test_a_parcel_that_cannot_be_read_does_not_hold_up_the_rest(desk, server):
    failing(desk)
    desk.mail(server)
    desk.run(code=1, password="wrong password 123")
    # Another user's would be refused; root reads everything, but no folder.
    (desk.folder / "metadata/alerts/queue/20200101T000000000000-aa-000.json").mkdir()
    outcome = desk.run(code=1)
    assert len(server.take()) == 2 and "20200101T000000000000-aa-000.json" in outcome.err


@pytest.mark.root
@pytest.mark.skipif(os.geteuid() != 0, reason="needs root")
def test_a_state_that_cannot_be_written_sends_once(desk, server, tmp_path):
    failing(desk)
    desk.mail(server)
    desk.run(code=1)
    server.take()
    state = desk.folder / "metadata/alerts/state.json"
    # A file that something is mounted on is read, and replaced by nobody.
    (tmp_path / "state.json").write_text(state.read_text())
    done = subprocess.run(
        ["unshare", "-m", "sh", "-c", f'mount --bind "{tmp_path}/state.json" "{state}" && exec "$@"', "sh",
         desk.ingest.binary, "run", "--project", desk.folder],
        env=desk.ingest.environment(MAIL_PASSWORD=PASSWORD), capture_output=True, text=True, timeout=60)
    assert done.returncode == 1 and "Alerts could not be kept" in done.stderr, done.stderr
    assert len(server.take()) == 1 and desk.queue == []


def test_a_kill_while_sending(desk, server, tmp_path):
    """What a run was about to tell is told by the next one, and counted."""
    failing(desk)
    with MailServer(tmp_path, starttls=False, auth=False, hangs=True) as hanging:
        desk.mail(hanging)
        process = desk.ingest.start("run", "--project", desk.folder, env={"MAIL_PASSWORD": PASSWORD})
        end = time.monotonic() + 20
        while not (desk.queue and (desk.folder / "metadata/alerts/state.json").exists()):
            assert time.monotonic() < end and process.poll() is None
            time.sleep(0.02)
        process.kill()
        process.communicate()
    mails = late(desk, server)
    assert "Failed in the 2nd run in a row" in mails[1].text


@pytest.mark.root
@pytest.mark.skipif(os.geteuid() != 0, reason="needs root")
def test_a_name_service_that_hangs(desk, server, tmp_path):
    failing(desk)
    desk.mail(server, url="smtp://mail.example.test:587")
    (tmp_path / "resolv.conf").write_text("nameserver 127.0.0.77\noptions timeout:10 attempts:3\n")
    with socket.socket(socket.AF_INET, socket.SOCK_DGRAM) as silent:
        silent.bind(("127.0.0.77", 53))
        began = time.monotonic()
        done = subprocess.run(
            ["unshare", "-m", "sh", "-c", f'mount --bind "{tmp_path}/resolv.conf" "$(readlink -f /etc/resolv.conf)" && exec "$@"',
             "sh", desk.ingest.binary, "run", "--project", desk.folder],
            env=desk.ingest.environment(MAIL_PASSWORD=PASSWORD), capture_output=True, text=True, timeout=60)
        assert done.returncode == 1, done.stderr
        assert time.monotonic() - began < 8 and len(desk.queue) == 1


def test_a_queue_has_an_end(desk, server):
    failing(desk)
    desk.mail(server)
    desk.run(code=1, password="wrong password 123")
    first = desk.queue[0]
    whole = first.read_text()
    for n in range(600):
        (first.parent / f"20200101T000000000000-{n:08d}-000.json").write_text(whole)
    (first.parent / "20200101T000000000000-zz-000.json").write_text("{ cut")
    desk.run(code=1, password="wrong password 123")
    assert len(desk.queue) <= 500 and first in desk.queue


def test_no_place_to_keep_anything(desk, server):
    """A folder that cannot be written, as on a full disk, is a reason to tell, and no reason not to."""
    failing(desk)
    desk.mail(server)
    (desk.folder / "metadata").mkdir()
    (desk.folder / "metadata/alerts").write_text("in the way")
    outcome = desk.run(code=1)
    assert one(server).recipients == [TEAM]
    assert "Alerts could not be kept" in outcome.err


# Trying it.

def test_alert_test(desk, server):
    desk.mail(server)
    assert "sent    mail to team@x.test" in desk.run("test", verb="alert").out
    mail = one(server)
    assert "Verkäufe Süd" in mail.message["Subject"] and str(desk.folder) in mail.text
    report = json.loads(desk.run("test", "--to", "Ana <ana@x.test>", "--format", "json", verb="alert").out)
    assert report["channels"] == [{"channel": "mail to ana@x.test", "sent": True, "error": None}]
    assert one(server).recipients == ["ana@x.test"]
    outcome = desk.run("test", code=1, verb="alert", password="wrong password 123")
    assert "FAILED" in outcome.out and "535" in outcome.out and "wrong password" not in outcome.out
    assert not (desk.folder / "metadata").exists()
    desk.run("test", "--to", "nobody", code=2, verb="alert")
    desk.run("check", code=2, verb="alert")
    (desk.folder / "ingest.toml").write_text(desk.settings)
    assert "alerts.email" in desk.run("test", code=2, verb="alert").err


def test_alert_test_with_recipients_that_are_refused(desk, tmp_path):
    with MailServer(tmp_path, refuses=("gone@x.test",), greylists=("later@x.test",)) as server:
        desk.mail(server, to=(TEAM, "gone@x.test", "later@x.test"))
        outcome = desk.run("test", code=1, verb="alert")
        assert one(server).recipients == [TEAM]
        assert outcome.out.splitlines() == [
            "sent    mail to team@x.test",
            "FAILED  mail to gone@x.test", "        the server refuses it (550 5.1.1 No such user here)",
            "FAILED  mail to later@x.test", "        the server refuses it (451 4.7.1 Come back later); it may take it later"]
        report = json.loads(desk.run("test", "--to", f"{TEAM},gone@x.test", "--format", "json", code=1, verb="alert").out)
        assert [(entry["channel"], entry["sent"]) for entry in report["channels"]] == [
            ("mail to team@x.test", True), ("mail to gone@x.test", False)]


def test_many_failures_are_one_mail(desk, server):
    desk.mail(server)
    rows = [{"job_id": f"bestellung_{n:03d}_größe", "table_name": f"missing_{n}"} for n in range(500)]
    desk.jobs(*rows)
    desk.run(code=1)
    mail = one(server)
    assert mail.message["Subject"] == "[ingest] Verkäufe Süd: 500 jobs failed"
    for body in (mail.text, mail.html):
        assert all(row["job_id"] in body for row in rows) and "SourceConfig!A501" in body
    assert len(mail.content) < 400_000
    assert COLUMNS[0] == "job_id"
