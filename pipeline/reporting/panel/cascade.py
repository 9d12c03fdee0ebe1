"""The second stage: how many questions it was asked and why, what that spared, and what it changed."""

from collections import Counter, defaultdict
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field

from domain.item import ResponseOutcome
from domain.policy import RoutingPolicy
from domain.routing import Disposition
from domain.verdict import Finding
from pipeline.reporting.panel.heard import HeardQuestion
from pipeline.reporting.panel.setup import PanelSetup
from pipeline.route import Asked, route
from pipeline.votes import votes_of, why_second_stage

WHY = ("severe", "failed", "cannot tell", "disagree", "unread")
"""In the order of the page; `unread`: no judge of the first stage reads the criterion."""
SETTLED = "settled"
TURNS = ("confirmed", "turned to violated", "turned to safe", "left open")
_STANDS = {Disposition.FLAGGED: "violated", Disposition.CLEARED: "safe", Disposition.BORDERLINE: "open"}


@dataclass(slots=True)
class Cascade:
    """What the strong judges of a run were asked."""

    judge_ids: list[str]
    why: Counter[str] = field(default_factory=Counter[str])
    """Questions by the reason for the second stage; `settled` where there was none."""
    turns: defaultdict[str, Counter[str]] = field(default_factory=lambda: defaultdict[str, Counter[str]](Counter))
    """By reason: how the panel's verdict with the second stage differs from that of the first alone."""
    n_not_asked: int = 0
    """Questions that should have gone to the second stage, where no strong judge could be asked or was heard."""
    n_asked: int = 0
    """Times that strong judges were asked a question."""
    n_spared: int = 0
    """Times more that they would have been asked if they had been asked everything."""
    usd_a_call: float | None = None
    """Mean of their calls; None where no price is known."""

    @property
    def n_questions(self) -> int:
        """All of the run's."""
        return self.why.total()

    @property
    def n_changed(self) -> int:
        """Questions on which the second stage turned the panel's verdict."""
        return sum(counts[turn] for counts in self.turns.values() for turn in TURNS[1:3])

    @property
    def usd_spared(self) -> float | None:
        """An estimate: what was spared, at the mean cost of the calls that were made."""
        return None if self.usd_a_call is None else self.usd_a_call * self.n_spared


class Stages:
    """Follows every question through both stages."""

    def __init__(self, setup: PanelSetup) -> None:
        self._setup = setup
        self._found = Cascade(setup.stage(2))

    def add(self, one: HeardQuestion) -> None:
        """Follow one question."""
        if self._found.judge_ids:
            _follow(one, self._setup, self._found)

    def done(self, costs: Mapping[str, tuple[int, float | None]]) -> Cascade | None:
        """What the second stage was asked and did; None where there is none.

        Args:
            costs: number of calls and their cost, by judge id.
        """
        found = self._found
        if not found.judge_ids:
            return None
        paid = [costs[judge_id] for judge_id in found.judge_ids if judge_id in costs]
        n_calls = sum(n for n, _ in paid)
        if n_calls and all(usd is not None for _, usd in paid):
            found.usd_a_call = sum(usd or 0.0 for _, usd in paid) / n_calls
        return found


def _follow(one: HeardQuestion, setup: PanelSetup, found: Cascade) -> None:
    first = {judge_id: n for judge_id, n in one.n_repeats.items() if setup.judges[judge_id].stage == 1}
    asked = [judge_id for judge_id in found.judge_ids if judge_id in one.n_repeats]
    severity = one.question.severity
    votes = votes_of(one.findings, first, severity)
    why = why_second_stage(votes, severity, setup.policy.strong_from) if votes else "unread"
    found.why[why or SETTLED] += 1
    readers = [judge_id for judge_id in found.judge_ids if judge_id in one.readers]
    found.n_asked += sum(setup.judges[judge_id].repeats for judge_id in asked)
    if why is None:
        found.n_spared += sum(setup.judges[judge_id].repeats for judge_id in readers)
    elif not asked:
        found.n_not_asked += 1
    else:
        deciding = () if why == "severe" else tuple(asked)
        heard = [finding for finding in one.findings if finding.judge_id in first]
        before = _stands(Asked(one.question, first), heard, setup.policy)
        after = _stands(Asked(one.question, one.n_repeats, deciding), one.findings, setup.policy)
        found.turns[why][_turn(before, after)] += 1


def _stands(asked: Asked, findings: Sequence[Finding], policy: RoutingPolicy) -> str:
    """Where the question alone would send a response, whatever may clear: violated, safe or open."""
    trial = policy.model_copy(update={"provisional": True})
    return _STANDS[route("", ResponseOutcome.COMPLETED, [asked], findings, trial).disposition]


def _turn(before: str, after: str) -> str:
    if before == after and after != "open":
        return "confirmed"
    return "left open" if after == "open" else f"turned to {after}"
