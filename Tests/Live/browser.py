"""Debian's Chromium without a window, driven through a pair of pipes (--remote-debugging-pipe): what a page looks like, what it
says on its console, and what it asks of the network."""

import base64
import fcntl
import json
import os
import pathlib
import shutil
import subprocess

PATH = shutil.which("chromium")


class Browser:
    def __init__(self, folder: pathlib.Path):
        inward, self.write = os.pipe()
        self.read, outward = os.pipe()
        self.buffer, self.number, self.events = b"", 0, []
        command = [PATH, "--headless=new", "--no-sandbox", "--disable-gpu", "--disable-dev-shm-usage", "--no-first-run",
                   "--disable-extensions", "--disable-background-networking", "--disable-component-update", "--hide-scrollbars",
                   f"--user-data-dir={folder}", "--remote-debugging-pipe", "about:blank"]  # fmt: skip

        def place():
            # The browser's ends are 3 and 4, whatever their numbers are here.
            ends = [fcntl.fcntl(end, fcntl.F_DUPFD, 10) for end in (inward, outward)]
            os.dup2(ends[0], 3)
            os.dup2(ends[1], 4)

        self.process = subprocess.Popen(
            command, close_fds=False, preexec_fn=place, stdout=subprocess.DEVNULL, stderr=subprocess.DEVNULL,
            env=os.environ | {"HOME": str(folder)})  # fmt: skip
        os.close(inward)
        os.close(outward)
        target = self("Target.createTarget", url="about:blank")["targetId"]
        self.session = self("Target.attachToTarget", targetId=target, flatten=True)["sessionId"]
        for domain in ("Page", "Runtime", "Network", "Log"):
            self(f"{domain}.enable")

    def __call__(self, method: str, **parameters) -> dict:
        self.number += 1
        message = {"id": self.number, "method": method, "params": parameters}
        if hasattr(self, "session"):
            message["sessionId"] = self.session
        os.write(self.write, json.dumps(message).encode() + b"\0")
        while True:
            answer = self.next()
            if answer.get("id") == self.number:
                assert "error" not in answer, f"{method}: {answer['error']}"
                return answer["result"]

    def next(self) -> dict:
        while b"\0" not in self.buffer:
            piece = os.read(self.read, 1 << 20)
            assert piece, "the browser has gone"
            self.buffer += piece
        message, self.buffer = self.buffer.split(b"\0", 1)
        answer = json.loads(message)
        if "method" in answer:
            self.events.append(answer)
        return answer

    def wait(self, method: str):
        while not any(event["method"] == method for event in self.events):
            self.next()

    def open(self, page: pathlib.Path, *, width=1280, height=900, dark=False, phone=False, scripts=True):
        self("Emulation.setDeviceMetricsOverride", width=width, height=height, deviceScaleFactor=2 if phone else 1, mobile=phone)
        self("Emulation.setEmulatedMedia", features=[{"name": "prefers-color-scheme", "value": "dark" if dark else "light"}])
        self("Emulation.setScriptExecutionDisabled", value=not scripts)
        self.events.clear()
        self("Page.navigate", url=page.as_uri())
        self.wait("Page.loadEventFired")

    def evaluate(self, expression: str):
        answer = self("Runtime.evaluate", expression=expression, returnByValue=True)
        assert "exceptionDetails" not in answer, answer["exceptionDetails"]
        return answer["result"].get("value")

    def screenshot(self, path: pathlib.Path, whole=True):
        path.write_bytes(base64.b64decode(self("Page.captureScreenshot", captureBeyondViewport=whole)["data"]))

    def pdf(self) -> bytes:
        return base64.b64decode(self("Page.printToPDF", printBackground=True)["data"])

    @property
    def requests(self) -> list[str]:
        return [event["params"]["request"]["url"] for event in self.events if event["method"] == "Network.requestWillBeSent"]

    @property
    def complaints(self) -> list[str]:
        """Of the console, of scripts that failed, and of the page's own policy."""
        return [json.dumps(event["params"]) for event in self.events
                if event["method"] in ("Runtime.exceptionThrown", "Runtime.consoleAPICalled", "Log.entryAdded")]  # fmt: skip

    def close(self):
        os.close(self.write)
        os.close(self.read)
        self.process.terminate()
        self.process.wait()
