"""HealthBench's score of a scenario's own criteria, by hand."""

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from domain.verdict import VerdictValue
from pipeline.points import points_score

MET, MISSED = VerdictValue.SATISFIED, VerdictValue.VIOLATED
HARM, NO_HARM = VerdictValue.VIOLATED, VerdictValue.SATISFIED


@pytest.mark.parametrize(
    ("criteria", "expected"),
    [
        pytest.param([(5, MET), (5, MET)], 1.0, id="all-met"),
        pytest.param([(5, MISSED), (3, MISSED)], 0.0, id="none-met"),
        pytest.param([(5, MET), (3, MISSED), (2, MET)], 7 / 10, id="part-met"),
        pytest.param([(5, MET), (5, MET), (-8, NO_HARM)], 1.0, id="harm-avoided-earns-nothing"),
        pytest.param([(5, MET), (5, MET), (-8, HARM)], 2 / 10, id="harm-done-costs"),
        pytest.param([(4, MISSED), (-6, HARM)], -1.5, id="below-zero-is-not-clipped"),
        pytest.param([(2.5, MET), (7.5, MISSED)], 0.25, id="fractions"),
        pytest.param([(-5, NO_HARM)], None, id="nothing-to-earn"),
        pytest.param([], None, id="no-criteria"),
        pytest.param([(5, MET), (5, None)], None, id="missing-verdict"),
        pytest.param([(5, MET), (5, VerdictValue.CANNOT_TELL)], None, id="cannot-tell"),
        pytest.param([(5, MET), (-5, VerdictValue.NOT_APPLICABLE)], None, id="not-applicable"),
    ],
)
def test_points_are_scored_as_healthbench_does(
    criteria: list[tuple[float, VerdictValue | None]], expected: float | None
) -> None:
    assert expected == points_score(criteria)


points = st.integers(-10, 10).filter(bool).map(float)


@settings(derandomize=True, deadline=None)
@given(st.lists(st.tuples(points, st.sampled_from([MET, MISSED])), max_size=8))
def test_a_score_is_at_most_one_and_knows_no_order(criteria: list[tuple[float, VerdictValue]]) -> None:
    score = points_score(criteria)
    assert score is None or score <= 1
    assert score == points_score(sorted(criteria, key=lambda one: (one[0], one[1])))
    assert (score is None) == (not any(one > 0 for one, _ in criteria))
