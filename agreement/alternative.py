"""The alternative annotator test: does a judge represent the clinicians as well as one of them would?"""

from typing import Literal, NamedTuple

import numpy as np
from numpy.typing import NDArray
from scipy.stats import t

from agreement.design import Design
from agreement.estimate import Codes, Floats, NotEstimableError, binned
from agreement.many import benjamini_yekutieli

MIN_ROWS = 30
"""Rows shared with others that a clinician needs to take part (Calderon et al. 2025, section 3)."""
MIN_CLINICIANS = 3
EPSILON = 0.2
"""What a clinician's time is worth as a margin: 0.2 for experts (Calderon et al. 2025, section 3.2)."""

Alignment = Literal["same", "near"]
"""Like others by saying the same, or by being near on a scale (root mean square)."""


class AgainstClinician(NamedTuple):
    """The judge against one clinician, each compared with the other clinicians."""

    clinician: int
    """Their column."""
    n: int
    judge_advantage: float
    """Share of rows on which the judge is at least as like the others as the clinician is."""
    clinician_advantage: float
    p: float
    """That the judge is worse than the clinician by epsilon or more."""
    adjusted_p: float
    judge_wins: bool


class AlternativeTest(NamedTuple):
    """Whether the judge may stand in for a clinician."""

    winning_rate: float
    """Share of clinicians against whom it wins; 0.5 or more passes."""
    advantage: float
    """Rho: the mean of its advantages; comparable between judges."""
    passed: bool
    against: tuple[AgainstClinician, ...]


def alternative_test(
    judge: Codes,
    clinicians: Codes,
    of: Design,
    *,
    epsilon: float = EPSILON,
    q: float = 0.05,
    alignment: Alignment = "same",
) -> AlternativeTest:
    """Leave out one clinician at a time: who is more like the others, the clinician or the judge?

    Rows of a scenario resemble each other, so errors are taken over scenarios; with one row a scenario and equal
    weights this is the published test.

    Args:
        judge: (n,) category of each row, or -1 for no answer: such rows count against the judge.
        clinicians: (n, clinicians) categories, or -1 for none.
        of: scenario and weight of each row.
        epsilon: margin, 0 or more.
        q: expected share of false wins.
        alignment: how likeness is measured.

    Raises:
        ValueError: shapes differ.
        NotEstimableError: fewer than three clinicians share `MIN_ROWS` rows with another.

    Source: Calderon, Reichart and Dror (2025), The alternative annotator test for LLM-as-a-judge, ACL,
    arXiv:2501.10970.
    """
    if clinicians.ndim != 2 or not judge.shape == clinicians.shape[:1] == of.scenarios.shape:  # noqa: PLR2004
        raise ValueError(f"expected one answer and one row of labels each, got {judge.shape} and {clinicians.shape}")
    found = [_against(judge, clinicians, one, of, epsilon, alignment) for one in _eligible(clinicians)]
    adjusted = benjamini_yekutieli(np.array([one.p for one in found]))
    against = tuple(
        one._replace(adjusted_p=float(p), judge_wins=bool(p <= q)) for one, p in zip(found, adjusted, strict=True)
    )
    rate = float(np.mean([one.judge_wins for one in against]))
    return AlternativeTest(rate, float(np.mean([one.judge_advantage for one in against])), rate >= 1 / 2, against)


def _eligible(clinicians: Codes) -> list[int]:
    """The columns of clinicians who share enough rows with another."""
    columns = [one for one in range(clinicians.shape[1]) if _rows(clinicians, one).sum() >= MIN_ROWS]
    if len(columns) < MIN_CLINICIANS:
        why = f"{len(columns)} clinicians share {MIN_ROWS} rows with another, at least {MIN_CLINICIANS} are needed"
        raise NotEstimableError(f"{why}; have more questions read by two or three clinicians")
    return columns


def _rows(clinicians: Codes, one: int) -> NDArray[np.bool_]:
    return (clinicians[:, one] >= 0) & ((clinicians >= 0).sum(axis=1) >= 2)  # noqa: PLR2004 (somebody else too)


def _against(
    judge: Codes, clinicians: Codes, one: int, of: Design, epsilon: float, alignment: Alignment
) -> AgainstClinician:
    rows = _rows(clinicians, one)
    others = np.delete(clinicians[rows], one, axis=1)
    by_judge = np.where(judge[rows] >= 0, _likeness(judge[rows], others, alignment), -np.inf)
    by_clinician = _likeness(clinicians[rows, one], others, alignment)
    wins = (by_judge >= by_clinician).astype(np.float64)
    losses = (by_clinician >= by_judge).astype(np.float64)
    here = of.where(rows)
    p = _p(losses - wins, here, epsilon)
    advantage, theirs = (float(np.average(side, weights=here.weights)) for side in (wins, losses))
    return AgainstClinician(one, here.n, advantage, theirs, p, p, judge_wins=False)


def _likeness(said: Codes, others: Codes, alignment: Alignment) -> Floats:
    """(n,) how like the others who judged the same row."""
    there = others >= 0
    apart = (said[:, None] != others) if alignment == "same" else (said[:, None] - others) ** 2.0
    mean = np.where(there, apart, 0).sum(axis=1) / there.sum(axis=1)
    return -mean if alignment == "same" else -np.sqrt(mean)


def _p(margin: Floats, of: Design, epsilon: float) -> float:
    """One-sided: that the mean margin by which the clinician is ahead is epsilon or more."""
    mean = float(np.average(margin, weights=of.weights))
    apart = binned(of.scenarios, of.weights * (margin - mean), of.n_scenarios) / of.weights.sum()
    error = float(np.sqrt((apart**2).sum() * of.n_scenarios / max(of.n_scenarios - 1, 1)))
    if error == 0:
        return float(mean >= epsilon)
    return float(t.cdf((mean - epsilon) / error, of.n_scenarios - 1))  # pyright: ignore[reportUnknownMemberType]
