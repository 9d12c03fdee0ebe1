"""A draft read as a judgement."""

import pytest

from domain.review import Quality, Rating
from domain.severity import Severity
from domain.verdict import Span, VerdictValue
from judges.sentences import sentences
from pipeline.store.drafts import Fields
from pipeline.store.review_items import ReviewItem
from review.rules.reading import OVERALL, judgement_of, lacking, unreadable, unstated
from tests.build import question
from tests.review.ward import RESPONSE

TICK = "23-52"
ITEM = ReviewItem("i", "run", question().scenario, "completed", RESPONSE, (question(response=RESPONSE),), {})
BAD: Fields = {"value": ["violated"], "severity": ["major"], "sentence": [TICK]}
REASONS: Fields = {"risk": ["delay"], "who": ["the child"], "why": ["a sign is left out"], "escalation": ["999"]}


def test_the_ticked_sentence_is_kept_with_its_offsets() -> None:
    assert TICK in {f"{one.start}-{one.end}" for one in sentences(RESPONSE)}
    said = judgement_of(ITEM, {"X-1": BAD}).on("X-1")
    assert said is not None
    assert (Span(23, 52, RESPONSE[23:52]),) == said.evidence.spans
    assert Severity.MAJOR is said.severity


def test_either_is_defensible_is_kept_beside_cannot_tell() -> None:
    said = judgement_of(ITEM, {"X-1": {"value": ["defensible"]}}).on("X-1")
    assert said is not None
    assert (VerdictValue.CANNOT_TELL, True) == (said.value, said.is_defensible)


def test_what_was_filled_in_for_a_violation_does_not_stick_to_another_answer() -> None:
    said = judgement_of(ITEM, {"X-1": {**BAD, **REASONS, "missing": ["yes"], "value": ["satisfied"]}}).on("X-1")
    assert said is not None
    assert (None, False) == (said.severity, said.evidence.is_missing)
    assert 4 == len(said.reasons.unstated())


@pytest.mark.parametrize(
    ("fields", "field"),
    [
        ({}, "value"),
        ({"value": [""]}, "value"),
        ({**BAD, "severity": [""]}, "severity"),
        ({**BAD, "sentence": []}, "evidence"),
        ({**BAD, "sentence": [], "missing": ["yes"]}, None),
        (BAD, None),
        ({"value": ["satisfied"]}, None),
        ({"value": ["cannot_tell"]}, None),
        ({"value": ["not_applicable"]}, None),
    ],
)
def test_what_must_be_there_before_a_judgement_is_locked(fields: Fields, field: str | None) -> None:
    found = lacking(ITEM, judgement_of(ITEM, {"X-1": fields}))
    assert ([field] if field else []) == [one.field for one in found]


@pytest.mark.parametrize(
    ("fields", "n"),
    [(BAD, 4), ({**BAD, **REASONS}, 0), ({**BAD, "risk": ["x"]}, 3), ({**BAD, "risk": ["  "]}, 4),
     ({"value": ["satisfied"]}, 0)],
)  # fmt: skip
def test_reasons_that_were_left_out_stand_as_not_stated(fields: Fields, n: int) -> None:
    assert n == len([one for one in unstated(judgement_of(ITEM, {"X-1": fields})) if one.part == "X-1"])


def test_of_the_whole_each_quality_and_what_could_still_go_wrong_is_stated_or_not() -> None:
    assert 5 == len(unstated(judgement_of(ITEM, {})))
    rated = {**{str(one): ["good"] for one in Quality}, "nothing": ["yes"]}
    judgement = judgement_of(ITEM, {OVERALL: rated})
    assert [] == unstated(judgement)
    assert (Quality.TONE, Rating.GOOD) in judgement.overall.qualities


@pytest.mark.parametrize(
    ("part", "fields", "n"),
    [
        ("X-1", {"value": ["violated"], "sentence": [TICK]}, 0),
        ("X-1", {"sentence": ["0-1"]}, 1),
        ("X-1", {"value": ["flagged"]}, 1),
        ("X-1", {"anything": ["x"]}, 1),
        ("X-1", {"why": ["x" * 4000]}, 0),
        ("X-1", {"why": ["x" * 4001]}, 1),
        ("X-1", {"tone": ["good"]}, 1),
        (OVERALL, {"tone": ["good"]}, 0),
        (OVERALL, {"tone": ["superb"]}, 1),
    ],
)
def test_a_form_may_hold_what_was_offered_and_nothing_else(part: str, fields: Fields, n: int) -> None:
    assert n == len(unreadable(part, fields, RESPONSE))
