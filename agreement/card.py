"""A judge's reliability card on one criterion: how often it is right, how steady it is, and what its score is worth."""

from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from agreement.calibration import MIN_LABELS, Calibrator, Choice, Kind, choose_for, cross_fit, fit
from agreement.design import Design
from agreement.estimate import Codes, Estimate, Floats, NotEstimableError
from agreement.reliability import CurvePoint, observed, reliability
from agreement.repeats import steadiness
from agreement.resample import MIN_SCENARIOS, Resampling
from agreement.share import share

_N_CODES = 4
_ANSWERED_NONE = "of {n} labels that say {what}, the judge answered none"


@dataclass(frozen=True, slots=True)
class Answers:
    """One judge's answers on one criterion, where clinicians labelled; one row a question."""

    labels: Floats
    """(n,) 1 where clinicians say violated, 0 where not."""
    scores: Floats
    """(n,) share of its votes that say violated, 0-1; NaN where it cast none."""
    said: Codes
    """(n,) what its repeats come to: 1 violated, 0 anything else, -1 no answer."""
    of: Design


@dataclass(frozen=True, slots=True)
class Repeats:
    """The same judge and criterion over all questions, labelled or not."""

    values: Codes
    """(n, repeats) codes of `agreement.panel`, -1 for none."""
    of: Design


@dataclass(frozen=True, slots=True)
class Card:
    """What was measured; an estimate that could not be had says why."""

    n: int
    n_violations: int
    n_scenarios: int
    n_abstained: int
    """Labels where the judge could not tell, or failed; sensitivity and specificity are of the others."""
    sensitivity: Estimate
    specificity: Estimate
    flip_rate: Estimate
    ece: Estimate
    brier: Estimate
    kind: Kind | None
    """Of calibrator; None where the labels carry none."""
    why: str
    """Why this kind, or why none."""
    lacks: tuple[str, ...]
    """What is missing before anything here counts as measured, in words."""
    calibrator: Calibrator | None
    points: tuple[CurvePoint, ...] = ()
    """What labels say at each score, beside which the calibrator's curve stands; empty in cards of before."""

    @property
    def is_measured(self) -> bool:
        """Whether there are labels enough for the figures to be shown as this judge's."""
        return self.n >= MIN_LABELS


def lacking(n: int, n_violations: int, n_scenarios: int) -> tuple[str, ...]:
    """What labels are missing, in words, before a judge counts as measured and can be calibrated.

    Args:
        n: labels.
        n_violations: of them, violated.
        n_scenarios: different scenarios among them.
    """
    more = (
        (MIN_LABELS - n, "label", ""),
        (1 - n_violations, "violation", " among the labels"),
        (1 - (n - n_violations), "label", " that says not violated"),
        (MIN_SCENARIOS - n_scenarios, "scenario", " among the labels, for an interval"),
    )
    return tuple(f"{short} more {what}{'s' if short > 1 else ''}{rest}" for short, what, rest in more if short > 0)


def measure(of: Answers, repeats: Repeats, data_sha256: str, how: Resampling) -> Card:
    """Measure one judge on one criterion.

    Sensitivity and specificity are weighted shares of the labels on which it answered. ECE and Brier score are those
    of probabilities from calibrators that were fitted without the scenario in question; the calibrator that is kept
    is fitted on all.

    Args:
        of: labelled questions.
        repeats: all questions.
        data_sha256: the caller's hash of what is measured, kept with the calibrator.
        how: how intervals are drawn.

    Raises:
        ValueError: shapes differ, or a value is none of those described.

    Source: as `agreement.calibration`, `agreement.reliability`, `agreement.repeats` and `agreement.share` name.
    """
    scored = ~np.isnan(of.scores)
    choice, calibrator, ece, brier = _calibrated(of, scored, data_sha256, how)
    violated = of.labels == 1
    return Card(
        n=of.of.n,
        n_violations=int(violated.sum()),
        n_scenarios=of.of.n_scenarios,
        n_abstained=int((of.said < 0).sum()),
        sensitivity=_right(of, violated, "violated", how),
        specificity=_right(of, ~violated, "not violated", how),
        flip_rate=steadiness(repeats.values, _N_CODES, repeats.of, how).flip_rate,
        ece=ece,
        brier=brier,
        kind=choice.kind,
        why=choice.why,
        lacks=lacking(of.of.n, int(violated.sum()), of.of.n_scenarios),
        calibrator=calibrator,
        points=observed(of.scores[scored], of.labels[scored], of.of.where(scored), how),
    )


def _right(of: Answers, among: NDArray[np.bool_], what: str, how: Resampling) -> Estimate:
    """The share of these labels that the judge's answer equals."""
    answered = among & (of.said >= 0)
    if not answered.any():
        n = int(among.sum())
        why = _ANSWERED_NONE.format(n=n, what=what) if n else f"no label says {what}"
        return Estimate(None, None, None, 0, 0, refusal=why)
    right = (of.said == of.labels).astype(np.float64)
    return share(right[answered], of.of.where(answered), how)


def _calibrated(
    of: Answers, scored: NDArray[np.bool_], data_sha256: str, how: Resampling
) -> tuple[Choice, Calibrator | None, Estimate, Estimate]:
    """Calibrator, ECE and Brier score, or why there are none."""
    scores, labels, rows = of.scores[scored], of.labels[scored], of.of.where(scored)
    choice = choose_for(scores, labels)
    if choice.kind is None:
        nothing = _refused(rows, choice.why)
        return choice, None, nothing, nothing
    try:
        calibrator = fit(choice.kind, scores, labels, rows, data_sha256)
    except NotEstimableError as error:
        nothing = _refused(rows, str(error))
        return Choice(None, str(error)), None, nothing, nothing
    try:
        honest = cross_fit(choice.kind, scores, labels, rows, how.rng)
    except NotEstimableError as error:
        nothing = _refused(rows, str(error))
        return choice, calibrator, nothing, nothing
    found = reliability(honest, labels, rows, how)
    return choice, calibrator, found.ece, found.brier


def _refused(rows: Design, why: str) -> Estimate:
    return Estimate(None, None, None, rows.n, rows.n_scenarios, refusal=why)
