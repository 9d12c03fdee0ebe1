"""What clinicians' labels cannot speak for, and about how many more would let them."""

import math
from typing import NamedTuple

import numpy as np

from agreement.estimate import Codes, Estimate, Floats
from agreement.rates import FLAGGED, LEFT_ALONE, N_CLASSES, NO_ANSWER, Rates
from agreement.resample import MIN_SCENARIOS

WORTH_KNOWING = 0.05
"""Reviews are enough when none found would bound a share at this."""

_SAID = {
    FLAGGED: "that the judge called violated",
    LEFT_ALONE: "that the judge left alone",
    NO_ANSWER: "without answer",
}
_ANSWERED = (FLAGGED, LEFT_ALONE)
_ALL = (FLAGGED, LEFT_ALONE, NO_ANSWER)
_NEEDS = Rates(
    sensitivity=_ANSWERED,
    specificity=_ANSWERED,
    ppv=(FLAGGED,),
    npv=(LEFT_ALONE,),
    macro_f1=_ANSWERED,
    kappa=_ANSWERED,
    ac1=_ANSWERED,
    agreement=_ANSWERED,
    sensitivity_strict=_ALL,
    specificity_strict=_ALL,
    failure_rate=_ALL,
)
"""On which questions each rate must have labels."""

_FOUND_BY_READING = {"sensitivity", "specificity", "macro_f1", "kappa", "sensitivity_strict", "specificity_strict"}
"""Rates that are undefined for want of one kind of label; the others want for what the judge said."""


_NO_WIDTH = 1e-9
_FIXED = "the judge gave the same one answer throughout, which says nothing of how it would do elsewhere"


class Refusal(NamedTuple):
    """Why labels cannot speak for a class of questions, and about how many more would let them."""

    reason: str
    reviews_needed: int


def reviews_for(bound: float, confidence: float) -> int:
    """How many independent reviews that find nothing bound a share so: the exact two-sided interval's upper limit.

    Source: Clopper and Pearson (1934), at zero events 1 - ((1 - confidence) / 2)^(1 / n).
    """
    return math.ceil(math.log((1 - confidence) / 2) / math.log1p(-bound))


def refusals(labels: Codes, pi: Floats, classes: Codes, scenarios: Codes, confidence: float) -> list[Refusal | None]:
    """For each class of questions, why its labels cannot speak for it; None where they can.

    Args:
        labels: (n,) below 0 where there is none.
        pi: (n,) chance of being read.
        classes: (n,) class of each question; -1 for none.
        scenarios: (n,) scenario of each.
        confidence: for the number of reviews.
    """
    return [_refusal(one, labels, pi, classes, scenarios, confidence) for one in range(N_CLASSES)]


def lifted(found: Rates[Estimate], refused: list[Refusal | None], confidence: float) -> Rates[Estimate]:
    """The estimates, refused where a class that they need has no voice, and how many reviews would lift that."""
    rows = zip(Rates._fields, found, _NEEDS, strict=True)
    return Rates(*[_lifted(name, one, [refused[need] for need in needs], confidence) for name, one, needs in rows])


def out_of_reach(pi: Floats, what: str, confidence: float) -> Refusal | None:
    """Why nothing can be said of all when some had no chance of being read; None when each had one.

    Args:
        pi: (n,) chance of being read.
        what: what they are, in the plural.
        confidence: for the number of reviews.
    """
    beyond = int((pi == 0).sum())
    if not beyond:
        return None
    wanted = min(reviews_for(WORTH_KNOWING, confidence), beyond)
    what = f"{beyond} of {len(pi)} {what} had no chance of being read by clinicians"
    return Refusal(f"{what}; a random audit of about {wanted} of them would lift this", wanted)


def _refusal(
    one: int, labels: Codes, pi: Floats, classes: Codes, scenarios: Codes, confidence: float
) -> Refusal | None:
    here = classes == one
    n, wanted = int(here.sum()), reviews_for(WORTH_KNOWING, confidence)
    if (beyond := out_of_reach(pi[here], f"questions {_SAID[one]}", confidence)) is not None:
        return beyond
    if n and not np.any(here & (labels >= 0)):
        needed = min(wanted, len(np.unique(scenarios[here])))
        return Refusal(f"none of {n} questions {_SAID[one]} was read; about {needed} reviews would lift this", needed)
    return None


def _lifted(name: str, found: Estimate, refused: list[Refusal | None], confidence: float) -> Estimate:
    for why in refused:
        if why is not None:
            return Estimate(None, None, None, found.n, found.n_scenarios, None, why.reason, why.reviews_needed)
    if found.refusal is None:
        return found._replace(low=None, high=None, method=None, refusal=_FIXED) if _is_fixed(found) else found
    if found.value is None and name not in _FOUND_BY_READING:
        return found
    more = reviews_for(WORTH_KNOWING, confidence) if found.value is None else MIN_SCENARIOS - found.n_scenarios
    return found._replace(refusal=f"{found.refusal}; about {more} more reviews would lift this", reviews_needed=more)


def _is_fixed(found: Estimate) -> bool:
    """Whether the interval has no width."""
    return found.low is not None and found.high is not None and found.high - found.low < _NO_WIDTH
