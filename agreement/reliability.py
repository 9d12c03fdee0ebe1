"""Do probabilities mean what they say? Calibration error, Brier score and its parts, and the points of the curve."""

import math
from collections.abc import Callable
from typing import NamedTuple

import numpy as np
from numpy.typing import NDArray

from agreement.design import Design
from agreement.estimate import Estimate, Floats, binned
from agreement.resample import Resampling, estimates
from agreement.share import share

_NO_ROWS = "there are no rows"


class CurvePoint(NamedTuple):
    """One bin of a curve."""

    predicted: float
    """Mean of what was binned: a probability, or a score, 0-1."""
    observed: Estimate
    """Share of violations in the bin."""


class Reliability(NamedTuple):
    """How probabilities compare with labels; brier = reliability - resolution + uncertainty, exactly."""

    ece: Estimate
    """Expected calibration error, 0-1: root mean square distance of predicted from observed over the bins."""
    brier: Estimate
    """Mean squared distance of probability from label; lower is better."""
    reliability: Estimate
    """Part of the Brier score that better calibration would take away; the square of the calibration error."""
    resolution: Estimate
    """Part that telling responses apart has taken away (the generalised resolution, which keeps the sum exact)."""
    uncertainty: Estimate
    """Brier score of always saying the mean."""
    curve: tuple[CurvePoint, ...]


def reliability(probabilities: Floats, labels: Floats, of: Design, how: Resampling, *, n_bins: int = 10) -> Reliability:
    """Compare probabilities with labels, in bins of equal weight; equal probabilities are never parted.

    The calibration error is the debiased root mean square one. The more usual mean absolute error is never larger, but
    noise in the bins makes it look far from 0 where calibration is perfect, and resampling then misses the truth.

    Args:
        probabilities: (n,) in 0-1, of rows that the calibrator has not seen (`calibration.cross_fit`).
        labels: (n,) 1 where clinicians say violated, 0 where not.
        of: scenario and weight of each row.
        how: how intervals are drawn.
        n_bins: at most so many bins.

    Raises:
        ValueError: there is no row, shapes differ, a probability is outside 0-1, or a label neither 0 nor 1.

    Source: Kumar, Liang and Ma (2019), Verified uncertainty calibration, NeurIPS, section 4, with the equal-mass bins
    of Roelofs et al. (2022), Mitigating bias in calibration error estimation, AISTATS, the bias found by resampling;
    Brier (1950), Monthly Weather Review 78:1-3; its parts, Murphy (1973), Journal of Applied Meteorology 12:595-600,
    with the generalised resolution of Stephenson, Coelho and Jolliffe (2008), Weather and Forecasting 23:752-757.
    """
    _check(probabilities, labels, of, n_bins)
    bins = equal_mass(probabilities, of.weights, n_bins)
    sums = of.sums(_columns(probabilities, labels, bins))
    (brier,) = estimates(sums, _brier, how, n=of.n, undefined=_NO_ROWS)
    apart, resolution = estimates(sums, _parts, how, n=of.n, undefined=_NO_ROWS, debiased=True)
    apart = _each(apart, lambda number: max(0.0, number))
    curve = _points(probabilities, labels, of, how, bins)
    uncertainty = _uncertainty(share(labels, of, how))
    resolution = _rest(brier, apart, resolution, uncertainty)
    return Reliability(_each(apart, math.sqrt), brier, apart, resolution, uncertainty, curve)


def observed(
    scores: Floats, labels: Floats, of: Design, how: Resampling, *, n_bins: int = 10
) -> tuple[CurvePoint, ...]:
    """What labels say at each score, in bins of equal weight: what a fitted curve is to be seen against.

    Args:
        scores: (n,) in 0-1.
        labels: (n,) 1 where clinicians say violated, 0 where not.
        of: scenario and weight of each row; none gives no point.
        how: how intervals are drawn.
        n_bins: at most so many; equal scores are never parted.

    Raises:
        ValueError: as `reliability`.
    """
    if not of.n:
        return ()
    _check(scores, labels, of, n_bins)
    return _points(scores, labels, of, how, equal_mass(scores, of.weights, n_bins))


