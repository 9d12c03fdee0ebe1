"""Agreement on ordered categories, as severity is: a near miss is a smaller error than a far one."""

from typing import Literal, NamedTuple

import numpy as np

from agreement.design import Design
from agreement.estimate import Codes, Estimate, Floats
from agreement.panel import beyond_chance, cell_shares, check_codes, pair_tables
from agreement.resample import Resampling, estimates
from agreement.share import share

Steps = Literal["linear", "quadratic"]
"""Whether an error of two steps counts twice or four times an error of one."""


class OrdinalAgreement(NamedTuple):
    """Two who chose from the same ordered categories, on what both rated."""

    raw: Estimate
    kappa_linear: Estimate
    kappa_quadratic: Estimate
    ac2_linear: Estimate
    ac2_quadratic: Estimate


def ordinal_agreement(first: Codes, second: Codes, n_categories: int, of: Design, how: Resampling) -> OrdinalAgreement:
    """Weighted kappa and Gwet's AC2 of two columns, each with its interval.

    Args:
        first: (n,) rank of each row's category, 0 to n_categories - 1, or -1 for none.
        second: (n,) the other's.
        n_categories: how many there are to choose from, 2 or more.
        of: scenario and weight of each row.
        how: how intervals are drawn.

    Raises:
        ValueError: shapes differ, or a code is none of the categories.
    """
    values = np.column_stack([first, second])
    check_codes(values, n_categories, of)
    both = np.all(values >= 0, axis=1)
    if not both.any():
        nothing = Estimate(None, None, None, 0, 0, refusal="nothing was rated by both")
        return OrdinalAgreement(*[nothing] * 5)
    shared = of.where(both)

    def statistic(totals: Floats) -> Floats:
        tables = totals.reshape(-1, n_categories, n_categories)
        steps: tuple[Steps, ...] = ("linear", "quadratic")
        return np.column_stack([one(tables, by) for one in (weighted_kappa, gwets_ac2) for by in steps])

    sums = pair_tables(first[both], second[both], n_categories, shared)
    why = "both always gave the same one value, so nothing is beyond chance"
    raw = share((first[both] == second[both]).astype(np.float64), shared, how)
    return OrdinalAgreement(raw, *estimates(sums, statistic, how, n=shared.n, undefined=why))


def weighted_kappa(tables: Floats, steps: Steps) -> Floats:
    """Cohen's weighted kappa of (..., q, q) counts; NaN where both always say the same one value.

    Source: Cohen (1968), Psychological Bulletin 70:213-220.
    """
    shares, credit = cell_shares(tables), _credit(tables.shape[-1], steps)
    expected = np.einsum("...i,...j,ij->...", shares.sum(axis=-1), shares.sum(axis=-2), credit)
    return beyond_chance((shares * credit).sum(axis=(-2, -1)), expected)


def gwets_ac2(tables: Floats, steps: Steps) -> Floats:
    """Gwet's AC2 of (..., q, q) counts: steady where one category is rare; NaN for an empty table.

    Source: Gwet (2014), Handbook of Inter-Rater Reliability, 4th edition, chapter 3.
    """
    q, shares = tables.shape[-1], cell_shares(tables)
    credit, usual = _credit(q, steps), (shares.sum(axis=-1) + shares.sum(axis=-2)) / 2
    expected = credit.sum() / (q * (q - 1)) * (usual * (1 - usual)).sum(axis=-1)
    return beyond_chance((shares * credit).sum(axis=(-2, -1)), expected)


def _credit(q: int, steps: Steps) -> Floats:
    """1 on the diagonal, falling to 0 in the far corners."""
    ranks = np.arange(q)
    apart = np.abs(ranks[:, None] - ranks) / (q - 1)
    return 1 - (apart if steps == "linear" else apart**2)
