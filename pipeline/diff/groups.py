"""How flags changed from one run to the other, for every candidate: overall, by rubric, criterion and severity; and
beside them what is in doubt, and what could not be judged at all."""

from collections.abc import Iterator
from typing import Literal, NamedTuple

import numpy as np
from numpy.typing import NDArray

from agreement.change import Change, change
from agreement.estimate import Codes
from agreement.many import benjamini_yekutieli, holm
from agreement.resample import Resampling
from pipeline.comparing.population import Population
from pipeline.diff.pairs import Pairs, doubts, unjudged

Grouping = Literal["all", "doubt", "unjudged", "severity", "rubric", "criterion"]
GROUPINGS: tuple[Grouping, ...] = ("all", "doubt", "unjudged", "severity", "rubric", "criterion")
DOUBT, UNJUDGED = "flagged or in doubt", "could not be judged"
"""Names of groups: responses that the panel does not leave alone; responses that no judge could read."""


def words_of(grouping: Grouping, name: str) -> str:
    """What is counted, so that a severity is not taken for a criterion."""
    return f"{name} violations" if grouping == "severity" else name or "all criteria"


class Group(NamedTuple):
    """Questions that are looked at together."""

    candidate_id: str
    grouping: Grouping
    name: str
    """Of the severity, rubric or criterion, or what is counted; empty for flags over all criteria."""
    of_all: NDArray[np.bool_]
    """(population's n,) which questions."""

    @property
    def label(self) -> str:
        """For people."""
        return f"{self.candidate_id}, {words_of(self.grouping, self.name)}"


class Flags(NamedTuple):
    """Responses with a violation in the group, by the panel's word."""

    group: Group
    found: Change
    holm_p: float
    """Two-sided, adjusted so that among all of this grouping no false call is made."""
    by_p: float
    """Adjusted so that few of the calls are false."""

    @property
    def is_shown(self) -> bool:
        """Whether it belongs into the picture: something changed in it, or it is a candidate as a whole."""
        return self.group.grouping == "all" or bool(self.found.rose or self.found.fell)


def groups_of(of: Population) -> Iterator[Group]:
    """Every candidate with every grouping, what has no question in it left out."""
    candidate = of.items.candidate[of.item]
    tables: dict[Grouping, tuple[Codes, list[str]]] = {
        "severity": of.by_severity(),
        "rubric": of.of_kind([one.rubric_id for one in of.kinds]),
        "criterion": of.by_criterion(),
    }
    for code, candidate_id in enumerate(of.candidate_ids):
        own = candidate == code
        if own.any():
            yield Group(candidate_id, "all", "", own)
        for grouping, (codes, names) in tables.items():
            for place, name in enumerate(names):
                if (chosen := own & (codes == place)).any():
                    yield Group(candidate_id, grouping, name, chosen)


def by_response(row: Codes, mark: Codes) -> Codes:
    """(m,) one mark for each response, in the order of its number: 1 where any question is violated, else -1 where
    any is unknown."""
    _, place = np.unique(row, return_inverse=True)
    n = int(place.max(initial=-1)) + 1
    violated = np.bincount(place, mark == 1, minlength=n) > 0
    unknown = np.bincount(place, mark < 0, minlength=n) > 0
    return np.where(violated, 1, np.where(unknown, -1, 0))


def changes(pairs: Pairs, how: Resampling) -> Iterator[tuple[Group, Change]]:
    """Every group that both runs know, and how it changed."""
    of, doubt = pairs.of, doubts(pairs.of)
    for group in groups_of(of):
        flagged = _change_in(pairs, group, (pairs.before, pairs.after), how)
        if flagged.n_rows:
            yield group, flagged
        if flagged.n_rows and group.grouping == "all":
            said = doubt[pairs.first], doubt[pairs.second]
            yield group._replace(grouping="doubt", name=DOUBT), _change_in(pairs, group, said, how)
    yield from _unjudged(pairs, how)


def _change_in(pairs: Pairs, group: Group, said: tuple[Codes, Codes], how: Resampling) -> Change:
    """Responses of which any question of the group is marked, before and after."""
    chosen = group.of_all[pairs.second]
    row = pairs.response[chosen]
    before, after = (by_response(row, mark[chosen]) for mark in said)
    return change(before, after, pairs.of.items.scenario[np.unique(row)], how)


def _unjudged(pairs: Pairs, how: Resampling) -> Iterator[tuple[Group, Change]]:
    of, mark, (first, second) = pairs.of, unjudged(pairs.of), pairs.items
    nothing = np.zeros(of.n, dtype=np.bool_)
    for code in np.unique(of.items.candidate[second]):
        own = of.items.candidate[second] == code
        found = change(mark[first[own]], mark[second[own]], of.items.scenario[second[own]], how)
        if found.n_rows:
            yield Group(of.candidate_ids[code], "unjudged", UNJUDGED, nothing), found


def flags_of(pairs: Pairs, how: Resampling) -> list[Flags]:
    """Every group that both runs know, corrected for looking at all of its grouping."""
    found = list(changes(pairs, how))
    corrected = (_corrected([one for one in found if one[0].grouping == grouping]) for grouping in GROUPINGS)
    return [one for some in corrected for one in some]


def _corrected(found: list[tuple[Group, Change]]) -> list[Flags]:
    p = np.array([one.p for _, one in found], dtype=np.float64)
    return [
        Flags(group, one, float(all_of), float(few))
        for (group, one), all_of, few in zip(found, holm(p), benjamini_yekutieli(p), strict=True)
    ]
