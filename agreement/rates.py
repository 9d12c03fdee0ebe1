"""What a table of a judge against clinicians says: functions of weighted counts, many tables at once."""

from typing import Generic, NamedTuple, TypeVar

import numpy as np

from agreement.estimate import Floats
from agreement.panel import cohens_kappa, gwets_ac1

T = TypeVar("T")

FLAGGED, LEFT_ALONE, NO_ANSWER = range(3)
"""What a judge said, as rows of a table: violated, anything else that it was sure of, or nothing (it could not tell, or
failed). The columns are clinicians': violated, not."""
N_CLASSES = 3


class Rates(NamedTuple, Generic[T]):
    """One number for each thing that can be said of a judge against clinicians; an event is a violation."""

    sensitivity: T
    """Of the violations on which the judge answered, the share that it found."""
    specificity: T
    """Of the rest on which it answered, the share that it left alone."""
    ppv: T
    """Of what it called violated, the share that clinicians call violated."""
    npv: T
    """Of what it left alone, the share that clinicians leave alone."""
    macro_f1: T
    kappa: T
    ac1: T
    agreement: T
    sensitivity_strict: T
    """Of all violations, abstentions counted as missed."""
    specificity_strict: T
    """Of all the rest, abstentions counted as false flags."""
    failure_rate: T
    """Share of all questions that clinicians call violated."""


def rates_of(cells: Floats) -> Floats:
    """The rates of many tables, in the order of `Rates`; NaN where a table does not define one.

    Args:
        cells: (r, 3, 2) weighted counts, judge's class by clinicians' violated or not.

    Returns:
        (r, 11).

    Source: sensitivity and its like, Altman and Bland (1994), BMJ 308:1552 and 309:102; macro-F1 as the mean of both
    classes' F1, Opitz and Burst (2019), arXiv:1911.03347.
    """
    answered = cells[:, [FLAGGED, LEFT_ALONE]]
    hit, false = answered[:, 0, 0], answered[:, 0, 1]
    missed, left = answered[:, 1, 0], answered[:, 1, 1]
    violations, rest = cells.sum(axis=1).T
    columns = [
        _share(hit, hit + missed), _share(left, left + false), _share(hit, hit + false), _share(left, left + missed),
        (_share(2 * hit, 2 * hit + false + missed) + _share(2 * left, 2 * left + false + missed)) / 2,
        cohens_kappa(answered), gwets_ac1(answered), _share(hit + left, answered.sum(axis=(1, 2))),
        _share(hit, violations), _share(left, rest),
        _share(violations, cells.sum(axis=(1, 2))),
    ]  # fmt: skip
    return np.column_stack(columns)


LOWEST: Rates[float] = Rates(0.0, 0.0, 0.0, 0.0, 0.0, -1.0, -1.0, 0.0, 0.0, 0.0, 0.0)
"""The least that each can be; the most is 1."""


def _share(part: Floats, whole: Floats) -> Floats:
    return np.divide(part, whole, out=np.full_like(whole, np.nan), where=whole > 0)
