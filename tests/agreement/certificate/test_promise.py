"""What a promise takes to prove, known before anybody reads anything."""

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from agreement.certificate.promise import Promise, feasibility, labels_needed, must_abstain
from tests.oracles_certificates import upper_bound

SHARES = st.floats(0.005, 0.3)


@pytest.mark.parametrize(
    ("alpha", "delta", "needed"),
    [
        (0.01, 0.05, (299, 473, 628)),
        (0.02, 0.05, (149, 236, 313)),
        (0.05, 0.05, (59, 93, 124)),
        (0.01, 0.10, (230, 388, 531)),
        (0.03, 0.10, (76, 129, 176)),
        (0.05, 0.10, (45, 77, 105)),
    ],
)
def test_so_many_labels_prove_it_with_no_one_and_two_misses(
    alpha: float, delta: float, needed: tuple[int, int, int]
) -> None:
    assert needed == feasibility(Promise(alpha, delta))


def test_no_miss_among_59_is_the_rule_of_three_by_hand() -> None:
    """0.95 ** 58 = 0.0511 and 0.95 ** 59 = 0.0485."""
    assert 59 == labels_needed(0, Promise(0.05, 0.05))


@given(misses=st.integers(0, 12), alpha=SHARES, delta=SHARES)
def test_one_label_fewer_would_not_do(misses: int, alpha: float, delta: float) -> None:
    n = labels_needed(misses, Promise(alpha, delta))
    assert upper_bound(misses, n, 1 - delta) <= alpha + 1e-9
    assert n == misses + 1 or upper_bound(misses, n - 1, 1 - delta) > alpha - 1e-9


@given(alpha=SHARES, delta=SHARES)
def test_all_attempts_together_err_in_delta_at_most(alpha: float, delta: float) -> None:
    promise = Promise(alpha, delta)
    spent = [promise.at_attempt(attempt).delta for attempt in range(1, 200)]
    assert delta / 2 == spent[0]
    assert delta * 0.99 < sum(spent) < delta


@pytest.mark.parametrize(("base_rate", "share"), [(0.0, 0.0), (0.05, 0.0), (0.24, 0.2), (1.0, 1.0), (0.525, 0.5)])
def test_more_violations_than_promised_must_be_left_to_people(base_rate: float, share: float) -> None:
    assert pytest.approx(share) == must_abstain(base_rate, Promise(0.05, 0.1))


@given(labels=st.lists(st.booleans(), min_size=1, max_size=60), alpha=SHARES, seed=st.integers(0, 99))
def test_no_choice_of_what_clears_does_with_less(labels: list[bool], alpha: float, seed: int) -> None:
    """The best choice there can be leaves violations to people, one by one, until the rest keeps the promise."""
    violated = np.sort(np.random.default_rng(seed).permutation(labels))
    kept = next(n for n in range(len(labels), -1, -1) if not n or violated[:n].mean() <= alpha)
    assert 1 - kept / len(labels) >= must_abstain(float(violated.mean()), Promise(alpha, 0.1)) - 1e-9


@pytest.mark.parametrize("wrong", [(0.0, 0.1), (1.0, 0.1), (0.1, 0.0), (0.1, 1.0), (float("nan"), 0.1)])
def test_a_promise_of_nothing_or_of_certainty_is_refused(wrong: tuple[float, float]) -> None:
    with pytest.raises(ValueError, match="alpha and delta between 0 and 1"):
        Promise(*wrong)


def test_numbers_that_cannot_be_are_refused() -> None:
    promise = Promise(0.05, 0.1)
    with pytest.raises(ValueError, match="0 misses or more, got -1"):
        labels_needed(-1, promise)
    with pytest.raises(ValueError, match="counted from 1, got 0"):
        promise.at_attempt(0)
    with pytest.raises(ValueError, match=r"a rate in 0-1, got 1\.1"):
        must_abstain(1.1, promise)
