"""The figures of runs as Prometheus, OpenTelemetry and CloudWatch read them: by their own programs and definitions."""

import base64
import http.server
import json
import pathlib
import re
import shutil
import sqlite3
import subprocess
import threading
import time
import urllib.request

import pytest
from google.protobuf import json_format
from opentelemetry.proto.collector.metrics.v1.metrics_service_pb2 import ExportMetricsServiceRequest
from opentelemetry.proto.collector.trace.v1.trace_service_pb2 import ExportTraceServiceRequest

from project import Project

pytestmark = pytest.mark.skipif(not shutil.which("promtool"), reason="needs Debian's package prometheus")
REPOSITORY = pathlib.Path(__file__).parent.parent.parent


def free_port() -> int:
    return int(subprocess.check_output([REPOSITORY / "Scripts/free_port.py"]))


def until(check, seconds=20):
    end = time.monotonic() + seconds
    while time.monotonic() < end:
        try:
            if (found := check()) is not None:
                return found
        except OSError:
            pass
        time.sleep(0.1)
    raise AssertionError("it did not come to it in time")


class Plant:
    def __init__(self, ingest, folder):
        self.ingest, self.database = ingest, folder / "shop.db"
        self.project = Project(folder / 'Werk "1"', {"shop": {"type": "sqlite", "database": str(self.database)}})
        self.folder = self.project.folder
        self.base = (self.folder / "ingest.toml").read_text()
        with sqlite3.connect(self.database) as connection:
            connection.execute("create table good (id integer primary key, name text)")
            connection.execute("insert into good values (1, 'a'), (2, 'b')")
        connection.close()
        self.project.write([{"source_name": "shop", "job_id": "gut\\größe", "table_name": "good"},
                            {"source_name": "shop", "job_id": "fehlt", "table_name": "missing"}])

    def set(self, text):
        (self.folder / "ingest.toml").write_text(self.base + "[metrics]\n" + text)

    def run(self, *arguments, code=1, **env):
        return self.ingest.run("run", *arguments, "--project", self.folder, env=env).expect(code)


@pytest.fixture
def plant(ingest, tmp_path):
    return Plant(ingest, tmp_path)


def samples(text) -> dict[tuple[str, str | None], list[float]]:
    found = {}
    for line in text.splitlines():
        if line.startswith("#"):
            continue
        name, labels, value = re.fullmatch(r"(\w+)\{(.*)\} (\S+)", line).groups()
        job = re.search(r'job_id="((?:\\.|[^"])*)"', labels)
        found.setdefault((name, job and job[1]), []).append(float(value))
    return found


def promtool(text):
    done = subprocess.run(["promtool", "check", "metrics"], input=text, capture_output=True, text=True)
    assert done.returncode == 0 and not done.stderr.strip(), done.stderr


def test_nothing_until_set(plant):
    plant.run()
    assert not (plant.folder / "metadata/metrics").exists()


def test_the_file_for_node_exporter(plant, tmp_path):
    folder = tmp_path / "textfile"
    plant.set(f"prometheus_file = {json.dumps(str(folder / 'ingest.prom'))}")
    # A folder that is not there is a mistake in the settings, and no reason to fail.
    assert "Metrics could not be written" in plant.run().err
    folder.mkdir()
    plant.run()
    text = (folder / "ingest.prom").read_text()
    promtool(text)
    found = samples(text)
    good = "gut\\\\größe"
    assert found["ingest_job_failed", good] == [0] and found["ingest_job_failed", "fehlt"] == [1]
    assert found["ingest_job_rows", good] == [2] and found["ingest_job_rows_total", good] == [4]
    assert abs(found["ingest_job_last_success_timestamp_seconds", good][0] - time.time()) < 60
    assert ("ingest_job_last_success_timestamp_seconds", "fehlt") not in found
    assert found["ingest_run_exit_code", None] == [1] and 'project="Werk \\"1\\""' in text
    # A run of one job keeps what is known of the others.
    plant.run("fehlt")
    found = samples((folder / "ingest.prom").read_text())
    assert found["ingest_job_rows_total", good] == [4] and found["ingest_job_attempts_total", "fehlt"] == [3]
    assert [file.name for file in folder.iterdir()] == ["ingest.prom"] and (folder / "ingest.prom").stat().st_mode & 0o777 == 0o644
    # What has gone from the workbook goes from the figures.
    plant.project.write([{"source_name": "shop", "job_id": "fehlt", "table_name": "missing"}])
    plant.run()
    assert "größe" not in (folder / "ingest.prom").read_text()


