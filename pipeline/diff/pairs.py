"""Questions that two runs asked about the same scenario, candidate and repeat, each beside its other."""

from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from agreement.comparison import FAILED
from agreement.estimate import Codes
from agreement.panel import CANNOT_TELL, SATISFIED, VIOLATED
from domain.item import ResponseOutcome
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
    items: tuple[Codes, Codes]
    """Rows of responses that both runs have, judged or not."""
    n_changed: int
    """Questions left out: the scenario or the criterion is not the same in both."""

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


def doubts(of: Population) -> Codes:
    """(n,) 1 where the panel does not leave a question alone, violated or in doubt; unknown as `marks`."""
    mark = marks(of)
    return np.where(mark < 0, mark, of.panel != SATISFIED)


def unjudged(of: Population) -> Codes:
    """(items,) 1 where a response could not be judged (refused, empty, truncated and the like), -1 where the call for
    it failed, so that nothing is known of it."""
    outcomes = np.array([row.outcome for row in of.items.rows])
    found = np.where(outcomes == ResponseOutcome.CALL_FAILED, -1, outcomes != ResponseOutcome.COMPLETED)
    return found.astype(np.intp)


def paired(before: Side, after: Side, *, only_same: bool = False) -> Pairs:
    """Find each question's counterpart.

    Args:
        before: the first run.
        after: the second.
        only_same: leave out what is not word for word the same scenario and criterion.
    """
    of = population([before.asked, after.asked])
    responses = _responses(of)
    first, second = _both(_questions(of, responses), of.items.run[of.item])
    items = _both(responses, of.items.run)
    n = len(second)
    if only_same:
        scenarios, kinds = _same(of, before, after)
        kept = (scenarios[of.scenario] & kinds[of.kind])[second]
        first, second = first[kept], second[kept]
        kept_items = scenarios[of.items.scenario[items[1]]]
        items = items[0][kept_items], items[1][kept_items]
    mark = marks(of)
    return Pairs(of, first, second, mark[first], mark[second], items, n - len(second))


def _both(keys: Codes, of_run: Codes) -> tuple[Codes, Codes]:
    """Rows of the first run and of the second that have the same key."""
    sides = [np.flatnonzero(of_run == run) for run in (0, 1)]
    _, left, right = np.intersect1d(keys[sides[0]], keys[sides[1]], return_indices=True)
    return sides[0][left], sides[1][right]


def _responses(of: Population) -> Codes:
    """(items,) one number for each scenario, candidate and repeat."""
    items, repeats = of.items, np.array([row.repeat for row in of.items.rows], dtype=np.int64)
    return (items.scenario * len(of.candidate_ids) + items.candidate) * (repeats.max(initial=0) + 1) + repeats


def _questions(of: Population, responses: Codes) -> Codes:
    """(n,) one number for each response, rubric and criterion: severity may differ."""
    codes, names = of.of_kind([f"{one.rubric_id} {one.criterion_id}" for one in of.kinds])
    return responses[of.item] * max(len(names), 1) + codes


def _same(of: Population, before: Side, after: Side) -> tuple[NDArray[np.bool_], NDArray[np.bool_]]:
    """Whether each scenario, and each kind of question, is the same in both runs."""
    hashes = [before.scenario_hashes, after.scenario_hashes]
    scenarios = np.array([hashes[0].get(one) == hashes[1].get(one) for one in of.scenario_ids], dtype=np.bool_)
    known = [before.criterion_hashes, after.criterion_hashes]
    places = [(one.rubric_id, one.criterion_id) for one in of.kinds]
    kinds = np.array(
        [place[0] == SCENARIO_RUBRIC_ID or known[0].get(place) == known[1].get(place) for place in places],
        dtype=np.bool_,
    )
    return scenarios, kinds
