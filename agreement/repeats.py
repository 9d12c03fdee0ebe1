"""How steady a judge is: the same question asked again, does it say the same?"""

from typing import NamedTuple

import numpy as np

from agreement.design import Design
from agreement.estimate import Codes, Estimate
from agreement.panel import check_codes
from agreement.resample import Resampling
from agreement.share import share


class Steadiness(NamedTuple):
    """Of one judge, over the questions that it answered at least twice."""

    flip_rate: Estimate
    """Share of questions whose repeats do not all agree; grows with the number of repeats."""
    disagreement: Estimate
    """Mean share of pairs of repeats that disagree; comparable between numbers of repeats."""


def steadiness(values: Codes, n_categories: int, of: Design, how: Resampling) -> Steadiness:
    """Flip rate and mean pairwise disagreement of one judge's repeats, in 0-1.

    Args:
        values: (n, repeats) category of each repeat of each question, 0 to n_categories - 1, or -1 for none.
        n_categories: how many the judge could choose from.
        of: scenario and weight of each question.
        how: how intervals are drawn.

    Raises:
        ValueError: shapes differ, or a code is none of the categories.

    Source: pairwise disagreement is 1 minus P_i of Fleiss (1971), Psychological Bulletin 76:378-382.
    """
    check_codes(values, n_categories, of)
    counts = np.stack([(values == code).sum(axis=1) for code in range(n_categories)], axis=1)
    answered = counts.sum(axis=1)
    twice = answered >= 2  # noqa: PLR2004 (to differ from itself)
    if not twice.any():
        nothing = Estimate(None, None, None, 0, 0, refusal="no question was answered twice")
        return Steadiness(nothing, nothing)
    counts, answered, asked = counts[twice], answered[twice], of.where(twice)
    flips = (counts.max(axis=1) < answered).astype(np.float64)
    alike = (counts * (counts - 1)).sum(axis=1) / (answered * (answered - 1))
    return Steadiness(share(flips, asked, how), share(1 - alike, asked, how))
