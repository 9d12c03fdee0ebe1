"""The command line as a person and a machine meet it."""

from collections.abc import Iterator
from typing import Any

import click
import pytest
from click.testing import CliRunner

from domain.errors import InputError
from pipeline.cli import caveat
from tests.conftest import KINDS, Workspace, addresses
from tests.flow import MAIN, UNSAFE, authored, facts, invoke, start

COMMANDS = caveat.list_commands(click.Context(caveat))


@pytest.fixture(scope="module", params=KINDS)
def judged(tmp_path_factory: pytest.TempPathFactory, request: pytest.FixtureRequest) -> Iterator[Workspace]:
    """Two runs, only read from: `c` has two flagged responses and one that is audited, `d` has one flagged."""
    root = tmp_path_factory.mktemp("judged")
    with addresses(request.param, root, request) as new:
        yield _judged(Workspace(root, new()))


def _judged(workspace: Workspace) -> Workspace:
    config = authored(workspace, {"s1": UNSAFE, "s2": UNSAFE, "s3": "See a GP."})
    invoke(workspace, "run", config)
    invoke(workspace, "run", config, "--run-id", "d", "--limit", "1")
    label = {"scenario_id": "s1", "candidate_id": "a", "criterion_id": "X-1", "reviewer_id": "p", "verdict": "violated"}
    workspace.jsonl("data/labels/p.jsonl", [label])
    return workspace


@pytest.mark.parametrize("command", COMMANDS)
def test_the_help_of_every_command_has_an_example(command: str) -> None:
    said = CliRunner().invoke(caveat, [command, "--help"])
    assert 0 == said.exit_code
    assert f"  caveat {command} " in said.output.replace(" -C my-project", "").partition("Examples:")[2] + " "


def test_the_help_of_the_whole_names_every_command() -> None:
    said = CliRunner().invoke(caveat, ["--help"]).output
    assert [] == [command for command in COMMANDS if f"\n  {command} " not in said]


def test_help_loads_no_heavy_library(workspace: Workspace) -> None:
    heavy = "{'duckdb', 'pydantic', 'openai', 'anthropic', 'litellm', 'numpy', 'scipy', 'rich'}"
    look = f"import atexit, sys; atexit.register(lambda: print('LOADED', sorted({heavy} & sys.modules.keys()))); {MAIN}"
    said, _ = start(workspace, "--help", code=look).communicate()
    assert "Usage:" in said
    assert said.endswith("LOADED []\n")


@pytest.mark.parametrize(
    ("args", "expected"),
    [
        ("run {}/config/c.yaml", {"run_id": "c", "complete": True, "new_calls": 0, "items": 3, "finished": 3}),
        ("run {}/config/c.yaml --dry-run", {"items": 3, "model_calls": 0}),
        ("queue", {"provisional": True}),
        ("report c", {"run_id": "c", "dispositions": {"flagged": 2, "borderline": 0, "cleared": 1}}),
        ("compare c --labels data/labels/p.jsonl", {"run_id": "c", "labels": 1, "reviewers": ["p"]}),
        ("doctor {}/config/c.yaml", {"ok": True}),
    ],
)
def test_json_is_one_object_on_stdout_and_nothing_else(judged: Workspace, args: str, expected: dict[str, Any]) -> None:
    found = facts(judged, *args.format(judged.root).split())
    assert expected == {name: found[name] for name in expected}


@pytest.mark.parametrize(
    ("args", "expected"),
    [
        ("", ["c s1", "c s2", "c s3", "d s1"]),
        ("--run c", ["c s1", "c s2", "c s3"]),
        ("--run d", ["d s1"]),
        ("--lane flagged", ["c s1", "c s2", "d s1"]),
        ("--lane audit", ["c s3"]),
        ("--run d --lane audit", []),
        ("--run nobody", []),
    ],
)
def test_the_queue_shows_what_the_filters_ask_for(judged: Workspace, args: str, expected: list[str]) -> None:
    items = facts(judged, "queue", *args.split())["items"]
    assert expected == sorted(f"{one['run_id']} {one['scenario_id']}" for one in items)


def test_the_queue_gives_the_most_urgent_first_and_at_most_as_many_as_asked_for(judged: Workspace) -> None:
    whole = [one["priority"] for one in facts(judged, "queue")["items"]]
    assert sorted(whole, reverse=True) == whole
    assert whole[:3] == [one["priority"] for one in facts(judged, "queue", "--limit", "3")["items"]]


def test_the_queue_for_people_says_that_the_run_was_provisional(judged: Workspace) -> None:
    assert invoke(judged, "queue").stdout.startswith("PROVISIONAL")


def test_the_report_is_one_page_that_loads_nothing_from_elsewhere(judged: Workspace) -> None:
    assert 0 == invoke(judged, "report", "c").exit_code
    page = (judged.root / "data/reports/c.html").read_text(encoding="utf-8")
    assert UNSAFE.removesuffix(".") in page
    assert [] == [mark for mark in ("http://", "https://", "<script src", "<link") if mark in page]


def test_a_limit_that_a_finished_run_already_exceeds_is_no_failure(workspace: Workspace) -> None:
    config = authored(workspace, {"s1": UNSAFE, "s2": UNSAFE})
    invoke(workspace, "run", config)
    assert 0 == invoke(workspace, "run", config, "--limit", "1").exit_code


def test_a_limited_run_is_continued_by_the_whole_one(workspace: Workspace) -> None:
    config = authored(workspace, {"s1": UNSAFE, "s2": UNSAFE})
    first, whole = facts(workspace, "run", config, "--limit", "1"), facts(workspace, "run", config)
    assert [(1, 1, True), (2, 2, True)] == [(one["items"], one["finished"], one["complete"]) for one in (first, whole)]


def test_the_configuration_comes_from_the_workspace_that_was_named(
    judged: Workspace, workspace: Workspace, monkeypatch: pytest.MonkeyPatch
) -> None:
    workspace.config(name="of-elsewhere")
    monkeypatch.chdir(workspace.root)
    assert "c" == facts(judged, "run", "config/c.yaml", "--dry-run")["name"]


def test_a_new_workspace_holds_what_its_first_run_needs(workspace: Workspace) -> None:
    invoke(workspace, "init", "new")
    new = ["-C", str(workspace.root / "new")]
    config = str(workspace.root / "new/config/demo.yaml")
    assert 0 == CliRunner().invoke(caveat, [*new, "doctor", config]).exit_code
    assert 0 == CliRunner().invoke(caveat, [*new, "run", config, "--limit", "2"]).exit_code


def test_a_new_workspace_is_named_by_its_plain_path(workspace: Workspace) -> None:
    (workspace.root / "here").mkdir()
    said = CliRunner().invoke(caveat, ["-C", str(workspace.root / "here"), "init", "../new"]).output
    assert f"files to {workspace.root.resolve() / 'new'}." in said


def test_a_folder_that_holds_files_is_not_laid_out_again(workspace: Workspace) -> None:
    before = sorted(workspace.root.rglob("*"))
    with pytest.raises(InputError, match="already holds files; nothing was written"):
        invoke(workspace, "init", ".")
    assert before == sorted(workspace.root.rglob("*"))