def equal_mass(values: Floats, weights: Floats, n_bins: int) -> NDArray[np.intp]:
    """The bin of each row, 0 upwards without gaps: rising in values, of about equal weight, equal values together."""
    distinct, place = np.unique(values, return_inverse=True)
    mass = binned(place, weights, len(distinct))
    middle = (np.cumsum(mass) - mass / 2) / mass.sum()
    return np.unique((middle * n_bins).astype(np.intp), return_inverse=True)[1][place]


def _columns(probabilities: Floats, labels: Floats, bins: NDArray[np.intp]) -> Floats:
    """What all parts are functions of: squared distance; then by bin weight, probability and label."""
    inside = np.eye(int(bins.max()) + 1)[bins]
    squared = (probabilities - labels) ** 2
    return np.column_stack([squared, inside, inside * probabilities[:, None], inside * labels[:, None]])


def _brier(totals: Floats) -> Floats:
    weight = np.split(totals[:, 1:], 3, axis=1)[0]
    return totals[:, :1] / weight.sum(axis=1, keepdims=True)


def _parts(totals: Floats) -> Floats:
    """Reliability and resolution of every row of totals, not yet rid of bias."""
    weight, predicted, observed = np.split(totals[:, 1:], 3, axis=1)
    shares = weight / weight.sum(axis=1, keepdims=True)
    apart = np.divide(predicted - observed, weight, out=np.zeros_like(weight), where=weight > 0)
    mean = observed.sum(axis=1) / weight.sum(axis=1)
    apart_squared, uncertainty = (shares * apart**2).sum(axis=1), mean * (1 - mean)
    return np.column_stack([apart_squared, apart_squared + uncertainty - _brier(totals)[:, 0]])


def _each(of: Estimate, scale: Callable[[float], float]) -> Estimate:
    """The estimate on another scale."""
    value, low, high = (None if number is None else scale(number) for number in of[:3])
    return of._replace(value=value, low=low, high=high)


def _uncertainty(mean: Estimate) -> Estimate:
    """The mean's p (1 - p); it peaks at one half, so its interval is taken over all of the mean's."""
    scaled = _each(mean, lambda p: p * (1 - p))
    if mean.low is None or mean.high is None or scaled.low is None or scaled.high is None:
        return scaled
    top = 0.25 if mean.low <= 1 / 2 <= mean.high else max(scaled.low, scaled.high)
    return scaled._replace(low=min(scaled.low, scaled.high), high=top)


def _rest(brier: Estimate, apart: Estimate, resolution: Estimate, uncertainty: Estimate) -> Estimate:
    """The resolution, set so that the parts add up to the Brier score."""
    if brier.value is None or apart.value is None or uncertainty.value is None:
        return resolution
    return resolution._replace(value=apart.value + uncertainty.value - brier.value)


def _points(p: Floats, labels: Floats, of: Design, how: Resampling, bins: NDArray[np.intp]) -> tuple[CurvePoint, ...]:
    return tuple(_point(p, labels, of, how, bins == number) for number in range(bins.max() + 1))


def _point(p: Floats, labels: Floats, of: Design, how: Resampling, inside: NDArray[np.bool_]) -> CurvePoint:
    predicted = float(np.average(p[inside], weights=of.weights[inside]))
    return CurvePoint(predicted, share(labels[inside], of.where(inside), how))


def _check(probabilities: Floats, labels: Floats, of: Design, n_bins: int) -> None:
    if not of.n or n_bins < 1:
        raise ValueError(f"expected at least one row and one bin, got {of.n} and {n_bins}")
    if not probabilities.shape == labels.shape == of.scenarios.shape:
        shapes = f"{probabilities.shape} and {labels.shape}"
        raise ValueError(f"expected a probability and a label a row, got shapes {shapes} for {of.n} rows")
    if not np.all((probabilities >= 0) & (probabilities <= 1)) or not np.all((labels == 0) | (labels == 1)):
        raise ValueError("expected probabilities in 0-1 and labels that are 0 or 1")
