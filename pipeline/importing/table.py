"""Labels and responses as a table: CSV with a header line, as a spreadsheet saves it."""

import csv
import io
from collections.abc import Callable, Hashable, Iterator
from pathlib import Path
from typing import TypeVar

import orjson
from pydantic import ValidationError

from domain.errors import InputError
from domain.record import Record
from pipeline.files.escape import COLUMN, MARK, unescaped
from pipeline.files.explain import input_error
from pipeline.files.text import read_text

R = TypeVar("R", bound=Record)

_NOTHING: list[str] = []
_MAY_BE_EMPTY = {"response"}
_WHOLE = {"repeat"}
_NUMBERS = {"inclusion_probability"}
_TRUTHS = {"blind"}
_LONGEST_FIELD = 1_000_000


def read_table(kind: type[R], path: Path, key: Callable[[R], Hashable]) -> Iterator[R]:
    """Records from a CSV file; an empty cell is a key left out, but an empty response is a response. Where a column
    says that text was escaped, as in our own exports, it is given back as it was.

    Raises:
        InputError: names file, line, column and what was expected.
    """
    csv.field_size_limit(_LONGEST_FIELD)
    rows = csv.reader(io.StringIO(read_text(path), newline=""), strict=True)
    try:
        header = [name.strip() for name in next(rows, _NOTHING)]
        if not header:
            raise InputError(
                f"is empty; expected a header line naming the columns of a {kind.__name__.lower()}", file=path
            )
        if twice := sorted({name for name in header if header.count(name) > 1}):
            raise InputError("the column stands twice", file=path, line=1, key=twice[0])
        seen: set[Hashable] = set()
        for row in rows:
            if any(cell.strip() for cell in row):
                record = _record(kind, header, row, path, rows.line_num)
                if key(record) in seen:
                    raise InputError("what this line is of stands twice", file=path, line=rows.line_num)
                seen.add(key(record))
                yield record
    except csv.Error as error:
        raise InputError(f"does not read as CSV: {error}", file=path, line=rows.line_num) from None


def _record(kind: type[R], header: list[str], row: list[str], path: Path, line: int) -> R:
    if len(row) != len(header):
        raise InputError(f"expected {len(header)} cells, found {len(row)}", file=path, line=line)
    row = _plain(header, row, path, line)
    cells = {
        name: _value(name, cell, path, line)
        for name, cell in zip(header, row, strict=True)
        if name != COLUMN and (cell.strip() or name in _MAY_BE_EMPTY)
    }
    try:
        return kind.model_validate_json(orjson.dumps(cells))
    except ValidationError as error:
        raise input_error(error, path, lambda _: line) from None


def _plain(header: list[str], row: list[str], path: Path, line: int) -> list[str]:
    """The cells as they were before they were escaped, if they were."""
    if COLUMN not in header:
        return row
    if (said := row[header.index(COLUMN)]) != MARK:
        raise InputError(f"expected {MARK!r}, found {said[:40]!r}", file=path, line=line, key=COLUMN)
    return list(map(unescaped, row))


def _value(name: str, cell: str, path: Path, line: int) -> object:
    """A cell as the type its column has."""
    try:
        if name in _WHOLE:
            return int(cell)
        if name in _NUMBERS:
            return float(cell)
        if name in _TRUTHS:
            return {"true": True, "false": False, "1": True, "0": False}[cell.strip().lower()]
    except (ValueError, KeyError):
        raise InputError(
            f"expected a number, or true or false; found {cell[:40]!r}", file=path, line=line, key=name
        ) from None
    return cell
