"""`ingest run` in a project over any databases: its jobs, its report, its audit trail, and its tables as readers see them."""

import csv
import json
import pathlib

import duckdb

from project import Project

# In one run of all tests a slow machine must not decide: failures are repeated at once.
RETRY = '[retry]\ninitial_delay = "50ms"\n'


class Loads:
    def __init__(self, ingest, folder: pathlib.Path, sources: dict[str, dict], settings: str = RETRY):
        self.ingest = ingest
        self.project = Project(folder, sources)
        with open(self.project.folder / "ingest.toml", "a") as toml:
            toml.write(settings)
        self.lake = self.project.folder / "lake"
        self.source = next(iter(sources))

    def jobs(self, *jobs, **more):
        self.project.write([{"source_name": self.source} | job for job in jobs], **more)

    def run(self, *arguments, code=0, **more) -> dict:
        return self.verb("run", *arguments, "--format", "json", code=code, **more).summary

    def verb(self, *arguments, code=0, **more):
        return self.ingest.run(*arguments, "--project", self.project.folder, **more).expect(code)

    def start(self, *arguments):
        return self.ingest.start("run", *arguments, "--project", self.project.folder, "--format", "json")

    def ended(self, process, code=0) -> dict:
        said, errors = process.communicate(timeout=120)
        assert process.returncode == code, f"exit code {process.returncode}, expected {code}\n{said}\n{errors}"
        return json.loads(said.strip().splitlines()[-1])

    def one(self, *arguments, code=0, **more) -> dict:
        """A run of a single job."""
        [job] = self.run(*arguments, code=code, **more)["jobs"]
        return job

    def listed(self, table: str) -> list[str]:
        current = json.loads((self.lake / "_ingest" / table / "current.json").read_text())
        return [file["name"] for slice in current["slices"] for file in slice["slice"]["files"]]

    def rows(self, table: str, columns: str = "*") -> list[tuple]:
        """By the ledger's list of files, which must be what a plain glob finds."""
        listed = sorted(str(self.lake / name) for name in self.listed(table))
        assert listed == sorted(map(str, (self.lake / table).rglob("*.parquet")))
        if not listed:
            return []
        connection = duckdb.connect()
        connection.execute("set timezone = 'UTC'")
        rows = connection.execute(f"select {columns} from read_parquet({listed!r})").fetchall()
        return sorted(rows, key=lambda row: [(value is not None, value) for value in row])

    def audit(self) -> list[dict]:
        rows = []
        for file in sorted((self.project.folder / "metadata").glob("audit_*.csv")):
            with open(file, newline="") as lines:
                rows += list(csv.DictReader(lines))
        return rows

    def records(self, table: str) -> list[dict]:
        """The committed loads, the oldest first."""
        folder = self.lake / "_ingest" / table / "commits"
        return [json.loads(path.read_text()) for path in sorted(folder.glob("*.json"))]


def statuses(report: dict) -> dict[str, str]:
    return {job["job"]: job["status"] for job in report["jobs"]}
