"""How often a candidate fails, according to clinicians who read only part of its responses.

Four estimators of the same share. The stratified one is the one to print; the others are shown beside it because they
are known, and agree where there is much to go by.
"""

from typing import NamedTuple

import numpy as np
from numpy.typing import NDArray
from scipy.stats import beta

from agreement.estimate import Codes, Estimate, Floats, binned
from agreement.parts import Parts, parts
from agreement.reach import out_of_reach
from agreement.resample import Resampling
from agreement.stratified import Measure, stratified


class Responses(NamedTuple):
    """Responses, read or not: one row each."""

    labels: Codes
    """(n,) 1 where clinicians call it a failure, 0 where not, below 0 where nobody said."""
    predicted: Floats
    """(n,) what the judges expect, 0-1 (calibrated probability, or share of votes)."""
    pi: Floats
    """(n,) the chance with which each was sent to clinicians, 0-1; where any is 0, estimates are refused."""
    scenarios: Codes
    """(n,) equal ones are one scenario."""

    def where(self, chosen: NDArray[np.bool_]) -> "Responses":
        """The chosen responses alone."""
        return Responses(self.labels[chosen], self.predicted[chosen], self.pi[chosen], self.scenarios[chosen])


class FailureRate(NamedTuple):
    """The share of one candidate's responses that clinicians would call failures."""

    n_responses: int
    stratified: Estimate
    """By what judges predict and by chance of being read: the figure to print."""
    horvitz_thompson: Estimate
    hajek: Estimate
    prediction_powered: Estimate
    judges_say: float
    """The mean prediction: BIASED by the judges."""
    queue_only: float | None
    """The share of what was read: BIASED, because what looks bad is read more often."""


def failure_rate(of: Responses, how: Resampling) -> FailureRate:
    """Estimate how often one candidate fails.

    Args:
        of: its responses.
        how: how intervals are drawn.

    Raises:
        ValueError: shapes differ, there is no response, a prediction or a chance is outside 0-1.
    """
    check_responses(of)
    read = of.labels >= 0
    plain = float((of.labels[read] == 1).mean()) if read.any() else None
    estimated = _estimates(of, how)
    return FailureRate(len(of.labels), *estimated, judges_say=float(of.predicted.mean()), queue_only=plain)


def _estimates(of: Responses, how: Resampling) -> tuple[Estimate, Estimate, Estimate, Estimate]:
    """Stratified, Horvitz-Thompson, Hájek, prediction-powered."""
    if (refused := refusal_of(of, how)) is not None:
        return refused, refused, refused, refused
    (best,) = stratified(predicted_parts(of), RATE, how)
    weight = np.where(of.labels >= 0, 1 / of.pi, 0.0)
    return (
        best,
        _horvitz_thompson(of, weight, best, how),
        _hajek(of, weight, best, how),
        _prediction_powered(of, weight, best, how),
    )


def refusal_of(of: Responses, how: Resampling) -> Estimate | None:
    """What to say instead of a share where some responses had no chance of being read; None where each had one."""
    if (why := out_of_reach(of.pi, "responses", how.confidence)) is None:
        return None
    read = of.labels >= 0
    n_scenarios = len(np.unique(of.scenarios[read]))
    return Estimate(None, None, None, int(read.sum()), n_scenarios, None, why.reason, why.reviews_needed)


def predicted_parts(of: Responses) -> Parts:
    """Responses in parts: expected to fail or not, by chance of being read."""
    return parts((of.predicted < 1 / 2).astype(np.intp), of.labels, of.pi, of.scenarios, 2)


def check_responses(of: Responses) -> None:
    """Refuse responses that cannot be: see `failure_rate`."""
    n = len(of.labels)
    if not n or any(column.shape != (n,) for column in of):
        raise ValueError(f"expected one label, prediction, chance and scenario a response, got {n} labels")
    if not np.all((of.predicted >= 0) & (of.predicted <= 1)):
        raise ValueError("expected predictions in 0-1")
    if not np.all((of.pi >= 0) & (of.pi <= 1)) or np.any((of.pi == 0) & (of.labels >= 0)):
        raise ValueError("expected chances of being read in 0-1, and above 0 where a response was read")


def _rate(cells: Floats) -> Floats:
    return (cells[:, :, 0].sum(axis=1) / cells.sum(axis=(1, 2)))[:, None]


RATE = Measure(_rate, (0.0,), ("no response was read of those that judges expect to fail, or of the rest",))
"""The share of violations in tables of any classes."""


def _horvitz_thompson(of: Responses, weight: Floats, best: Estimate, how: Resampling) -> Estimate:
    """Source: Horvitz and Thompson (1952), Journal of the American Statistical Association 47:663-685."""
    counted = weight * (of.labels == 1)
    value = float(counted.mean())
    return _linear(value, (counted - value) / len(counted), of, best, how)


def _hajek(of: Responses, weight: Floats, best: Estimate, how: Resampling) -> Estimate:
    """Source: Hájek (1971), in Foundations of Statistical Inference, p. 236."""
    if not weight.any():
        return best
    value = float(weight @ (of.labels == 1) / weight.sum())
    return _linear(value, weight * ((of.labels == 1) - value) / weight.sum(), of, best, how)


def _prediction_powered(of: Responses, weight: Floats, best: Estimate, how: Resampling) -> Estimate:
    """Predictions of all, corrected by labels of some; as much of them as makes the variance least.

    Source: PPI++, Angelopoulos, Duchi and Zrnic (2023), arXiv:2311.01453; with unequal chances (active statistical
    inference), Zrnic and Candès (2024), arXiv:2403.03208.
    """
    n = len(weight)
    counted, help_ = weight * (of.labels == 1), (weight - 1) * of.predicted
    summed = [_by_scenario(of, column) for column in (counted - counted.mean(), help_ - help_.mean())]
    spread = float(summed[1] @ summed[1])
    power = float(summed[0] @ summed[1] / spread) if spread > 0 else 0.0
    value = float((counted - power * help_).mean())
    return _linear(value, (counted - power * help_ - value) / n, of, best, how)


def _linear(value: float, influence: Floats, of: Responses, best: Estimate, how: Resampling) -> Estimate:
    """An interval from the scenarios' variance, on the scale of as many independent responses as tell as much.

    Where some part has few events the variance says too little (`agreement.stratified`): there the stratified interval
    stands in, stretched to hold the value.
    """
    if best.low is None or best.high is None:
        return best
    moved = _by_scenario(of, influence)
    variance = float((moved**2).sum()) * len(moved) / max(len(moved) - 1, 1)
    if best.method != "bootstrap" or not 0 < value < 1 or variance == 0:
        value = float(np.clip(value, 0, 1))
        return best._replace(value=value, low=min(best.low, value), high=max(best.high, value))
    trials = value * (1 - value) / variance
    tails = [(1 - how.confidence) / 2, (1 + how.confidence) / 2]
    low, high = beta.ppf(tails, value * trials + 1 / 2, (1 - value) * trials + 1 / 2)  # pyright: ignore[reportUnknownMemberType]
    return best._replace(value=value, low=float(low), high=float(high), method="linear")


def _by_scenario(of: Responses, column: Floats) -> Floats:
    codes = np.unique(of.scenarios, return_inverse=True)[1]
    return binned(codes, column, int(codes.max()) + 1)
