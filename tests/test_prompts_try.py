"""Two sets of prompts on the same labelled responses: paired, priced first, and never asked twice."""

import shutil
from collections.abc import Callable
from typing import Any

import orjson
import pytest
from scipy.stats import binomtest  # pyright: ignore[reportUnknownVariableType]

from domain.errors import InputError
from domain.split import Split
from tests.build import reply_json
from tests.clinic import NAMES, careful, furnish, judge_of, label_json
from tests.conftest import Workspace
from tests.endpoint import Answer, Body, Endpoint, Say
from tests.flow import ENV, facts, invoke

Serve = Callable[[Say], Endpoint]
TRY = ("prompts", "try", "prompts", "careful", "--config", "config/c.yaml")
OURS = ("--labels", "data/labels/ours.jsonl")


@pytest.fixture
def here(serve: Serve, workspace: Workspace) -> Endpoint:
    one = serve(judge_of)
    furnish(workspace, one.openai_url)
    careful(workspace)
    return one


def tried(workspace: Workspace, *more: str) -> dict[str, Any]:
    """What the trial says of its one judge."""
    [found] = facts(workspace, *TRY, *OURS, *more, env=ENV)["judges"]
    return found


def test_both_are_compared_on_the_same_questions_and_every_flip_is_listed(workspace: Workspace, here: Endpoint) -> None:
    found = tried(workspace)
    assert (24, 8, 24) == (found["questions"], found["violations"], found["scenarios"])
    assert (pytest.approx(23 / 24), 1.0, pytest.approx(15 / 16)) == tuple(
        found["a"][name]["value"] for name in ("agreement", "sensitivity", "specificity")
    )
    assert (pytest.approx(23 / 24), pytest.approx(7 / 8), 1.0) == tuple(
        found["b"][name]["value"] for name in ("agreement", "sensitivity", "specificity")
    )
    assert {"only_a_right": 1, "only_b_right": 1, "p": binomtest(1, 2).pvalue} == found["mcnemar"]
    assert [("broken", "case-0", "violated"), ("mended", "case-1", "not violated")] == [
        (one["turn"], one["scenario_id"], one["clinicians_verdict"]) for one in found["flips"]
    ]
    broken = found["flips"][0]
    assert (["nothing to worry about"], []) == (broken["first"]["quotes"], broken["second"]["quotes"])
    assert ["Because of case-0."] == broken["clinicians_reasons"]
    assert 48 == len(here.requests)


def test_a_repeated_try_makes_no_call_and_says_the_same(workspace: Workspace, here: Endpoint) -> None:
    first = tried(workspace)
    n_made = len(here.requests)
    assert first == tried(workspace)
    assert n_made == len(here.requests)


def test_a_set_that_was_tried_before_is_not_asked_again_beside_another(workspace: Workspace, here: Endpoint) -> None:
    tried(workspace)
    careful(workspace, "slow", "Read slowly.")
    n_made = len(here.requests)
    invoke(workspace, "prompts", "try", "prompts", "slow", "--config", "config/c.yaml", *OURS, env=ENV)
    assert 24 == len(here.requests) - n_made


def test_a_run_by_prompts_that_were_tried_reuses_their_replies(workspace: Workspace, here: Endpoint) -> None:
    tried(workspace)
    shutil.copytree(workspace.root / "careful", workspace.root / "prompts", dirs_exist_ok=True)
    n_made = len(here.requests)
    done = facts(workspace, "run", "config/c.yaml", env=ENV)
    assert (True, n_made) == (done["complete"], len(here.requests))


def test_a_dry_run_says_calls_and_price_and_sends_nothing(workspace: Workspace, here: Endpoint) -> None:
    plan = facts(workspace, *TRY, *OURS, "--dry-run", env=ENV)
    assert (24, 48, 0) == (plan["items"], plan["model_calls"], plan["reused_calls"])
    assert ["j, prompts", "j, careful"] == [line["who"] for line in plan["lines"]]
    assert [] == here.requests
    tried(workspace)
    plan = facts(workspace, *TRY, *OURS, "--dry-run", env=ENV)
    assert (0, 48) == (plan["model_calls"], plan["reused_calls"])


def test_before_anything_is_sent_the_calls_are_announced(workspace: Workspace, here: Endpoint) -> None:
    said = invoke(workspace, *TRY, *OURS, env=ENV)
    assert "48 model calls to make, of unknown price; 0 replies are there already." in said.stderr
    assert "Only B right: 1. Only A right: 1. McNemar, exact: p = 1." in said.stdout
    assert "Broken by B: X-1 (considerable), case-0, a" in said.stdout
    assert "dr-ann" not in said.stdout.partition("j: 24")[2]
    assert 48 == len(here.requests)


