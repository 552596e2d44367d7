"""The three readers, each giving {column: [values]} in the order of `id`, and the type that it infers."""

import pathlib

import duckdb
import polars
import pyarrow.parquet


def read_pyarrow(path: pathlib.Path) -> tuple[dict[str, list], dict[str, str]]:
    table = pyarrow.parquet.ParquetFile(path).read()
    if "id" in table.column_names:
        table = table.sort_by("id")
    return table.to_pydict(), {field.name: str(field.type) for field in table.schema}


def read_duckdb(path: pathlib.Path) -> tuple[dict[str, list], dict[str, str]]:
    connection = duckdb.connect()
    connection.execute("set timezone = 'UTC'")
    source = f"select * from read_parquet('{path}')"
    types = {row[0]: row[1] for row in connection.execute("describe " + source).fetchall()}
    rows = connection.execute(source + (" order by id" if "id" in types else "")).fetchall()
    return {name: [row[i] for row in rows] for i, name in enumerate(types)}, types


def read_polars(path: pathlib.Path) -> tuple[dict[str, list], dict[str, str]]:
    frame = polars.read_parquet(path)
    if "id" in frame.columns:
        frame = frame.sort("id")
    return frame.to_dict(as_series=False), {name: str(kind) for name, kind in frame.schema.items()}


READERS = {"pyarrow": read_pyarrow, "duckdb": read_duckdb, "polars": read_polars}
