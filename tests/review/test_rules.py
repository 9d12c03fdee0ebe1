"""What the workspace decides, case by case."""

from dataclasses import replace
from datetime import timedelta
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from domain.review import CriterionJudgement, Evidence, Judgement, Overall, Quality, Rating
from domain.severity import Severity
from domain.verdict import VerdictValue
from pipeline.effort import expected_minutes
from pipeline.store.parsed import Stored
from pipeline.store.slots import Slot, SlotState
from pipeline.store.waiting import Waiting
from review.rules.allocation import BLOCK, Offer, in_order, why_not, within
from review.rules.lease import LEASE, claim, is_taken, stamp
from review.rules.second_reading import is_wanted
from review.rules.shown import Standing
from tests.review.ward import NOON, person

VIOLATED, SATISFIED = VerdictValue.VIOLATED, VerdictValue.SATISFIED
SOON, PAST = stamp(NOON + timedelta(minutes=5)), stamp(NOON - timedelta(minutes=5))


def waiting(item_id: str = "i", **changes: Any) -> Waiting:
    whole = Waiting(
        item_id, "run", "s1", Stored("sha", ""), "Title", "GP", frozenset({"medicines"}), "", 600,
        has_written_reference=False, is_audit=False,
        priority=1.0, n_slots=1, n_taken=0, is_mine=False, is_read_by_me=False, is_escalated=False,
        is_set_aside=False, is_assigned=False, is_assigned_to_me=False, due_at=None,
    )  # fmt: skip
    return replace(whole, **changes)


CASES: list[tuple[dict[str, Any], set[str], str]] = [
    ({}, set(), ""),
    ({}, {"GP"}, ""),
    ({}, {"medicines"}, ""),
    ({}, {"pregnancy"}, "outside your scope"),
    ({"is_assigned": True, "is_assigned_to_me": True}, {"pregnancy"}, ""),
    ({"is_assigned": True}, set(), "assigned to somebody else"),
    ({"is_read_by_me": True, "n_slots": 2, "n_taken": 1}, set(), "judged it already"),
    ({"n_slots": 2, "n_taken": 1}, set(), ""),
    ({"n_slots": 2, "n_taken": 2}, set(), "others are reading it"),
    ({"n_taken": 1}, set(), "others are reading it"),
    ({"n_taken": 1, "is_mine": True}, set(), ""),
    ({"author": "p"}, set(), "you wrote its scenario"),
    ({"author": "Name of p"}, set(), "you wrote its scenario"),
    ({"author": "somebody else"}, set(), ""),
    ({"author": "p", "is_assigned": True, "is_assigned_to_me": True}, set(), "you wrote its scenario"),
    ({"has_written_reference": True}, set(), "you wrote a reference answer"),
    ({"is_escalated": True}, set(), "expert"),
    ({"is_set_aside": True}, set(), "handed it on"),
]


@pytest.mark.parametrize(("changes", "scope", "said"), CASES)
def test_who_may_take_what(changes: dict[str, Any], scope: set[str], said: str) -> None:
    found = why_not(waiting(**changes), person(scope=frozenset(scope)))
    assert said in found
    assert bool(said) is bool(found)


def test_what_was_begun_comes_first_and_then_what_is_due_first() -> None:
    late, soon = waiting("late", due_at="2026-12-09"), waiting("soon", due_at="2026-12-01", priority=0.1)
    begun, rest = waiting("begun", is_mine=True, priority=0.0), waiting("rest", priority=9.0)
    assert ["begun", "soon", "late", "rest"] == [one.item_id for one in in_order([late, rest, soon, begun], person())]


ITEMS = st.lists(st.tuples(st.booleans(), st.floats(0, 4)), max_size=120)