def test_pushgateway_and_prometheus(plant, tmp_path):
    port, web = free_port(), tmp_path / "web.yml"
    hashed = subprocess.run(
        ["/usr/bin/perl", "-e", "print crypt('secret word', '$2b$04$' . 'abcdefghijklmnopqrstuu')"],
        capture_output=True, text=True, check=True).stdout
    web.write_text(f"basic_auth_users:\n  ingest: '{hashed}'\n")
    gateway = subprocess.Popen(
        ["prometheus-pushgateway", f"--web.listen-address=127.0.0.1:{port}", f"--web.config.file={web}"],
        stdout=subprocess.DEVNULL, stderr=subprocess.DEVNULL)
    try:
        url = f"http://127.0.0.1:{port}"
        token = base64.b64encode(b"ingest:secret word").decode()

        def get(path):
            request = urllib.request.Request(url + path, headers={"Authorization": "Basic " + token})
            return urllib.request.urlopen(request, timeout=5).read().decode()

        until(lambda: get("/-/ready"))
        plant.set(f'pushgateway_url = "{url}/"\npushgateway_username = "ingest"\npushgateway_password = "${{env:PUSH}}"\n')
        outcome = plant.run(PUSH="a wrong word")
        assert "Metrics could not be pushed" in outcome.err and "401" in outcome.err and "wrong word" not in outcome.err
        assert "Metrics" not in plant.run(PUSH="secret word").err
        line, = [line for line in get("/metrics").splitlines() if line.startswith("ingest_job_failed{") and "fehlt" in line]
        assert line.endswith(" 1") and 'job="ingest"' in line and 'project="Werk \\"1\\""' in line and 'job_id="fehlt"' in line
        # Prometheus itself scrapes it, with our rules.
        rules = tmp_path / "rules.yml"
        shutil.copy(REPOSITORY / "docs/prometheus-rules.yml", rules)
        data, listen = tmp_path / "data", free_port()
        (tmp_path / "prometheus.yml").write_text(f"""
global: {{scrape_interval: 1s, evaluation_interval: 1s}}
rule_files: [{rules}]
scrape_configs:
  - job_name: push
    honor_labels: true
    basic_auth: {{username: ingest, password: "secret word"}}
    static_configs: [{{targets: ["127.0.0.1:{port}"]}}]
""")
        prometheus = subprocess.Popen(
            ["prometheus", f"--config.file={tmp_path}/prometheus.yml", f"--storage.tsdb.path={data}",
             f"--web.listen-address=127.0.0.1:{listen}"], stdout=subprocess.DEVNULL, stderr=subprocess.DEVNULL)
        try:
            def alerts():
                text = urllib.request.urlopen(f"http://127.0.0.1:{listen}/api/v1/rules", timeout=5).read()
                rules = [rule for group in json.loads(text)["data"]["groups"] for rule in group["rules"]]
                found = {rule["name"]: rule for rule in rules}
                return found if found.get("IngestJobFailed", {}).get("alerts") else None

            found = until(alerts, 40)
            assert found["IngestJobFailed"]["alerts"][0]["labels"]["job_id"] == "fehlt"
            assert all(rule["health"] == "ok" for rule in found.values())
        finally:
            prometheus.terminate()
            prometheus.wait()
    finally:
        gateway.terminate()
        gateway.wait()


