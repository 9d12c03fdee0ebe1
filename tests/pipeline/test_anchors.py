"""A night's run against frozen anchors."""

from collections.abc import Iterable
from datetime import timedelta

import pytest

from agreement.drift.cause import Cause
from domain.errors import InputError
from domain.scenario import Label
from domain.verdict import VerdictValue
from pipeline.anchors import Comparison, Freeze, compare, frozen
from pipeline.panel_view import QuestionKey, View
from pipeline.store.anchors import AnchorRow
from tests.certified import NOW, key, label, view

VIOLATED, SATISFIED = VerdictValue.VIOLATED, VerdictValue.SATISFIED
SCENARIOS = [f"s{n:02}" for n in range(60)]
Views = dict[QuestionKey, View]


def judged(flagged: Iterable[str] = (), failed: Iterable[str] = (), body: str = "b") -> Views:
    return {key(one): view(None if one in failed else float(one in flagged), body_sha256=body) for one in SCENARIOS}


def anchored(views: Views, labels: Iterable[Label]) -> list[AnchorRow]:
    return frozen(views, labels, Freeze("spring", "n1", "p", NOW, "R. Lead", "first"))


LABELS = [label(one, SATISFIED) for one in SCENARIOS]
ANCHORS = anchored(judged(SCENARIOS[50:]), LABELS)


def compared(*nights: Views, labels: Iterable[Label] = LABELS) -> Comparison:
    """The first night is the freeze."""
    named = {f"n{number}": one for number, one in enumerate([judged(SCENARIOS[50:]), *nights], 1)}
    return compare(ANCHORS, named, labels)


def test_only_blind_and_decided_labels_on_what_was_judged_are_frozen() -> None:
    labels = [
        label("s00", SATISFIED),
        label("s01", SATISFIED, blind=False),
        label("s02", VerdictValue.CANNOT_TELL),
        label("s03", VIOLATED),
        label("elsewhere", SATISFIED),
    ]
    assert ["s00"] == [one.scenario_id for one in anchored(judged(failed=["s03"]), labels)]
    with pytest.raises(InputError, match="no blind label is on what run n1 judged"):
        anchored(judged(), labels[1:3])


def test_the_same_again_moves_nothing() -> None:
    found = compared(judged(SCENARIOS[50:]))
    assert (("n1", "n2"), (), 60, True) == (
        found.nights, found.attribution.causes, found.judges.overall.n_units, found.is_complete,
    )  # fmt: skip


def test_judges_that_became_stricter_are_named_with_their_criteria() -> None:
    found = compared(judged(SCENARIOS[30:]))
    assert (Cause.JUDGES_MOVED,) == found.attribution.causes
    assert ("X-1",) == found.moved_criteria
    assert "The judges became stricter" in found.attribution.reason


def test_nights_between_count_and_a_run_on_other_responses_is_passed_over() -> None:
    found = compared(judged(SCENARIOS[49:]), judged(body="another"), {}, judged(SCENARIOS[50:]))
    assert ("n1", "n2", "n5") == found.nights


def test_a_night_with_many_failures_is_incomplete() -> None:
    assert compared(judged(SCENARIOS[50:], failed=SCENARIOS[:6])).is_complete
    assert not compared(judged(SCENARIOS[50:], failed=SCENARIOS[:7])).is_complete


def test_judges_that_can_no_longer_tell_have_moved() -> None:
    tonight = judged(SCENARIOS[50:]) | {key(one): view(None, is_judged=True) for one in SCENARIOS[:15]}
    assert (Cause.JUDGES_MOVED,) == compared(tonight).attribution.causes


def test_a_run_that_judged_no_anchor_says_nothing() -> None:
    with pytest.raises(InputError, match="run n2 judged none of the anchors again"):
        compared(judged(body="another"))
    with pytest.raises(InputError, match="run n1 judged none of the anchors again"):
        compared()


def test_clinicians_who_read_again_and_say_otherwise_have_moved() -> None:
    again = NOW + timedelta(days=30)
    labels = [label(one, VIOLATED if one < "s09" else SATISFIED, labelled_at=again) for one in SCENARIOS]
    found = compared(judged(SCENARIOS[50:]), labels=labels)
    assert (Cause.CLINICIANS_MOVED,) == found.attribution.causes
    assert found.clinicians is not None
    assert (9, 60) == (found.clinicians.night.rose.k, found.clinicians.night.n_units)
    assert (51, 60) == (found.clinicians.same_again.k, found.clinicians.same_again.n)


def test_a_first_reading_is_no_second_one() -> None:
    labels = [label(one, VIOLATED, labelled_at=NOW) for one in SCENARIOS]
    assert compared(judged(SCENARIOS[50:]), labels=labels).clinicians is None
    seen = [label(one, VIOLATED, labelled_at=NOW + timedelta(1), blind=False) for one in SCENARIOS]
    assert compared(judged(SCENARIOS[50:]), labels=seen).clinicians is None
