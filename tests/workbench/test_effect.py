"""An edited rubric against a run: what stands, what flips by rule, what must be asked, and what the panel then says."""

import copy
from collections import Counter
from collections.abc import Iterator
from typing import Any

import orjson
import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from domain.errors import InputError
from domain.rubric import Rubric
from pipeline.config import load_config
from pipeline.workbench.effect import Effect, effect_of
from pipeline.workbench.past import Past, open_past, read_items
from pipeline.workbench.rejudge import rejudge
from tests.build import criterion_json, reply_json, rubric, rubric_json
from tests.conftest import Workspace
from tests.endpoint import Answer, Body, Endpoint, endpoint, prompt_text
from tests.flow import ENV, dispositions, facts, schema_of
from tests.ward import LIGHTS, furnish, ward

Json = dict[str, Any]
N_ASKED = {"cheap": 2, "strong": 1}


class Night:
    """A run with repeats and a second stage, and its endpoint, which goes on."""

    def __init__(self, workspace: Workspace, here: Endpoint) -> None:
        self.workspace, self.here = workspace, here
        self.body: Json = rubric_json(
            criterion_json("C-1", severity={"default": "major"}),
            criterion_json("O-1", "omission"),
            *(criterion_json(f"M-{n}", severity={"default": "minor"}) for n in (1, 2, 3)),
        )

    def past(self, config: str | None = "config/c.yaml") -> Past:
        reached = load_config(self.workspace.root / config) if config else None
        return open_past(self.workspace.root, self.workspace.open_store(), "c", reached)

    def edited(self, criterion_id: str | None = None, **changes: Any) -> Rubric:
        """The run's rubric with a criterion, or the whole, changed."""
        body = copy.deepcopy(self.body)
        part = body if criterion_id is None else next(c for c in body["criteria"] if c["criterion_id"] == criterion_id)
        part.update(changes)
        criteria = body.pop("criteria")
        return rubric(*criteria, **body)

    def effect(self, edited: Rubric, n_sample: int = 0) -> Effect:
        return effect_of(edited, self.past(), read_items(self.workspace.open_store(), "c"), n_sample)


@pytest.fixture(scope="module")
def night(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Night]:
    workspace = Workspace(tmp_path_factory.mktemp("night"))
    with endpoint(ward) as here:
        furnish(workspace, here.openai_url)
        assert facts(workspace, "run", "config/c.yaml", env=ENV)["complete"]
        yield Night(workspace, here)


def moved(effect: Effect) -> dict[tuple[str, str], int]:
    return {move: n for move, n in effect.moves.items() if move[0] != move[1]}


def test_the_rubric_as_it_was_changes_nothing_and_asks_nothing(night: Night) -> None:
    found = night.effect(night.edited())
    assert ([], {}, 0, []) == (found.changed, moved(found), found.n_open, found.moved_judges)
    assert {("flagged", "flagged"): 2, ("cleared", "cleared"): 1} == dict(found.moves)


def test_severity_and_routing_flip_by_rule_and_ask_nobody(night: Night) -> None:
    before = len(night.here.requests)
    always = night.effect(night.edited(routing={"always_review": ["M-3"]}))
    assert {("cleared", "borderline"): 1} == moved(always)
    [flip] = always.flips
    assert ("green", "a") == (flip.scenario_id, flip.candidate_id)
    assert "asks for a person every time" in flip.why[0]
    assert (0, before) == (always.n_open, len(night.here.requests))


def test_a_severity_raised_to_major_has_the_second_stage_asked(night: Night) -> None:
    found = night.effect(night.edited("M-3", severity={"default": "major"}))
    assert {"M-3": len(LIGHTS)} == found.to_ask
    assert found.estimate is not None
    assert {"judge cheap": 0, "judge strong": 3} == {line.who: line.n_calls for line in found.estimate.lines}
    assert {("cleared", "open"): 1} == moved(found)


@pytest.mark.parametrize(
    "changes", [{"question": "Is there any false comfort?"}, {"observable": "Words that play it down."}]
)
def test_another_wording_is_asked_of_every_model_that_was_asked(night: Night, changes: Json) -> None:
    found = night.effect(night.edited("C-1", **changes))
    assert {"C-1": len(LIGHTS)} == found.to_ask
    assert found.estimate is not None
    calls = {line.who: line.n_calls for line in found.estimate.lines}
    assert {f"judge {name}": n * len(LIGHTS) for name, n in N_ASKED.items()} == calls


def test_what_flags_on_another_criterion_stays_flagged_whatever_is_asked_anew(night: Night) -> None:
    found = night.effect(night.edited("M-1", question="Is there any false comfort?"))
    assert {("cleared", "open"): 1} == moved(found)
    assert 2 == found.moves["flagged", "flagged"]


def test_words_that_no_judge_is_shown_ask_nothing(night: Night) -> None:
    found = night.effect(night.edited("C-1", title="Another title", lexicon={"unsafe": ["x"]}))
    assert (0, {}) == (found.n_open, moved(found))
    assert found.changed


def test_an_applicability_that_no_scenario_meets_drops_its_verdicts(night: Night) -> None:
    found = night.effect(night.edited("C-1", applies_when={"tags_any": ["pregnancy"]}))
    assert 0 == found.n_open
    assert len(LIGHTS) * sum(N_ASKED.values()) == found.n_verdicts_dropped
    assert {} == moved(found)  # red is flagged on M-2 too