class Collector:
    """Takes OTLP as a collector does."""

    def __init__(self):
        self.taken, self.answer, outer = [], 200, self

        class Handler(http.server.BaseHTTPRequestHandler):
            def do_POST(self):
                body = self.rfile.read(int(self.headers["Content-Length"]))
                outer.taken.append((self.path, dict(self.headers), body))
                self.send_response(outer.answer)
                self.send_header("Content-Type", "application/json")
                self.end_headers()
                self.wfile.write(b"{}")

            def log_message(self, *_):
                pass

        self.server = http.server.ThreadingHTTPServer(("127.0.0.1", 0), Handler)
        self.url = f"http://127.0.0.1:{self.server.server_address[1]}"
        threading.Thread(target=self.server.serve_forever, daemon=True).start()


def test_open_telemetry(plant):
    collector = Collector()
    plant.set(f'otlp_url = "{collector.url}"\n[metrics.otlp_headers]\napi-key = "${{env:OTLP_KEY}}"\n')
    outcome = plant.run(OTLP_KEY="key of the collector")
    assert "OpenTelemetry" not in outcome.err
    assert [path for path, _, _ in collector.taken] == ["/v1/metrics", "/v1/traces"]
    for _, headers, _ in collector.taken:
        assert headers["Content-Type"] == "application/json" and headers["api-key"] == "key of the collector"
    # Every field is one that the definitions have, in the form that they want.
    metrics = json_format.Parse(collector.taken[0][2], ExportMetricsServiceRequest())
    resource = {item.key: item.value.string_value for item in metrics.resource_metrics[0].resource.attributes}
    assert resource["service.name"] == "ingest" and resource["ingest.project"] == 'Werk "1"'
    names = [metric.name for metric in metrics.resource_metrics[0].scope_metrics[0].metrics]
    assert len(names) == len(set(names)), "a collector would take two metrics for one"
    found = {metric.name: metric for metric in metrics.resource_metrics[0].scope_metrics[0].metrics}
    assert len(found["ingest.job.rows"].gauge.data_points) == 2
    total = found["ingest.job.rows.total"].sum
    rows = {next(a.value.string_value for a in p.attributes if a.key == "job_id"): p for p in total.data_points}
    assert rows["gut\\größe"].as_int == 2 and total.is_monotonic
    assert abs(rows["fehlt"].time_unix_nano / 1e9 - time.time()) < 60 and rows["fehlt"].start_time_unix_nano > 1e18
    assert found["ingest.run.duration"].unit == "s" and found["ingest.run.duration"].gauge.data_points[0].as_double > 0
    trace = json_format.Parse(collector.taken[1][2], ExportTraceServiceRequest())
    # OTLP's JSON has ids in hexadecimal digits, which protobuf's own JSON takes for base64.
    spans = json.loads(collector.taken[1][2])["resourceSpans"][0]["scopeSpans"][0]["spans"]
    assert len(spans) == len(trace.resource_spans[0].scope_spans[0].spans)
    by_id = {span["spanId"]: span for span in spans}
    assert len(by_id) == len(spans) and len({span["traceId"] for span in spans}) == 1
    assert all(re.fullmatch("[0-9a-f]{16}", span["spanId"]) and re.fullmatch("[0-9a-f]{32}", span["traceId"]) for span in spans)
    root, = [span for span in spans if "parentSpanId" not in span]
    jobs = [span for span in spans if span.get("parentSpanId") == root["spanId"]]
    assert root["name"] == "ingest run" and {span["name"] for span in jobs} == {"job gut\\größe", "job fehlt"}
    phases = [span for span in spans if span not in jobs and span is not root]
    assert {by_id[span["parentSpanId"]]["name"] for span in phases} >= {"job gut\\größe"}
    for span in spans:
        assert int(span["startTimeUnixNano"]) <= int(span["endTimeUnixNano"])
    status = {span["name"]: span["status"] for span in jobs}
    assert status["job gut\\größe"] == {"code": 1} and status["job fehlt"]["code"] == 2 and "missing" in status["job fehlt"]["message"]
    # Once more where it may pass by itself, not where it will not.
    for answer, times in [(503, 2), (400, 1)]:
        collector.taken.clear()
        collector.answer = answer
        outcome = plant.run(OTLP_KEY="key of the collector")
        assert len(collector.taken) == 2 * times and f"status {answer}" in outcome.err
        assert "key of the collector" not in outcome.err
    collector.server.shutdown()
    began = time.monotonic()
    plant.set('otlp_url = "http://127.0.0.1:9"\ntimeout = "1s"')
    assert "could not be sent" in plant.run().err and time.monotonic() - began < 6


