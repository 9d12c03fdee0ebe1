"""What every calibrator promises, whatever it was fitted on, and what each kind must equal."""

import json
from collections.abc import Callable
from dataclasses import asdict

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from pydantic import TypeAdapter

from agreement.calibration import Calibrator, Kind, fit
from agreement.calibrators.isotonic import Isotonic
from agreement.calibrators.platt import Platt
from agreement.calibrators.venn_abers import VennAbers
from agreement.design import design
from agreement.estimate import Floats
from tests.oracles import isotonic, logistic, platt

KINDS: tuple[Kind, ...] = ("isotonic", "platt", "venn_abers")
GRID = np.linspace(0, 1, 101)
Rows = tuple[Floats, Floats, Floats]


@st.composite
def rows(draw: st.DrawFn) -> Rows:
    """Scores of few or many distinct values, labels of both kinds, and weights."""
    n = draw(st.integers(4, 60))
    rng = np.random.default_rng(draw(st.integers(0, 2**32)))
    scores = rng.integers(0, draw(st.sampled_from([1, 3, 10, 1000])) + 1, n)
    labels = (rng.random(n) < draw(st.sampled_from([0.1, 0.5, 0.9]))).astype(float)
    scores[:2], labels[:2] = (0, scores.max() or 1), (0, 1)
    weights = rng.uniform(1, draw(st.sampled_from([1.001, 20])), n)
    return scores / scores.max(), labels, weights


def fitted(kind: Kind, some: Rows) -> Calibrator:
    return fit(kind, some[0], some[1], design(np.arange(len(some[0])), some[2]), "0" * 64)


def overconfident(n: int, seed: int = 1) -> Rows:
    rng = np.random.default_rng(seed)
    scores = rng.random(n)
    return scores, (rng.random(n) < 0.3 + 0.3 * scores).astype(float), np.ones(n)


@pytest.mark.parametrize("kind", KINDS)
@given(some=rows())
@settings(derandomize=True, deadline=None, max_examples=25)
def test_probabilities_rise_with_scores_and_stay_within_0_and_1(kind: Kind, some: Rows) -> None:
    found = fitted(kind, some).apply(np.sort(np.concatenate([GRID, some[0]])))
    assert np.all(np.diff(found) >= -1e-12)
    assert 0 <= found.min() <= found.max() <= 1


@pytest.mark.parametrize("kind", KINDS)
@given(some=rows(), seed=st.integers(0, 1000))
@settings(derandomize=True, deadline=None, max_examples=20)
def test_the_order_of_rows_does_not_matter(kind: Kind, some: Rows, seed: int) -> None:
    order = np.random.default_rng(seed).permutation(len(some[0]))
    shuffled = (some[0][order], some[1][order], some[2][order])
    assert fitted(kind, some).apply(GRID) == pytest.approx(fitted(kind, shuffled).apply(GRID), abs=1e-6)


@pytest.mark.parametrize("kind", KINDS)
@given(some=rows())
@settings(derandomize=True, deadline=None, max_examples=15)
def test_a_calibrator_goes_through_json_unchanged(kind: Kind, some: Rows) -> None:
    found = fitted(kind, some)
    record = json.loads(json.dumps(asdict(found)))
    assert {"isotonic": Isotonic, "platt": Platt, "venn_abers": VennAbers}[kind] is type(found)
    assert (kind, len(some[0]), some[1].sum()) == (record["kind"], record["n"], record["n_violations"])
    assert found == TypeAdapter[Calibrator](Calibrator).validate_python(record)


@pytest.mark.parametrize(("kind", "tolerance"), [("isotonic", 0.05), ("platt", 0.1), ("venn_abers", 0.05)])
def test_what_is_calibrated_stays_as_it_is(kind: Kind, tolerance: float) -> None:
    rng = np.random.default_rng(2)
    scores = rng.integers(0, 11, 20_000) / 10
    labels = (rng.random(20_000) < scores).astype(float)
    found = fitted(kind, (scores, labels, np.ones(20_000)))
    assert np.arange(11) / 10 == pytest.approx(found.apply(np.arange(11) / 10), abs=tolerance)


@given(rows())
@settings(derandomize=True, deadline=None, max_examples=25)
def test_isotonic_is_scikit_learns(some: Rows) -> None:
    assert isotonic(*some, GRID) == pytest.approx(fitted("isotonic", some).apply(GRID), abs=1e-6)


def test_isotonic_keeps_only_the_corners_of_its_map() -> None:
    scores = np.repeat(np.arange(6) / 10, 2)
    labels = np.array([0, 0, 0, 0, 0, 0, 1, 0, 0, 1, 1, 1], dtype=float)
    found = fitted("isotonic", (scores, labels, np.ones(12)))
    assert isinstance(found, Isotonic)
    assert ((0.0, 0.2, 0.3, 0.4, 0.5), (0.0, 0.0, 0.5, 0.5, 1.0)) == (found.scores, found.probabilities)


