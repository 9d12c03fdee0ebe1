"""Krippendorff's alpha: any number of people, each of whom may have seen only some of the rows."""

from typing import Literal

import numpy as np

from agreement.design import Design
from agreement.estimate import Codes, Estimate, Floats
from agreement.panel import check_codes
from agreement.resample import Resampling, estimates

Metric = Literal["nominal", "ordinal", "interval"]
"""How far apart two categories are: the same or not, by ranks, or by the numbers themselves."""


def krippendorffs_alpha(values: Codes, n_categories: int, of: Design, how: Resampling, metric: Metric) -> Estimate:
    """1 for agreement throughout, 0 for what chance would give.

    Args:
        values: (n, people) category of each row by each person, 0 to n_categories - 1, or -1 for none.
        n_categories: how many there are to choose from.
        of: scenario and weight of each row.
        how: how the interval is drawn.
        metric: how far apart two categories are.

    Raises:
        ValueError: shapes differ, or a code is none of the categories.

    Source: Krippendorff (2011), Computing Krippendorff's alpha-reliability, University of Pennsylvania; here resampled
    over scenarios.
    """
    check_codes(values, n_categories, of)
    counts = tallied(values, n_categories)
    twice = counts.sum(axis=1) >= 2  # noqa: PLR2004 (to agree with somebody)
    if not twice.any():
        return Estimate(None, None, None, 0, 0, refusal="nothing was rated by two people")
    pairs, shared = _coincidences(counts[twice]), of.where(twice)
    pairs = pairs * (shared.n / shared.weights.sum())

    def statistic(totals: Floats) -> Floats:
        return alpha_of(totals.reshape(-1, n_categories, n_categories), metric)[:, None]

    why = "all always gave the same one value, so nothing is beyond chance"
    return estimates(shared.sums(pairs), statistic, how, n=shared.n, undefined=why)[0]


def tallied(values: Codes, n_categories: int) -> Floats:
    """(n, n_categories) how many people said each."""
    return np.stack([(values == code).sum(axis=1) for code in range(n_categories)], axis=1).astype(np.float64)


def alpha_of(coincidences: Floats, metric: Metric) -> Floats:
    """Alpha of (r, q, q) tables of coincidences; NaN where only one value was said."""
    said = coincidences.sum(axis=-1)
    apart = _apart(said, metric)
    observed = (coincidences * apart).sum(axis=(-2, -1))
    expected = np.einsum("ri,rj,rij->r", said, said, apart)
    return 1 - np.divide(
        (said.sum(axis=-1) - 1) * observed, expected, out=np.full_like(expected, np.nan), where=expected > 0
    )


def _coincidences(counts: Floats) -> Floats:
    """(n, q^2): pairs of categories that two people gave to a row, each row worth as many pairs as people."""
    q = counts.shape[1]
    pairs = counts[:, :, None] * counts[:, None, :]
    pairs[:, np.arange(q), np.arange(q)] -= counts
    return (pairs / (counts.sum(axis=1) - 1)[:, None, None]).reshape(len(counts), -1)


def _apart(said: Floats, metric: Metric) -> Floats:
    """(r, q, q) squared distance of every two categories."""
    q = said.shape[-1]
    if metric == "nominal":
        return np.broadcast_to(1 - np.eye(q), (len(said), q, q))
    middles = np.cumsum(said, axis=-1) - said / 2
    ranks = middles if metric == "ordinal" else np.broadcast_to(np.arange(q, dtype=np.float64), said.shape)
    return (ranks[:, :, None] - ranks[:, None, :]) ** 2
