"""Rows, the scenarios they belong to, and what they weigh."""

import numpy as np
import pytest

from agreement.design import design


def test_rows_of_one_scenario_share_a_number_whatever_its_id() -> None:
    found = design(np.array(["rash", "chest pain", "rash"]))
    assert ([1, 0, 1], 2, 3) == (found.scenarios.tolist(), found.n_scenarios, found.n)
    assert [1.0, 1.0, 1.0] == found.weights.tolist()


def test_sums_are_weighted_and_per_scenario() -> None:
    found = design(np.array([7, 7, 9]), [1.0, 2.0, 4.0]).sums(np.array([[1.0, 0.0], [1.0, 1.0], [0.0, 1.0]]))
    assert [[3.0, 2.0], [0.0, 4.0]] == found.tolist()


def test_chosen_rows_are_numbered_anew() -> None:
    found = design(np.array([7, 8, 9]), [1.0, 2.0, 4.0]).where(np.array([False, True, True]))
    assert ([0, 1], [2.0, 4.0], 2) == (found.scenarios.tolist(), found.weights.tolist(), found.n_scenarios)


@pytest.mark.parametrize(
    ("scenarios", "weights", "expected"),
    [
        pytest.param([1, 2, 3], None, True, id="one row a scenario"),
        pytest.param([1, 1, 3], None, False, id="two rows of one scenario"),
        pytest.param([1, 2, 3], [2.0, 2.0, 2.0], True, id="equal weights"),
        pytest.param([1, 2, 3], [2.0, 2.0, 1.0], False, id="unequal weights"),
    ],
)
def test_a_simple_design_has_independent_rows_that_count_alike(
    scenarios: list[int], weights: list[float] | None, *, expected: bool
) -> None:
    assert expected is design(np.array(scenarios), weights).is_simple


def test_unequal_weights_are_worth_fewer_scenarios() -> None:
    assert 3.0 == design(np.array([1, 2, 3]), [5.0, 5.0, 5.0]).effective_scenarios
    assert pytest.approx(16 / 10) == design(np.array([1, 2, 2]), [1.0, 1.0, 2.0]).effective_scenarios
    assert 0.0 == design(np.array([], dtype=int)).effective_scenarios


@pytest.mark.parametrize("weights", [[1.0], [1.0, 0.0], [1.0, -1.0], [1.0, np.nan], [1.0, np.inf]])
def test_weights_that_cannot_be_are_refused(weights: list[float]) -> None:
    with pytest.raises(ValueError, match="weight"):
        design(np.array([1, 2]), weights)
