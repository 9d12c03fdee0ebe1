"""A configuration: strict, with defaults that fail closed."""

from datetime import UTC, datetime
from typing import Any

import pytest

from domain.errors import InputError
from domain.model import Candidate
from domain.policy import RoutingPolicy
from pipeline.config import Limits, load_config
from pipeline.run import run_batch, run_id_of
from tests.conftest import Workspace

LEXICON = {"judge_id": "j", "provider": "lexicon"}
MODEL = {"judge_id": "j", "provider": "openai", "model": "m"}
ASKED = {"candidate_id": "a", "provider": "openai", "model": "m"}
SCRIPTED = {"candidate_id": "a", "provider": "scripted", "script": ["r.jsonl"]}


@pytest.mark.parametrize(
    ("changes", "parts"),
    [
        pytest.param({"schema": "config/2"}, ["line 1, key schema", "config/1"], id="other-schema"),
        pytest.param({"name": "my run"}, ["key name", "'my run'"], id="space-in-name"),
        pytest.param({"name": "a/../../b"}, ["key name", "'a/../../b'"], id="path-as-name"),
        pytest.param({"name": 7}, ["key name", "valid string"], id="number-as-name"),
        pytest.param({"scenarios": []}, ["key scenarios", "at least 1 item"], id="no-scenarios"),
        pytest.param({"scenarios": [""]}, ["key scenarios.0", "at least 1 character"], id="empty-pattern"),
        pytest.param({"scenarios": "all.jsonl"}, ["key scenarios"], id="pattern-without-list"),
        pytest.param({"judges": []}, ["key judges", "at least 1 item"], id="no-judges"),
        pytest.param({"judges": [LEXICON, {**LEXICON}]}, ["judge_id must be unique", "j"], id="judge-twice"),
        pytest.param(
            {"candidates": [SCRIPTED, {**SCRIPTED, "script": ["r"]}]},
            ["candidate_id must be unique", "a"],
            id="candidate-twice",
        ),
        pytest.param(
            {"candidates": [{**ASKED, "model": "gpt-5.4-mini"}], "judges": [{**MODEL, "model": "azure/gpt-5.4"}]},
            ["the judge j is of the family 'openai', as the candidate a is", "policy.own_family"],
            id="own-family-by-name",
        ),
        pytest.param(
            {"candidates": [{**ASKED, "family": "House"}], "judges": [{**MODEL, "family": "house"}]},
            ["the judge j is of the family 'house'"],
            id="own-family-as-stated",
        ),
        pytest.param(
            {
                "candidates": [{**ASKED, "family": "house"}],
                "judges": [{**MODEL, "family": "house"}],
                "policy": {"own_family": "leave_out"},
            },
            ["every judge is of the family 'house', as the candidate a is; nobody is left to judge it"],
            id="nobody-left",
        ),
        pytest.param({"judges": [{**MODEL, "stage": 2}]}, ["expected a judge of stage 1"], id="second-stage-alone"),
        pytest.param({"judges": [{**LEXICON, "repeats": 2}]}, ["takes no 'repeats'"], id="embedded-repeats"),
        pytest.param({"candidates": []}, ["expected candidates to ask, or responses to import"], id="nobody"),
        pytest.param({"rubrics": [], "scenario_criteria": False}, ["nothing to judge by"], id="no-criteria"),
        pytest.param({"run_id": "{nome}"}, ["run_id may hold {name} and {date}"], id="other-placeholder"),
        pytest.param({"run_id": "../x"}, ["key run_id"], id="path-as-run-id"),
        pytest.param({"limits": {"concurrency": 0}}, ["key limits.concurrency", "'0'"], id="no-worker"),
        pytest.param(
            {"limits": {"concurrency": "4"}}, ["key limits.concurrency", "valid integer"], id="text-as-number"
        ),
        pytest.param({"limits": {"attempts": 11}}, ["key limits.attempts"], id="too-many-attempts"),
        pytest.param({"limits": {"timeout_s": 0}}, ["key limits.timeout_s"], id="no-time"),
        pytest.param({"limits": {"rpm": 5}}, ["key limits.rpm", "unknown key"], id="unknown-limit"),
        pytest.param({"policy": {"audit_rate": 0}}, ["key policy.audit_rate"], id="no-audit"),
        pytest.param({"policy": {"provisional": "true"}}, ["key policy.provisional", "boolean"], id="text-as-bool"),
        pytest.param({"judges": [{**LEXICON, "provider": "oracle"}]}, ["key judges.0.provider"], id="no-provider"),
        pytest.param({"judges": [{"judge_id": "j", "provider": "openai"}]}, ["needs 'model'"], id="judge-no-model"),
        pytest.param({"judges": [{"judge_id": "j", "provider": "scripted"}]}, ["needs 'script'"], id="judge-no-script"),
        pytest.param({"judges": [{**LEXICON, "exemplars": ["l"]}]}, ["belong together"], id="labels-without-texts"),
        pytest.param({"candidates": [{**ASKED, "model": ""}]}, ["needs 'model'"], id="candidate-no-model"),
        pytest.param({"candidates": [{**SCRIPTED, "script": []}]}, ["needs 'script'"], id="candidate-no-script"),
        pytest.param({"candidates": [{**ASKED, "repeats": 0}]}, ["key candidates.0.repeats"], id="no-repeat"),
        pytest.param({"candidates": [{**ASKED, "api_key": "k"}]}, ["api_key", "unknown key"], id="key-in-the-file"),
        pytest.param({"judgs": []}, ["key judgs", "did you mean 'judges'?"], id="misspelt-key"),
        pytest.param({"gate": {"majr": 0.1}}, ["key gate.majr", "did you mean 'major'?"], id="misspelt-below"),
        pytest.param({"judges": [{**LEXICON, "repeat": 2}]}, ["did you mean 'repeats'?"], id="misspelt-in-a-list"),
    ],
)
def test_a_bad_configuration_says_where_and_why(
    workspace: Workspace, changes: dict[str, Any], parts: list[str]
) -> None:
    with pytest.raises(InputError) as caught:
        load_config(workspace.config(**changes))
    assert [] == [part for part in ["c.yaml, line ", *parts] if part not in str(caught.value)]


