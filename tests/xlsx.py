"""Reads a workbook by another's code than wrote it."""

import re
from pathlib import Path
from typing import Any, cast
from zipfile import ZipFile

from python_calamine import CalamineWorkbook


def sheets(path: Path | str) -> dict[str, list[list[Any]]]:
    """Every sheet's rows, the head first."""
    book: Any = cast("Any", CalamineWorkbook).from_path(path)
    return {name: book.get_sheet_by_name(name).to_python() for name in book.sheet_names}


def formulas_and_links(path: Path) -> list[str]:
    """Sheets with a cell that is a formula, or a text that became a link."""
    with ZipFile(path) as file:
        names = [name for name in file.namelist() if name.startswith("xl/worksheets/")]
        return [name for name in names if re.search(rb"<f[ >]|<hyperlink", file.read(name))]


def offered(path: Path, *starts: str) -> list[str]:
    """The lists of words that cells are offered, of those that start so."""
    with ZipFile(path) as file:
        sheets = [file.read(name).decode() for name in file.namelist() if name.startswith("xl/worksheets/")]
    lists = [words for sheet in sheets for words in re.findall(r'<formula1>"(.*?)"</formula1>', sheet)]
    return [words for words in lists if words.startswith(starts)]
