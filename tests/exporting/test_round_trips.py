"""Whatever stands in a text comes back from every format as it was, and no spreadsheet runs any of it."""

import csv
import re
from collections.abc import Callable
from datetime import UTC, datetime
from pathlib import Path
from tempfile import TemporaryDirectory

import duckdb
import orjson
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from pipeline.exporting.files import write_csv_table, write_jsonl_table, write_parquet_table
from pipeline.exporting.parts import LONGEST, parts_of
from pipeline.exporting.table import Kind, Table
from pipeline.exporting.workbook import write_workbook
from pipeline.files.escape import escaped, unescaped
from tests.hostile import TEXTS, texts
from tests.xlsx import formulas_and_links, sheets

NOON = datetime(2026, 11, 28, 12, tzinfo=UTC)
_STARTS_A_FORMULA = re.compile(r"[\s\x00-\x1f\u200b\ufeff]*[=+\-@＝＋－＠]")


def table(some: list[str]) -> Table:
    columns = {"text": Kind.TEXT, "n": Kind.NUMBER, "list": Kind.JSON}
    return Table("t", "", columns, lambda: ({"text": one, "n": -0.5, "list": [one]} for one in some))


def from_jsonl(path: Path) -> list[str]:
    return [orjson.loads(line)["text"] for line in path.read_bytes().split(b"\n") if line]


def from_csv(path: Path) -> list[str]:
    with path.open(encoding="utf-8", newline="") as file:
        rows = list(csv.DictReader(file))
    assert {"'"} >= {row["escaped_with"] for row in rows}
    assert {"-0.5"} >= {row["n"] for row in rows}
    assert not [row for row in rows if _STARTS_A_FORMULA.match(row["text"])]
    return [unescaped(row["text"]) for row in rows]


def from_parquet(path: Path) -> list[str]:
    with duckdb.connect() as database:
        rows = database.execute("SELECT text, n, list FROM read_parquet(?)", [str(path)]).fetchall()
    assert all(orjson.loads(row[2]) == [row[0]] for row in rows)
    return [row[0] for row in rows]


def from_xlsx(path: Path) -> list[str]:
    assert [] == formulas_and_links(path)
    book = sheets(path)
    found = [row[0] for row in book["t"][1:]]
    for _, row, column, _, piece in book.get("Long texts", [])[1:]:
        if column == "text":
            found[int(row) - 2] += piece
    return found


def write_xlsx(one: Table, path: Path) -> int:
    return write_workbook(path, [one], [("about", "=1")], NOON)["t"]


FORMATS: dict[str, tuple[Callable[[Table, Path], int], Callable[[Path], list[str]]]] = {
    "jsonl": (write_jsonl_table, from_jsonl),
    "csv": (write_csv_table, from_csv),
    "parquet": (write_parquet_table, from_parquet),
    "xlsx": (write_xlsx, from_xlsx),
}


@pytest.mark.parametrize("kind", FORMATS)
def test_text_that_is_known_to_be_trouble_comes_back_as_it_was(kind: str, tmp_path: Path) -> None:
    write, read = FORMATS[kind]
    assert len(TEXTS) == write(table(list(TEXTS)), tmp_path / f"t.{kind}")
    assert list(TEXTS) == read(tmp_path / f"t.{kind}")
    assert [f"t.{kind}"] == [one.name for one in tmp_path.iterdir()]


@pytest.mark.parametrize("kind", FORMATS)
def test_any_text_comes_back_as_it_was(kind: str) -> None:
    write, read = FORMATS[kind]

    @settings(max_examples=30, deadline=None, derandomize=True)
    @given(st.lists(texts, min_size=1, max_size=8))
    def holds(some: list[str]) -> None:
        with TemporaryDirectory() as folder:
            write(table(some), Path(folder) / f"t.{kind}")
            assert some == read(Path(folder) / f"t.{kind}")

    holds()


@settings(max_examples=300, deadline=None, derandomize=True)
@given(texts)
def test_an_escaped_text_never_starts_a_formula_and_loses_nothing(text: str) -> None:
    assert text == unescaped(escaped(text))
    assert not _STARTS_A_FORMULA.match(escaped(text))


@settings(max_examples=100, deadline=None, derandomize=True)
@given(texts)
def test_the_parts_of_a_text_are_the_text_and_fit_into_a_cell(text: str) -> None:
    parts = list(parts_of(text))
    assert text == "".join(parts)
    assert parts
    assert all(LONGEST >= len(part.encode("utf-16-le")) // 2 for part in parts)


def test_a_workbook_of_the_same_content_has_the_same_bytes(tmp_path: Path) -> None:
    for name in ("a", "b"):
        write_xlsx(table(list(TEXTS)), tmp_path / name)
    assert (tmp_path / "a").read_bytes() == (tmp_path / "b").read_bytes()
