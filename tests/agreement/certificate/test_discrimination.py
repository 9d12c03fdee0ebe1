"""Whether a panel tells violations apart at all."""

import numpy as np
import pytest

from agreement.certificate.discrimination import discrimination
from agreement.design import design
from agreement.resample import Resampling
from tests.oracles_certificates import area_under_curve


def how() -> Resampling:
    return Resampling(np.random.default_rng(1), 500)


def test_it_is_the_area_under_the_curve() -> None:
    rng = np.random.default_rng(2)
    labels = (rng.random(300) < 0.3).astype(float)
    scores = rng.integers(0, 8, 300).astype(np.float64) + 2 * labels
    weights = rng.uniform(1, 20, 300)
    found = discrimination(scores, labels, design(np.arange(300), weights), how())
    assert pytest.approx(area_under_curve(scores, labels, weights)) == found.value
    assert 0 < (found.low or 0) < (found.value or 0) < (found.high or 0) < 1


def test_by_hand() -> None:
    """The violated 0.5 is above one of three satisfied and level with another; the violated 0.9 is above all."""
    found = discrimination(
        np.array([0.5, 0.9, 0.1, 0.5, 0.8]), np.array([1.0, 1, 0, 0, 0]), design(np.arange(5)), how()
    )
    assert pytest.approx((0.5 + 1) / 2) == found.value


@pytest.mark.parametrize(("violations", "is_shown"), [(5, False), (6, True)])
def test_a_judge_without_error_needs_six_violations_to_show_it(violations: int, is_shown: bool) -> None:  # noqa: FBT001
    labels = (np.arange(200) < violations).astype(float)
    found = discrimination(labels, labels, design(np.arange(200)), how())
    assert 1 == found.value
    assert is_shown == ((found.low or 0) > 0.5)


def test_six_violations_of_one_scenario_show_nothing() -> None:
    labels = (np.arange(200) < 6).astype(float)
    found = discrimination(labels, labels, design(np.maximum(np.arange(200), 6)), how())
    assert 0.5 > (found.low or 0)


@pytest.mark.parametrize(
    ("labels", "refusal"),
    [([0.0, 0.0], "no label says violated"), ([1.0, 1.0], "every label says violated"), ([], "no label says violated")],
)
def test_labels_of_one_kind_tell_nothing(labels: list[float], refusal: str) -> None:
    scores = np.linspace(0, 1, len(labels))
    found = discrimination(scores, np.array(labels), design(np.arange(len(labels))), how())
    assert (None, refusal) == (found.value, found.refusal)
