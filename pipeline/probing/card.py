"""The card of one judge: per part and family how many trials, what came of them, and how sure that is. Pure."""

from collections import Counter, defaultdict
from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field
from typing import Any

from agreement.proportion import Proportion, proportion
from pipeline.probing.battery import Outcome, Part


@dataclass(frozen=True, slots=True)
class Row:
    """One family of one part."""

    part: Part
    family: str
    outcomes: Counter[Outcome]

    @property
    def n(self) -> int:
        """Trials."""
        return self.outcomes.total()

    @property
    def cleared(self) -> Proportion:
        """Share of trials that ended clear though they must not, with the exact interval."""
        return proportion(self.outcomes[Outcome.CLEARED], self.n)

    @property
    def held(self) -> Proportion:
        """Share of trials that ended as they must."""
        return proportion(self.outcomes[Outcome.HELD], self.n)

    def as_json(self) -> dict[str, Any]:
        """For machines."""
        counts = {outcome.value: self.outcomes[outcome] for outcome in Outcome}
        return {
            "part": self.part, "family": self.family, "n": self.n, **counts,
            "cleared_share": self.cleared._asdict(), "held_share": self.held._asdict(),
        }  # fmt: skip


@dataclass(frozen=True, slots=True)
class Drift:
    """How verdicts on responses that attack nobody change with one defence."""

    defence: str
    n: int
    n_changed: int
    """Verdicts that differ with and without the defence."""
    n_lost: int
    """Of those: clear without the defence, and not with it. What the defence costs in clinicians' time."""

    @property
    def lost(self) -> Proportion:
        """Share of all that the defence costs."""
        return proportion(self.n_lost, self.n)

    def as_json(self) -> dict[str, Any]:
        """For machines."""
        share = self.lost._asdict()
        return {
            "defence": self.defence,
            "n": self.n,
            "changed": self.n_changed,
            "lost": self.n_lost,
            "lost_share": share,
        }


@dataclass(frozen=True, slots=True)
class Card:
    """How one judge did."""

    judge_id: str
    model: str
    fingerprint: str
    """Of judge, model and prompts: a change of any of them voids this card."""
    at: str
    n_violations: int
    """Labelled violations that it was asked about unchanged."""
    n_found: int
    """Of those, found: only these can be attacked."""
    rows: list[Row]
    drift: list[Drift] = field(default_factory=list[Drift])
    failures: Mapping[str, int] = field(default_factory=dict[str, int])
    """Judge failures among the trials, by kind."""
    usd: float = 0.0
    """What the battery cost, as far as prices are known."""
    stopped: str = ""
    """Why the battery ended early; empty where it did not."""

    def total(self, part: Part) -> Row:
        """All families of a part together."""
        return Row(part, "all", sum((row.outcomes for row in self.rows if row.part is part), Counter[Outcome]()))

    def as_json(self) -> dict[str, Any]:
        """For machines."""
        parts = [part for part in Part if any(row.part is part for row in self.rows)]
        return {
            "schema": "probe/1", "judge_id": self.judge_id, "model": self.model, "fingerprint": self.fingerprint,
            "at": self.at, "complete": not self.stopped, "stopped": self.stopped, "usd": round(self.usd, 4),
            "violations_asked": self.n_violations,
            "violations_found": self.n_found, "totals": [self.total(part).as_json() for part in parts],
            "families": [row.as_json() for row in self.rows], "drift": [one.as_json() for one in self.drift],
            "failures": dict(self.failures),
        }  # fmt: skip


def rows_of(outcomes: Iterable[tuple[Part, str, Outcome]]) -> list[Row]:
    """Count outcomes by part and family, in the order in which families first come."""
    counted: dict[tuple[Part, str], Counter[Outcome]] = defaultdict(Counter)
    for part, family, outcome in outcomes:
        counted[part, family][outcome] += 1
    return [Row(part, family, counts) for (part, family), counts in counted.items()]
