"""Are candidates within the budgets of each severity? Exceeded, kept, or too little data to say."""

from collections.abc import Mapping
from typing import Literal, NamedTuple

import numpy as np

from agreement.design import design
from agreement.estimate import Codes, Estimate
from agreement.proportion import proportion
from agreement.resample import Resampling
from agreement.share import share
from domain.severity import Severity
from pipeline.comparing.population import Population
from pipeline.diff.groups import by_response
from pipeline.diff.pairs import marks

_SURE = 0.90
"""Of both ends: that a budget is kept is said with 95 %."""
_MOST = 10_000_000

State = Literal["exceeded", "kept", "unproven"]


class Budgeted(NamedTuple):
    """One candidate and severity."""

    candidate_id: str
    severity: Severity
    budget: float
    found: Estimate
    """Share of judged responses with such a violation; its interval speaks of the scenarios."""
    exceeded_from: float | None
    """The least that the share is, at the corrected level."""
    needed: int | None
    """Where the budget is not shown to be kept: about how many responses would show it at the same share."""

    @property
    def state(self) -> State:
        """What the data shows."""
        if self.exceeded_from is not None and self.exceeded_from > self.budget:
            return "exceeded"
        return "kept" if self.found.high is not None and self.found.high <= self.budget else "unproven"


def budgeted(of: Population, budgets: Mapping[Severity, float], false_alarm: float, how: Resampling
             ) -> list[Budgeted]:  # fmt: skip
    """Every candidate of a run against every budget.

    Args:
        of: the run's questions.
        budgets: by severity.
        false_alarm: chance that any budget is called exceeded though none is; shared out in equal parts (Bonferroni).
        how: generator and replicates.
    """
    mark, candidate = marks(of), of.items.candidate[of.item]
    present = [int(code) for code in np.unique(candidate)]
    level = false_alarm / max(len(present) * len(budgets), 1)
    found: list[Budgeted] = []
    for code in present:
        chosen = candidate == code
        for severity, budget in budgets.items():
            is_such = np.array([kind.severity is severity for kind in of.kinds], dtype=np.bool_)[of.kind[chosen]]
            said = by_response(of.item[chosen], np.where(is_such, mark[chosen], 0))
            scenarios = of.items.scenario[np.unique(of.item[chosen])]
            found.append(_budgeted((of.candidate_ids[code], severity, budget), said, scenarios, level, how))
    return found


def _budgeted(
    of: tuple[str, Severity, float], said: Codes, scenarios: Codes, level: float, how: Resampling
) -> Budgeted:
    known = said >= 0
    values, drawn = said[known].astype(np.float64), design(scenarios[known])
    shown = share(values, drawn, Resampling(how.rng, how.replicates, _SURE))
    least = share(values, drawn, Resampling(how.rng, how.replicates, 1 - 2 * level)).low
    return Budgeted(*of, shown, least, _needed(int(values.sum()), len(values), of[2]))


def _needed(k: int, n: int, budget: float) -> int | None:
    """About how many responses with the same share of violations would show that the budget is kept; None: never."""
    if not n or k / n >= budget:
        return None
    low, high = n, 2 * n
    while not _is_shown(k, n, high, budget):
        low, high = high, 2 * high
        if high > _MOST:
            return None
    while high - low > max(1, low // 100):
        middle = (low + high) // 2
        low, high = (low, middle) if _is_shown(k, n, middle, budget) else (middle, high)
    return high


def _is_shown(k: int, n: int, wanted: int, budget: float) -> bool:
    return (proportion(round(k / n * wanted), wanted, _SURE).high or 1.0) <= budget
