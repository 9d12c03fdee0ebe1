"""What can be told of a rubric by reading it."""

from collections.abc import Iterable
from typing import Any

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from domain.rubric import Applicability, Rubric
from domain.scenario import Audience, CareRoute, Category, Facts, Message, Scenario
from pipeline.workbench.checks.applicability import check_applicability, check_reach, reaches
from pipeline.workbench.checks.contradictions import check_examples
from pipeline.workbench.checks.gaps import check_gaps, check_together
from pipeline.workbench.checks.remark import Level, Remark
from tests.build import criterion_json, rubric, scenario

WHOLE: dict[str, Any] = {"title": "t", "required_action": "do", "observable": "o", "lexicon": {"unsafe": ["x"]}}
APPROVED: dict[str, Any] = {
    "status": "approved",
    "approved_by": [{"name": "A. Clinician", "role": "GP", "date": "2026-11-01"}],
}


def said(remarks: Iterable[Remark], level: Level = Level.WARNING) -> list[str]:
    return [one.says for one in remarks if one.level is level]


def only(found: list[str], part: str) -> None:
    assert 1 == len(found), found
    assert part in found[0]


def examples(kind: str, **changes: Any) -> Rubric:
    usual = criterion_json(kind=kind)["examples"]
    return rubric(criterion_json(kind=kind, examples={**usual, **changes}))


def test_usual_examples_raise_no_doubt() -> None:
    assert [] == list(check_examples(examples("commission"))) == list(check_examples(examples("omission")))


def test_a_text_on_both_sides_is_an_error_whatever_its_case_and_spacing() -> None:
    both = [{"text": "IT IS  nothing to\nworry about.", "why": "c"}, {"text": "See a GP.", "why": "d"}]
    only(said(check_examples(examples("commission", does_not_violate=both)), Level.ERROR), "both sides")


def test_an_example_that_stands_twice_is_said_once() -> None:
    twice = [{"text": "See a GP.", "why": "c"}, {"text": "see a  GP.", "why": "d"}]
    only(said(check_examples(examples("commission", does_not_violate=twice))), "stands twice")


def test_a_quote_that_cuts_through_a_word_is_one_that_no_judge_could_give() -> None:
    cut = [{"text": "You can't wait.", "quote": "can", "why": "a"}, {"text": "Wait.", "quote": "Wait", "why": "b"}]
    only(said(check_examples(examples("commission", violates=cut)), Level.ERROR), "no judge could give it")


def test_a_quote_without_a_word_that_means_something_shows_nothing() -> None:
    bare = [{"text": "It is so.", "quote": "It is", "why": "a"}, {"text": "Wait.", "quote": "Wait", "why": "b"}]
    only(said(check_examples(examples("commission", violates=bare))), "carries meaning")


@pytest.mark.parametrize(
    ("kind", "side", "text"),
    [
        ("commission", "does_not_violate", "It is not: nothing to worry about does not describe it."),
        ("omission", "violates", "Rest. Nobody needs to Call 999 here."),
    ],
)
def test_words_that_decide_one_side_and_stand_on_the_other_are_doubted(kind: str, side: str, text: str) -> None:
    extra = {"text": text, "why": "e", **({"missing": "a route"} if side == "violates" else {})}
    usual = criterion_json(kind=kind)["examples"][side]
    only(said(check_examples(examples(kind, **{side: [*usual, extra]}))), "other side too")


def test_what_is_said_to_be_missing_and_stands_there_is_doubted() -> None:
    stands = {"text": "Ring the surgery tomorrow morning.", "missing": "Ring the surgery tomorrow", "why": "a"}
    usual = criterion_json(kind="omission")["examples"]["violates"]
    only(said(check_examples(examples("omission", violates=[*usual, stands]))), "seems to stand")


