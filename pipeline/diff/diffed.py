"""Two runs side by side, whole."""

from collections.abc import Mapping
from dataclasses import dataclass

from agreement.resample import Resampling
from domain.errors import InputError
from pipeline.comparing.readings import LabelsByRun
from pipeline.diff.altered import Alterations, altered
from pipeline.diff.failures import Clinicians, clinicians_say, nothing_said
from pipeline.diff.flips import Flip, Said, flips_of
from pipeline.diff.groups import Flags, flags_of
from pipeline.diff.pairs import paired
from pipeline.diff.side import Side
from pipeline.diff.spent import Spent, spent_of


@dataclass(frozen=True, slots=True)
class Diff:
    """Everything, or why it is not given."""

    before: Side
    after: Side
    altered: Alterations
    n_pairs: int
    """Questions that both runs asked."""
    flags: list[Flags]
    clinicians: Clinicians
    flips: list[Flip]
    said: Mapping[Flip, list[Said]]
    """What judges said of the first of these."""
    spent: list[Spent]

    @property
    def provisional(self) -> bool:
        """Whether either run cleared without certificates."""
        return self.before.run.provisional or self.after.run.provisional


def diffed(before: Side, after: Side, labels: LabelsByRun, how: Resampling) -> Diff:
    """Set two runs side by side.

    Args:
        before: the first run.
        after: the second: differences are the second's less the first's.
        labels: clinicians', by the run that they are about.
        how: how intervals are drawn.

    Raises:
        InputError: they have no candidate and scenario in common.
    """
    pairs = paired(before, after)
    if not len(pairs.second):
        raise InputError(_nothing_common(before, after))
    try:
        clinicians = clinicians_say(pairs.of, labels, how)
    except InputError as error:
        clinicians = nothing_said(str(error))
    return Diff(
        before, after, altered(before, after), len(pairs.second), flags_of(pairs, how), clinicians, flips_of(pairs),
        {}, spent_of(before.costs, after.costs),
    )  # fmt: skip


def _nothing_common(before: Side, after: Side) -> str:
    names = [sorted({one.candidate_id for one in side.pins}) or ["none"] for side in (before, after)]
    return (
        f"runs {before.run_id} and {after.run_id} judged no question in common; their candidates are "
        f"{', '.join(names[0])} and {', '.join(names[1])}, and only the same scenario, candidate, repeat and criterion "
        "make a pair"
    )
