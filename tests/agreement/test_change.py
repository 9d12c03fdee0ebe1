"""Marks before and after, in pairs."""

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from scipy.stats import binomtest  # pyright: ignore[reportUnknownVariableType]

from agreement.change import change, limits
from agreement.resample import Resampling


def how(confidence: float = 0.95) -> Resampling:
    return Resampling(np.random.default_rng(4), 400, confidence)


def pairs(rose: int, fell: int, same: int) -> tuple[np.ndarray, np.ndarray]:
    before = np.array([0] * rose + [1] * fell + [0] * same)
    return before, np.array([1] * rose + [0] * fell + [0] * same)


def test_a_difference_is_that_of_the_shares_and_its_test_is_mcnemars() -> None:
    before, after = pairs(12, 3, 185)
    found = change(before, after, np.arange(200), how())
    assert (12, 3, 200, 200) == (found.rose, found.fell, found.n_rows, found.n_scenarios)
    assert found.difference.value == pytest.approx(9 / 200)
    assert (3 / 200, 12 / 200) == (found.before, found.after)
    assert found.p == pytest.approx(binomtest(12, 15).pvalue)
    assert found.p_worse == pytest.approx(binomtest(12, 15, alternative="greater").pvalue)


@settings(max_examples=150, deadline=None)
@given(st.integers(0, 40), st.integers(0, 40), st.integers(0, 60), st.sampled_from([0.9, 0.95, 0.999]))
def test_the_interval_lies_above_nothing_just_where_the_exact_test_says_so(
    rose: int, fell: int, same: int, confidence: float
) -> None:
    if rose + fell + same == 0:
        return
    found = change(*pairs(rose, fell, same), np.arange(rose + fell + same), how(confidence))
    of = found.difference
    assert of.low is not None
    assert of.high is not None
    assert of.value is not None
    assert of.low - 1e-12 <= of.value <= of.high + 1e-12
    tail = (1 - confidence) / 2
    if abs(found.p_worse - tail) > 1e-9:
        assert (of.low > 0) == (found.p_worse < tail)


def test_where_nothing_changed_the_interval_says_how_much_could_have() -> None:
    found = change(*pairs(0, 0, 100), np.arange(100), how())
    assert found.difference.value == 0
    assert found.difference.low == pytest.approx(-0.0362, abs=1e-3)
    assert found.difference.high == pytest.approx(0.0362, abs=1e-3)
    assert found.p_worse == 1


def test_rows_of_one_scenario_that_change_together_are_one_piece_of_evidence() -> None:
    before, after = pairs(12, 0, 188)
    apart = change(before, after, np.arange(200), how())
    together = change(before, after, np.repeat(np.arange(50), 4), how())
    assert (3, 50) == (together.rose, together.n_scenarios)
    assert together.p_worse == pytest.approx(1 / 8)
    assert apart.p_worse < 0.001
    assert together.difference.value == pytest.approx(12 / 200)
    assert together.difference.low is not None
    assert together.difference.low < 0


def test_scenarios_of_several_rows_are_resampled_where_enough_changed() -> None:
    before, after = pairs(60, 12, 328)
    found = change(before, after, np.arange(400) // 2, how())
    assert found.difference.method == "bootstrap"
    assert found.difference.low is not None
    assert found.difference.low > 0


def test_what_one_side_does_not_know_is_left_out() -> None:
    before, after = pairs(5, 5, 10)
    before[0], after[5] = -1, -1
    found = change(before, after, np.arange(20), how())
    assert (4, 4, 18) == (found.rose, found.fell, found.n_rows)
    nothing = change(np.full(3, -1), np.ones(3, dtype=np.int64), np.arange(3), how())
    assert nothing.difference.refusal == "nothing was judged in both runs"
    with pytest.raises(ValueError, match="expected pairs"):
        change(before, after, np.arange(19), how())


@pytest.mark.parametrize(("changed", "lean"), [(0.02, 0.5), (0.3, 0.5), (0.03, 0.9), (0.2, 0.8)])
def test_the_interval_holds_the_truth_as_often_as_it_says(changed: float, lean: float) -> None:
    """Exact limits of two shares, multiplied: on the safe side."""
    rng = np.random.default_rng(9)
    flips = rng.binomial(250, changed, 3000)
    rose = rng.binomial(flips, lean)
    truth = changed * (2 * lean - 1)
    found = {(int(up), int(n)): limits(int(up), int(n - up), 250, 0.95) for up, n in zip(rose, flips, strict=True)}
    held = np.mean([found[int(up), int(n)][0] <= truth <= found[int(up), int(n)][1]
                    for up, n in zip(rose, flips, strict=True)])  # fmt: skip
    assert held >= 0.95
