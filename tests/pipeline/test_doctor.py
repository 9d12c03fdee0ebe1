"""What is wrong before a night, and what mends it."""

from collections.abc import Callable
from typing import Any

import pytest

from pipeline.doctor import Check, examine
from pipeline.run import run_batch
from tests.build import rubric_json
from tests.conftest import Workspace
from tests.endpoint import Answer, Endpoint, Say

OPENAI = {"candidate_id": "a", "provider": "openai", "model": "m"}


def checks(workspace: Workspace, environ: dict[str, str] | None = None, **config: Any) -> dict[str, Check]:
    found = examine(workspace.root, workspace.config(**config), environ or {})
    return {one.name: one for one in found}


def test_a_sound_workspace_passes_every_check(workspace: Workspace) -> None:
    found = checks(workspace)
    assert ["configuration", "content", "prices", "store"] == list(found)
    assert all(one.ok for one in found.values())
    assert "2 scenarios, 1 rubrics, prompts; not approved by a clinician: r1" == found["content"].says
    assert "as of 2026-11-22" == found["prices"].says
    assert "the first run makes it" in found["store"].says


def test_a_broken_configuration_is_the_only_finding(workspace: Workspace) -> None:
    found = checks(workspace, judges=[])
    assert ["configuration"] == list(found)
    assert not found["configuration"].ok
    assert "c.yaml, line" in found["configuration"].says


@pytest.mark.parametrize(
    ("file", "content", "name", "part"),
    [
        ("prompts/case.md", "{{ colour }}", "content", "colour"),
        ("rubrics/r1.yaml", "schema: rubric/2", "content", "r1.yaml, line 1"),
        ("config/prices.yaml", "", "prices", "config/prices.yaml: is empty"),
        ("data/caveat.duckdb", "garbage" * 999, "store", "not a valid DuckDB"),
    ],
    ids=["prompt", "rubric", "prices", "store"],
)
def test_one_broken_thing_fails_its_own_check_only(
    workspace: Workspace, file: str, content: str, name: str, part: str
) -> None:
    workspace.write(file, content)
    found = checks(workspace)
    assert {name} == {one.name for one in found.values() if not one.ok}
    assert part in found[name].says


@pytest.mark.parametrize(
    ("spec", "environ", "ok", "says"),
    [
        ({"api_key_env": "THE_KEY"}, {"THE_KEY": "sesame"}, True, "THE_KEY is set"),
        ({"api_key_env": "THE_KEY"}, {}, False, "the environment variable THE_KEY (api_key_env of m) is not set"),
        ({"api_key_env": "THE_KEY"}, {"THE_KEY": "  "}, False, "is not set"),
        ({"base_url": "http://127.0.0.1:1"}, {}, True, "none needed"),
    ],
    ids=["set", "missing", "blank", "no-key-needed"],
)
def test_a_key_is_looked_up_and_never_shown(
    workspace: Workspace, spec: dict[str, str], environ: dict[str, str], ok: bool, says: str  # noqa: FBT001
) -> None:  # fmt: skip
    judge = {"judge_id": "j", "provider": "anthropic", "model": "m", **spec}
    found = checks(workspace, environ, candidates=[{**OPENAI, **spec}], judges=[judge])
    for name in ("key of a", "key of j"):
        assert ok == found[name].ok
        assert says in found[name].says
    assert not [one for one in found.values() if "sesame" in one.says]


def test_an_endpoint_is_knocked_at_and_sent_nothing(workspace: Workspace, serve: Callable[[Say], Endpoint]) -> None:
    there = serve(lambda _: Answer())
    found = checks(workspace, candidates=[{**OPENAI, "base_url": there.openai_url}])
    assert (True, f"127.0.0.1:{there.port} answers") == (found["endpoint of a"].ok, found["endpoint of a"].says)
    assert [] == there.requests
    gone = checks(workspace, candidates=[{**OPENAI, "base_url": "http://127.0.0.1:1/v1"}])["endpoint of a"]
    assert not gone.ok
    assert "nothing answers at 127.0.0.1:1" in gone.says


def test_runs_in_the_store_are_counted_and_nothing_is_changed(workspace: Workspace) -> None:
    run_batch(workspace.root, workspace.config(), environ={})
    store = workspace.root / "data/caveat.duckdb"
    before = store.read_bytes()
    assert checks(workspace)["store"].says.endswith("data/caveat.duckdb opens and can be read whole; 1 runs in it")
    assert before == store.read_bytes()


def test_a_provisional_policy_is_said(workspace: Workspace) -> None:
    assert "for trials only" in checks(workspace, policy={"provisional": True})["policy"].says


def test_approved_rubrics_are_not_named(workspace: Workspace) -> None:
    by = [{"name": "A. Clinician", "role": "GP", "date": "2026-11-01"}]
    workspace.yaml("rubrics/r1.yaml", rubric_json(status="approved", approved_by=by))
    assert "2 scenarios, 1 rubrics, prompts" == checks(workspace)["content"].says


@pytest.mark.parametrize(
    "config",
    [
        {"candidates": [{"candidate_id": "a", "provider": "scripted", "script": ["gone.jsonl"]}]},
        {"judges": [{"judge_id": "j", "provider": "scripted", "script": ["gone.jsonl"]}]},
        {"judges": [{"judge_id": "j", "provider": "exemplar", "exemplars": ["gone.jsonl"],
                     "exemplar_responses": ["gone.jsonl"]}]},
    ],
    ids=["candidate", "judge", "exemplars"],
)  # fmt: skip
def test_a_missing_script_is_found_before_the_night(workspace: Workspace, config: dict[str, Any]) -> None:
    assert [one for one in checks(workspace, **config).values() if not one.ok and "gone.jsonl" in one.says]
