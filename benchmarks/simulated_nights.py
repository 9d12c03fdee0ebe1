"""Nights with known truth: scenarios whose responses resemble each other, two judges, lanes, and clinicians who err.

A night is drawn as `agreement.comparison.Questions`; what clinicians would have said of everything is kept beside it.
"""

from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray
from scipy.stats import norm

from agreement.comparison import UNREAD, Questions
from agreement.estimate import Codes, Floats
from agreement.panel import SATISFIED, VIOLATED
from agreement.rates import rates_of


@dataclass(frozen=True, slots=True)
class Regime:
    """What a night is like."""

    name: str
    scenarios: int = 400
    responses: int = 3
    """To each scenario."""
    violated: tuple[float, ...] = (0.10,)
    """Share of violations, criterion by criterion."""
    skill: float = 0.85
    """Correlation of the judges with what is so."""
    audit: float = 0.08
    """Chance of a cleared response."""
    slips: float = 0.0
    """Share of violations that a clinician overlooks; as many others are called violated."""
    resemblance: float = 0.3
    """Of the responses of one scenario."""


@dataclass(frozen=True, slots=True)
class Night:
    """The questions, and what clinicians would say of each."""

    questions: Questions
    would_say: Codes


def night(regime: Regime, rng: np.random.Generator, scenarios: int | None = None) -> Night:
    """One night."""
    n, shape = scenarios or regime.scenarios, (scenarios or regime.scenarios, regime.responses, len(regime.violated))
    own, within = np.sqrt(regime.resemblance), np.sqrt(1 - regime.resemblance)
    state = own * rng.normal(size=(n, 1, shape[2])) + within * rng.normal(size=shape)
    cut = norm.ppf(1 - np.array(regime.violated))  # pyright: ignore[reportUnknownMemberType]
    shared = 0.4 * rng.normal(size=(n, 1, 1))
    first, second = (_score(state, shared, regime.skill, rng) - cut for _ in range(2))
    says = (rng.random(shape) < _slip(state > cut, regime)) ^ (state > cut)
    flagged = (first > 0).any(axis=2)
    borderline = ((second > 0) | (first > -0.35)).any(axis=2)
    pi = np.where(flagged, 1.0, np.where(borderline, 0.6, regime.audit))
    read = rng.random(pi.shape) < pi
    labels = np.where(read[:, :, None], says, UNREAD).astype(np.intp)
    verdicts = np.where(np.stack([first, second], axis=-1) > 0, VIOLATED, SATISFIED).reshape(-1, 2)
    scenario = np.repeat(np.arange(n), regime.responses * shape[2])
    questions = Questions(verdicts, labels.ravel(), np.repeat(pi.ravel(), shape[2]), scenario)
    return Night(questions, says.ravel().astype(np.intp))


def truth(regime: Regime, draws: int = 12, scenarios: int = 30_000) -> Floats:
    """(11,) the rates of the first judge over scenarios without end."""
    tables = np.zeros((3, 2))
    for seed in range(draws):
        one = night(regime, np.random.default_rng([seed, 1]), scenarios)
        places = one.questions.verdicts[:, 0] * 2 + (1 - one.would_say)
        tables += np.bincount(places, minlength=6).reshape(3, 2)
    return rates_of(tables[None])[0]


def _score(state: Floats, shared: Floats, skill: float, rng: np.random.Generator) -> Floats:
    """What a judge sees: part of what is so, an error that all responses of a scenario share, and its own."""
    return skill * state + np.sqrt(1 - skill**2) * (shared + np.sqrt(1 - 0.4**2) * rng.normal(size=state.shape))


def _slip(violated: NDArray[np.bool_], regime: Regime) -> Floats:
    share = np.array(regime.violated)
    return regime.slips * np.where(violated, 1.0, share / (1 - share))
