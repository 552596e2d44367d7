"""A table as its readers see it, in three ways that must agree: by its records, by current.json, and by listing the folder."""

import datetime
import json
import pathlib

import pyarrow.parquet

# A load that adds them says so in docs; what is compared is the source's own columns.
ADDED = ("_load_id", "_loaded_at")


def plain(rows) -> list[tuple]:
    """In one order, and moments in one zone: the same moment is equal whoever read it."""
    zone = datetime.timezone.utc
    return sorted(
        (tuple(v.astimezone(zone) if isinstance(v, datetime.datetime) and v.tzinfo else v for v in row) for row in rows),
        key=repr)


class Table:
    def __init__(self, root: pathlib.Path, name: str):
        self.root, self.name = root, name
        self.state = root / "_ingest" / name

    def by_records(self) -> list[str]:
        """An own fold of the history: loads with their mark, less what was replaced, void or withdrawn."""
        live: dict[tuple[int, int], list[str]] = {}
        for path in sorted((self.state / "commits").glob("*.json")):
            record = json.loads(path.read_text())
            number = record["number"]
            assert int(path.stem) == number, path
            if record["kind"] != "load":
                assert record["kind"] == "void", f"{path}: {record['kind']}: no store here loses files"
                continue
            assert path.with_suffix(".done").exists(), f"{path} is committed and not finished"
            for gone in record["load"]["replaces"]:
                del live[gone["commit"], gone["part"]]
            for part, slice_ in enumerate(record["load"]["slices"]):
                live[number, slice_.get("part", part)] = [file["name"] for file in slice_["files"]]
        return sorted(name for files in live.values() for name in files)

    def by_current(self) -> list[str]:
        path = self.state / "current.json"
        if not path.exists():
            return []
        current = json.loads(path.read_text())
        return sorted(file["name"] for slice_ in current["slices"] for file in slice_["slice"]["files"])

    def by_listing(self) -> list[str]:
        folder = self.root / self.name
        return sorted(str(path.relative_to(self.root)) for path in folder.rglob("*.parquet"))

    def rows(self, names: list[str] | None = None) -> list[tuple]:
        rows: list[tuple] = []
        for name in self.by_records() if names is None else names:
            table = pyarrow.parquet.ParquetFile(self.root / name).read()
            columns = [table[column].to_pylist() for column in table.column_names if column not in ADDED]
            rows += zip(*columns)
        return plain(rows)

    def leftovers(self) -> list[str]:
        """Everything in the lake that is neither data nor the record of it."""
        left = []
        for path in self.root.rglob("*"):
            if path.is_dir():
                continue
            name = str(path.relative_to(self.root))
            state = f"_ingest/{self.name}/"
            if name in (state + "current.json", state + "head.json"):
                continue
            if name.startswith(state + "commits/") and path.suffix in (".json", ".done") and path.stem.isdigit():
                continue
            if name.startswith(self.name + "/") and path.suffix == ".parquet" and not path.name.startswith("."):
                continue
            left.append(name)
        return sorted(left)

    def check(self, source: list[tuple], where: str):
        """The rows of the source, each once, and nothing else in the folder."""
        names = self.by_records()
        assert names == self.by_current(), f"{where}: current.json is not what the records say"
        assert names == self.by_listing(), f"{where}: the folder holds other files than the records name"
        assert not (left := self.leftovers()), f"{where}: left behind: {left}"
        rows = self.rows(names)
        if rows != source:
            lost, extra = set(source) - set(rows), set(rows) - set(source)
            doubled = len(rows) - len(set(rows))
            raise AssertionError(
                f"{where}: lake {len(rows)} rows, source {len(source)}; lost {len(lost)} {sorted(lost)[:3]}, "
                f"not in the source {len(extra)} {sorted(extra)[:3]}, doubled {doubled}")
