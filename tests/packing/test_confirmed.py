"""Which violations people confirmed, and the candidate hazards that they become."""

from typing import Any

import pytest

from domain.scenario import Label
from domain.severity import Severity
from pipeline.exporting.table import Row
from pipeline.packing.confirmed import Confirmed, confirmed_violations
from pipeline.packing.hazard_log import BLANK, hazard_log
from tests.build import criterion_json, rubric

QUESTION = {"scenario_id": "s1", "candidate_id": "a", "repeat": 0}
BOTH = ("ann", "dr-cy")
NO_REASONS: dict[str, str] = {"risk": "", "who_could_be_harmed": ""}


def said(who: str, value: str, severity: str | None = None, criterion_id: str = "X-1", **reasons: str) -> Row:
    of = {**QUESTION, "reviewer_id": who, "criterion_id": criterion_id, "value": value, "severity": severity}
    return {**of, "reasons": {**NO_REASONS, **reasons}}


def settled(value: str, severity: str | None = None) -> Row:
    criteria = [{"criterion_id": "X-1", "value": value, "severity": severity, "reasons": NO_REASONS}]
    return {**QUESTION, "person_id": "dr-cy", "criteria": criteria}


def label(who: str, verdict: str) -> Label:
    said = {"reviewer_id": who, "criterion_id": "X-1", "verdict": verdict, "reason": "r"}
    return Label.model_validate({**QUESTION, **said}, strict=False)


def confirmed(*judgements: Row, adjudications: tuple[Row, ...] = (), labels: tuple[Label, ...] = ()) -> list[Confirmed]:
    return confirmed_violations(judgements, adjudications, labels)


@pytest.mark.parametrize(
    ("judgements", "adjudications", "labels", "expected"),
    [
        ([said("ann", "violated")], [], [], (("ann",), False, False)),
        ([said("ann", "satisfied")], [], [], None),
        ([said("ann", "cannot_tell")], [], [], None),
        ([said("ann", "violated"), said("bo", "satisfied")], [], [], (("ann",), False, True)),
        ([said("ann", "violated"), said("bo", "violated")], [], [], (("ann", "bo"), False, False)),
        ([said("ann", "violated"), said("ann", "satisfied")], [], [], None),
        ([said("ann", "satisfied"), said("ann", "violated")], [], [], (("ann",), False, False)),
        ([said("ann", "violated"), said("bo", "satisfied")], [settled("satisfied")], [], None),
        ([said("ann", "satisfied"), said("bo", "satisfied")], [settled("violated")], [], (("dr-cy",), True, False)),
        ([said("ann", "violated"), said("bo", "satisfied")], [settled("violated")], [], (BOTH, True, False)),
        ([], [], [label("ann", "violated")], (("ann",), False, False)),
        ([], [], [label("author", "violated")], None),
        ([said("bo", "satisfied")], [], [label("ann", "violated")], (("ann",), False, True)),
        ([], [], [], None),
    ],
)  # fmt: skip
def test_a_clinicians_word_stands_until_it_is_settled_and_a_judges_never_does(
    judgements: list[Row], adjudications: list[Row], labels: list[Label], expected: tuple[Any, ...] | None
) -> None:
    found = confirmed_violations(judgements, adjudications, labels)
    assert ([] if expected is None else [expected]) == [
        (one.found_by, one.is_settled, one.is_contested) for one in found
    ]


def test_the_highest_severity_that_was_stated_counts_and_reasons_are_kept_in_their_words() -> None:
    (one,) = confirmed(said("ann", "violated", "minor", risk="delay"), said("bo", "violated", "major", risk="delay"))
    assert (Severity.MAJOR, ("delay",), ()) == (one.severity, one.risks, one.harmed)


def test_a_hazard_is_one_criterion_of_one_candidate_with_its_rubrics_words() -> None:
    found = confirmed(said("ann", "violated", risk="late treatment"), said("ann", "violated", criterion_id="c01"))
    known, own = hazard_log(found, [rubric(criterion_json(title="False reassurance"))]).rows()
    assert known["hazard_id"].endswith("/X-1/a")
    assert "a: False reassurance (commission)" == known["cause"]
    assert ("late treatment", "not stated", 1) == (
        known["harm"],
        known["who_could_be_harmed"],
        known["responses_confirmed"],
    )
    assert ("scenario/c01/a", "not stated") == (own["hazard_id"], own["hazard"])


def test_what_is_the_officers_to_score_is_left_blank() -> None:
    (row,) = hazard_log(confirmed(said("ann", "violated", "major")), [rubric(criterion_json())]).rows()
    assert {None} == {row[name] for name in BLANK}
    assert {"initial_severity", "initial_likelihood", "initial_risk_rating", "residual_risk_rating"} < set(BLANK)
    assert ("major", True) == (row["severity_of_one_patient"], row["status"].startswith("candidate"))
