"""The shape of the product: small files, small functions, one door to the database."""

import ast
from collections.abc import Iterator
from pathlib import Path

import pytest

from tests.conftest import ROOT

FILES = sorted(
    path
    for name in ("domain", "judges", "agreement", "pipeline", "review", "caveat")
    for path in (ROOT / name).rglob("*.py")
)
NAMES = [str(path.relative_to(ROOT)) for path in FILES]


def functions(path: Path) -> Iterator[ast.FunctionDef | ast.AsyncFunctionDef]:
    for node in ast.walk(ast.parse(path.read_text(encoding="utf-8"))):
        if isinstance(node, ast.FunctionDef | ast.AsyncFunctionDef):
            yield node


def uses(path: Path, module: str, attribute: str) -> bool:
    """Whether a file takes this attribute of this module, by whatever spelling of the import."""
    tree = ast.parse(path.read_text(encoding="utf-8"))
    imports = [alias for node in ast.walk(tree) if isinstance(node, ast.Import) for alias in node.names]
    names = {alias.asname or alias.name for alias in imports if alias.name == module}
    taken = [node for node in ast.walk(tree) if isinstance(node, ast.Attribute) and node.attr == attribute]
    imported = [node for node in ast.walk(tree) if isinstance(node, ast.ImportFrom) and node.module == module]
    return any(isinstance(node.value, ast.Name) and node.value.id in names for node in taken) or any(
        alias.name in (attribute, "*") for node in imported for alias in node.names
    )


def test_the_product_was_found() -> None:
    assert {"pipeline/cli.py", "pipeline/store/door.py", "domain/record.py"} <= set(NAMES)


@pytest.mark.parametrize("path", FILES, ids=NAMES)
def test_no_file_is_longer_than_300_lines(path: Path) -> None:
    assert 300 >= len(path.read_text(encoding="utf-8").splitlines())


@pytest.mark.parametrize("path", FILES, ids=NAMES)
def test_no_function_is_longer_than_40_lines(path: Path) -> None:
    long = {one.name: lines for one in functions(path) if (lines := (one.end_lineno or 0) - one.lineno + 1) > 40}
    assert {} == long


@pytest.mark.parametrize(
    ("driver", "door"), [("duckdb", "pipeline/store/door.py"), ("psycopg", "pipeline/store/postgres_connect.py")]
)
def test_a_database_is_opened_at_one_door(driver: str, door: str) -> None:
    assert [door] == [name for name, path in zip(NAMES, FILES, strict=True) if uses(path, driver, "connect")]


@pytest.mark.parametrize("sdk", ["openai", "anthropic", "litellm", "ray"])
def test_a_heavy_library_is_imported_by_no_module_at_its_top(sdk: str) -> None:
    found = [
        name
        for name, path in zip(NAMES, FILES, strict=True)
        for node in ast.parse(path.read_text(encoding="utf-8")).body
        if (isinstance(node, ast.Import) and any(alias.name.split(".")[0] == sdk for alias in node.names))
        or (isinstance(node, ast.ImportFrom) and (node.module or "").split(".")[0] == sdk)
    ]
    assert [] == found


def test_every_module_says_what_it_is_for() -> None:
    bare = [
        name
        for name, path in zip(NAMES, FILES, strict=True)
        if not ast.get_docstring(ast.parse(path.read_text(encoding="utf-8")))
    ]
    assert [] == bare
