"""Parquet, by the database's own hand: rows go by JSON lines, so that memory stays flat."""

from collections.abc import Mapping
from pathlib import Path

from pipeline.store.door import in_memory

_LONGEST_LINE = 64 * 1024 * 1024
"""Bytes."""


def write_parquet(source: Path, path: Path, types: Mapping[str, str]) -> None:
    """JSON lines as a Parquet file.

    Args:
        source: one object a line, with every column.
        path: the file; written over.
        types: of the columns, by their names, as DuckDB calls them.
    """
    columns = ", ".join(f"'{name}': '{kind}'" for name, kind in types.items())
    read = f"read_json(?, format = 'newline_delimited', maximum_object_size = {_LONGEST_LINE}, columns = {{{columns}}})"
    quoted = str(path).replace("'", "''")
    with in_memory() as database:
        database.execute(f"COPY (SELECT * FROM {read}) TO '{quoted}' (FORMAT parquet, COMPRESSION zstd)", [str(source)])  # noqa: S608 (our text)