def test_totals_that_cannot_be_kept(plant, tmp_path):
    """A file that cannot be locked is no reason for jobs to vanish from what watches them."""
    file = tmp_path / "ingest.prom"
    plant.set(f"prometheus_file = {json.dumps(str(file))}")
    plant.run()
    lock = plant.folder / "metadata/metrics/.totals.lock"
    lock.unlink()
    lock.mkdir()
    before = (plant.folder / "metadata/metrics/totals.json").read_text()
    outcome = plant.run("--jobs", "fehlt")
    assert "Totals of metrics could not be kept" in outcome.err
    assert (plant.folder / "metadata/metrics/totals.json").read_text() == before
    samples = file.read_text()
    assert re.search(r'ingest_job_rows_total\{.*job_id="gut.*\} 2', samples)
    assert re.search(r'ingest_job_attempts_total\{.*job_id="fehlt".*\} 2', samples)


def test_cloudwatch(plant, tmp_path):
    plant.set(f'emf_file = {json.dumps(str(tmp_path / "emf/ingest.log"))}\nnamespace = "loads"')
    plant.run()
    plant.run()
    lines = [json.loads(line) for line in (tmp_path / "emf/ingest.log").read_text().splitlines()]
    assert len(lines) == 4
    for line in lines:
        directive, = line["_aws"]["CloudWatchMetrics"]
        assert abs(line["_aws"]["Timestamp"] / 1000 - time.time()) < 60 and directive["Namespace"] == "loads"
        for dimensions in directive["Dimensions"]:
            assert len(dimensions) <= 30 and all(isinstance(line[name], str) and line[name].isascii() for name in dimensions)
        for metric in directive["Metrics"]:
            assert set(metric) == {"Name", "Unit"} and metric["Unit"] in ("Count", "Bytes", "Seconds")
            assert isinstance(line[metric["Name"]], int | float)
    assert [line["failed"] for line in lines] == [0, 1, 0, 1] or sorted(line["failed"] for line in lines) == [0, 0, 1, 1]
    assert sum(line["rows"] for line in lines) == 4


def test_rules_and_dashboard_are_accepted():
    done = subprocess.run(["promtool", "check", "rules", REPOSITORY / "docs/prometheus-rules.yml"], capture_output=True, text=True)
    assert done.returncode == 0 and "SUCCESS" in done.stdout, done.stdout + done.stderr
    done = subprocess.run(
        ["promtool", "test", "rules", REPOSITORY / "Tests/Live/prometheus-rules-test.yml"], capture_output=True, text=True)
    assert done.returncode == 0, done.stdout + done.stderr
    dashboard = json.loads((REPOSITORY / "docs/grafana-dashboard.json").read_text())
    assert len({panel["id"] for panel in dashboard["panels"]}) == len(dashboard["panels"])
    names = set(re.findall(r"ingest_\w+", json.dumps(dashboard))) | set(
        re.findall(r"ingest_\w+", (REPOSITORY / "docs/prometheus-rules.yml").read_text()))
    known = set(re.findall(r"`(ingest_\w+)`", (REPOSITORY / "docs/metrics.md").read_text()))
    written = set(re.findall(r'"(ingest_\w+)"', (REPOSITORY / "Sources/Metrics/MetricFamily.swift").read_text()))
    assert names <= written and written - {"ingest_run_", "ingest_job_"} <= known
    for expression in {target["expr"] for panel in dashboard["panels"] for target in panel.get("targets", [])}:
        rule = {"groups": [{"name": "g", "rules": [{"record": "x", "expr": expression.replace("$project", ".*")}]}]}
        done = subprocess.run(["promtool", "check", "rules", "/dev/stdin"], input=json.dumps(rule), capture_output=True, text=True)
        assert done.returncode == 0, expression + done.stdout + done.stderr