@pytest.mark.parametrize(
    ("outer", "inner", "part"),
    [
        ({"audience": "public"}, {"audience": "clinician"}, "audiences clinician and public"),
        ({"tags_none": ["child"]}, {"tags_any": ["child"]}, "excludes child"),
        ({"category": ["emergent"]}, {"category": ["non-emergent"]}, "no category"),
        ({"disposition_at_most": "gp-routine"}, {"disposition_at_least": "emergency"}, "emergency or more urgent"),
    ],
)
def test_conditions_that_exclude_each_other_are_an_error(
    outer: dict[str, Any], inner: dict[str, Any], part: str
) -> None:
    apart = rubric(criterion_json(applies_when=inner), applies_when=outer)
    only(said(check_applicability(apart), Level.ERROR), part)


def test_a_rubric_that_can_never_apply_is_said_once() -> None:
    never = {"disposition_at_least": "emergency", "disposition_at_most": "pharmacy"}
    only(said(check_applicability(rubric(criterion_json(), applies_when=never)), Level.ERROR), "the rubric can never")


@pytest.mark.parametrize(
    ("changes", "part"),
    [
        ({"gate": "is THERE false reassurance?"}, "the gate asks what the question asks"),
        ({"lexicon": {"unsafe": ["x"], "not_applicable_if": ["call 999"]}}, "never looked at"),
        (
            {"applies_when": {"tags_none": ["child"]},
             "severity": {"default": "minor", "raise_to": "major", "when_tags_any": ["child"]}},
            "never raised",
        ),
        (
            {"applies_when": {"tags_any": ["child"]},
             "severity": {"default": "minor", "raise_to": "major", "when_tags_any": ["child", "infant"]}},
            "always raised",
        ),
    ],
)  # fmt: skip
def test_keys_that_change_nothing_are_pointed_out(changes: dict[str, Any], part: str) -> None:
    only(said(check_applicability(rubric(criterion_json(**changes)))), part)


TAGS = st.lists(st.sampled_from(["child", "pregnancy"]), max_size=2, unique=True).map(tuple)
ROUTES = st.none() | st.sampled_from(CareRoute)
RULES = st.builds(
    Applicability, tags_any=TAGS, tags_none=TAGS, audience=st.none() | st.sampled_from(Audience),
    category=st.lists(st.sampled_from(Category), max_size=2, unique=True).map(tuple),
    disposition_at_least=ROUTES, disposition_at_most=ROUTES,
)  # fmt: skip
SCENARIOS = st.builds(
    Scenario, scenario_id=st.just("s"), messages=st.just((Message(role="user", content="x"),)), tags=TAGS,
    audience=st.sampled_from(Audience),
    facts=st.none() | st.builds(Facts, category=st.none() | st.sampled_from(Category), correct_disposition=ROUTES),
)  # fmt: skip


@settings(derandomize=True, deadline=None, max_examples=300)
@given(outer=RULES, inner=RULES, case=SCENARIOS)
def test_what_is_called_impossible_is_met_by_no_scenario_with_facts(
    outer: Applicability, inner: Applicability, case: Scenario
) -> None:
    one = rubric(criterion_json()).model_copy(update={"applies_when": outer})
    [criterion] = one.criteria
    one = one.model_copy(update={"criteria": (criterion.model_copy(update={"applies_when": inner}),)})
    [reach] = reaches([one], [case])
    if said(check_applicability(one), Level.ERROR):
        assert 0 == reach.n_applies


def test_a_criterion_that_no_scenario_of_the_workspace_meets_is_pointed_out() -> None:
    one = rubric(criterion_json("X-1"), criterion_json("X-2", applies_when={"tags_any": ["pregnancy"]}))
    cases = [scenario("s1"), scenario("s2", tags=["child"])]
    [remark] = check_reach(one, reaches([one], cases), len(cases))
    assert "X-2" == remark.about
    assert "none of the workspace's 2 scenarios" in remark.says


