"""Alerts posted to Slack, Teams, PagerDuty and a program of one's own, to a server that refuses what they refuse."""

import json
import time

import pytest

from test_alerts import Desk
from webhooks import WebhookServer

KEY = "0123456789abcdef0123456789abcdef"
SECRETS = {"SLACK": "/services/T000/B000/secretslack", "TEAMS": "/workflows/secretteams/triggers/manual",
           "DUTY": "/v2/enqueue", "OWN": "/own"}


@pytest.fixture
def server(tmp_path):
    with WebhookServer(tmp_path) as server:
        yield server


@pytest.fixture
def desk(ingest, tmp_path, server):
    desk = Desk(ingest, tmp_path)
    hooks = [("team", "slack", "SLACK"), ("büro", "teams", "TEAMS"), ("duty", "pagerduty", "DUTY"), ("own", "json", "OWN")]
    text = desk.settings + f"""
[network]
ca_file = {json.dumps(str(server.certificate))}
[alerts]
repeat_after = "0s"
timeout = "3s"
"""
    for name, kind, variable in hooks:
        text += f'[alerts.webhooks."{name}"]\nkind = "{kind}"\nurl = "${{env:{variable}}}"\n'
        if kind == "pagerduty":
            text += 'routing_key = "${env:DUTY_KEY}"\n'
    (desk.folder / "ingest.toml").write_text(text)
    desk.variables = {name: server.url(path) for name, path in SECRETS.items()} | {"DUTY_KEY": KEY}
    return desk


def by_path(posts):
    found = {}
    for path, body in posts:
        found.setdefault(path, []).append(body)
    return [found.get(path, []) for path in SECRETS.values()]


def clean(desk, outcome):
    """Addresses and keys are secrets."""
    for place in [outcome.out, outcome.err] + [file.read_text() for file in desk.folder.rglob("*") if file.suffix in (".log", ".json", ".csv")]:
        for secret in ("secretslack", "secretteams", KEY):
            assert secret not in place


def test_failure_and_recovery(desk, server):
    name = "<!channel> & *bold* [a](http://evil)"
    desk.jobs({"job_id": name, "table_name": "customers"}, {"job_id": "gut", "table_name": "good"})
    clean(desk, desk.run(code=1, **desk.variables))
    slack, teams, duty, own = by_path(server.taken())
    assert [len(posts) for posts in (slack, teams, duty, own)] == [1, 1, 1, 1] and desk.queue == []
    assert "1 job failed" in slack[0]["text"] and "&lt;!channel&gt; &amp;" in json.dumps(slack[0])
    texts = [run["text"] for element in teams[0]["attachments"][0]["content"]["body"] for run in element["inlines"]]
    assert any(text.startswith(name) for text in texts) and any("ingest run" in text for text in texts)
    event = duty[0]
    assert event["event_action"] == "trigger" and event["dedup_key"] == f"ingest/Verkäufe Süd/{name}"
    assert event["payload"]["severity"] == "error" and event["payload"]["custom_details"]["cell"] == "SourceConfig!A2"
    report = own[0]
    assert report["event"] == "run" and report["project"] == "Verkäufe Süd" and report["exit_code"] == 1
    job, = report["jobs"]
    assert job["events"] == ["failed"] and job["status"] == "FAILED" and job["error"]["message"] and job["retry"]
    desk.run(code=1, **desk.variables)
    job, = by_path(server.taken())[3][0]["jobs"]
    assert job["events"] == ["still_failing"] and job["failures_in_a_row"] == 2 and job["failing_since"]
    desk.sql("create table customers (id integer)")
    desk.run(**desk.variables)
    slack, teams, duty, own = by_path(server.taken())
    assert duty == [{"routing_key": KEY, "event_action": "resolve", "dedup_key": event["dedup_key"]}]
    assert own[0]["jobs"][0]["events"] == ["recovered"] and "recovered" in slack[0]["text"]
    desk.run(**desk.variables)
    assert server.taken() == []


def test_many_failures_fit(desk, server):
    desk.jobs(*({"job_id": f"job_{n:03d}_größe", "table_name": f"missing_{n}"} for n in range(300)))
    desk.run(code=1, **desk.variables)
    slack, teams, duty, own = by_path(server.taken())
    assert len(slack) == len(teams) == 1 and len(duty) == 51 and len(own[0]["jobs"]) == 300
    assert duty[50]["payload"]["summary"].endswith("250 more jobs failed")
    # One connection carries all events.
    assert server.connections <= 5


