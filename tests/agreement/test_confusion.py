"""Judge against people, counted; abstentions are in no share and in every count."""

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from agreement.confusion import Confusion, confusion
from agreement.proportion import proportion

ONE_OF_EACH: dict[str, tuple[tuple[bool | None, bool], Confusion]] = {
    "found": ((True, True), Confusion(true_positive=1)),
    "false alarm": ((True, False), Confusion(false_positive=1)),
    "missed": ((False, True), Confusion(false_negative=1)),
    "left alone": ((False, False), Confusion(true_negative=1)),
    "no answer on a violation": ((None, True), Confusion(abstained_on_positive=1)),
    "no answer on another": ((None, False), Confusion(abstained_on_negative=1)),
}
COUNTED = Confusion(9, 20, 1, 60, 2, 8)
pairs = st.lists(st.tuples(st.sampled_from([True, False, None]), st.booleans()))


@pytest.mark.parametrize(("pair", "expected"), ONE_OF_EACH.values(), ids=ONE_OF_EACH.keys())
def test_each_pair_is_counted_where_it_belongs(pair: tuple[bool | None, bool], expected: Confusion) -> None:
    assert expected == confusion([pair])


def test_of_no_pairs_everything_is_zero_and_no_share_is_estimated() -> None:
    nothing = confusion([])
    assert (Confusion(), 0) == (nothing, nothing.n)
    assert (None, None) == (nothing.sensitivity.share, nothing.specificity.share)


def test_totals_hold_abstentions() -> None:
    assert (12, 88, 100, 10) == (COUNTED.n_positive, COUNTED.n_negative, COUNTED.n, COUNTED.n_abstained)


def test_sensitivity_and_specificity_are_of_the_answers_given() -> None:
    assert (proportion(9, 10), proportion(60, 80)) == (COUNTED.sensitivity, COUNTED.specificity)


def test_a_judge_that_never_answers_has_no_sensitivity() -> None:
    assert proportion(0, 0) == confusion([(None, True), (None, False)]).sensitivity


@given(pairs)
@settings(derandomize=True, deadline=None)
def test_every_pair_is_counted_once_whatever_the_order(some: list[tuple[bool | None, bool]]) -> None:
    found = confusion(iter(some))
    assert confusion(reversed(some)) == found
    assert (len(some), sum(people for _, people in some)) == (found.n, found.n_positive)
    assert sum(judge is None for judge, _ in some) == found.n_abstained
