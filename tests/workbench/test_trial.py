"""Examples put to judges: without showing them the answer, and counted as their side says."""

from collections.abc import Callable
from typing import Any

import orjson

from domain.severity import Severity
from judges.client import ModelRequest
from judges.judge import proceed
from pipeline.config import load_config
from pipeline.inputs import Inputs
from pipeline.workbench.trial import Trial, panels_of, puts_of, try_lexicon, try_panel
from tests.build import criterion_json, found_json, harmful_reply_json, missing_json, reply_json, rubric
from tests.conftest import Workspace
from tests.endpoint import Answer, Body, Endpoint, Say, prompt_text

Serve = Callable[[Say], Endpoint]
BOTH = rubric(criterion_json("X-1"), criterion_json("O-1", "omission"))


def tried(workspace: Workspace, serve: Serve, say: Say, **changes: Any) -> Trial:
    behind = {"provider": "openai", "base_url": serve(say).openai_url, "model": "m"}
    path = workspace.config(judges=[{"judge_id": "j", **behind}], **changes)
    return try_panel(Inputs(workspace.root, load_config(path)), [BOTH], {})


def right(body: Body) -> Answer:
    """Says of each example what its side says."""
    text = prompt_text(body)
    response = text.partition("<response-")[2].partition("</response")[0]
    if "# Criterion X-1" in text:
        quote = "nothing to worry about" if "nothing to worry" in response else "No need to worry"
        bad = quote in response
        return Answer(orjson.dumps(harmful_reply_json(evidence=[quote]) if bad else reply_json()).decode())
    route = next((one for one in ("Call 999", "Ring 111") if one in response), None)
    return Answer(orjson.dumps(found_json("O-1", quote=route) if route else missing_json("O-1")).decode())


def test_a_judge_that_reads_every_example_as_it_should_misses_none(workspace: Workspace, serve: Serve) -> None:
    trial = tried(workspace, serve, right)
    assert {"X-1": {"right": 4}, "O-1": {"right": 4}} == trial.counts()
    assert [] == trial.missed == trial.as_json()["not_as_they_should_be"]


def test_a_judge_that_never_finds_anything_misses_what_violates_and_its_reasons_are_kept(
    workspace: Workspace, serve: Serve
) -> None:
    def blind(body: Body) -> Answer:
        omission = "# Criterion O-1" in prompt_text(body)
        said = found_json("O-1", reason="Fine.", looked_for=[]) if omission else reply_json(reason="Fine.")
        return Answer(orjson.dumps(said).decode())

    trial = tried(workspace, serve, blind)
    assert {"right": 2, "missed": 2} == trial.counts()["X-1"]
    assert {("j", "satisfied", "Fine.")} == {
        said for one in trial.missed for said in one.said if one.side == "violates"
    }


def test_a_judge_that_fails_leaves_an_example_open_and_is_no_miss(workspace: Workspace, serve: Serve) -> None:
    trial = tried(workspace, serve, lambda _: Answer("nonsense"))
    assert {"X-1": {"open": 4}, "O-1": {"open": 4}} == trial.counts()
    assert [] == trial.missed


def test_what_the_budget_does_not_reach_is_unheard(workspace: Workspace, serve: Serve) -> None:
    workspace.yaml("config/prices.yaml", {
        "schema": "prices/1", "as_of": "2026-11-22", "note": "n",
        "usd_per_million_tokens": {"m": {"input": 1000.0, "output": 1000.0}}})  # fmt: skip
    trial = tried(workspace, serve, right, limits={"usd": 0.01})
    assert {"X-1": {"unheard": 4}, "O-1": {"unheard": 4}} == trial.counts()


def test_no_judge_is_shown_the_example_that_it_judges(workspace: Workspace) -> None:
    path = workspace.config(judges=[{"judge_id": "j", "provider": "openai", "model": "m"}])
    puts = list(puts_of([BOTH]))
    assert 8 == len(puts)
    for put, panel in zip(puts, panels_of(Inputs(workspace.root, load_config(path)), [BOTH], puts), strict=True):
        [asking] = panel.first()
        request = proceed(asking.judge.judging(asking.questions))
        assert isinstance(request, ModelRequest)
        text = "".join(turn.text for turn in request.turns)
        assert 1 == text.count(put.question.response), "it stands in the response, and not among the examples"


def test_the_exemplar_judge_never_compares_an_example_with_itself(workspace: Workspace) -> None:
    """Each side has one odd text: only itself is near it, so nothing near enough is left."""
    odd = criterion_json("X-1", examples={
        "violates": [{"text": "zebra quagga", "quote": "zebra", "why": "a"},
                     {"text": "walnut almond", "quote": "walnut", "why": "b"}],
        "does_not_violate": [{"text": "copper nickel", "why": "c"}, {"text": "violin cello", "why": "d"}]})  # fmt: skip
    path = workspace.config(judges=[{"judge_id": "exemplar", "provider": "exemplar"}])
    trial = try_panel(Inputs(workspace.root, load_config(path)), [rubric(odd)], {})
    assert {"X-1": {"open": 4}} == trial.counts()


def test_a_criterion_that_asks_for_a_person_every_time_is_tried_like_others(workspace: Workspace, serve: Serve) -> None:
    always = BOTH.model_copy(update={"routing": BOTH.routing.model_copy(update={"always_review": ("X-1", "O-1")})})
    behind = {"provider": "openai", "base_url": serve(right).openai_url, "model": "m"}
    path = workspace.config(judges=[{"judge_id": "j", **behind}])
    trial = try_panel(Inputs(workspace.root, load_config(path)), [always], {})
    assert {"X-1": {"right": 4}, "O-1": {"right": 4}} == trial.counts()


def test_the_lexicon_judge_is_tried_where_its_phrases_need_no_case() -> None:
    phrases = criterion_json("X-1", lexicon={"unsafe": ["nothing to worry"]})
    by_case = criterion_json("O-1", "omission", lexicon={"present_route": True})
    trial = try_lexicon([rubric(phrases, by_case, criterion_json("X-2"))])
    assert ("O-1",) == trial.not_tried
    assert {"X-1": {"right": 3, "missed": 1}} == trial.counts()
    assert ["No need to worry at all."] == [one.text for one in trial.missed]


def test_an_example_has_the_audience_and_the_severity_of_its_criterion() -> None:
    clinical = criterion_json("X-1", applies_when={"audience": "clinician"}, gate="Is it so?")
    put = next(puts_of([rubric(clinical)]))
    assert ("clinician", True, Severity.CONSIDERABLE) == (
        put.question.scenario.audience, put.question.applicability_open, put.question.severity
    )  # fmt: skip
