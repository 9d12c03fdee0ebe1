"""An imported response that did not come to its own end goes to a person, by whatever road it is judged."""

from collections.abc import Callable

import pytest

from tests.conftest import Workspace
from tests.endpoint import Endpoint, Say
from tests.flow import clinic, dispositions, facts, invoke, prepare


@pytest.fixture
def cut_off(workspace: Workspace, serve: Callable[[Say], Endpoint]) -> tuple[Workspace, dict[str, str], Endpoint]:
    """A judge behind an endpoint; a response that was cut off, and a whole one."""
    here = serve(clinic)
    env = prepare(workspace, "green", "amber", provider="openai", model="m", base_url=here.openai_url)
    rows = [
        {"scenario_id": "green", "candidate_id": "b", "response": "Rest and", "finish": "length"},
        {"scenario_id": "amber", "candidate_id": "b", "response": "Rest."},
    ]
    workspace.jsonl("data/theirs.jsonl", rows)
    judge = {"judge_id": "j", "provider": "openai", "model": "m", "base_url": here.openai_url}
    workspace.config(
        candidates=None,
        responses=["data/theirs.jsonl"],
        judges=[{**judge, "api_key_env": "CAVEAT_TEST_KEY"}],
        policy={"provisional": True, "audit_rate": 1.0},
    )
    return workspace, env, here


def test_a_run_asks_no_judge_about_it_and_clears_it_never(cut_off: tuple[Workspace, dict[str, str], Endpoint]) -> None:
    workspace, env, here = cut_off
    done = facts(workspace, "run", "config/c.yaml", env=env)
    assert {"completed": 1, "truncated": 1} == done["responses"]
    assert 1 == len(here.requests)
    assert "borderline" == dispositions(workspace)["green"]


def test_a_plan_and_files_for_judging_offline_hold_no_call_about_it(
    cut_off: tuple[Workspace, dict[str, str], Endpoint],
) -> None:
    workspace, env, _ = cut_off
    assert 1 == facts(workspace, "run", "config/c.yaml", "--dry-run", env=env)["model_calls"]
    invoke(workspace, "requests", "export", "config/c.yaml", "--out", "night", env=env)
    (path,) = (workspace.root / "night").glob("*.jsonl")
    assert 1 == len(path.read_bytes().splitlines())