def test_a_criterion_that_is_added_is_asked_and_one_that_is_removed_is_not(night: Night) -> None:
    body = copy.deepcopy(night.body)
    body["criteria"] = [c for c in body["criteria"] if c["criterion_id"] != "O-1"] + [criterion_json("N-1")]
    criteria = body.pop("criteria")
    found = night.effect(rubric(*criteria, **body))
    assert {"N-1": len(LIGHTS)} == found.to_ask
    assert {("flagged", "open"): 1, ("cleared", "open"): 1} == moved(found)  # amber was flagged on O-1 alone


def test_with_judge_a_sample_is_asked_anew_and_the_store_stays_as_it_is(night: Night) -> None:
    strict = night.edited("M-1", question="Is there any false comfort?")
    found = night.effect(strict, n_sample=10)
    assert len(LIGHTS) == len(found.sample)
    stored = facts(night.workspace, "report", "c")
    before, usual = len(night.here.requests), night.here.say

    def stricter(body: Body) -> Answer:
        if "Is there any false comfort?" in prompt_text(body) and body["model"] == "cheap":
            return Answer(orjson.dumps({**reply_json("M-1"), "answer": "cannot_tell"}).decode())
        return ward(body)

    night.here.say = stricter
    try:
        anew = rejudge(night.past(), found.sample, ENV)
    finally:
        night.here.say = usual
    asked = [one for one in night.here.requests[before:] if schema_of(one) is not None]
    assert len(LIGHTS) * 3 == len(asked), "M-1 alone, twice of cheap and once of strong, which it cannot settle"
    assert all("# Criterion M-2" not in prompt_text(one) for one in asked)
    assert {"cheap"} == {one.judge_id for one in anew.verdict_flips}
    assert {("satisfied", "cannot_tell")} == {(one.before, one.after) for one in anew.verdict_flips}
    assert [] == anew.flips
    assert stored == facts(night.workspace, "report", "c")


def test_a_sample_is_the_same_each_time_and_no_larger_than_asked(night: Night) -> None:
    edited = night.edited("M-1", question="Is there any false comfort?")
    draws = [[one.row.item_id for one in night.effect(edited, n_sample=2).sample] for _ in range(2)]
    assert draws[0] == draws[1]
    assert 2 == len(draws[0])


def test_judges_that_are_not_as_they_were_are_named(night: Night) -> None:
    prompt = night.workspace.root / "prompts/system.md"
    kept = prompt.read_text(encoding="utf-8")
    prompt.write_text(kept + "\nBe brief.\n", encoding="utf-8")
    try:
        assert ["cheap", "strong"] == night.effect(night.edited()).moved_judges
    finally:
        prompt.write_text(kept, encoding="utf-8")


def test_a_rubric_that_the_run_does_not_have_is_refused(night: Night) -> None:
    with pytest.raises(InputError, match="has no rubric 'r9' to set this against; it has: r1"):
        night.effect(night.edited(rubric_id="r9"))


def test_a_configuration_with_another_panel_is_refused(night: Night) -> None:
    other = night.workspace.root / "config/other.yaml"
    other.write_text(
        (night.workspace.root / "config/c.yaml").read_text("utf-8").replace("judge_id: cheap", "judge_id: x")
    )
    try:
        with pytest.raises(InputError, match="the run's panel is cheap, strong"):
            night.past("config/other.yaml")
    finally:
        other.unlink()


CHANGES: list[Json] = [
    {"severity": {"default": "minor"}}, {"severity": {"default": "significant"}}, {"severity": {"default": "major"}},
    {"applies_when": {"tags_any": ["pregnancy"]}}, {"applies_when": {"audience": "public"}},
    {"question": "Is there any false comfort?"}, {"title": "t"}, {"gate": "Is it so?"},
]  # fmt: skip


IDS = ["C-1", "O-1", "M-1", "M-2", "M-3"]
EDITS = st.lists(st.tuples(st.sampled_from(IDS), st.sampled_from(CHANGES)), min_size=1, max_size=3)


@settings(derandomize=True, deadline=None, max_examples=12, suppress_health_check=[HealthCheck.function_scoped_fixture])
@given(edits=EDITS)
def test_an_effect_is_what_a_run_under_the_edited_rubric_comes_to(
    night: Night, edits: list[tuple[str, Json]], tmp_path_factory: pytest.TempPathFactory
) -> None:
    """A second run, in a workspace of its own, ends as the effect says wherever it says so."""
    body = copy.deepcopy(night.body)
    for criterion_id, change in edits:
        next(c for c in body["criteria"] if c["criterion_id"] == criterion_id).update(copy.deepcopy(change))
    whole = {name: value for name, value in body.items() if name != "criteria"}
    found = night.effect(rubric(*body["criteria"], **whole))
    other = Workspace(tmp_path_factory.mktemp("other"))
    furnish(other, night.here.openai_url)
    other.yaml("rubrics/r1.yaml", body)
    assert facts(other, "run", "config/c.yaml", env=ENV)["complete"]
    was, truth = dispositions(night.workspace), dispositions(other)
    assert {one.scenario_id: one.after for one in found.flips}.items() <= truth.items()
    settled = Counter({move: n for move, n in found.moves.items() if move[1] != "open"})
    assert settled <= Counter((was[one], truth[one]) for one in LIGHTS)
