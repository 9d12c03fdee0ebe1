"""Corrections for many tests, against statsmodels'."""

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from agreement.estimate import Floats
from agreement.many import benjamini_yekutieli, holm
from tests.oracles import adjusted

SOME = st.lists(st.floats(0, 1), min_size=1, max_size=20).map(np.array)


@given(SOME)
@settings(derandomize=True, deadline=None, max_examples=20)
def test_both_corrections_are_statsmodels(p: Floats) -> None:
    assert adjusted(p, "holm") == pytest.approx(holm(p))
    assert adjusted(p, "fdr_by") == pytest.approx(benjamini_yekutieli(p))


def test_corrections_are_what_one_works_out_by_hand() -> None:
    p = np.array([0.04, 0.01, 0.03])
    assert [0.06, 0.03, 0.06] == pytest.approx(holm(p).tolist())
    assert [0.04 * 11 / 6, 0.03 * 11 / 6, 0.04 * 11 / 6] == pytest.approx(benjamini_yekutieli(p).tolist())


def test_of_no_tests_nothing_is_corrected() -> None:
    assert (0, 0) == (len(holm(np.array([]))), len(benjamini_yekutieli(np.array([]))))


@pytest.mark.parametrize("correction", [holm, benjamini_yekutieli])
def test_what_is_no_p_value_is_refused(correction: object) -> None:
    assert callable(correction)
    with pytest.raises(ValueError, match="p-values in 0-1"):
        correction(np.array([0.5, np.nan]))
