"""How far clinicians agree with each other: the most that can be asked of a judge."""

from typing import NamedTuple

import numpy as np

from agreement.alpha import Metric, krippendorffs_alpha, tallied
from agreement.design import Design
from agreement.estimate import Codes, Estimate, Floats
from agreement.panel import PairAgreement, check_codes, pairwise
from agreement.resample import Resampling, estimates
from agreement.share import share


class ClinicianAgreement(NamedTuple):
    """All clinicians on what at least two of them judged."""

    raw: Estimate
    """Of every two clinicians on the same row, the share that agree, each row counted once."""
    ac1: Estimate
    alpha: Estimate
    pairs: tuple[PairAgreement, ...]
    """Every two clinicians by their columns."""


def clinician_agreement(
    values: Codes, n_categories: int, of: Design, how: Resampling, metric: Metric = "nominal"
) -> ClinicianAgreement:
    """Raw agreement, Gwet's AC1 and Krippendorff's alpha of all, and of every two.

    Args:
        values: (n, clinicians) category of each row by each clinician, 0 to n_categories - 1, or -1 for none. Only
            blind judgements belong here.
        n_categories: how many there are to choose from.
        of: scenario and weight of each row.
        how: how intervals are drawn.
        metric: of alpha.

    Raises:
        ValueError: shapes differ, there are fewer than two clinicians, or a code is none of the categories.

    Source: raw agreement, Fleiss (1971), Psychological Bulletin 76:378-382; AC1 of many, Gwet (2008), British Journal
    of Mathematical and Statistical Psychology 61:29-48.
    """
    check_codes(values, n_categories, of)
    pairs = pairwise(values, n_categories, of, how)
    counts = tallied(values, n_categories)
    people = counts.sum(axis=1)
    twice = people >= 2  # noqa: PLR2004 (to agree with somebody)
    if not twice.any():
        nothing = Estimate(None, None, None, 0, 0, refusal="nothing was judged by two clinicians")
        return ClinicianAgreement(nothing, nothing, nothing, pairs)
    counts, people, shared = counts[twice], people[twice], of.where(twice)
    alike = (counts * (counts - 1)).sum(axis=1) / (people * (people - 1))
    sums = shared.sums(np.column_stack([alike, np.ones(shared.n), counts / people[:, None]]))
    (ac1,) = estimates(sums, _ac1, how, n=shared.n, undefined="nothing was judged by two clinicians")
    alpha = krippendorffs_alpha(values, n_categories, of, how, metric)
    return ClinicianAgreement(share(alike, shared, how), ac1, alpha, pairs)


def _ac1(totals: Floats) -> Floats:
    """From agreement, rows and shares of each category."""
    agreed, usual = totals[:, 0] / totals[:, 1], totals[:, 2:] / totals[:, 1:2]
    chance = (usual * (1 - usual)).sum(axis=1) / (usual.shape[1] - 1)
    return ((agreed - chance) / (1 - chance))[:, None]
