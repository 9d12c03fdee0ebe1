"""Is a candidate worse than in earlier nights? Exact tests on pairs, corrected for how many are looked at."""

from collections.abc import Sequence
from typing import NamedTuple

from agreement.change import Change
from agreement.drift.cause import Move
from agreement.resample import Resampling
from pipeline.diff.groups import Grouping, change_in, groups_of
from pipeline.diff.pairs import Pairs

_DETAILS: tuple[Grouping, ...] = ("severity", "criterion")


class Contrast(NamedTuple):
    """One candidate in one group of criteria against one earlier night."""

    candidate_id: str
    name: str
    """Of the severity or criterion; empty for all criteria."""
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
        return f"{self.candidate_id}, {self.name or 'all criteria'}"


def contrasts(against: Sequence[tuple[str, Pairs]], false_alarm: float, how: Resampling) -> list[Contrast]:
    """Every candidate, over all criteria and by severity and criterion, against each earlier night.

    Half of the chance of a false alarm goes to the tests over all criteria, the other half to all details together, in
    equal parts (Bonferroni). Nights need no further correction: each has this chance by itself, so that one false alarm
    comes in 1 / false_alarm nights on average, whatever they have in common.

    Args:
        against: earlier nights by run id, paired with tonight.
        false_alarm: chance that any test calls a candidate worse though none is.
        how: how intervals are drawn.
    """
    looked = [
        (group, baseline, change_in(pairs, group, how))
        for baseline, pairs in against
        for group in groups_of(pairs.of)
        if group.grouping != "rubric"
    ]
    looked = [(group, baseline, found) for group, baseline, found in looked if found.n_rows]
    n_details = sum(group.grouping in _DETAILS for group, _, _ in looked)
    n_wholes = len(looked) - n_details
    return [
        Contrast(
            group.candidate_id, group.name, baseline, found,
            false_alarm / 2 / (n_details if group.grouping in _DETAILS else n_wholes),
        )
        for group, baseline, found in looked
    ]  # fmt: skip


def move_of(some: Sequence[Contrast]) -> Move | None:
    """How far one candidate's flags rose: what rose most for certain, if anything did; else over all criteria."""
    worse = [one for one in some if one.is_worse]
    chosen = max(worse, key=lambda one: one.found.difference.low or 0.0) if worse else next(iter(some), None)
    if chosen is None or chosen.found.difference.low is None or chosen.found.difference.high is None:
        return None
    return Move(chosen.found.difference.low, chosen.found.difference.high, is_shown=bool(worse))
