"""What a table of an export is, whatever file it becomes."""

from collections.abc import Callable, Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from enum import StrEnum
from typing import Any

import orjson

Row = Mapping[str, Any]


class Kind(StrEnum):
    """What stands in a column. A cell of any kind may be empty: nothing is known, or nothing applies."""

    TEXT = "text"
    WHOLE = "whole"
    NUMBER = "number"
    TRUTH = "truth"
    JSON = "json"
    """Lists and objects: themselves in JSON lines, their JSON text everywhere else."""


def columns(names: str, **others: Kind) -> dict[str, Kind]:
    """Columns by name; text where nothing else is said."""
    return {name: others.get(name, Kind.TEXT) for name in names.split()}


@dataclass(frozen=True, slots=True)
class Table:
    """Rows of one kind."""

    name: str
    """Of its file, or sheet."""
    about: str
    columns: Mapping[str, Kind]
    rows: Callable[[], Iterator[Row]]
    """Read anew with every call; each row has every column, and may have more, which are left out."""

    choices: Mapping[str, Sequence[str]] = field(default_factory=dict[str, Sequence[str]])
    """By column: the words that a workbook offers where people are to fill it in."""

    def cells(self) -> Iterator[list[Any]]:
        """Each row's cells in the order of the columns, JSON as text."""
        for row in self.rows():
            yield [_flat(row[name], kind) for name, kind in self.columns.items()]


def _flat(value: Any, kind: Kind) -> Any:  # noqa: ANN401 (whatever a column holds)
    return orjson.dumps(value).decode() if kind is Kind.JSON and value is not None else value
