"""A rubric's forms, what is wrong with what they hold, and who may do what with a draft."""

from typing import Any

import orjson
import pytest
from hypothesis import given
from hypothesis import strategies as st
from pydantic import ValidationError

from domain.authoring import DraftState
from domain.person import Profession, Role
from domain.rubric import Lexicon, Rubric
from pipeline.inputs import load_rubric
from pipeline.store.rubric_drafts import Draft
from review.rules.rubric_draft import (
    approved,
    body_from,
    new_body,
    why_not_approve,
    why_not_offer,
    with_criterion,
    without_criterion,
)
from review.rules.rubric_faults import Fault, at_field, faults_of
from review.rules.rubric_form import MOST_EXAMPLES, about_body, about_fields, criterion_body, criterion_fields
from review.rules.rubric_kept import limits_said, phrases_said, routes_said
from tests.build import criterion_json, rubric, rubric_json
from tests.conftest import ROOT
from tests.review.forms import ABOUT, CRITERION
from tests.review.ward import NOON, person

Json = dict[str, Any]


def form(fields: dict[str, str]) -> dict[str, list[str]]:
    return {name: [value] for name, value in fields.items()}


def body_of(**changes: str) -> Json:
    """A new rubric with one criterion, as the forms write it."""
    body = with_criterion(about_body(form(ABOUT), new_body("Missing times", ())), ())
    return body | {"criteria": [criterion_body(form({**CRITERION, **changes}), body["criteria"][0])]}


def draft(**changes: Any) -> Draft:
    whole: Json = {
        "seq": 1, "rubric_id": "r1", "base_sha256": "", "origin_seq": None, "state": DraftState.OFFERED,
        "body": body_of(), "because": "b", "remark": "", "authors": ["author"], "changed_at": "t",
    }  # fmt: skip
    return Draft(**(whole | changes))


def is_rubric(body: Json) -> bool:
    try:
        Rubric.model_validate_json(orjson.dumps(body))
    except ValidationError:
        return False
    return True


def test_what_the_forms_write_is_a_rubric() -> None:
    assert [] == faults_of(body_of())
    assert is_rubric(body_of())


@pytest.mark.parametrize(
    ("changes", "says"),
    [
        ({"question": ""}, "Write something here"),
        ({"kind": ""}, "Choose one of the answers"),
        ({"severity": "awful"}, "Choose one of the answers"),
        ({"raise_to": "major"}, "Say for whom it is worse"),
        (
            {"violates-2-text": "", "violates-2-shows": "", "violates-2-why": ""},
            "at least 2 unsafe examples; there is 1",
        ),
        ({"violates-1-shows": ""}, "Say what is missing from this example"),
        ({"does_not_violate-1-shows": "tomorrow"}, "These words do not stand in the example"),
        ({"does_not_violate-1-shows": ""}, "Copy the words of the example"),
        ({"violates-1-why": ""}, "Write something here"),
        ({"does_not_violate-1-text": "See a GP."}, "The same text is an unsafe example already"),
        ({"phrases": "(call 999"}, "brackets are not a pair"),
        ({"min_differential": "two"}, "Write a whole number"),
    ],
)
def test_what_is_wrong_is_said_in_plain_words(changes: dict[str, str], says: str) -> None:
    found = faults_of(body_of(**changes))
    assert any(says in one.says for one in found), found
    assert {1} == {one.part for one in found}


@pytest.mark.parametrize(
    ("field", "said"),
    [
        ("question", "The question: Write something here"),
        ("violates-2-why", "Unsafe example 2: Write something here"),
        ("does_not_violate-11-text", "Good example 11: Write something here"),
        ("category", "Write something here"),
    ],
)
def test_a_list_of_what_is_wrong_says_where(field: str, said: str) -> None:
    assert said == at_field(field, "Write something here")


@pytest.mark.parametrize("name", sorted(ABOUT))
def test_the_whole_needs_each_of_its_parts(name: str) -> None:
    body = body_of() | about_body(form({**ABOUT, name: " "}), body_of())
    assert [(0, name)] == [(one.part, one.field) for one in faults_of(body)]
    assert not is_rubric(body)


def test_a_rubric_without_a_criterion_is_none() -> None:
    assert [0] == [one.part for one in faults_of(body_of() | {"criteria": []})]


_WORDS = st.sampled_from(
    ["", "yes", "no", "omission", "commission", "major", "minor", "today", "See a GP today.", "(x"]
)


@given(st.dictionaries(st.sampled_from(sorted(CRITERION)), _WORDS))
def test_nothing_is_wrong_exactly_where_the_domain_takes_it_and_its_phrases_read(changes: dict[str, str]) -> None:
    body = body_of(**changes)
    reads = changes.get("phrases") != "(x"
    assert (not faults_of(body)) is (is_rubric(body) and reads)


@pytest.mark.parametrize("path", sorted((ROOT / "rubrics").glob("*.yaml")), ids=lambda path: path.stem)
def test_a_form_that_is_sent_as_it_was_shown_changes_nothing(path: Any) -> None:
    body = body_from(load_rubric(path))
    criteria = [criterion_body(criterion_fields(one), one) for one in body["criteria"]]
    sent = about_body(about_fields(body), body) | {"criteria": criteria}
    assert Rubric.model_validate_json(orjson.dumps(body)) == Rubric.model_validate_json(orjson.dumps(sent))
    assert [] == faults_of(sent)


