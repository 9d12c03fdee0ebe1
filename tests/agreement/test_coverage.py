"""On simulated nights with known truth, intervals hold it about as often as they say, and calibration helps.

Each night has scenarios whose responses resemble each other, as real ones do.
"""

from collections.abc import Callable

import numpy as np
import pytest
from scipy.special import expit

from agreement.calibration import Kind, cross_fit, fit
from agreement.clinicians import clinician_agreement
from agreement.design import Design, design
from agreement.estimate import Codes, Estimate, Floats
from agreement.ordinal import ordinal_agreement
from agreement.panel import pairwise
from agreement.reliability import reliability
from agreement.repeats import steadiness
from agreement.resample import Resampling
from agreement.votes import effective_votes

NIGHTS = 150
SCENARIOS, ROWS = 60, 5
Night = tuple[Design, Floats, Floats]


def night(rng: np.random.Generator, scenarios: int = SCENARIOS, stretch: float = 3.0, shift: float = 0.5) -> Night:
    """Probabilities of an over-confident judge and labels: the truth lies `stretch` times closer to one half."""
    z = rng.normal(-1, 1, (scenarios, 1)) + rng.normal(0, 1, (scenarios, ROWS))
    truth = expit(z / stretch + rng.normal(0, shift, (scenarios, 1)))
    labels = (rng.random(z.shape) < truth).astype(float)
    return design(np.repeat(np.arange(scenarios), ROWS)), expit(z).ravel(), labels.ravel()


def verdicts(rng: np.random.Generator, scenarios: int = SCENARIOS) -> tuple[Design, Codes]:
    """Three judges who see the same thing, which scenarios share in part, each with errors of its own."""
    seen = rng.random((scenarios, ROWS, 1)) < rng.beta(1, 2, (scenarios, 1, 1))
    marks = np.where(rng.random((scenarios, ROWS, 3)) < 0.85, seen, ~seen).astype(int)
    return design(np.repeat(np.arange(scenarios), ROWS)), marks.reshape(-1, 3)


def how(seed: int, replicates: int = 300) -> Resampling:
    return Resampling(np.random.default_rng(seed), replicates)


def scored(seed: int, scenarios: int = SCENARIOS) -> list[Estimate]:
    of, probabilities, labels = night(np.random.default_rng(seed), scenarios)
    one = reliability(probabilities, labels, of, how(seed, 300 if scenarios == SCENARIOS else 2))
    return [one.ece, one.brier, one.resolution]


def judged(seed: int, scenarios: int = SCENARIOS) -> list[Estimate]:
    of, marks = verdicts(np.random.default_rng(seed), scenarios)
    drawn = how(seed, 300 if scenarios == SCENARIOS else 2)
    (pair,) = pairwise(marks[:, :2], 2, of, drawn)
    steady = steadiness(marks, 2, of, drawn)
    return [pair.raw, pair.kappa, pair.ac1, effective_votes(marks, of, drawn).n_effective, *steady]


def rated(seed: int, scenarios: int = SCENARIOS) -> list[Estimate]:
    """Three clinicians who rate severity, and rows of which half were drawn with a chance of a third."""
    rng = np.random.default_rng(seed)
    severity = rng.binomial(3, rng.beta(2, 2, (scenarios, 1, 1)), (scenarios, ROWS, 1))
    marks = np.clip(severity + rng.choice([-1, 0, 0, 0, 1], (scenarios, ROWS, 3)), 0, 3).reshape(-1, 3)
    pi = np.where(marks[:, 0] >= 2, 1.0, 1 / 3)
    seen = rng.random(len(pi)) < pi
    of, marks = design(np.repeat(np.arange(scenarios), ROWS)[seen], 1 / pi[seen]), marks[seen]
    drawn = how(seed, 300 if scenarios == SCENARIOS else 2)
    ordered = ordinal_agreement(marks[:, 0], marks[:, 1], 4, of, drawn)
    clinicians = clinician_agreement(marks, 4, of, drawn, "ordinal")
    return [ordered.kappa_linear, ordered.kappa_quadratic, ordered.ac2_quadratic, clinicians.ac1, clinicians.alpha]


@pytest.mark.parametrize("measured", [scored, judged, rated])
def test_intervals_hold_the_truth_about_as_often_as_they_say(
    measured: Callable[..., list[Estimate]],
) -> None:
    truth = [one.value or 0 for one in measured(0, scenarios=30_000)]
    held = [
        [(one.low or 0) <= true <= (one.high or 0) for one, true in zip(measured(seed), truth, strict=True)]
        for seed in range(1, NIGHTS + 1)
    ]
    shares = np.mean(held, axis=0)
    assert np.all((shares >= 0.89) & (shares <= 0.99)), shares


def test_rows_taken_for_independent_would_hold_it_too_seldom() -> None:
    """What the resampling of scenarios is for: all rows of a scenario share one fate here."""
    held = {"scenarios": 0, "rows": 0}
    for seed in range(100):
        rng = np.random.default_rng(seed)
        fates = np.repeat(rng.random(40) < 0.5, 10).astype(float)
        for name, clusters in (("scenarios", np.arange(400) // 10), ("rows", np.arange(400))):
            one = steadiness(np.column_stack([fates, np.zeros(400)]).astype(int), 2, design(clusters), how(seed, 200))
            held[name] += (one.flip_rate.low or 0) <= 0.5 <= (one.flip_rate.high or 0)
    assert 88 <= held["scenarios"]
    assert 60 >= held["rows"]


def test_a_perfect_calibration_is_not_called_wrong() -> None:
    errors: list[Estimate] = []
    for seed in range(100):
        of, probabilities, labels = night(np.random.default_rng(seed), stretch=1.0, shift=0.0)
        errors.append(reliability(probabilities, labels, of, how(seed)).ece)
    assert 94 <= sum(one.low == 0 for one in errors)
    assert 0.03 > np.mean([one.value or 0 for one in errors])


@pytest.mark.parametrize(("kind", "scenarios"), [("isotonic", 200), ("platt", 50), ("venn_abers", 50)])
def test_calibration_mends_an_over_confident_judge_on_new_scenarios(kind: Kind, scenarios: int) -> None:
    of, scores, labels = night(np.random.default_rng(7), scenarios)
    new, new_scores, new_labels = night(np.random.default_rng(8), 4000)
    calibrated = fit(kind, scores, labels, of, "").apply(new_scores)
    before, after = (reliability(p, new_labels, new, how(1, 20)).ece.value or 1 for p in (new_scores, calibrated))
    assert before > 0.15
    assert after < before / 2


def test_probabilities_of_unseen_folds_are_calibrated_too() -> None:
    of, scores, labels = night(np.random.default_rng(7), 400)
    unseen = cross_fit("isotonic", scores, labels, of, np.random.default_rng(1))
    before, after = (reliability(p, labels, of, how(1)).ece for p in (scores, unseen))
    assert (after.high or 1) < (before.low or 0)
    assert 0.05 > (after.value or 0)
