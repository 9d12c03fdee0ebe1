"""Every text in a file, with the place where it stands, whatever the file is for."""

import csv
import io
from collections.abc import Iterator
from pathlib import Path
from typing import Any, NamedTuple

import orjson
import yaml

from domain.errors import InputError
from domain.identifiers.gate import texts_in
from pipeline.files.jsonl import read_lines
from pipeline.files.text import read_text


class PlacedText(NamedTuple):
    """One text."""

    line: int | None
    """Of the record that it stands in; None in a file of one record."""
    key: str
    text: str


def texts_in_file(path: Path) -> Iterator[PlacedText]:
    """The texts of JSONL, CSV or YAML by their keys; any other file is one text.

    Raises:
        InputError: it cannot be read, or does not parse.
    """
    match path.suffix.lower():
        case ".jsonl":
            for line, text in read_lines(path):
                yield from _of(_json(text, path, line), line)
        case ".csv":
            yield from _of_table(path)
        case ".yaml" | ".yml":
            yield from _of(_yaml(path), None)
        case _:
            yield PlacedText(None, "", read_text(path))


def _of(value: object, line: int | None) -> Iterator[PlacedText]:
    return (PlacedText(line, key, text) for key, text in texts_in(value))


def _of_table(path: Path) -> Iterator[PlacedText]:
    rows = csv.DictReader(io.StringIO(read_text(path), newline=""), restkey="more")
    try:
        for row in rows:
            yield from _of(row, rows.line_num)
    except csv.Error as error:
        raise InputError(f"does not read as CSV: {error}", file=path, line=rows.line_num) from None


def _json(text: str, path: Path, line: int) -> Any:  # noqa: ANN401 (any JSON value)
    try:
        return orjson.loads(text)
    except orjson.JSONDecodeError as error:
        raise InputError(f"expected one JSON object: {error.msg}", file=path, line=line) from None


def _yaml(path: Path) -> Any:  # noqa: ANN401 (any YAML value)
    try:
        return yaml.load(read_text(path), Loader=yaml.BaseLoader)  # noqa: S506 (gives text alone)
    except yaml.YAMLError as error:
        raise InputError(f"does not parse as YAML: {error}", file=path) from None
