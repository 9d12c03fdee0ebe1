"""Tables as one XLSX file for people: text stays text, to the last character, and no cell is a formula."""

from collections.abc import Iterable, Mapping, Sequence
from datetime import datetime
from pathlib import Path
from typing import Any

from xlsxwriter import Workbook

from pipeline.exporting.parts import parts_of
from pipeline.exporting.table import Table
from pipeline.files.whole import written_whole

_MOST_ROWS = 1_048_576
_LONGEST_LIST = 255
"""Characters, commas between the words included: what the format can offer in a cell."""
_LONG = "Long texts"
_WIDE, _NARROW = 40, 14
_WIDE_COLUMNS = {"response", "reason", "question", "harm", "hazard", "cause", "effect"}
_Choices = Mapping[str, Sequence[str]]
_AS_TEXT = {"strings_to_formulas": False, "strings_to_urls": False, "strings_to_numbers": False}


class _Book:
    """A workbook that is being written, row by row, so that memory stays flat."""

    def __init__(self, path: Path, made_at: datetime) -> None:
        self._book = _workbook(path)
        self._book.set_properties({"created": made_at.replace(tzinfo=None), "comments": "Written by Caveat"})
        self._head = self._book.add_format({"bold": True, "text_wrap": True, "valign": "top"})
        self._body = self._book.add_format({"text_wrap": True, "valign": "top"})
        self.long: list[list[Any]] = []
        """Sheet, row, column, number and text of every piece that did not fit into its cell."""

    def close(self) -> None:
        self._book.close()

    def sheet(self, name: str, columns: Sequence[str]) -> Any:  # noqa: ANN401 (see `_workbook`)
        sheet = self._book.add_worksheet(name)
        sheet.freeze_panes(1, 0)
        for at, column in enumerate(columns):
            sheet.set_column(at, at, _WIDE if column in _WIDE_COLUMNS else _NARROW)
            sheet.write_string(0, at, column, self._head)
        return sheet

    def row(self, sheet: Any, number: int, columns: Sequence[str], cells: Sequence[Any]) -> None:  # noqa: ANN401
        for at, (column, value) in enumerate(zip(columns, cells, strict=True)):
            if value is None:
                continue
            if isinstance(value, bool):
                sheet.write_boolean(number, at, value, self._body)
            elif isinstance(value, int | float):
                sheet.write_number(number, at, value, self._body)
            else:
                first, *rest = parts_of(str(value))
                sheet.write_string(number, at, first, self._body)
                where = (sheet.get_name(), number + 1, column)
                self.long += [[*where, part, piece] for part, piece in enumerate(rest, start=2)]


def write_workbook(
    path: Path, tables: Iterable[Table], about: Sequence[tuple[str, str]], made_at: datetime
) -> dict[str, int]:
    """A sheet a table, the first says what this is; gives the number of rows by sheet.

    Args:
        path: the file.
        tables: in their order.
        about: names and texts for the first sheet.
        made_at: what the file says of when it was made: equal content gives equal bytes.
    """
    with written_whole(path) as beside:
        book = _Book(beside, made_at)
        _write(book, "About", ("about", "text"), about)
        written = {one.name: _write(book, one.name, tuple(one.columns), one.cells(), one.choices) for one in tables}
        if book.long:
            _write(book, _LONG, ("sheet", "row", "column", "part", "text"), book.long)
        book.close()
    return written


def _write(
    book: _Book, name: str, columns: Sequence[str], rows: Iterable[Sequence[Any]], choices: _Choices | None = None
) -> int:
    """As many sheets as it takes."""
    n, sheet = 0, book.sheet(name, columns)
    for column, words in (choices or {}).items():
        at = columns.index(column)
        if len(",".join(words)) <= _LONGEST_LIST and not any("," in one for one in words):
            sheet.data_validation(1, at, _MOST_ROWS - 1, at, {"validate": "list", "source": list(words)})
    for cells in rows:
        n += 1
        place = (n - 1) % (_MOST_ROWS - 1) + 1
        if n > 1 and place == 1:
            sheet = book.sheet(f"{name} {n // (_MOST_ROWS - 1) + 1}", columns)
        book.row(sheet, place, columns, cells)
    return n


def _workbook(path: Path) -> Any:  # noqa: ANN401 (its methods' types are not whole)
    return Workbook(str(path), {**_AS_TEXT, "constant_memory": True})
