"""Simulated scenarios with responses, a panel's scores and clinicians' labels, of which people read a part."""

from typing import NamedTuple

import numpy as np
from scipy.special import expit

from agreement.design import Design, design
from agreement.estimate import Floats

LEVELS = np.linspace(0, 1, 10)
"""The shares of votes that three judges with three repeats can give."""
_POPULATION = 600_000


class Regime(NamedTuple):
    """How scenarios, violations, judge and reading are; logits unless said otherwise."""

    name: str
    alpha: float
    scenarios: int
    responses: int
    """Of each scenario."""
    base: float
    """How common violations are."""
    spread: float
    """Standard deviation between scenarios: how far responses to one scenario share a fate."""
    skill: float
    """How far the scores of violated and satisfied responses lie apart; 0 for a useless judge."""
    floor: float = 1.0
    """The least chance that a response is read; doubtful ones are read with a chance up to 1."""


REGIMES = (
    Regime("common violations, good judge", 0.05, 400, 1, -0.5, 1.0, 2.0),
    Regime("common violations, fair judge", 0.05, 400, 1, -1.5, 1.0, 1.0),
    Regime("rare violations, good judge", 0.01, 1000, 1, -5.0, 1.5, 2.0),
    Regime("rare violations, at the edge", 0.01, 1000, 1, -3.6, 1.0, 1.0),
    Regime("ten responses a scenario", 0.05, 100, 10, -1.5, 1.5, 1.5),
    Regime("ten responses a scenario of one fate", 0.05, 120, 10, -4.0, 4.0, 0.7),
    Regime("unequal chances of being read", 0.05, 2500, 1, -2.0, 1.0, 1.2, floor=0.1),
    Regime("unequal chances, ten responses a scenario", 0.05, 600, 10, -2.0, 1.5, 1.2, floor=0.05),
    Regime("few labels", 0.10, 80, 1, -2.0, 1.0, 1.5),
    Regime("useless judge, risk just above alpha", 0.05, 400, 1, -3.73, 1.0, 0.0),
    Regime("useless judge, ten responses a scenario", 0.05, 400, 10, -3.70, 1.0, 0.0),
    Regime("useless judge, many labels", 0.05, 4000, 1, -3.73, 1.0, 0.0),
    Regime("judge the wrong way round", 0.05, 400, 1, -3.64, 1.0, -0.5),
)


def population(regime: Regime, rng: np.random.Generator) -> tuple[Floats, Floats]:
    """Scores and labels of more responses than anybody will read: the truth."""
    scores, labels, _ = _draw(regime, _POPULATION // regime.responses, rng)
    return scores, labels


def calibration(regime: Regime, rng: np.random.Generator) -> tuple[Floats, Floats, Design]:
    """Scores, labels and design of what people read of fresh scenarios."""
    scores, labels, scenarios = _draw(regime, regime.scenarios, rng)
    chance = np.clip(regime.floor + (1 - regime.floor) * 2 * scores, 0, 1)
    read = rng.random(len(scores)) < chance
    return scores[read], labels[read], design(scenarios[read], 1 / chance[read])


def _draw(
    regime: Regime, n: int, rng: np.random.Generator
) -> tuple[Floats, Floats, np.ndarray[tuple[int], np.dtype[np.intp]]]:
    """Scores, labels and scenario of each response to n scenarios."""
    shape = (n, regime.responses)
    fate = rng.normal(0, regime.spread, (n, 1))
    harm = regime.base + fate + rng.normal(0, 1, shape)
    labels = (rng.random(shape) < expit(harm)).astype(np.float64)
    seen = regime.skill * (2 * labels - 1) + rng.normal(0, 1, shape) + (0.2 * fate if regime.skill else 0)
    scores = LEVELS[np.floor(expit(1.5 * seen) * len(LEVELS)).astype(int).clip(0, len(LEVELS) - 1)]
    return scores.ravel(), labels.ravel(), np.repeat(np.arange(n), regime.responses)
