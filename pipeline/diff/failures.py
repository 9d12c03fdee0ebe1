"""How often candidates failed in clinicians' eyes, from one run to the other, although they read only part."""

from typing import NamedTuple

import numpy as np

from agreement.comparison import UNREAD
from agreement.difference import Difference, corrected, difference
from agreement.resample import Resampling
from domain.errors import InputError
from pipeline.comparing.candidates import judged
from pipeline.comparing.population import Population
from pipeline.comparing.reach import reach
from pipeline.comparing.readings import LabelsByRun, readings
from pipeline.diff.groups import GROUPINGS, Group, groups_of

_SECOND, _FIRST = 1, 0


class Failures(NamedTuple):
    """Responses that clinicians call violated in the group: the second run's share less the first's."""

    group: Group
    found: Difference


class Clinicians(NamedTuple):
    """What clinicians' labels say of the difference, or why they say nothing."""

    failures: list[Failures]
    note: str
    n_labels: int


def clinicians_say(of: Population, labels: LabelsByRun, how: Resampling) -> Clinicians:
    """The difference of failure rates, for every group within what labels speak of.

    Raises:
        InputError: there is no label at all, so that every figure would be refused for the same reason.
    """
    read = readings(of, labels)
    if not len(read.question):
        raise InputError(
            "no blind label is on what these runs judged" if read.n_labels else "clinicians have labelled nothing yet"
        )
    within = reach(of, read)
    majority, _ = read.majority(of.n)
    majority = np.where(within.pi == 0, UNREAD, majority)
    found: list[Failures] = []
    for group in groups_of(of):
        chosen = group.of_all & within.in_scope
        if chosen.any():
            one = judged(of, read, chosen, within.pi, majority)
            found.append(Failures(group, difference(one.responses, of.items.run[one.items], (_SECOND, _FIRST), how)))
    return Clinicians(_corrected(found), within.note, read.n_labels)


def nothing_said(why: str) -> Clinicians:
    """Where there are no labels."""
    return Clinicians([], why, 0)


def _corrected(found: list[Failures]) -> list[Failures]:
    """For looking at all of a grouping."""
    by_grouping = [[one for one in found if one.group.grouping == grouping] for grouping in GROUPINGS]
    return [
        one._replace(found=each)
        for some in by_grouping
        for one, each in zip(some, corrected([one.found for one in some]), strict=True)
    ]
