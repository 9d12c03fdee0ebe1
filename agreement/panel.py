"""How far the judges of a panel agree with each other, two at a time, on the questions that both answered."""

from itertools import combinations
from typing import NamedTuple

import numpy as np

from agreement.design import Design
from agreement.estimate import Codes, Estimate, Floats, binned
from agreement.resample import Resampling, estimates
from agreement.share import share

VIOLATED, SATISFIED, NOT_APPLICABLE, CANNOT_TELL = range(4)
"""The codes of verdicts; a judge failure, or a question that was not put, is -1."""


class PairAgreement(NamedTuple):
    """Two judges, by their columns, on the questions that both answered."""

    first: int
    second: int
    raw: Estimate
    kappa: Estimate
    ac1: Estimate


def pairwise(values: Codes, n_categories: int, of: Design, how: Resampling) -> tuple[PairAgreement, ...]:
    """Raw agreement, Cohen's kappa and Gwet's AC1 of every two judges, each with its interval.

    Args:
        values: (n, judges) category of each judge on each question, 0 to n_categories - 1, or -1 for none.
        n_categories: how many a judge could choose from (AC1 depends on it), 2 or more.
        of: scenario and weight of each question.
        how: how intervals are drawn.

    Raises:
        ValueError: shapes differ, there are fewer than two judges or categories, or a code is none of them.
    """
    check_codes(values, n_categories, of)
    if values.shape[1] < 2:  # noqa: PLR2004 (a pair)
        raise ValueError(f"expected two judges or more, got {values.shape[1]}")
    pairs = combinations(range(values.shape[1]), 2)
    return tuple(_pair(values[:, [a, b]], n_categories, of, how, (a, b)) for a, b in pairs)


def cohens_kappa(tables: Floats) -> Floats:
    """Agreement beyond what two judges' own habits give by chance; NaN where both always say the same one value.

    Args:
        tables: (..., q, q) weighted counts, first judge's category by second judge's.

    Source: Cohen (1960), Educational and Psychological Measurement 20:37-46.
    """
    shares = cell_shares(tables)
    expected = (shares.sum(axis=-1) * shares.sum(axis=-2)).sum(axis=-1)
    return beyond_chance(agreed(shares), expected)


def gwets_ac1(tables: Floats) -> Floats:
    """Agreement beyond chance that stays steady where one category is rare, as harm is; NaN for an empty table.

    Args:
        tables: (..., q, q) weighted counts, first judge's category by second judge's.

    Source: Gwet (2008), British Journal of Mathematical and Statistical Psychology 61:29-48.
    """
    shares = cell_shares(tables)
    usual = (shares.sum(axis=-1) + shares.sum(axis=-2)) / 2
    return beyond_chance(agreed(shares), (usual * (1 - usual)).sum(axis=-1) / (tables.shape[-1] - 1))


def pair_tables(first: Codes, second: Codes, n_categories: int, of: Design) -> Floats:
    """Weighted counts of one pair's categories within each scenario: (n_scenarios, n_categories^2); skips -1."""
    both = (first >= 0) & (second >= 0)
    cells = n_categories**2
    place = of.scenarios[both] * cells + first[both] * n_categories + second[both]
    return binned(place, of.weights[both], of.n_scenarios * cells).reshape(-1, cells)


def check_codes(values: Codes, n_categories: int, of: Design) -> None:
    """Refuse a table of codes that does not fit its design or holds what is no category."""
    if n_categories < 2:  # noqa: PLR2004 (to agree or not)
        raise ValueError(f"expected two categories or more, got {n_categories}")
    if values.ndim != 2 or len(values) != of.n:  # noqa: PLR2004 (rows and columns)
        raise ValueError(f"expected one row of codes for each of {of.n} rows of the design, got shape {values.shape}")
    if not np.all((values >= -1) & (values < n_categories)):
        raise ValueError(f"expected codes from 0 to {n_categories - 1}, or -1 for none")


def cell_shares(tables: Floats) -> Floats:
    """Tables (..., q, q) whose cells add up to 1; NaN where nothing was counted."""
    total = tables.sum(axis=(-2, -1), keepdims=True)
    return np.divide(tables, total, out=np.full_like(tables, np.nan), where=total > 0)


def agreed(shares: Floats) -> Floats:
    """The share of tables' diagonals."""
    return np.trace(shares, axis1=-2, axis2=-1)


def beyond_chance(observed: Floats, expected: Floats) -> Floats:
    """(observed - expected) / (1 - expected), NaN where chance explains all."""
    room = 1 - expected
    return np.divide(observed - expected, room, out=np.full_like(room, np.nan), where=room > 0)


def _pair(values: Codes, q: int, of: Design, how: Resampling, names: tuple[int, int]) -> PairAgreement:
    both = np.all(values >= 0, axis=1)
    if not both.any():
        nothing = Estimate(None, None, None, 0, 0, refusal="no question was answered by both")
        return PairAgreement(*names, nothing, nothing, nothing)
    first, second = values[both].T
    shared = of.where(both)

    def statistic(totals: Floats) -> Floats:
        tables = totals.reshape(-1, q, q)
        return np.column_stack([cohens_kappa(tables), gwets_ac1(tables)])

    sums = pair_tables(first, second, q, shared)
    one_value = "both always gave the same one value, so nothing is beyond chance"
    beyond = estimates(sums, statistic, how, n=shared.n, undefined=one_value)
    return PairAgreement(*names, share((first == second).astype(np.float64), shared, how), *beyond)