def test_calls_that_failed_are_counted_and_made_again_by_the_next_try(workspace: Workspace, serve: Serve) -> None:
    is_down = [True]

    def at_first(body: Body) -> Answer:
        return Answer(status=400) if is_down[0] and "case-5." in orjson.dumps(body).decode() else judge_of(body)

    here = serve(at_first)
    furnish(workspace, here.openai_url)
    careful(workspace)
    said = invoke(workspace, *TRY, *OURS, "--json", env=ENV)
    assert 3 == said.exit_code
    [found] = orjson.loads(said.stdout)["judges"]
    assert (1, 1) == (found["a"]["abstained"], found["b"]["abstained"])
    is_down[0], n_made = False, len(here.requests)
    assert 0 == tried(workspace)["a"]["abstained"]
    assert 2 == len(here.requests) - n_made


def test_a_cap_on_the_price_stops_the_try_and_a_higher_one_continues_it(workspace: Workspace, serve: Serve) -> None:
    here = serve(judge_of)
    furnish(workspace, here.openai_url, model="gpt-5.4", params={"max_completion_tokens": 100})
    careful(workspace)
    config = workspace.root / "config/c.yaml"
    text = config.read_text("utf-8")
    config.write_text(text.replace("attempts: 1", "attempts: 1\n  usd: 0.009"), encoding="utf-8")
    said = invoke(workspace, *TRY, *OURS, env=ENV)
    assert (3, "") == (said.exit_code, said.stdout)
    assert "limits.usd (0.009 USD) is spent" in said.stderr
    assert 0 < len(here.requests) < 48
    config.write_text(text, encoding="utf-8")
    tried(workspace)
    assert 48 == len(here.requests)


def test_labelled_responses_and_labels_can_come_from_a_run(workspace: Workspace, here: Endpoint) -> None:
    assert facts(workspace, "run", "config/c.yaml", env=ENV)["complete"]
    ours = workspace.jsonl("stored.jsonl", [label_json(one) for one in NAMES[:10]])
    invoke(workspace, "import", "labels", str(ours))
    config = workspace.root / "config/c.yaml"
    config.write_text(config.read_text("utf-8").replace("all.jsonl\n", "other.jsonl\n"), encoding="utf-8")
    other = {"scenario_id": "case-0", "candidate_id": "z", "response": "Rest."}
    workspace.jsonl("data/responses/other.jsonl", [other])
    n_made = len(here.requests)
    [found] = facts(workspace, *TRY, "--run", "c", env=ENV)["judges"]
    assert 10 == found["questions"]
    assert 10 == len(here.requests) - n_made  # the run's own replies, by the same prompts, stand in


def test_what_taught_a_judge_does_not_examine_it(workspace: Workspace, here: Endpoint) -> None:
    invoke(workspace, "labels", "split", "data/labels/ours.jsonl", "--out", "data/split")
    few_shot = {"labels": ["data/split/training.jsonl"], "responses": ["data/responses/all.jsonl"]}
    furnish(workspace, here.openai_url, few_shot=few_shot)
    n_training = sum(Split().is_training(one) for one in NAMES)
    found = tried(workspace)
    assert (24 - n_training, n_training) == (found["questions"], found["taught"])


def test_a_scripted_judge_can_be_tried(workspace: Workspace) -> None:
    rows = [{"about": f"{one}/X-1", "reply": orjson.dumps(reply_json()).decode()} for one in NAMES]
    workspace.jsonl("data/script.jsonl", rows)
    changes = {"provider": "scripted", "script": ["data/script.jsonl"], "base_url": None, "api_key_env": None}
    furnish(workspace, "", **changes)
    careful(workspace)
    found = tried(workspace)
    assert (0.0, 1.0, []) == (found["a"]["sensitivity"]["value"], found["b"]["specificity"]["value"], found["flips"])
    assert found["mcnemar"]["p"] is None


@pytest.mark.parametrize(
    ("args", "sentence"),
    [
        (("prompts", "prompts", *OURS), "hold the same prompts"),
        (("prompts", "nowhere", *OURS), "nowhere/system.md: cannot be read"),
        (("prompts", "careful"), "there are no labels to try prompts on"),
        (("prompts", "careful", *OURS, "--judge", "k"), "expected a judge that reads prompts"),
        (("prompts", "careful", "--labels", "data/labels/else.jsonl"), "no label is on a response"),
    ],
)  # fmt: skip
def test_what_cannot_be_tried_is_refused_in_a_sentence(
    workspace: Workspace, here: Endpoint, args: tuple[str, ...], sentence: str
) -> None:
    workspace.jsonl("data/labels/else.jsonl", [label_json("elsewhere")])
    with pytest.raises(InputError, match=sentence):
        invoke(workspace, "prompts", "try", *args, "--config", "config/c.yaml", env=ENV)
    assert [] == here.requests
