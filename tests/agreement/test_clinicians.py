"""Clinicians with each other, against the krippendorff package and values worked by hand."""

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from hypothesis.extra import numpy as arrays

from agreement.alpha import Metric, krippendorffs_alpha
from agreement.clinicians import clinician_agreement
from agreement.design import design
from agreement.panel import gwets_ac1
from agreement.resample import Resampling
from tests.oracles import alpha

METRICS: tuple[Metric, ...] = ("nominal", "ordinal", "interval")
PUBLISHED = np.array(
    [
        [1, 1, -1, 1], [2, 2, 3, 2], [3, 3, 3, 3], [3, 3, 3, 3], [2, 2, 2, 2], [1, 2, 3, 4],
        [4, 4, 4, 4], [1, 1, 2, 1], [2, 2, 2, 2], [-1, 5, 5, 5], [-1, -1, 1, 1], [-1, -1, 3, -1],
    ]
)  # fmt: skip
"""Krippendorff's own example of four observers; 1 to 5."""


def how() -> Resampling:
    return Resampling(np.random.default_rng(1), 200)


@pytest.mark.parametrize(("metric", "expected"), [("nominal", 0.743), ("ordinal", 0.815), ("interval", 0.849)])
def test_alpha_of_the_published_example(metric: Metric, expected: float) -> None:
    values = np.where(PUBLISHED > 0, PUBLISHED - 1, -1)
    found = krippendorffs_alpha(values, 5, design(np.arange(12)), how(), metric)
    assert expected == pytest.approx(found.value, abs=5e-4)


@pytest.mark.parametrize("metric", METRICS)
@given(arrays.arrays(np.int64, st.tuples(st.integers(10, 30), st.integers(2, 4)), elements=st.integers(-1, 3)))
@settings(derandomize=True, deadline=None, max_examples=25)
def test_alpha_is_the_krippendorff_packages(metric: Metric, values: np.ndarray) -> None:
    found = krippendorffs_alpha(values, 4, design(np.arange(len(values))), how(), metric)
    shared = values[(values >= 0).sum(axis=1) >= 2]
    if found.value is None:
        assert 2 > len(np.unique(shared[shared >= 0]))
    else:
        assert alpha(values, 4, metric) == pytest.approx(found.value)


def test_equal_weights_of_any_size_change_nothing() -> None:
    values = np.random.default_rng(2).integers(0, 3, (40, 3))
    plain, weighed = (
        krippendorffs_alpha(values, 3, design(np.arange(40), weights), how(), "nominal")
        for weights in (None, np.full(40, 7.0))
    )
    assert plain.value == pytest.approx(weighed.value)


def test_two_clinicians_agree_as_their_table_says() -> None:
    values = np.random.default_rng(3).integers(0, 2, (80, 2))
    table = np.zeros((2, 2))
    np.add.at(table, (values[:, 0], values[:, 1]), 1)
    found = clinician_agreement(values, 2, design(np.arange(80)), how())
    assert np.trace(table) / 80 == found.raw.value == found.pairs[0].raw.value
    assert float(gwets_ac1(table)) == pytest.approx(found.ac1.value)


def test_three_clinicians_agree_as_one_works_out_by_hand() -> None:
    """Of 12 rows, 8 are unanimous and in 4 one of three differs: there a third of the pairs agrees."""
    values = np.array([[0, 0, 0]] * 6 + [[1, 1, 1]] * 2 + [[0, 0, 1]] * 4)
    found = clinician_agreement(values, 2, design(np.arange(12)), how())
    share = (6 + 4 * 2 / 3) / 12
    chance, agreed = 2 * share * (1 - share), (8 + 4 / 3) / 12
    assert agreed == pytest.approx(found.raw.value)
    assert (agreed - chance) / (1 - chance) == pytest.approx(found.ac1.value)
    assert 3 == len(found.pairs)


def test_without_a_row_in_common_nothing_is_estimated() -> None:
    found = clinician_agreement(np.array([[0, -1], [-1, 1]]), 2, design(np.arange(2)), how())
    assert "nothing was judged by two clinicians" == found.raw.refusal
    assert (
        "nothing was rated by two people"
        == krippendorffs_alpha(np.array([[0, -1]]), 2, design(np.arange(1)), how(), "nominal").refusal
    )


def test_one_value_throughout_leaves_alpha_undefined() -> None:
    found = clinician_agreement(np.zeros((20, 2), dtype=int), 2, design(np.arange(20)), how())
    assert (1.0, None) == (found.raw.value, found.alpha.value)
    assert "same one value" in (found.alpha.refusal or "")
