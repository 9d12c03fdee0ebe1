"""Tables as JSON lines, CSV and Parquet: a file each."""

import csv
from collections.abc import Iterable
from pathlib import Path
from tempfile import TemporaryDirectory
from typing import Any

import orjson

from pipeline.exporting.table import Kind, Table
from pipeline.files.escape import COLUMN, MARK, escaped
from pipeline.files.whole import written_whole
from pipeline.store.parquet import write_parquet

_PARQUET = {
    Kind.TEXT: "VARCHAR",
    Kind.WHOLE: "BIGINT",
    Kind.NUMBER: "DOUBLE",
    Kind.TRUTH: "BOOLEAN",
    Kind.JSON: "VARCHAR",
}


def write_jsonl_table(table: Table, path: Path) -> int:
    """One row a line; gives their number."""
    with written_whole(path) as beside:
        return _write_lines(beside, ({name: row[name] for name in table.columns} for row in table.rows()))


def write_csv_table(table: Table, path: Path) -> int:
    """A header line and one row a line, as RFC 4180 says, in UTF-8; gives the number of rows. Text is escaped
    (`pipeline.files.escape.py`), and an empty cell stands for nothing as well as for an empty text."""
    n = 0
    with written_whole(path) as beside, beside.open("w", encoding="utf-8", newline="") as file:
        writer = csv.writer(file)
        writer.writerow([*table.columns, COLUMN])
        for cells in table.cells():
            writer.writerow([*map(_csv_cell, cells), MARK])
            n += 1
    return n


def write_parquet_table(table: Table, path: Path) -> int:
    """Columns with their types, compressed; gives the number of rows."""
    types = {name: _PARQUET[kind] for name, kind in table.columns.items()}
    with written_whole(path) as beside, TemporaryDirectory(dir=path.parent) as folder:
        lines = Path(folder) / "rows.jsonl"
        n = _write_lines(lines, (dict(zip(table.columns, cells, strict=True)) for cells in table.cells()))
        write_parquet(lines, beside, types)
        return n


WRITERS = {"jsonl": write_jsonl_table, "csv": write_csv_table, "parquet": write_parquet_table}


def _write_lines(path: Path, rows: Iterable[dict[str, Any]]) -> int:
    n = 0
    with path.open("wb") as file:
        for row in rows:
            file.write(orjson.dumps(row, option=orjson.OPT_APPEND_NEWLINE))
            n += 1
    return n


def _csv_cell(value: Any) -> Any:  # noqa: ANN401 (whatever a column holds)
    if isinstance(value, bool):
        return "true" if value else "false"
    return escaped(value) if isinstance(value, str) else value
