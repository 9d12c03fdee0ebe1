"""A share and its exact interval, against values worked by hand and against scipy's own."""

import math

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from scipy.stats import binomtest  # pyright: ignore[reportUnknownVariableType]

from agreement.proportion import Proportion, proportion


@pytest.mark.parametrize(
    ("k", "n", "confidence", "low", "high"),
    [
        pytest.param(0, 10, 0.95, 0.0, 1 - 0.025**0.1, id="none of ten"),
        pytest.param(10, 10, 0.95, 0.025**0.1, 1.0, id="ten of ten"),
        pytest.param(0, 1, 0.9, 0.0, 0.95, id="none of one"),
        pytest.param(1, 1, 0.9, 0.05, 1.0, id="one of one"),
        pytest.param(1, 2, 0.95, 1 - math.sqrt(0.975), math.sqrt(0.975), id="one of two"),
        pytest.param(0, 300, 0.95, 0.0, 1 - 0.025 ** (1 / 300), id="none of three hundred"),
    ],
)
def test_the_interval_is_what_one_works_out_by_hand(k: int, n: int, confidence: float, low: float, high: float) -> None:
    found = proportion(k, n, confidence)
    assert (k, n, k / n) == (found.k, found.n, found.share)
    assert (low, high) == (pytest.approx(found.low), pytest.approx(found.high))


@pytest.mark.parametrize("n", [1, 2, 3, 5, 10, 33, 100, 1000, 100_000])
@pytest.mark.parametrize("confidence", [0.8, 0.95, 0.999])
def test_the_interval_is_scipys_exact_one(n: int, confidence: float) -> None:
    for k in sorted({0, 1, n // 3, n // 2, n - 1, n}):
        oracle = binomtest(k, n).proportion_ci(confidence, method="exact")  # pyright: ignore[reportUnknownMemberType, reportUnknownVariableType]
        found = proportion(k, n, confidence)
        expected = (float(oracle.low), float(oracle.high))  # pyright: ignore[reportUnknownMemberType, reportUnknownArgumentType]
        assert expected == pytest.approx((found.low, found.high), rel=1e-9, abs=1e-12)


def test_the_usual_confidence_is_95_percent() -> None:
    assert proportion(3, 10, 0.95) == proportion(3, 10)


def test_of_nothing_no_share_is_estimated() -> None:
    assert Proportion(0, 0, None, None, None) == proportion(0, 0)


@pytest.mark.parametrize(("k", "n"), [(-1, 2), (3, 2), (1, 0), (0, -1)])
def test_counts_that_cannot_be_are_refused(k: int, n: int) -> None:
    with pytest.raises(ValueError, match=f"expected 0 <= k <= n, got k = {k}, n = {n}"):
        proportion(k, n)


@pytest.mark.parametrize("confidence", [-1.5, 1.5, 95.0, math.nan])
def test_a_confidence_that_is_no_share_is_refused(confidence: float) -> None:
    with pytest.raises(ValueError, match="confidence"):
        proportion(1, 2, confidence)


@given(st.integers(1, 500).flatmap(lambda n: st.tuples(st.integers(0, n), st.just(n))))
@settings(derandomize=True, deadline=None)
def test_the_interval_holds_the_share_and_mirrors(counts: tuple[int, int]) -> None:
    k, n = counts
    found, mirrored = proportion(k, n), proportion(n - k, n)
    assert None not in (found.low, found.share, found.high)
    assert 0 <= (found.low or 0) <= k / n <= (found.high or 0) <= 1
    assert found.low == pytest.approx(1 - (mirrored.high or 0), abs=1e-12)