def test_a_scenario_without_facts_leaves_open_whether_it_is_met() -> None:
    one = rubric(criterion_json("X-1", applies_when={"facts": ["red_flags"]}))
    [reach] = reaches([one], [scenario("s1"), scenario("s2", facts={"red_flags": ["rash"]}), scenario("s3", facts={})])
    assert (1, 1) == (reach.n_applies, reach.n_open)
    assert [] == list(check_reach(one, [reach], 3))


def gaps(*criteria: dict[str, Any], **changes: Any) -> list[str]:
    return said(check_gaps(rubric(*criteria, **{**APPROVED, **changes})))


def test_a_whole_rubric_has_no_gap() -> None:
    limits = {"max_elusion": {"considerable": 0.03, "default": 0.1}}
    assert [] == list(check_gaps(rubric(criterion_json(**WHOLE), routing=limits, **APPROVED)))


@pytest.mark.parametrize(
    ("routing", "part"),
    [
        ({}, "considerable violations have no limit of their own"),
        ({"max_elusion": {"major": 0.01}}, "nothing says how many considerable"),
        ({"max_elusion": {"considerable": 0.1, "default": 0.1}, "aggregate": {"major": "majority"}}, "has no effect"),
    ],
)
def test_limits_that_are_missing_or_have_no_effect_are_pointed_out(routing: dict[str, Any], part: str) -> None:
    only(gaps(criterion_json(**WHOLE), routing=routing), part)


def test_more_tolerance_for_worse_harm_is_pointed_out() -> None:
    minor = criterion_json("X-2", severity={"default": "minor"}, **WHOLE)
    limits = {"max_elusion": {"considerable": 0.2, "minor": 0.1, "default": 0.1}}
    only(gaps(criterion_json(**WHOLE), minor, routing=limits), "more considerable violations may be missed (0.2)")


@pytest.mark.parametrize(
    ("changes", "part"),
    [
        ({"required_action": ""}, "required_action"),
        ({"applies_when": {"facts": ["red_flags"]}}, "is not shown it"),
    ],
)
def test_what_a_judge_or_clinician_would_miss_is_pointed_out(changes: dict[str, Any], part: str) -> None:
    limits = {"max_elusion": {"considerable": 0.03, "default": 0.1}}
    only(gaps({**criterion_json(**WHOLE), **changes}, routing=limits), part)


def test_an_omission_without_anything_to_look_for_is_pointed_out() -> None:
    limits = {"max_elusion": {"considerable": 0.03, "default": 0.1}}
    phrases = {"present": ["x"]}
    bare = criterion_json(kind="omission", title="t", required_action="do", observable="", lexicon=phrases)
    only(gaps(bare, routing=limits), "without observable")


def test_a_draft_is_noted_and_a_retired_rubric_is_a_warning() -> None:
    assert "a draft" in said(check_gaps(rubric()), Level.NOTE)[0]
    assert any("retired" in one for one in said(check_gaps(rubric(status="retired"))))


@pytest.mark.parametrize(
    ("other", "level", "part"),
    [
        (rubric(criterion_json("Y-1", question="Other?"), rubric_id="r1"), Level.ERROR, "this rubric_id"),
        (rubric(criterion_json("X-1"), rubric_id="r2"), Level.ERROR, "this criterion_id"),
        (rubric(criterion_json("Y-1", question="is there FALSE reassurance?"), rubric_id="r2"), Level.WARNING, "same"),
    ],
)
def test_what_two_rubrics_share_and_should_not_is_pointed_out(other: Rubric, level: Level, part: str) -> None:
    only(said(check_together(rubric(), [other]), level), part)


def test_one_hazard_described_in_two_ways_is_pointed_out() -> None:
    hazard = {"hazard_id": "HZ-900", "description": "something else", "mechanism": "m", "who": ["patient"]}
    other = rubric(criterion_json("Y-1", question="Other?"), rubric_id="r2", hazard=hazard)
    only(said(check_together(rubric(), [other])), "describes the hazard HZ-900 otherwise")
