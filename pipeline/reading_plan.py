"""What clinicians' minutes would buy on a run: how much is read, how wide intervals get, what could be proved."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from itertools import pairwise
from statistics import fmean
from typing import Any

from agreement.planning import Plan, Stratum, plan
from agreement.rates import FLAGGED, LEFT_ALONE, NO_ANSWER
from domain.errors import InputError
from domain.policy import RoutingPolicy
from domain.routing import Disposition
from pipeline.sizing import Unsized

Assumed = Mapping[Disposition, float]
"""The share of responses with a violation, in 0-1, that is expected of each disposition."""

ASSUMED: Assumed = {Disposition.FLAGGED: 0.6, Disposition.BORDERLINE: 0.2, Disposition.CLEARED: 0.03}
"""Until a comparison says better: a guess, and printed as one."""

_VERDICTS = {Disposition.FLAGGED: FLAGGED, Disposition.BORDERLINE: NO_ANSWER, Disposition.CLEARED: LEFT_ALONE}
_BANDS = 4
"""Into which each disposition's items are cut, by expected harm."""


@dataclass(frozen=True, slots=True)
class ReadingPlan:
    """What so many minutes buy."""

    run_id: str
    minutes: float
    needed_minutes: float
    """For everything that is not cleared."""
    anchor_minutes: float
    """Of the minutes, for anchors that come back; what is left buys what is planned here."""
    n_questions: int
    n_calibrated: int
    """Of them, those whose chance of a violation is calibrated; the others' is the rule of succession's."""
    assumed: Assumed
    plan: Plan

    def as_json(self) -> dict[str, Any]:
        """For machines."""
        return {
            "run_id": self.run_id, "minutes": self.minutes, "needed_minutes": self.needed_minutes,
            "assumed": {one.value: share for one, share in self.assumed.items()},
            "read": self.plan.items, "unread": self.plan.unread, "widths": self.plan.widths._asdict(),
            "missed_harm_at_best": self.plan.missed_harm, "anchor_minutes": self.anchor_minutes,
            "chances": {"calibrated": self.n_calibrated, "rule_of_succession": self.n_questions - self.n_calibrated},
        }  # fmt: skip


def plan_reading(
    run_id: str,
    items: Sequence[tuple[Unsized, Disposition]],
    minutes: float,
    policy: RoutingPolicy,
    assumed: Assumed = ASSUMED,
    *,
    anchor_minutes: float = 0.0,
    n_calibrated: int = 0,
) -> ReadingPlan:
    """Work out what the minutes buy, second readings and anchors paid for.

    Args:
        run_id: the run.
        items: all of it, each with its disposition.
        minutes: that clinicians have.
        policy: the shares of the minutes, and the least chance.
        assumed: what clinicians will find.
        anchor_minutes: of the minutes, for anchors that come back.
        n_calibrated: questions whose chance of a violation is calibrated.

    Raises:
        InputError: nothing of the run is judged yet, or anchors take all of the minutes.
    """
    if not items:
        raise InputError(f"nothing of {run_id} is judged yet")
    if anchor_minutes >= minutes:
        raise InputError(f"anchors that were sent with {run_id} take {anchor_minutes:.0f} minutes; give more than that")
    audit = _audit_priority(items, policy)
    strata = tuple(
        one
        for disposition in Disposition
        for one in _strata([one for one, of in items if of is disposition], disposition, assumed[disposition], audit)
    )
    needed = sum(one.minutes for one, disposition in items if disposition is not Disposition.CLEARED)
    found = plan(strata, (minutes - anchor_minutes) / (1 + policy.double_rate), floor=policy.least_chance)
    n_questions = sum(len(one.cells) for one, _ in items)
    return ReadingPlan(run_id, minutes, needed, anchor_minutes, n_questions, n_calibrated, assumed, found)


def _audit_priority(items: Sequence[tuple[Unsized, Disposition]], policy: RoutingPolicy) -> float:
    """Of a cleared item, at which audits take their share of the minutes while no chance is at its bounds."""
    sent = sum(one.minutes * one.expected_harm for one, of in items if of is not Disposition.CLEARED)
    cleared = sum(one.minutes for one, of in items if of is Disposition.CLEARED)
    return policy.audit_share / (1 - policy.audit_share) * (sent or cleared) / cleared if cleared else 0.0


def _strata(items: Sequence[Unsized], disposition: Disposition, violated: float, audit: float) -> list[Stratum]:
    ordered = sorted(items, key=lambda one: one.expected_harm)
    cuts = [len(ordered) * n // _BANDS for n in range(_BANDS + 1)]
    bands = [ordered[start:end] for start, end in pairwise(cuts) if end > start]
    is_cleared = disposition is Disposition.CLEARED
    return [
        Stratum(
            verdict=_VERDICTS[disposition],
            n_items=len(band),
            violated=violated,
            priority=audit if is_cleared else fmean(one.expected_harm for one in band),
            minutes=fmean(one.minutes for one in band),
            cleared=is_cleared,
        )
        for band in bands
    ]