@pytest.mark.parametrize("weighted", [False, True])
def test_platt_is_scikit_learns_sigmoid(weighted: bool) -> None:  # noqa: FBT001 (a table's column)
    scores, labels, weights = overconfident(200)
    if weighted:
        weights = np.random.default_rng(3).uniform(1, 10, 200)
    found = fitted("platt", (scores, labels, weights))
    assert isinstance(found, Platt)
    assert platt(scores, labels, weights * 200 / weights.sum()) == pytest.approx(
        (found.slope, found.intercept), abs=1e-3
    )


def test_platt_of_many_labels_is_logistic_regression_without_penalty() -> None:
    some = overconfident(20_000)
    found = fitted("platt", some)
    assert isinstance(found, Platt)
    assert logistic(*some) == pytest.approx((found.slope, found.intercept), abs=2e-3)


def test_platt_stays_finite_where_scores_separate_the_labels() -> None:
    scores = np.repeat([0.0, 1.0], 15)
    found = fitted("platt", (scores, scores.copy(), np.ones(30)))
    assert [1 / 17, 16 / 17] == pytest.approx(found.apply(np.array([0.0, 1.0])), abs=1e-6)


@pytest.mark.parametrize("kind", KINDS)
def test_scores_that_run_the_wrong_way_tell_nothing(kind: Kind) -> None:
    scores = np.tile([0.0, 1.0], 50)
    found = fitted(kind, (scores, 1 - scores, np.ones(100))).apply(np.array([0.0, 1.0]))
    assert [0.5, 0.5] == pytest.approx(found, abs=0.01)


@given(rows())
@settings(derandomize=True, deadline=None, max_examples=20)
def test_venn_abers_is_isotonic_with_the_new_response_in_it(some: Rows) -> None:
    scores, labels = np.round(some[0], 3), some[1]
    found = fitted("venn_abers", (scores, labels, np.ones(len(scores))))
    assert isinstance(found, VennAbers)
    for at in (0.0, 0.25, float(scores[-1]), 1.0):
        joined, weights = np.append(scores, at), np.ones(len(scores) + 1)
        expected = [float(isotonic(joined, np.append(labels, y), weights, np.array([at]))[0]) for y in (0.0, 1.0)]
        assert expected == pytest.approx([float(end[0]) for end in found.interval(np.array([at]))], abs=1e-6)


@given(rows())
@settings(derandomize=True, deadline=None, max_examples=20)
def test_a_venn_abers_probability_lies_in_its_interval(some: Rows) -> None:
    found = fitted("venn_abers", some)
    assert isinstance(found, VennAbers)
    low, high = found.interval(GRID)
    assert np.all((low <= found.apply(GRID) + 1e-12) & (found.apply(GRID) <= high + 1e-12))


def test_a_venn_abers_interval_narrows_with_labels() -> None:
    def width(n: int) -> float:
        found = fitted("venn_abers", overconfident(n))
        assert isinstance(found, VennAbers)
        low, high = found.interval(GRID)
        return float((high - low).mean())

    assert width(1000) < width(100) / 2
    assert width(100) < width(20) / 2


BAD: dict[str, tuple[Callable[[], Calibrator], str]] = {
    "isotonic scores fall": (lambda: Isotonic(1, 1, "", (0.5, 0.2), (0.1, 0.2)), "scores of a"),
    "isotonic has no knot": (lambda: Isotonic(1, 1, "", (), ()), "scores of a"),
    "isotonic probabilities fall": (lambda: Isotonic(1, 1, "", (0.2, 0.5), (0.2, 0.1)), "rise within 0-1"),
    "isotonic leaves 0-1": (lambda: Isotonic(1, 1, "", (0.2, 0.5), (0.2, 1.1)), "rise within 0-1"),
    "isotonic lacks one": (lambda: Isotonic(1, 1, "", (0.2, 0.5), (0.2,)), "one probability for each"),
    "platt falls": (lambda: Platt(1, 1, "", -1.0, 0.0), "slope of 0 or more"),
    "platt is no number": (lambda: Platt(1, 1, "", 1.0, float("nan")), "finite"),
    "venn-abers lacks steps": (lambda: VennAbers(1, 1, "", (0.2,), (0.1,), (0.2,)), "2 k \\+ 1 steps"),
    "venn-abers falls": (lambda: VennAbers(1, 1, "", (0.2,), (0.1, 0.0, 0.3), (0.2, 0.2, 0.2)), "rise within 0-1"),
}


@pytest.mark.parametrize(("make", "message"), BAD.values(), ids=BAD.keys())
def test_a_record_that_is_no_monotone_map_is_refused(make: Callable[[], Calibrator], message: str) -> None:
    with pytest.raises(ValueError, match=message):
        make()
