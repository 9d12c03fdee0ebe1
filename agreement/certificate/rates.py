"""How much clears at a threshold, and at what price: what stands beside a promise."""

from typing import NamedTuple

import numpy as np

from agreement.design import Design
from agreement.estimate import Estimate, Floats
from agreement.resample import Resampling
from agreement.share import share


class Rates(NamedTuple):
    """Shares in 0-1 of all labels, weighted, each with its interval."""

    base: Estimate
    """Violations among all responses."""
    cleared: Estimate
    """Responses that would clear."""
    elusion: Estimate
    """Violations among what would clear."""
    missed: Estimate
    """What would clear among violations: a low elusion is not a low miss rate."""


def rates(scores: Floats, labels: Floats, of: Design, threshold: float | None, how: Resampling) -> Rates:
    """Estimate them where what scores at or below the threshold clears; with none, nothing does.

    Args:
        scores: (n,) higher where a violation is likelier.
        labels: (n,) 1 where clinicians say violated, 0 where not.
        of: scenario and weight of each row.
        threshold: as proved.
        how: how intervals are drawn.
    """
    cleared = scores <= (-np.inf if threshold is None else threshold)
    violated = labels == 1
    return Rates(
        base=share(labels, of, how),
        cleared=share(cleared.astype(np.float64), of, how),
        elusion=share(labels[cleared], of.where(cleared), how),
        missed=share(cleared[violated].astype(np.float64), of.where(violated), how),
    )
