"""Evidence gathered over nights: a slow move that no single night shows, with a stated time between false alarms."""

import numpy as np

from agreement.estimate import Floats

_SMALLEST, _LARGEST = 1e-30, 1e100
"""Beyond them a p-value or evidence says nothing more; numbers stay finite."""


def smoothed(p_above: float, p_at: float, uniform: float) -> float:
    """A one-sided p-value that is exactly uniform, and independent from night to night, if nothing moved.

    Args:
        p_above: chance of as many violations or more (`night.night`, against all nights before).
        p_at: chance of exactly as many.
        uniform: drawn uniformly from 0-1, by a seed fixed beforehand.

    Source: Vovk, Nouretdinov and Gammerman (2003), Testing exchangeability on-line, ICML.
    """
    return min(1.0, max(0.0, p_above - (1 - uniform) * p_at))


def evidence(p_values: Floats) -> Floats:
    """How strongly the nights so far say that something moved, in either direction and since whichever night.

    Alarm where it reaches A: if nothing ever moves, it takes A nights at least, on average, until that happens. Each
    direction is followed by itself, because a move keeps its direction and chance does not.

    Args:
        p_values: (nights,) one-sided, as `smoothed` gives them.

    Returns:
        (nights,) evidence after each night.

    Source: the Shiryaev-Roberts e-detector of Shin, Ramdas and Rinaldo (2023), New England Journal of Statistics in
    Data Science 2:229-260, with the calibrator of Vovk and Wang (2021), Annals of Statistics 49:1736-1754, section 2.
    """
    return (_detector(_e_values(p_values)) + _detector(_e_values(1 - p_values))) / 2


def _e_values(p_values: Floats) -> Floats:
    """The mean over k in 0-1 of the e-values k p^(k - 1): (1 - p + p ln p) / (p ln(p)^2)."""
    p = np.clip(p_values, _SMALLEST, 1)
    log = np.log(p)
    near_one = log > -1e-4  # noqa: PLR2004 (below it the quotient loses its digits; its limit is one half)
    safe = np.where(near_one, -1.0, log)
    return np.where(near_one, 0.5, (1 - p + p * log) / (p * safe**2))


def _detector(e_values: Floats) -> Floats:
    """The sum over all starting nights of the product of e-values since."""
    sums = np.empty(len(e_values))
    sofar = 0.0
    for place, value in enumerate(e_values):
        sofar = min((1 + sofar) * value, _LARGEST)
        sums[place] = sofar
    return sums
