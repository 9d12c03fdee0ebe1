"""Two ways of judging on the same labelled questions: which of them agrees with clinicians more?"""

from typing import NamedTuple

import numpy as np
from scipy.stats import binomtest  # pyright: ignore[reportUnknownVariableType]

from agreement.design import Design
from agreement.estimate import Codes, Estimate, Floats
from agreement.resample import Resampling, estimates
from agreement.share import share

_NO_QUESTIONS = "there are no questions"


class Side(NamedTuple):
    """One way of judging against clinicians; an event is a violation."""

    agreement: Estimate
    """Share of all questions that it answers as clinicians do; no answer is no agreement."""
    sensitivity: Estimate
    """Of the violations on which it answered, the share that it found."""
    specificity: Estimate
    """Of the rest on which it answered, the share that it left alone."""
    n_abstained: int


class McNemar(NamedTuple):
    """Questions on which exactly one of two is right, and how likely so uneven a division is if neither is better."""

    only_first: int
    only_second: int
    p: float | None
    """Two-sided, exact, as if questions were independent; None where both are right on the same ones."""


class Paired(NamedTuple):
    """Both sides, and how they differ."""

    first: Side
    second: Side
    difference: Estimate
    """Agreement of the second less that of the first, -1 to 1."""
    mcnemar: McNemar


def compare_pair(said: Codes, labels: Codes, of: Design, how: Resampling) -> Paired:
    """Compare two ways of judging.

    Args:
        said: (n, 2) 1 violated, 0 anything else, -1 no answer.
        labels: (n,) 1 where clinicians say violated, 0 where not.
        of: scenario and weight of each question.
        how: how intervals are drawn.

    Raises:
        ValueError: shapes differ, there is no question, or a value is none of these.

    Source: McNemar (1947), Psychometrika 12:153-157, in its exact form; the interval of the difference resamples whole
    scenarios (`agreement.resample`).
    """
    if said.shape != (of.n, 2) or labels.shape != (of.n,) or not of.n:
        raise ValueError(f"expected two answers and a label a question, got shapes {said.shape} and {labels.shape}")
    if not np.all((said >= -1) & (said <= 1)) or not np.all((labels == 0) | (labels == 1)):
        raise ValueError("expected answers of 1, 0 or -1 and labels of 1 or 0")
    first, second = (side(column, labels, of, how) for column in said.T)
    right = (said == labels[:, None]).astype(np.float64)
    sums = of.sums(np.column_stack([right[:, 1] - right[:, 0], np.ones(of.n)]))
    (difference,) = estimates(sums, _mean, how, n=of.n, undefined=_NO_QUESTIONS)
    return Paired(first, second, difference, mcnemar(right[:, 0], right[:, 1]))


def side(said: Codes, labels: Codes, of: Design, how: Resampling) -> Side:
    """One way of judging by itself; arguments as `compare_pair`, `said` its column."""
    right = (said == labels).astype(np.float64)
    violated, rest = ((said >= 0) & (labels == label) for label in (1, 0))
    return Side(
        agreement=share(right, of, how),
        sensitivity=share(right[violated], of.where(violated), how),
        specificity=share(right[rest], of.where(rest), how),
        n_abstained=int((said < 0).sum()),
    )


def mcnemar(first: Floats, second: Floats) -> McNemar:
    """The exact test on (n,) marks of 1 for right and 0 for wrong."""
    only_first, only_second = int((first > second).sum()), int((second > first).sum())
    n = only_first + only_second
    return McNemar(only_first, only_second, float(binomtest(only_first, n).pvalue) if n else None)


def _mean(totals: Floats) -> Floats:
    return totals[:, :1] / totals[:, 1:]