def test_a_run_that_cannot_start(desk, server):
    desk.project.workbook.write_text("no workbook")
    for _ in range(2):
        desk.run(code=2, **desk.variables)
    posts = by_path(server.taken())
    assert [len(found) for found in posts] == [2, 2, 2, 2]
    assert posts[2][0]["payload"]["severity"] == "critical" and posts[3][0]["event"] == "run_not_started"
    desk.jobs({"job_id": "gut", "table_name": "good"})
    desk.run(**desk.variables)
    duty = by_path(server.taken())[2]
    assert [event["event_action"] for event in duty] == ["resolve"]


@pytest.mark.parametrize("answer", [(429, {"Retry-After": "30"}, b"slow down"), (503, {}, b""), (404, {}, b"no_service"),
                                    (302, {"Location": "https://127.0.0.1/elsewhere"}, b""), (302, {"Location": "/own"}, b""),
                                    (303, {"Location": "/own"}, b""), (307, {"Location": "https://localhost:1/own"}, b"")])
def test_what_is_not_taken_waits(desk, server, answer):
    desk.jobs({"job_id": "kunden", "table_name": "customers"})
    server.answer = answer
    outcome = desk.run(code=1, **desk.variables)
    clean(desk, outcome)
    assert len(desk.queue) == 4 and "waits for the next run" in outcome.err
    server.answer = None
    desk.run(code=1, **desk.variables)
    assert [len(found) for found in by_path(server.taken())] == [2, 2, 2, 2] and desk.queue == []


def test_a_redirection_takes_along_what_is_to_be_said(desk, server):
    desk.jobs({"job_id": "kunden", "table_name": "customers"})
    desk.variables["OWN"] = server.url("/moved")
    outcome = desk.run(code=1, **desk.variables)
    assert "knows no such place" in outcome.err and len(desk.queue) == 1
    server.moved["/moved"] = "/own"
    desk.run(code=1, **desk.variables)
    assert len(by_path(server.taken())[3]) == 2 and desk.queue == []


def test_what_is_refused_as_it_is_does_not_hold_up_the_rest(desk, server):
    desk.jobs({"job_id": "kunden", "table_name": "customers"})
    desk.run(code=1, **(desk.variables | {"DUTY_KEY": "not a key"}))
    assert server.broken and len(server.posts) == 3 and len(desk.queue) == 1
    assert "invalid_payload" in desk.log() and "status 400" in desk.log()
    server.broken.clear()
    desk.run(code=1, **desk.variables)
    assert len(by_path(server.taken())[2]) == 2 and desk.queue == []


def test_a_server_that_hangs(desk, server):
    desk.jobs({"job_id": "kunden", "table_name": "customers"})
    server.hangs = True
    began = time.monotonic()
    desk.run(code=1, **desk.variables)
    # Four channels of three seconds each.
    assert time.monotonic() - began < 18 and len(desk.queue) == 4
    server.hangs = False
    desk.run(code=1, **desk.variables)
    assert [len(found) for found in by_path(server.taken())] == [2, 2, 2, 2]


def test_a_webhook_that_is_no_more(desk, server):
    desk.jobs({"job_id": "kunden", "table_name": "customers"})
    server.answer = (503, {}, b"")
    desk.run(code=1, **desk.variables)
    server.answer = None
    settings = (desk.folder / "ingest.toml").read_text()
    (desk.folder / "ingest.toml").write_text(settings[: settings.index('[alerts.webhooks."own"]')])
    outcome = desk.run(code=1, **desk.variables)
    assert "no webhook 'own' any more" in outcome.err and desk.queue == []


def test_alert_test(desk, server):
    outcome = desk.run("test", verb="alert", **desk.variables)
    assert outcome.out.count("sent    webhook") == 4
    slack, teams, duty, own = by_path(server.taken())
    assert [event["event_action"] for event in duty] == ["trigger", "resolve"] and own[0]["event"] == "test"
    assert "Verkäufe Süd" in slack[0]["text"] and teams
    outcome = desk.run("test", verb="alert", code=1, **{"SLACK": server.url("/services/wrong")})
    assert "no_team" in outcome.out and "services/wrong" not in outcome.out and "TEAMS" in outcome.out