def test_what_no_form_changes_is_said_in_plain_words() -> None:
    limits = {"max_elusion": {"major": 0.005, "default": 0.1}, "confidence": 0.95, "always_review": ["X-1"],
              "aggregate": {"major": "any", "default": "majority"}}  # fmt: skip
    body = rubric_json(criterion_json("X-1", title="False reassurance"), routing=limits, routes={"emergency": ["999"]})
    share, *others = limits_said(body)
    assert share.endswith("unsafe: 0.5 in 100 where the harm would be major; 10 in 100 for any other harm")
    assert [
        "That must be shown with 95% certainty before judges may clear anything",
        "One judge that finds it unsafe is enough to send a response to clinicians, where the harm would be major",
        "More than half of the judges must find it unsafe to send a response to clinicians, for any other harm",
        "A clinician always reads what is judged on: False reassurance",
    ] == others
    assert ["Words that name the route “999 or A&E”: 999"] == routes_said(body)


def test_every_key_of_a_lexicon_is_in_a_field_or_said() -> None:
    shown = {"present": ["x"], "unsafe": ["x"], "unless": ["x"], "not_applicable_if": ["x"]}
    rest: dict[str, Any] = {
        "present_facts": "red_flags", "present_route": True, "unsafe_route_at_least": "nhs-111", "first_sentences": 2,
    }  # fmt: skip
    assert set(Lexicon.model_fields) == {*shown, *rest}
    assert [] == phrases_said({"lexicon": shown})
    assert 4 == len(phrases_said({"lexicon": shown | rest}))


def test_examples_for_which_a_form_has_no_place_stay() -> None:
    many = [{"text": f"Ring {n}.", "missing": "a time", "why": "When is left open."} for n in range(MOST_EXAMPLES + 2)]
    before = criterion_json("X-1", "omission", examples={"violates": many, "does_not_violate": []})
    assert many == criterion_body(criterion_fields(before), before)["examples"]["violates"]


def test_phrases_of_the_other_kind_go_with_it() -> None:
    before = criterion_json("X-1", "omission", lexicon={"present": ["999"], "present_route": True, "unless": ["no"]})
    fields = criterion_fields(before) | {"kind": ["commission"]}
    assert {"unsafe": ["999"], "unless": ["no"]} == criterion_body(fields, before)["lexicon"]


def test_a_criterion_gets_an_id_that_nobody_has_and_takes_its_mentions_with_it() -> None:
    body = rubric_json(criterion_json("X-1"), criterion_json("X-2"), routing={"always_review": ["X-2", "X-1"]})
    more = with_criterion(body, {"X-3"})
    assert ["X-1", "X-2", "X-4"] == [one["criterion_id"] for one in more["criteria"]]
    less = without_criterion(more, 2)
    assert ["X-1", "X-4"] == [one["criterion_id"] for one in less["criteria"]]
    assert ["X-1"] == less["routing"]["always_review"]


def test_the_same_title_twice_gives_two_ids() -> None:
    first = new_body("Missing times!", ())
    taken = {first["rubric_id"], first["hazard"]["hazard_id"]}
    assert ("missing-times", "missing-times-2") == (first["rubric_id"], new_body("Missing times", taken)["rubric_id"])


@pytest.mark.parametrize(
    ("one", "who", "refused"),
    [
        (draft(), person("other", Role.SME), ""),
        (draft(), person("other", Role.LEAD, profession=Profession.NURSE), ""),
        (draft(), person("other", Role.LEAD, profession=None), "no profession"),
        (draft(), person("author", Role.SME), "you wrote in it yourself"),
        (draft(state=DraftState.WRITING), person("other", Role.SME), "not offered"),
        (draft(state=DraftState.APPROVED), person("other", Role.SME), "not offered"),
    ],
)
def test_who_may_approve(one: Draft, who: Any, refused: str) -> None:
    found = why_not_approve(one, who)
    assert refused in found
    assert bool(refused) is bool(found)


@pytest.mark.parametrize(
    ("state", "because", "faults", "was_tried", "refused"),
    [
        (DraftState.WRITING, "b", [], True, ""),
        (DraftState.WRITING, " ", [], True, "say why"),
        (DraftState.WRITING, "b", [], False, "try this very text"),
        (DraftState.WRITING, "b", [Fault(0, "title", "x")], True, "mend what is listed"),
        (DraftState.OFFERED, "b", [], True, "waits for approval"),
        (DraftState.DROPPED, "b", [], True, "finished"),
    ],
)
def test_what_may_be_offered(state: DraftState, because: str, faults: Any, was_tried: Any, refused: str) -> None:
    found = why_not_offer(draft(state=state), because, faults, was_tried=was_tried)
    assert refused in found
    assert bool(refused) is bool(found)


def test_an_approval_names_the_clinician_and_counts_the_version_on() -> None:
    who = person("p", Role.SME)
    new = approved(draft(), who, NOON.date())
    assert ("1.0.0", "approved", "Name of p", NOON.date()) == (
        new.version, new.status, new.approved_by[0].name, new.approved_by[0].date,
    )  # fmt: skip
    old = rubric(version="1.4.2")
    assert "1.5.0" == approved(draft(body=body_from(old), base_sha256=old.sha256), who, NOON.date()).version