def test_what_is_left_out_fails_closed(workspace: Workspace) -> None:
    config = load_config(workspace.config(run_id=None))
    assert RoutingPolicy(provisional=False, audit_rate=0.1, double_rate=0.0, seed=0) == config.policy
    assert Limits(concurrency=16, timeout_s=120.0, attempts=4) == config.limits
    assert ("{name}-{date}", True, ()) == (config.run_id, config.scenario_criteria, config.responses)
    assert ("prompts/system.md", "data/caveat.duckdb") == (config.prompts.system, config.store)


@pytest.mark.parametrize(
    ("template", "expected"),
    [("{name}-{date}", "c-2026-11-22"), ("fixed", "fixed"), ("{date}.{name}", "2026-11-22.c")],
)
def test_a_run_id_is_filled_in_with_name_and_utc_date(workspace: Workspace, template: str, expected: str) -> None:
    config = load_config(workspace.config(run_id=template))
    assert expected == run_id_of(config, datetime(2026, 11, 22, 23, 59, tzinfo=UTC))


@pytest.mark.parametrize("run_id", ["a/b", "../a", "a b", "a:b", ".a", "a" * 200])
def test_what_cannot_name_a_folder_cannot_name_a_run(workspace: Workspace, run_id: str) -> None:
    with pytest.raises(InputError, match="cannot name a run"):
        run_batch(workspace.root, workspace.config(), run_id=run_id, environ={})
    assert not (workspace.root / "data/runs").exists()


def test_where_a_key_is_kept_does_not_change_who_a_candidate_is() -> None:
    one = Candidate(candidate_id="a", provider="openai", model="m", api_key_env="A", concurrency=1)
    two = Candidate(candidate_id="a", provider="openai", model="m", api_key_env="B", concurrency=2)
    other = Candidate(candidate_id="a", provider="openai", model="n")
    assert one.fingerprint == two.fingerprint != other.fingerprint
