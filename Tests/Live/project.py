"""A project folder with settings and a workbook, as a user would have it."""

import json
import pathlib

import openpyxl
from openpyxl.utils import get_column_letter

COLUMNS = [
    "job_id", "enabled", "source_name", "schema_name", "table_name", "query", "columns", "query_filter", "load_type",
    "primary_key", "watermark_column", "watermark_timezone", "watermark_lookback", "watermark_end", "on_null_watermark",
    "last_watermark", "reload_from", "reload_to", "partition_column", "parallelism", "write_mode", "target_folder_path",
    "target_table", "depends_on", "tags", "priority", "schedule", "timeout", "max_attempts", "schema_policy", "min_rows",
    "max_change_pct", "row_count_check", "row_count_tolerance_pct", "allow_empty", "last_status", "last_run", "last_rows",
    "last_duration", "last_message",
]  # fmt: skip


class Project:
    def __init__(self, folder: pathlib.Path, sources: dict[str, dict]):
        folder.mkdir(parents=True, exist_ok=True)
        self.folder = folder
        self.workbook = folder / "ingestion_config.xlsx"
        settings, secrets = [], []
        for name, keys in sources.items():
            settings.append(f"[sources.{name}]")
            secrets.append(f"[sources.{name}]")
            for key, value in keys.items():
                (secrets if key == "password" else settings).append(f"{key} = {json.dumps(value)}")
        (folder / "ingest.toml").write_text("\n".join(settings) + "\n")
        hidden = folder / "secrets.toml"
        hidden.touch(mode=0o600)
        hidden.write_text("\n".join(secrets) + "\n")

    def write(self, jobs: list[dict], quality=(), columns=()):
        """Row 2 is the first job. Unset cells are empty; enabled is Y and load_type FULL unless said otherwise."""
        book = openpyxl.Workbook()
        sheet = book.active
        sheet.title = "SourceConfig"
        sheet.append(COLUMNS)
        for job in jobs:
            job = {"enabled": "Y", "load_type": "FULL"} | job
            assert set(job) <= set(COLUMNS), job
            sheet.append([job.get(name) for name in COLUMNS])
        if quality:
            rules = book.create_sheet("QualityRules")
            rules.append(["job_id", "column", "rule", "argument", "severity"])
            for rule in quality:
                rules.append(rule)
        if columns:
            rules = book.create_sheet("ColumnRules")
            rules.append(["job_id", "column", "type", "mask", "rename"])
            for rule in columns:
                rules.append(rule)
        book.save(self.workbook)

    @staticmethod
    def cell(column: str, row: int) -> str:
        return f"SourceConfig!{get_column_letter(COLUMNS.index(column) + 1)}{row}"


def postgres_source(database, user="postgres", password=None, **more) -> dict:
    server = database.server
    return {
        "type": "postgresql", "host": "127.0.0.1", "port": server.port, "database": database.name, "username": user,
        "password": password or server.password,
    } | more  # fmt: skip
