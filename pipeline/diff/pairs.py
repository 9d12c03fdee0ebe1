"""Questions that two runs asked about the same scenario, candidate and repeat, each beside its other."""

from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from agreement.comparison import FAILED
from agreement.estimate import Codes
from agreement.panel import CANNOT_TELL, VIOLATED
from domain.question import SCENARIO_RUBRIC_ID
from pipeline.comparing.population import Population, population
from pipeline.diff.side import Side


@dataclass(frozen=True, slots=True)
class Pairs:
    """Of two runs."""

    of: Population
    """All questions of both; the first run's items come first."""
    first: Codes
    """(n,) rows in it: questions of the first run that the second asked too."""
    second: Codes
    """(n,) the second's."""
    before: Codes
    """(n,) 1 where the first run's panel says violated, 0 where not, -1 where a judge failed."""
    after: Codes
    """(n,) the second's."""
    n_changed: int
    """Left out: the scenario or the criterion is not the same in both."""

    @property
    def scenario(self) -> Codes:
        """(n,) code of the scenario."""
        return self.of.scenario[self.second]

    @property
    def candidate(self) -> Codes:
        """(n,) code of the candidate."""
        return self.of.items.candidate[self.of.item[self.second]]

    @property
    def response(self) -> Codes:
        """(n,) row of the second run's response."""
        return self.of.item[self.second]


def marks(of: Population) -> Codes:
    """(n,) the panel's word on every question as a mark; what failed is unknown, unless enough others say violated."""
    unknown = (of.panel == CANNOT_TELL) & (of.verdicts == FAILED).any(axis=1)
    return np.where(unknown, -1, of.panel == VIOLATED).astype(np.intp)


def paired(before: Side, after: Side, *, only_same: bool = False) -> Pairs:
    """Find each question's counterpart.

    Args:
        before: the first run.
        after: the second.
        only_same: leave out what is not word for word the same scenario and criterion.
    """
    of = population([before.asked, after.asked])
    keys, of_run = _keys(of), of.items.run[of.item]
    sides = [np.flatnonzero(of_run == run) for run in (0, 1)]
    _, left, right = np.intersect1d(keys[sides[0]], keys[sides[1]], return_indices=True)
    first, second = sides[0][left], sides[1][right]
    same = _same(of, before, after)[second] if only_same else np.ones(len(second), dtype=np.bool_)
    first, second, mark = first[same], second[same], marks(of)
    return Pairs(of, first, second, mark[first], mark[second], int((~same).sum()))


def _keys(of: Population) -> Codes:
    """(n,) one number for each scenario, candidate, repeat, rubric and criterion: severity may differ."""
    items = of.items
    repeats = np.array([row.repeat for row in items.rows], dtype=np.int64)
    codes, names = of.of_kind([f"{one.rubric_id} {one.criterion_id}" for one in of.kinds])
    response = (items.scenario * len(of.candidate_ids) + items.candidate) * (repeats.max(initial=0) + 1) + repeats
    return response[of.item] * max(len(names), 1) + codes


def _same(of: Population, before: Side, after: Side) -> NDArray[np.bool_]:
    """(n,) whether scenario and criterion are the same in both runs."""
    hashes = [before.scenario_hashes, after.scenario_hashes]
    scenarios = np.array([hashes[0].get(one) == hashes[1].get(one) for one in of.scenario_ids], dtype=np.bool_)
    known = [before.criterion_hashes, after.criterion_hashes]
    places = [(one.rubric_id, one.criterion_id) for one in of.kinds]
    kinds = np.array(
        [place[0] == SCENARIO_RUBRIC_ID or known[0].get(place) == known[1].get(place) for place in places],
        dtype=np.bool_,
    )
    return scenarios[of.scenario] & kinds[of.kind] if len(kinds) else np.zeros(of.n, dtype=np.bool_)
