"""Figures on candidates: how often each fails, which is worse, and what clearing may hide."""

from dataclasses import dataclass
from typing import NamedTuple

import numpy as np
from numpy.typing import NDArray

from agreement.difference import Difference, corrected, difference, differences
from agreement.estimate import Codes, Floats, NotEstimableError
from agreement.failure import FailureRate, Responses, failure_rate
from agreement.missed_harm import MissedHarm, missed_harm
from agreement.panel import VIOLATED
from agreement.resample import Resampling
from domain.routing import Disposition
from domain.severity import Severity
from pipeline.comparing.population import DISPOSITIONS, Population
from pipeline.comparing.readings import Readings

_CLEARED = DISPOSITIONS.index(Disposition.CLEARED.value)


@dataclass(frozen=True, slots=True)
class Judged:
    """Responses with a question within scope: one row each."""

    items: Codes
    """Their rows in the population's items."""
    responses: Responses
    is_major: NDArray[np.bool_]
    """Whether clinicians found a violation in it that one of them, or failing that the rubric, calls major."""


class Nights(NamedTuple):
    """One candidate in two runs."""

    candidate_id: str
    first_run_id: str
    last_run_id: str
    found: Difference
    """Of the last less the first: above 0 it became worse."""


def judged(of: Population, read: Readings, in_scope: NDArray[np.bool_], pi: Floats, labels: Codes) -> Judged:
    """Bring questions together into responses.

    A response is a failure where clinicians call any of its questions violated, and none where they say of every one
    that it is not; else nobody knows yet.
    """
    items, row = np.unique(of.item[in_scope], return_inverse=True)
    n, labels, pi = len(items), labels[in_scope], pi[in_scope]
    violated = np.bincount(row, labels == 1, minlength=n) > 0
    unknown = np.bincount(row, labels < 0, minlength=n) > 0
    major = np.bincount(row, _is_major(of, read)[in_scope], minlength=n) > 0
    label = np.where(violated, 1, np.where(unknown, -1, 0))
    predicted, least, most = np.zeros(n), np.ones(n), np.zeros(n)
    np.maximum.at(predicted, row, np.where(of.panel == VIOLATED, 1.0, of.score)[in_scope])
    np.minimum.at(least, row, pi)
    np.maximum.at(most, row, pi)
    chance = np.where((label >= 0) | major, most, least)
    return Judged(items, Responses(label, predicted, chance, of.items.scenario[items]), major & (chance > 0))


def _is_major(of: Population, read: Readings) -> NDArray[np.bool_]:
    gravest, violated = read.worst(of.n)
    by_rubric = np.array([kind.severity is Severity.MAJOR for kind in of.kinds], dtype=np.bool_)[of.kind]
    return (violated == 1) & np.where(gravest < 0, by_rubric, gravest == Severity.MAJOR.rank)


def failures(of: Population, some: Judged, how: Resampling) -> dict[str, FailureRate]:
    """By candidate."""
    candidate = of.items.candidate[some.items]
    return {
        of.candidate_ids[one]: failure_rate(some.responses.where(candidate == one), how) for one in np.unique(candidate)
    }


def between_candidates(of: Population, some: Judged, how: Resampling) -> tuple[Difference, ...]:
    """Every two candidates on the scenarios that both answered."""
    return differences(some.responses, of.items.candidate[some.items], how) if len(some.items) else ()


def between_nights(of: Population, some: Judged, how: Resampling) -> tuple[Nights, ...]:
    """Each candidate in the last run against the first in which it is, corrected for looking at all of them."""
    run, candidate = of.items.run[some.items], of.items.candidate[some.items]
    found: list[Nights] = []
    for one in np.unique(candidate):
        nights = np.unique(run[candidate == one])
        if len(nights) > 1:
            sides = np.where(candidate == one, run, -1)
            pair = int(nights[-1]), int(nights[0])
            names = of.run_ids[pair[1]], of.run_ids[pair[0]]
            found.append(Nights(of.candidate_ids[one], *names, difference(some.responses, sides, pair, how)))
    return _corrected(found)


def _corrected(found: list[Nights]) -> tuple[Nights, ...]:
    adjusted = corrected([one.found for one in found])
    return tuple(one._replace(found=each) for one, each in zip(found, adjusted, strict=True))


def hidden(of: Population, some: Judged) -> MissedHarm | str:
    """The bound on cleared responses that hide a violation that a clinician would call major, or why there is none."""
    cleared = of.items.disposition[some.items] == _CLEARED
    found = some.is_major[cleared]
    read = (some.responses.labels[cleared] >= 0) | found
    try:
        return missed_harm(some.responses.pi[cleared], read, found)
    except NotEstimableError as error:
        return str(error)
