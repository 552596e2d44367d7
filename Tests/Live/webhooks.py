"""An HTTPS server that takes posts as Slack, Teams and PagerDuty take them: what their documentation refuses is refused."""

import http.server
import json
import pathlib
import re
import ssl
import threading
import time

from mailserver import certificate


def check_slack(body: dict):
    """https://docs.slack.dev/reference/block-kit/blocks: types, texts and their lengths."""
    assert set(body) <= {"text", "blocks"} and isinstance(body["text"], str)
    total = 0
    assert len(body.get("blocks", [])) <= 50
    for block in body.get("blocks", []):
        texts = block["elements"] if block["type"] == "context" else [block["text"]]
        assert block["type"] in ("header", "section", "context") and 1 <= len(texts) <= 10
        for text in texts:
            assert text["type"] == ("plain_text" if block["type"] == "header" else "mrkdwn")
            assert 1 <= len(text["text"]) <= (150 if block["type"] == "header" else 3000)
            assert ("emoji" in text) <= (text["type"] == "plain_text")
            # Control sequences that we did not mean: mentions and links.
            assert not re.search(r"<[^>]*>", text["text"])
            total += len(text["text"].encode())
    assert total < 13_000


def check_teams(body: dict):
    """https://adaptivecards.io/explorer/ for version 1.4, in the envelope that a Workflows webhook takes; 28 KB."""
    assert len(json.dumps(body, ensure_ascii=False).encode()) < 28_000
    assert body["type"] == "message" and len(body["attachments"]) == 1
    attachment = body["attachments"][0]
    assert attachment["contentType"] == "application/vnd.microsoft.card.adaptive" and attachment["contentUrl"] is None
    card = attachment["content"]
    assert card["type"] == "AdaptiveCard" and card["version"] == "1.4" and card["body"]
    for element in card["body"]:
        assert element["type"] == "RichTextBlock" and set(element) <= {"type", "inlines", "separator"}
        for run in element["inlines"]:
            assert run["type"] == "TextRun" and isinstance(run["text"], str)
            assert run["size"] in ("default", "small", "medium", "large", "extraLarge")
            assert run["weight"] in ("default", "lighter", "bolder")
            assert run["color"] in ("default", "dark", "light", "accent", "good", "warning", "attention")
            assert run["fontType"] in ("default", "monospace") and isinstance(run["isSubtle"], bool)


def check_pagerduty(body: dict):
    """https://developer.pagerduty.com/docs/events-api-v2/trigger-events/"""
    assert set(body) <= {"routing_key", "event_action", "dedup_key", "payload", "client", "client_url", "links", "images"}
    assert re.fullmatch(r"[0-9a-f]{32}", body["routing_key"]) and body["event_action"] in ("trigger", "acknowledge", "resolve")
    assert 1 <= len(body["dedup_key"]) <= 255
    if body["event_action"] != "trigger":
        return
    payload = body["payload"]
    assert set(payload) <= {"summary", "source", "severity", "timestamp", "component", "group", "class", "custom_details"}
    assert 1 <= len(payload["summary"]) <= 1024 and payload["source"]
    assert payload["severity"] in ("critical", "error", "warning", "info")
    assert re.fullmatch(r"\d{4}-\d\d-\d\dT\d\d:\d\d:\d\d\.\d{3}[+-]\d\d:\d\d", payload["timestamp"])
    assert len(json.dumps(body)) < 512 * 1024


# Paths as the services have them: who knows the path may post.
SERVICES = {
    "/services/T000/B000/secretslack": (check_slack, 200, b"ok"),
    "/workflows/secretteams/triggers/manual": (check_teams, 202, b""),
    "/v2/enqueue": (check_pagerduty, 202, b'{"status":"success","message":"Event processed","dedup_key":"x"}'),
    "/own": (lambda body: None, 204, b""),
}


class WebhookServer:
    def __init__(self, folder: pathlib.Path):
        self.posts: list[tuple[str, dict]] = []
        self.broken: list[str] = []
        self.answer: tuple[int, dict, bytes] | None = None
        self.hangs = False
        self.moved: dict[str, str] = {}
        self.connections = 0
        self.certificate, key = certificate(folder)
        outer = self

        class Handler(http.server.BaseHTTPRequestHandler):
            protocol_version = "HTTP/1.1"

            def setup(self):
                super().setup()
                outer.connections += 1

            def do_GET(self):
                # A redirection that was followed without what was to be said.
                outer.broken.append(f"GET {self.path}")
                self.send_response(200)
                self.send_header("Content-Length", "0")
                self.end_headers()

            def do_POST(self):
                body = self.rfile.read(int(self.headers["Content-Length"]))
                if outer.hangs:
                    time.sleep(15)
                    return
                status, headers, answer = outer.take(self.path, self.headers, body)
                self.send_response(status)
                for name, value in headers.items():
                    self.send_header(name, value)
                if status != 204:
                    self.send_header("Content-Length", str(len(answer)))
                self.end_headers()
                self.wfile.write(answer)

            def log_message(self, *_):
                pass

        class Server(http.server.ThreadingHTTPServer):
            daemon_threads = True

            def handle_error(self, *_):
                pass

        self.server = Server(("127.0.0.1", 0), Handler)
        context = ssl.SSLContext(ssl.PROTOCOL_TLS_SERVER)
        context.load_cert_chain(self.certificate, key)
        self.server.socket = context.wrap_socket(self.server.socket, server_side=True)
        self.port = self.server.server_address[1]
        threading.Thread(target=self.server.serve_forever, daemon=True).start()

    def take(self, path, headers, body):
        if self.answer:
            return self.answer
        if path in self.moved:
            return 307, {"Location": self.moved[path]}, b""
        if path not in SERVICES:
            return 404, {}, b"no_team"
        check, status, answer = SERVICES[path]
        try:
            assert headers["Content-Type"] == "application/json", headers["Content-Type"]
            value = json.loads(body)
            check(value)
        except Exception as problem:  # noqa: BLE001
            self.broken.append(f"{path}: {problem!r}: {body[:2000]}")
            return 400, {}, b"invalid_payload"
        self.posts.append((path, value))
        return status, {}, answer

    def url(self, path: str) -> str:
        return f"https://localhost:{self.port}{path}"

    def taken(self) -> list[tuple[str, dict]]:
        assert not self.broken, self.broken
        posts, self.posts = self.posts, []
        return posts

    def __enter__(self):
        return self

    def __exit__(self, *_):
        self.server.shutdown()
        self.server.server_close()
