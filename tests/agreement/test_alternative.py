"""The alternative annotator test, against its own definition row by row and values worked by hand."""

import numpy as np
import pytest

from agreement.alternative import MIN_ROWS, alternative_test
from agreement.design import design
from agreement.estimate import Codes, NotEstimableError
from tests.oracles import adjusted, mean_below


def judged(rng: np.random.Generator, n: int, skills: tuple[float, ...], q: int = 3) -> Codes:
    """Columns that say what is so with these chances, and else anything."""
    state = rng.integers(0, q, n)
    right = rng.random((n, len(skills))) < np.array(skills)
    return np.where(right, state[:, None], rng.integers(0, q, (n, len(skills))))


def by_definition(judge: Codes, clinicians: Codes, epsilon: float) -> tuple[list[float], list[float]]:
    """Judge's advantages and p-values, in plain loops as the paper writes them."""
    advantages: list[float] = []
    p: list[float] = []
    for j in range(clinicians.shape[1]):
        wins: list[float] = []
        margins: list[float] = []
        for row, said in zip(clinicians, judge, strict=True):
            others = [one for k, one in enumerate(row) if k != j and one >= 0]
            if row[j] < 0 or not others:
                continue
            mine = sum(bool(said == one) for one in others) / len(others)
            theirs = sum(bool(row[j] == one) for one in others) / len(others)
            wins.append(float(mine >= theirs))
            margins.append(float(theirs >= mine) - float(mine >= theirs))
        advantages.append(float(np.mean(wins)))
        p.append(mean_below(np.array(margins), epsilon))
    return advantages, p


@pytest.mark.parametrize("skill", [0.3, 0.6, 0.9])
def test_it_is_the_published_test_where_rows_are_independent(skill: float) -> None:
    columns = judged(np.random.default_rng(1), 90, (skill, 0.7, 0.6, 0.8))
    judge, clinicians = columns[:, 0], columns[:, 1:]
    clinicians[::4, 1] = -1
    found = alternative_test(judge, clinicians, design(np.arange(90)))
    advantages, p = by_definition(judge, clinicians, 0.2)
    assert advantages == pytest.approx([one.judge_advantage for one in found.against])
    assert p == pytest.approx([one.p for one in found.against])
    assert adjusted(np.array(p), "fdr_by").tolist() == pytest.approx([one.adjusted_p for one in found.against])
    assert np.mean(advantages) == pytest.approx(found.advantage)
    assert np.mean([one <= 0.05 for one in adjusted(np.array(p), "fdr_by")]) == found.winning_rate
    assert (found.winning_rate >= 0.5) is found.passed


def test_a_judge_as_good_as_clinicians_passes_and_one_that_guesses_does_not() -> None:
    columns = judged(np.random.default_rng(2), 200, (0.8, 0.1, 0.8, 0.8, 0.8))
    of = design(np.arange(200))
    good, guessing = (alternative_test(columns[:, one], columns[:, 2:], of) for one in (0, 1))
    assert (1.0, True) == (good.winning_rate, good.passed)
    assert (0.0, False) == (guessing.winning_rate, guessing.passed)
    assert good.advantage > guessing.advantage


def test_a_judge_that_gives_no_answer_loses() -> None:
    columns = judged(np.random.default_rng(3), 60, (0.8, 0.8, 0.8))
    found = alternative_test(np.full(60, -1), columns, design(np.arange(60)))
    assert (0.0, 0.0) == (found.winning_rate, found.advantage)


def test_rows_of_one_scenario_prove_less() -> None:
    columns = np.repeat(judged(np.random.default_rng(4), 12, (0.8, 0.8, 0.8, 0.8)), 5, axis=0)
    together, apart = (
        alternative_test(columns[:, 0], columns[:, 1:], design(scenarios))
        for scenarios in (np.arange(60) // 5, np.arange(60))
    )
    assert all(one.p > other.p for one, other in zip(together.against, apart.against, strict=True))


def test_on_a_scale_near_is_better_than_far() -> None:
    clinicians = np.tile([[2, 2, 2]], (40, 1))
    clinicians[::2, 0], clinicians[1::4, 1], clinicians[3::4, 2] = 0, 1, 3
    judge = np.full(40, 1)
    of = design(np.arange(40))
    near = alternative_test(judge, clinicians, of, alignment="near")
    same = alternative_test(judge, clinicians, of)
    assert near.against[0].judge_advantage > same.against[0].judge_advantage or (
        near.against[0].clinician_advantage < same.against[0].clinician_advantage
    )


def test_too_few_shared_rows_are_refused_with_what_is_needed() -> None:
    columns = judged(np.random.default_rng(5), MIN_ROWS - 1, (0.8, 0.8, 0.8, 0.8))
    with pytest.raises(NotEstimableError, match="0 clinicians share 30 rows with another, at least 3 are needed"):
        alternative_test(columns[:, 0], columns[:, 1:], design(np.arange(MIN_ROWS - 1)))


def test_shapes_that_differ_are_refused() -> None:
    with pytest.raises(ValueError, match="one answer and one row of labels each"):
        alternative_test(np.zeros(3, dtype=int), np.zeros((4, 3), dtype=int), design(np.arange(3)))
