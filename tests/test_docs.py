"""What the documents say is so."""

import re
import subprocess
import tomllib
from pathlib import Path
from urllib.parse import urlsplit

import pytest

from tests.conftest import ROOT
from tests.rendered import PAGE, filled_in
from tests.shown import PAGES

README = (ROOT / "README.md").read_text(encoding="utf-8")
NOT_LISTED = {"README.md", "CONTRIBUTING.md", "CHANGELOG.md", "SECURITY.md", "LICENSE", ".gitignore"}


def _named_in_the_table() -> set[str]:
    return {name.rstrip("/") for name in re.findall(r"^\| `([^`]+)` \|", README, re.MULTILINE)}


def test_the_readme_has_a_line_for_every_folder_and_no_other() -> None:
    tracked = subprocess.run(["git", "ls-files"], cwd=ROOT, capture_output=True, text=True, check=True).stdout
    if not tracked:
        pytest.skip("no git checkout: what belongs to the repository cannot be told")
    there = {name.split("/")[0] for name in tracked.splitlines()}
    assert there - NOT_LISTED == _named_in_the_table()


def test_every_make_target_shown_is_one_that_there_is() -> None:
    targets = set(re.findall(r"^([a-z-]+):", (ROOT / "Makefile").read_text("utf-8"), re.MULTILINE))
    shown = {
        name for doc in PAGES for name in re.findall(r"(?:`|^ {4})make ([a-z-]+)", doc.read_text("utf-8"), re.MULTILINE)
    }
    assert shown <= targets | {"alone"}


def _links(page: Path) -> list[tuple[str, str]]:
    """Where a page's links lead, and to which heading there; what stands in code is none."""
    text = re.sub(r"^```.*?^```$|`[^`\n]+`", "", page.read_text("utf-8"), flags=re.MULTILINE | re.DOTALL)
    return re.findall(r"\]\(([^)#\s]*)#?([^)\s]*)\)", text)


def _anchors(page: Path) -> set[str]:
    """As headings are addressed."""
    heads = re.findall(r"^#+ (.+)$", page.read_text("utf-8"), re.MULTILINE)
    return {re.sub(r"[^\w\- ]", "", head.lower()).replace(" ", "-") for head in heads}


@pytest.mark.parametrize("page", PAGES, ids=lambda page: page.name)
def test_every_link_leads_somewhere(page: Path) -> None:
    for target, heading in _links(page):
        if re.match(r"\w+:", target):
            assert urlsplit(target).scheme == "https", target
            assert urlsplit(target).netloc, target
            continue
        there = (page.parent / target) if target else page
        assert there.exists(), target
        assert not heading or heading in _anchors(there), f"{target}#{heading}"


def test_every_page_stands_in_the_table_of_contents() -> None:
    docs = ROOT / "docs"
    listed = {(docs / target).resolve() for target, _ in _links(docs / "README.md")}
    pages = {one.resolve() for one in docs.rglob("*.md")} - {docs / "README.md"}
    assert set() == {one for one in pages if one not in listed and one.parent not in listed}


def test_every_direct_dependency_has_its_reason_and_no_other() -> None:
    project = tomllib.loads((ROOT / "pyproject.toml").read_text("utf-8"))
    groups = [*project["project"]["optional-dependencies"].values(), *project["dependency-groups"].values()]
    asked = project["project"]["dependencies"] + [one for group in groups for one in group]
    wanted = {re.split(r"[\[>=]", one)[0] for one in asked}
    table = (ROOT / "docs/dependencies.md").read_text("utf-8")
    rows = re.findall(r"^\| (?!Package|Optional|For |-)([^|]+?) \|", table, re.MULTILINE)
    said = {re.sub(r" \(.*\)", "", name) for row in rows for name in row.split(", ")}
    assert wanted == said


def test_decisions_are_short() -> None:
    for record in (ROOT / "docs/adr").glob("*.md"):
        assert len(record.read_text("utf-8").split()) <= 400, record.name


def test_pins_hold_hashes_and_no_address() -> None:
    for name in ("run", "dev", "audit", "docs"):
        text = (ROOT / f"requirements/{name}.txt").read_text("utf-8")
        pins = re.findall(r"^[a-z0-9][a-z0-9._-]*==", text, re.MULTILINE)
        assert len(pins) > 20
        assert len(re.findall(r"--hash=sha256:", text)) >= len(pins)
        assert "://" not in text
        assert "index-url" not in text


def test_the_prompts_shown_are_those_that_judges_get() -> None:
    page = PAGE.read_text(encoding="utf-8")
    assert page == filled_in(page), "write them anew: python -m tests.rendered"
