"""Is a candidate worse than in earlier nights? Exact tests on pairs, corrected for how many are looked at."""

from collections import Counter
from collections.abc import Sequence
from typing import NamedTuple

from agreement.change import Change
from agreement.drift.cause import Move
from agreement.resample import Resampling
from pipeline.diff.groups import Grouping, changes, words_of
from pipeline.diff.pairs import Pairs

_SHARES: dict[frozenset[Grouping], float] = {
    frozenset(("all",)): 1 / 2,
    frozenset(("doubt", "unjudged")): 1 / 4,
    frozenset(("severity", "criterion")): 1 / 4,
}
"""Of the chance of a false alarm, for all tests of these groupings together."""


class Contrast(NamedTuple):
    """One candidate in one group of criteria against one earlier night."""

    candidate_id: str
    grouping: Grouping
    name: str
    """Of the severity or criterion, or what is counted; empty for flags over all criteria."""
    baseline: str
    found: Change
    level: float
    """Chance at which this test calls it worse though it is not."""

    @property
    def is_worse(self) -> bool:
        """Whether the rise lies beyond chance: the interval at this test's own level, and that of 95 %, lie above 0."""
        return self.found.p_worse <= self.level and (self.found.difference.low or 0.0) > 0

    @property
    def label(self) -> str:
        """For people."""
        return f"{self.candidate_id}, {self.what}"

    @property
    def what(self) -> str:
        """What is counted, for people."""
        return words_of(self.grouping, self.name)


def contrasts(against: Sequence[tuple[str, Pairs]], false_alarm: float, how: Resampling) -> list[Contrast]:
    """Every candidate against each earlier night: flags over all criteria, what is in doubt or could not be judged, and
    flags by severity and criterion.

    The chance of a false alarm is shared out as `_SHARES` has it, and there in equal parts (Bonferroni). Nights need no
    further correction: each has this chance by itself, so that one false alarm comes in 1 / false_alarm nights on
    average, whatever they have in common.

    Args:
        against: earlier nights by run id, paired with tonight.
        false_alarm: chance that any test calls a candidate worse though none is.
        how: how intervals are drawn.
    """
    looked = [(baseline, *one) for baseline, pairs in against for one in changes(pairs, how)]
    n_of = Counter(group.grouping for _, group, _ in looked)
    level = {
        grouping: false_alarm * share / max(sum(n_of[one] for one in together), 1)
        for together, share in _SHARES.items()
        for grouping in together
    }
    return [
        Contrast(group.candidate_id, group.grouping, group.name, baseline, found, level[group.grouping])
        for baseline, group, found in looked
        if group.grouping in level
    ]


def move_of(some: Sequence[Contrast]) -> Move | None:
    """How far one candidate's flags rose: what rose most for certain, if anything did; else over all criteria."""
    worse = [one for one in some if one.is_worse]
    chosen = max(worse, key=lambda one: one.found.difference.low or 0.0) if worse else next(iter(some), None)
    if chosen is None or chosen.found.difference.low is None or chosen.found.difference.high is None:
        return None
    return Move(chosen.found.difference.low, chosen.found.difference.high, is_shown=bool(worse))
