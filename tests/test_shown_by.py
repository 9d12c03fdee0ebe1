"""Whatever the pages on safety promise names the test that shows it, and that test is there."""

import ast
import re
from pathlib import Path

import pytest

from tests.conftest import ROOT

PAGES = ("SECURITY.md", "docs/reliability.md")
_TEST = re.compile(r"`(tests/[\w/]+\.py)::(test_\w+)`")
_BENCH = re.compile(r"`make (bench-[a-z-]+)`")
PROMISES = 6


def rows(page: str) -> list[str]:
    """Of tables with a column that says what shows it."""
    lines = (ROOT / page).read_text("utf-8").splitlines()
    tables = "\n".join(lines).split("\n\n")
    shown = [one.splitlines() for one in tables if one.startswith("|") and "Shown by |" in one.splitlines()[0]]
    return [row for table in shown for row in table[2:]]


def names_in(file: Path) -> set[str]:
    return {one.name for one in ast.walk(ast.parse(file.read_text("utf-8"))) if isinstance(one, ast.FunctionDef)}


@pytest.mark.parametrize(("page", "least"), [("SECURITY.md", 19), ("docs/reliability.md", 40)])
def test_every_row_names_what_shows_it(page: str, least: int) -> None:
    found = rows(page)
    assert len(found) >= least
    assert [] == [row for row in found if not _TEST.search(row) and not _BENCH.search(row)]


@pytest.mark.parametrize("page", PAGES)
def test_every_test_and_benchmark_that_is_named_is_there(page: str) -> None:
    text = (ROOT / page).read_text("utf-8")
    named = _TEST.findall(text)
    assert named
    assert [] == [(file, test) for file, test in named if test not in names_in(ROOT / file)]
    targets = set(re.findall(r"^([a-z-]+):", (ROOT / "Makefile").read_text("utf-8"), re.MULTILINE))
    assert set(_BENCH.findall(text)) <= targets


def test_every_promise_has_a_test_that_is_named_after_it() -> None:
    named = {name for file in (ROOT / "tests").glob("test_promise*.py") for name in names_in(file)}
    kept = {int(hit[1]) for name in named if (hit := re.match(r"test_promise_(\d)_", name))}
    assert set(range(1, PROMISES + 1)) == kept
