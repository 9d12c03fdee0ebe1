"""Tables of a run: rows to go through, a data frame, and a first look in a notebook."""

from collections.abc import Callable, Iterable, Iterator, Mapping
from html import escape
from itertools import islice
from typing import TYPE_CHECKING, Any

from domain.errors import InputError
from pipeline.exporting.table import Kind
from pipeline.exporting.table import Table as Exported

if TYPE_CHECKING:
    import pandas as pd

_SHOWN, _LONGEST = 10, 60
"""Rows of a first look; characters of a cell."""
_TYPES = {Kind.TEXT: "str", Kind.WHOLE: "Int64", Kind.NUMBER: "Float64", Kind.TRUTH: "boolean", Kind.JSON: "object"}
"""Of a data frame's columns: those in which a cell may be empty."""


class Table:
    """Rows of one kind. They are read from the store each time that they are gone through."""

    def __init__(
        self, name: str, about: str, columns: Mapping[str, Kind], rows: Callable[[], Iterable[Mapping[str, Any]]]
    ) -> None:
        self.name = name
        self.about = about
        """What it holds, in a sentence."""
        self._columns = columns
        self._rows = rows

    @classmethod
    def of(cls, table: Exported) -> "Table":
        """A table as it is exported too."""
        return cls(table.name, table.about, table.columns, table.rows)

    @property
    def columns(self) -> list[str]:
        """Their names, in order."""
        return list(self._columns)

    def __iter__(self) -> Iterator[dict[str, Any]]:
        for row in self._rows():
            yield {name: row[name] for name in self._columns}

    def to_pandas(self) -> "pd.DataFrame":
        """All of it as a data frame; lists and objects stay what they are.

        Raises:
            InputError: pandas is not installed.
        """
        try:
            import pandas as pd  # noqa: PLC0415 (optional, and half a second to import)
        except ImportError:
            raise InputError('a data frame needs pandas; run: pip install "caveat[notebook]"') from None
        rows = list(self)
        return pd.DataFrame(
            {name: pd.Series([row[name] for row in rows], dtype=_TYPES[kind]) for name, kind in self._columns.items()}
        )

    def __repr__(self) -> str:
        return f"{self.name}: {self.about}\n  {', '.join(self._columns)}"

    def _repr_html_(self) -> str:
        """The first rows, cut; whatever a response holds is text here."""
        first = list(islice(self, _SHOWN + 1))
        head = "".join(f"<th>{escape(name)}</th>" for name in self._columns)
        body = "".join(f"<tr>{''.join(map(_cell, row.values()))}</tr>" for row in first[:_SHOWN])
        more = f" The first {_SHOWN} rows." if len(first) > _SHOWN else ""
        return (
            f"<p><b>{escape(self.name)}</b>: {escape(self.about)}{more}</p>"
            f'<div style="overflow-x: auto"><table><thead><tr>{head}</tr></thead><tbody>{body}</tbody></table></div>'
        )


def _cell(value: object) -> str:
    if isinstance(value, bool | int | float) or value is None:
        said = "" if value is None else f"{value:.4g}" if isinstance(value, float) else str(value)
        return f"<td>{said}</td>"
    text = str(value)
    return f"<td>{escape(text if len(text) <= _LONGEST else f'{text[: _LONGEST - 1]}…')}</td>"
