"""The documentation as a site: laid out from the repository's Markdown, whole, and loading nothing from elsewhere."""

import importlib.util
import re
import subprocess
import sys
from html.parser import HTMLParser
from pathlib import Path
from types import ModuleType

import pytest

from tests.conftest import ROOT

BUILDER = Path(sys.prefix) / "docs/bin/mkdocs"
LOADS = {"script": "src", "img": "src", "link": "href", "iframe": "src", "source": "src"}
"""Elements by which a page loads something, and where they say what."""


def _module() -> ModuleType:
    spec = importlib.util.spec_from_file_location("pages", ROOT / ".ci/pages.py")
    assert spec is not None
    assert spec.loader is not None
    module = importlib.util.module_from_spec(spec)
    spec.loader.exec_module(module)
    return module


pages = _module()


@pytest.mark.parametrize(
    ("source", "given", "expected"),
    [
        ("docs/formats.md", "[a](glossary.md)", "[a](glossary.md)"),
        ("docs/formats.md", "[a](how-to-certify.md#grant)", "[a](how-to-certify.md#grant)"),
        ("docs/formats.md", "[a](../SECURITY.md)", "[a](security.md)"),
        ("docs/formats.md", "[a](adr)", "[a](adr/index.md)"),
        ("docs/formats.md", "see [the file](../config/demo.yaml).", "see the file."),
        ("docs/formats.md", "`[a](../SECURITY.md)`", "`[a](../SECURITY.md)`"),
        ("docs/formats.md", "[a](https://example.org/b)", "[a](https://example.org/b)"),
        ("docs/formats.md", "[a](#grant)", "[a](#grant)"),
        ("docs/reference/commands.md", "[a](../../CHANGELOG.md)", "[a](../changelog.md)"),
        ("README.md", "![a](docs/images/report.png)", "![a](images/report.png)"),
    ],
)
def test_a_link_leads_where_the_page_stands_on_the_site(source: str, given: str, expected: str) -> None:
    assert expected == pages.with_links(given, source)


def test_the_navigation_is_the_table_of_contents() -> None:
    contents = "# All\n\n## How to\n\n- [write rubrics](how-to-write-rubrics.md): so\n\n## More\n\n- [Decisions](adr)\n"
    first, how_to, more = pages.navigation(contents)
    assert ({"Overview": "README.md"}, {"How to": [{"Write rubrics": "how-to-write-rubrics.md"}]}) == (first, how_to)
    index, *records = more["More"][0]["Decisions"]
    assert "adr/index.md" == index
    assert len(records) == len(list((ROOT / "docs/adr").glob("*.md")))


class _Loaded(HTMLParser):
    """Addresses that a page loads by itself."""

    def __init__(self) -> None:
        super().__init__()
        self.found: list[str] = []

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        self.found += [value or "" for name, value in attrs if name == LOADS.get(tag)]


@pytest.mark.skipif(not BUILDER.exists(), reason="the site's builder is not installed: make docs")
def test_the_site_builds_without_a_warning_and_loads_nothing_from_elsewhere(tmp_path: Path) -> None:
    pages.main(tmp_path / "docs")
    build = [BUILDER, "build", "--quiet", "--strict", "--config-file", tmp_path / "docs/mkdocs.yml"]
    done = subprocess.run(build, capture_output=True, text=True, check=False, env={"NO_MKDOCS_2_WARNING": "1"})
    assert (0, "") == (done.returncode, done.stdout + done.stderr)
    for page in (tmp_path / "docs/site").rglob("*.html"):
        loaded = _Loaded()
        loaded.feed(page.read_text("utf-8"))
        assert loaded.found
        assert [] == [one for one in loaded.found if re.match(r"(\w+:)?//", one)], page.name
    for sheet in (tmp_path / "docs/site").rglob("*.css"):
        assert not re.search(r"(@import|url\()\s*['\"]?(\w+:)?//", sheet.read_text("utf-8")), sheet.name
