"""What the documents say is so."""

import re
import shlex
import subprocess
import tomllib

import click
import pytest

from pipeline.cli import caveat
from tests.conftest import ROOT
from tests.rendered import PAGE, filled_in

README = (ROOT / "README.md").read_text(encoding="utf-8")
DOCS = [ROOT / "README.md", ROOT / "CONTRIBUTING.md", *sorted((ROOT / "docs").rglob("*.md"))]
NOT_LISTED = {"README.md", "CONTRIBUTING.md", "CHANGELOG.md", "SECURITY.md", "LICENSE", ".gitignore"}


def _named_in_the_table() -> set[str]:
    return {name.rstrip("/") for name in re.findall(r"^\| `([^`]+)` \|", README, re.MULTILINE)}


def test_the_readme_has_a_line_for_every_folder_and_no_other() -> None:
    tracked = subprocess.run(["git", "ls-files"], cwd=ROOT, capture_output=True, text=True, check=True).stdout
    if not tracked:
        pytest.skip("no git checkout: what belongs to the repository cannot be told")
    there = {name.split("/")[0] for name in tracked.splitlines()}
    assert there - NOT_LISTED == _named_in_the_table()


def _commands() -> list[str]:
    shown = [
        line.strip()
        for doc in DOCS
        for line in re.findall(r"^ {4}(.*caveat .*)$", doc.read_text("utf-8"), re.MULTILINE)
    ]
    return [line.partition("#")[0].strip() for line in shown]


@pytest.mark.parametrize("line", _commands())
def test_every_command_shown_is_one_that_there_is(line: str) -> None:
    name, *arguments = shlex.split(line)[shlex.split(line).index("caveat") + 1 :]
    command = caveat.get_command(click.Context(caveat), name)
    assert command is not None
    command.make_context(name, arguments, resilient_parsing=False)


def test_every_make_target_shown_is_one_that_there_is() -> None:
    targets = set(re.findall(r"^([a-z-]+):", (ROOT / "Makefile").read_text("utf-8"), re.MULTILINE))
    shown = {
        name for doc in DOCS for name in re.findall(r"(?:`|^ {4})make ([a-z-]+)", doc.read_text("utf-8"), re.MULTILINE)
    }
    assert shown <= targets | {"alone"}


def test_every_link_inside_the_repository_leads_somewhere() -> None:
    for doc in DOCS:
        for target in re.findall(r"\]\((?!https?://)([^)#]+)", doc.read_text("utf-8")):
            assert (doc.parent / target).exists(), f"{doc.name}: {target}"


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
    for name in ("run", "dev", "audit"):
        text = (ROOT / f"requirements/{name}.txt").read_text("utf-8")
        pins = re.findall(r"^[a-z0-9][a-z0-9._-]*==", text, re.MULTILINE)
        assert len(pins) > 20
        assert len(re.findall(r"--hash=sha256:", text)) >= len(pins)
        assert "://" not in text
        assert "index-url" not in text


def test_the_prompts_shown_are_those_that_judges_get() -> None:
    page = PAGE.read_text(encoding="utf-8")
    assert page == filled_in(page), "write them anew: python -m tests.rendered"
