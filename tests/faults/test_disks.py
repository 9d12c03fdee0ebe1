"""Disks and files that are not as a run needs them: one sentence, exit code 2, and nothing changed."""

import resource
import sys
import time
from collections.abc import Callable

import orjson
import pytest

from pipeline.cli import main
from tests.build import scenario_json
from tests.conftest import Workspace
from tests.faults.ground import read_only
from tests.flow import invoke

Shown = tuple[int, str, str]
GIB = 1024**3


@pytest.fixture
def said(
    workspace: Workspace, monkeypatch: pytest.MonkeyPatch, capfd: pytest.CaptureFixture[str]
) -> Callable[..., Shown]:
    """The entry point itself: exit code, stdout, stderr."""

    def run(*args: str) -> Shown:
        monkeypatch.setattr(sys, "argv", ["caveat", "-C", str(workspace.root), *args])
        code = 0
        try:
            main()
        except SystemExit as ended:
            code = int(ended.code or 0)
        shown = capfd.readouterr()
        return code, shown.out, shown.err

    return run


COMMANDS = {
    "run": ("run", "config/c.yaml"),
    "queue": ("queue",),
    "report": ("report", "c"),
    "backup": ("store", "backup", "{root}/data/b.duckdb"),
    "rebuild": ("store", "rebuild", "--yes"),
    "restore": ("store", "restore", "{root}/b.duckdb", "--yes"),
    "import": ("import", "labels", "{root}/labels.jsonl"),
}


@pytest.mark.parametrize("command", COMMANDS.values(), ids=COMMANDS.keys())
def test_a_folder_that_cannot_be_written_to_is_named_and_nothing_changes(
    workspace: Workspace, said: Callable[..., Shown], command: tuple[str, ...]
) -> None:
    config = str(workspace.config())
    invoke(workspace, "run", config)
    label = {"scenario_id": "s1", "candidate_id": "a", "criterion_id": "X-1", "reviewer_id": "p"}
    workspace.jsonl("labels.jsonl", [{**label, "verdict": "violated"}])
    invoke(workspace, "store", "backup", str(workspace.root / "b.duckdb"))
    before = contents(workspace)
    with read_only(workspace.root / "data"):
        code, out, wrong = said(*(word.format(root=workspace.root) for word in command))
    assert (2, "", 1) == (code, out, len(wrong.splitlines())), wrong
    assert "data/" in wrong
    assert before == contents(workspace)


def contents(workspace: Workspace) -> dict[str, bytes]:
    return {str(path): path.read_bytes() for path in (workspace.root / "data").rglob("*") if path.is_file()}


def test_doctor_says_that_the_folder_cannot_be_written_to(workspace: Workspace, said: Callable[..., Shown]) -> None:
    config = str(workspace.config())
    invoke(workspace, "run", config)
    with read_only(workspace.root / "data"):
        code, out, _ = said("doctor", config)
    assert 2 == code
    assert "WRONG  store: " in out
    assert "is no folder that this user may write to" in out


@pytest.mark.parametrize("name", ["scenarios", "responses"])
def test_a_gigabyte_without_a_line_end_is_refused_at_once(
    workspace: Workspace, said: Callable[..., Shown], name: str
) -> None:
    workspace.config()
    with (workspace.root / f"data/{name}/all.jsonl").open("wb") as file:
        file.truncate(GIB)
    code, wrong, took_s, grown_kib = measured(said, "run", "config/c.yaml")
    assert 2 == code
    assert f"data/{name}/all.jsonl, line 1: expected lines of at most 8,388,608 bytes" in wrong
    assert took_s < 5
    assert grown_kib < 200 * 1024


def test_behind_a_good_line_a_gigabyte_of_nothing_is_refused_by_its_line(
    workspace: Workspace, said: Callable[..., Shown]
) -> None:
    workspace.config()
    path = workspace.jsonl("data/scenarios/all.jsonl", [scenario_json("s1")])
    with path.open("r+b") as file:
        file.truncate(GIB)
    code, wrong, took_s, _ = measured(said, "run", "config/c.yaml")
    assert 2 == code
    assert "line 2: expected lines of at most" in wrong
    assert took_s < 5


@pytest.mark.parametrize("name", ["config/c.yaml", "rubrics/r1.yaml", "prompts/case.md"])
def test_a_gigabyte_where_a_page_belongs_is_refused_at_once(
    workspace: Workspace, said: Callable[..., Shown], name: str
) -> None:
    workspace.config()
    with (workspace.root / name).open("wb") as file:
        file.truncate(GIB)
    code, wrong, took_s, grown_kib = measured(said, "run", "config/c.yaml")
    assert (2, 1) == (code, len(wrong.splitlines()))
    assert f"{name}: is larger than" in wrong
    assert took_s < 5
    assert grown_kib < 200 * 1024


def test_many_scenarios_are_read_without_being_held(workspace: Workspace) -> None:
    text = "My daughter has a rash. " * 1600
    rows = [scenario_json(f"s{n}", messages=[{"role": "user", "content": text}]) for n in range(1500)]
    path = workspace.jsonl("data/scenarios/all.jsonl", rows)
    del rows
    config = workspace.config()
    before = resource.getrusage(resource.RUSAGE_SELF).ru_maxrss
    found = orjson.loads(invoke(workspace, "run", str(config), "--dry-run", "--json").stdout)
    assert found["items"]
    grown_kib = resource.getrusage(resource.RUSAGE_SELF).ru_maxrss - before
    assert grown_kib * 1024 < path.stat().st_size / 2


def measured(said: Callable[..., Shown], *args: str) -> tuple[int, str, float, int]:
    """Exit code, sentence, seconds, and KiB of memory on top of what there was."""
    before, began = resource.getrusage(resource.RUSAGE_SELF).ru_maxrss, time.monotonic()
    code, _, wrong = said(*args)
    return code, wrong, time.monotonic() - began, resource.getrusage(resource.RUSAGE_SELF).ru_maxrss - before
