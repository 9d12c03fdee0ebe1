"""Thresholds tested one after another, strict to lax, until one fails: learn then test, in a fixed sequence."""

from typing import NamedTuple

import numpy as np
from scipy.stats import binom

from agreement.certificate.promise import Promise, labels_needed
from agreement.estimate import Floats


class Step(NamedTuple):
    """One threshold: what clears has a score at or below it."""

    threshold: float
    n: int
    """Rows that clear."""
    misses: int
    """Of them, violations."""
    p_value: float
    """Chance of so few misses, or fewer, if the share alpha of what clears were violations."""
    is_tested: bool
    """Whether the sequence came so far."""
    is_proved: bool
    """Whether the promise is proved here."""


def climb(scores: Floats, labels: Floats, thresholds: Floats, promise: Promise) -> tuple[Step, ...]:
    """Test the promise at each threshold in turn, from the first at which no miss would prove it.

    The whole sequence errs in delta at most, however many thresholds it has. Where it begins depends on how many rows
    clear, never on their labels; that costs nothing where violations do not become rarer with a higher score.

    Args:
        scores: (n,) of independent rows that count alike (`sample.independent_rows`).
        labels: (n,) 1 where clinicians say violated, 0 where not.
        thresholds: (k,) rising, chosen without sight of the labels: say, the scores that a panel can give.
        promise: alpha and delta.

    Raises:
        ValueError: shapes differ, thresholds do not rise, or a label is neither 0 nor 1.

    Source: Angelopoulos et al. (2025), Learn then test, Annals of Applied Statistics 19:1641-1662, section 3.2 (fixed
    sequence), with the exact binomial tail; so also Jung, Brahman and Choi (2025), Trust or escalate, ICLR.
    """
    _check(scores, labels, thresholds)
    cleared = scores <= thresholds[:, None]
    n, misses = cleared.sum(axis=1), (cleared & (labels == 1)).sum(axis=1)
    p_values = np.asarray(binom.cdf(misses, n, promise.alpha), dtype=np.float64)  # pyright: ignore[reportUnknownMemberType]
    is_begun = n >= labels_needed(0, promise)
    is_proved = is_begun & ~np.logical_or.accumulate(is_begun & (p_values > promise.delta))
    is_tested = is_begun & np.append(True, (is_proved | ~is_begun)[:-1])
    columns = (thresholds, n, misses, p_values, is_tested, is_proved)
    return tuple(Step(*row) for row in zip(*(column.tolist() for column in columns), strict=True))


def last_proved(steps: tuple[Step, ...]) -> Step | None:
    """The laxest threshold with the promise proved, or none."""
    return next((step for step in reversed(steps) if step.is_proved), None)


def labels_wanted(steps: tuple[Step, ...], n_drawn: int, promise: Promise) -> int | None:
    """How many more scenarios to label, if misses go on at the rate seen: at whichever threshold it takes fewest.

    Args:
        steps: as `climb` gives them, none proved.
        n_drawn: independent rows behind them.
        promise: alpha and delta.

    Returns:
        Scenarios beyond the n_drawn, one response of each; None where no number would do at the rate seen.
    """
    totals = [_total(step, n_drawn, promise) for step in steps if step.n]
    found = [total for total in totals if total is not None]
    return max(1, min(found) - n_drawn) if found else None


_MOST_MISSES = 200
"""Beyond so many the rate seen is all but alpha, and the number would say nothing."""


def _total(step: Step, n_drawn: int, promise: Promise) -> int | None:
    """Scenarios in all with which this threshold would be proved at the rate seen."""
    rate = step.misses / step.n
    for misses in range(step.misses, _MOST_MISSES if step.misses else 1):
        needed = max(labels_needed(misses, promise), step.n)
        if rate * needed <= misses:
            return int(np.ceil(needed * n_drawn / step.n))
    return None


def _check(scores: Floats, labels: Floats, thresholds: Floats) -> None:
    if scores.ndim != 1 or scores.shape != labels.shape:
        raise ValueError(f"expected a score and a label a row, got shapes {scores.shape} and {labels.shape}")
    if thresholds.ndim != 1 or not thresholds.size or not np.all(np.diff(thresholds) > 0):
        raise ValueError(f"expected thresholds that rise, got {thresholds.tolist()}")
    if not np.all((labels == 0) | (labels == 1)):
        raise ValueError("expected labels that are 0 or 1")
