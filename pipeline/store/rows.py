"""Rows out of the store and into it, by name."""

from collections.abc import Mapping, Sequence
from typing import Any

import orjson

from pipeline.store.connection import Connection

_JSON = "_json"


def fetch(connection: Connection, sql: str, values: Sequence[object] = ()) -> list[dict[str, Any]]:
    """Each row by the names of its columns; a column `x_json` is decoded and named `x`."""
    cursor = connection.execute(sql, values)
    names = [str(column[0]) for column in cursor.description or ()]
    return [dict(map(_decoded, names, row)) for row in cursor.fetchall()]


def insert(connection: Connection, table: str, row: Mapping[str, object]) -> None:
    """Insert one row, by the names of its columns; one of the same key is refused by the database."""
    places = ", ".join("?" for _ in row)
    connection.execute(
        f"INSERT INTO {table} ({', '.join(row)}) VALUES ({places})",  # noqa: S608 (our text)
        list(row.values()),
    )


def _decoded(name: str, value: Any) -> tuple[str, Any]:  # noqa: ANN401 (whatever a column holds)
    if not name.endswith(_JSON):
        return name, value
    return name.removesuffix(_JSON), orjson.loads(value) if value is not None else None