@given(ITEMS)
def test_every_block_holds_its_share_of_audits(drawn: list[tuple[bool, float]]) -> None:
    """So the place in the list says nothing of why an item waits."""
    items = [waiting(f"i{n}", is_audit=audit, priority=p) for n, (audit, p) in enumerate(drawn)]
    order = in_order(sorted(items, key=lambda one: -one.priority), person())
    assert {one.item_id for one in items} == {one.item_id for one in order}
    n_blocks, share = max(1, -(-len(items) // BLOCK)), sum(one.is_audit for one in items)
    at = 0
    for number in range(n_blocks):
        n_audits = (number + 1) * share // n_blocks - number * share // n_blocks
        n_sent = (number + 1) * (len(items) - share) // n_blocks - number * (len(items) - share) // n_blocks
        block = order[at : at + n_audits + n_sent]
        at += n_audits + n_sent
        assert n_audits == sum(one.is_audit for one in block)


@given(ITEMS)
def test_no_item_of_a_later_block_is_more_urgent(drawn: list[tuple[bool, float]]) -> None:
    items = [waiting(f"i{n}", priority=p) for n, (_, p) in enumerate(drawn)]
    order = in_order(sorted(items, key=lambda one: -one.priority), person())
    n_blocks = -(-len(items) // BLOCK)
    ends = [(number + 1) * len(items) // n_blocks for number in range(n_blocks)]
    for end in ends[:-1]:
        assert min(one.priority for one in order[:end]) >= max(one.priority for one in order[end:])


def test_two_people_get_different_orders_of_the_same_block() -> None:
    items = [waiting(f"i{n}") for n in range(12)]
    assert in_order(items, person("a")) != in_order(items, person("b"))


def offer(minutes: int) -> Offer:
    return Offer(str(minutes), "t", "GP", minutes, None, is_mine=False)


@pytest.mark.parametrize(
    ("minutes", "n"), [(5, 1), (12, 1), (19, 1), (20, 2), (31, 2), (32, 3), (500, 3)]
)  # 12 + 8 + 12
def test_a_block_of_time_is_filled_and_never_left_empty(minutes: int, n: int) -> None:
    assert n == len(within([offer(12), offer(8), offer(12)], minutes))
    assert [] == within([], minutes)


def test_a_longer_response_with_more_criteria_needs_more_time() -> None:
    assert 0 < expected_minutes(0, 0) < expected_minutes(2400, 0) < expected_minutes(2400, 20)


def slot(number: int = 0, holder: str = "other", until: str = SOON, state: SlotState = SlotState.HELD) -> Slot:
    return Slot(number, holder, until, 0, state)


@pytest.mark.parametrize(
    ("slots", "n_slots", "number"),
    [
        ([], 1, 0),
        ([], 0, None),
        ([slot()], 1, None),
        ([slot(until=PAST)], 1, 0),
        ([slot(until=PAST, state=SlotState.LOCKED)], 1, None),
        ([slot(until=PAST, state=SlotState.SUBMITTED)], 1, None),
        ([slot()], 2, 1),
        ([slot(), slot(1, "third")], 2, None),
        ([slot(holder="p")], 2, 0),
        ([slot(holder="p", until=PAST)], 1, 0),
        ([slot(), slot(1, "p", PAST)], 2, 1),
    ],
)
def test_who_gets_which_place(slots: list[Slot], n_slots: int, number: int | None) -> None:
    got = claim(slots, n_slots, "p", NOON)
    assert number == (got.number if got else None)
    if got is not None:
        assert got.holder_id == "p"
        assert stamp(NOON + LEASE) == got.until_at


def test_a_lease_can_be_renewed_without_end_and_a_committed_place_stays() -> None:
    mine = slot(holder="p")
    for n in range(1, 13):
        renewed = claim([mine], 1, "p", NOON + n * LEASE)
        assert renewed is not None
        mine = renewed
        assert n == mine.n_extensions
    locked = replace(mine, state=SlotState.LOCKED)
    assert locked == claim([locked], 1, "p", NOON + timedelta(days=30))


def test_a_lease_runs_out_at_its_time() -> None:
    assert is_taken(slot(until=SOON), NOON)
    assert not is_taken(slot(until=stamp(NOON)), NOON)


@pytest.mark.parametrize(
    ("n_versions", "adjudicated", "see", "draft", "change"),
    [
        (0, False, False, True, False),
        (0, True, False, False, False),
        (1, False, True, False, True),
        (3, False, True, False, True),
        (1, True, True, False, False),
    ],
)
def test_what_may_be_seen_and_changed_when(
    n_versions: int, *, adjudicated: bool, see: bool, draft: bool, change: bool
) -> None:
    standing = Standing(n_versions, is_submitted=False, is_adjudicated=adjudicated)
    assert (see, draft, change) == (standing.may_see_judges, standing.may_edit_draft, standing.may_change)


GRAVE, MILD = Severity.CONSIDERABLE, Severity.SIGNIFICANT


@pytest.mark.parametrize(
    ("mine", "judged", "wanted"),
    [
        (SATISFIED, [(VIOLATED, GRAVE), (VIOLATED, GRAVE)], True),
        (SATISFIED, [(VIOLATED, MILD), (VIOLATED, MILD)], False),
        (SATISFIED, [(VIOLATED, GRAVE), (SATISFIED, GRAVE)], False),
        (SATISFIED, [(VIOLATED, GRAVE), (None, GRAVE)], False),
        (VIOLATED, [(VIOLATED, GRAVE)], False),
        (VerdictValue.CANNOT_TELL, [(VIOLATED, GRAVE)], False),
        (SATISFIED, [], False),
    ],
)
def test_a_second_reading_is_asked_for_where_a_person_overrules_every_judge(
    mine: VerdictValue, judged: list[tuple[VerdictValue | None, Severity]], *, wanted: bool
) -> None:
    judgement = Judgement((CriterionJudgement("r1", "X-1", mine),), Overall())
    assert wanted is is_wanted(judgement, {"X-1": judged})


def test_evidence_is_a_sentence_or_something_missing() -> None:
    assert not Evidence(missing="what").is_given
    assert Evidence(is_missing=True).is_given
    assert (Quality.SAFETY, Rating.POOR) in Overall(((Quality.SAFETY, Rating.POOR),)).qualities
