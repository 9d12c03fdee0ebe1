"""Thresholds are tested strict to lax, and the first that fails ends it."""

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from agreement.certificate.ladder import Step, climb, labels_wanted, last_proved
from agreement.certificate.promise import Promise, labels_needed
from agreement.estimate import Floats
from tests.oracles_certificates import learn_then_test

PROMISE = Promise(0.05, 0.10)
LEVELS = np.array([0.0, 0.25, 0.5, 1.0])


def rows(*levels: tuple[int, int]) -> tuple[Floats, Floats]:
    """Scores and labels: rows and violations among them at each level."""
    scores = np.concatenate([np.full(n, level) for (n, _), level in zip(levels, LEVELS, strict=False)])
    return scores, np.concatenate([np.arange(n) < misses for n, misses in levels]).astype(float)


def proved(steps: tuple[Step, ...]) -> list[float]:
    return [step.threshold for step in steps if step.is_proved]


@pytest.mark.parametrize(
    ("levels", "tested", "found"),
    [
        pytest.param([(45, 0)], 4, [0.0, 0.25, 0.5, 1.0], id="just enough without a miss"),
        pytest.param([(44, 0)], 0, [], id="one too few"),
        pytest.param([(44, 0), (1, 0)], 3, [0.25, 0.5, 1.0], id="enough at the second threshold"),
        pytest.param([(45, 0), (31, 1)], 2, [0.0], id="one miss needs 77, here are 76"),
        pytest.param([(45, 0), (32, 1)], 4, [0.0, 0.25, 0.5, 1.0], id="one miss needs 77, here they are"),
        pytest.param([(45, 1), (400, 0)], 1, [], id="what fails at first ends it, whatever comes later"),
        pytest.param([(45, 0), (20, 3), (400, 0)], 2, [0.0], id="what fails on the way ends it"),
        pytest.param([], 0, [], id="nothing"),
    ],
)
def test_the_first_threshold_that_fails_ends_it(levels: list[tuple[int, int]], tested: int, found: list[float]) -> None:
    scores, labels = rows(*levels) if levels else (np.array([]), np.array([]))
    steps = climb(scores, labels, LEVELS, PROMISE)
    assert found == proved(steps)
    assert tested == sum(step.is_tested for step in steps)
    assert (found[-1] if found else None) == getattr(last_proved(steps), "threshold", None)


def test_a_p_value_is_the_exact_binomial_tail_by_hand() -> None:
    """0.95 ** 60 = 0.0461, and one miss adds 60 * 0.05 * 0.95 ** 59 = 0.1455."""
    first, second, *_ = climb(*rows((60, 0), (0, 0)), LEVELS, PROMISE)
    one, *_ = climb(*rows((60, 1)), LEVELS, PROMISE)
    assert (60, 0, pytest.approx(0.0461, abs=1e-4)) == first[1:4]
    assert first[1:] == second[1:]
    assert pytest.approx(0.1916, abs=1e-4) == one.p_value


@given(st.lists(st.tuples(st.integers(0, 90), st.integers(0, 4)), min_size=4, max_size=4))
def test_the_same_is_proved_as_by_another_implementation(levels: list[tuple[int, int]]) -> None:
    levels[0] = (max(levels[0][0], labels_needed(0, PROMISE)), levels[0][1])
    steps = climb(*rows(*levels), LEVELS, PROMISE)
    misses, n = (np.array([getattr(step, name) for step in steps]) for name in ("misses", "n"))
    assert [steps[place].threshold for place in learn_then_test(misses, n, 0.05, 0.10)] == proved(steps)


@given(
    levels=st.lists(st.tuples(st.integers(0, 90), st.integers(0, 4)), min_size=4, max_size=4),
    place=st.integers(0, 3),
)
def test_one_more_miss_never_proves_more(levels: list[tuple[int, int]], place: int) -> None:
    before = climb(*rows(*levels), LEVELS, PROMISE)
    n, misses = levels[place]
    levels[place] = (n, min(n, misses + 1))
    assert set(proved(climb(*rows(*levels), LEVELS, PROMISE))) <= set(proved(before))


@pytest.mark.parametrize(
    ("levels", "wanted"),
    [
        pytest.param([(30, 0)], 15, id="without a miss 45 do"),
        pytest.param([(30, 0), (30, 30)], 30, id="only half of what is labelled clears"),
        pytest.param([(50, 1)], 82, id="one in 50 is not three in 132, the first that do"),
        pytest.param([(50, 5)], None, id="a tenth is more than was promised"),
        pytest.param([(40, 2)], None, id="exactly what was promised is never proved"),
        pytest.param([], None, id="nothing is known"),
    ],
)
def test_labels_wanted_are_those_that_would_do_at_the_rate_seen(
    levels: list[tuple[int, int]], wanted: int | None
) -> None:
    scores, labels = rows(*levels) if levels else (np.array([]), np.array([]))
    steps = climb(scores, labels, LEVELS, PROMISE)
    assert wanted == labels_wanted(steps, len(scores), PROMISE)


@pytest.mark.parametrize(
    ("scores", "labels", "thresholds", "message"),
    [
        pytest.param([0.1], [0.0, 1.0], [0.5], "a score and a label a row", id="too few scores"),
        pytest.param([0.1], [0.5], [0.5], "labels that are 0 or 1", id="half a label"),
        pytest.param([0.1], [0.0], [0.5, 0.5], "thresholds that rise", id="the same threshold twice"),
        pytest.param([0.1], [0.0], [], "thresholds that rise", id="no threshold"),
        pytest.param([0.1], [0.0], [np.nan, 0.5], "thresholds that rise", id="a threshold that is no number"),
    ],
)
def test_what_cannot_be_tested_is_refused(
    scores: list[float], labels: list[float], thresholds: list[float], message: str
) -> None:
    with pytest.raises(ValueError, match=message):
        climb(np.array(scores), np.array(labels), np.array(thresholds), PROMISE)
