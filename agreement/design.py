"""How rows were drawn: to which scenario each belongs, and for how many unseen ones it stands."""

from dataclasses import dataclass
from typing import Any

import numpy as np
from numpy.typing import ArrayLike, NDArray

from agreement.estimate import Floats, binned


@dataclass(frozen=True, slots=True)
class Design:
    """Rows of the same scenario share a number, 0 to n_scenarios - 1; made by `design`."""

    scenarios: NDArray[np.intp]
    weights: Floats

    @property
    def n(self) -> int:
        """Rows."""
        return len(self.scenarios)

    @property
    def n_scenarios(self) -> int:
        """Different scenarios."""
        return int(self.scenarios.max()) + 1 if self.n else 0

    @property
    def is_simple(self) -> bool:
        """Whether rows are independent and count alike: one row a scenario, equal weights."""
        return self.n == self.n_scenarios and (self.n == 0 or bool(np.ptp(self.weights) == 0))

    @property
    def effective_scenarios(self) -> float:
        """How many scenarios of equal weight tell as much: (sum w)^2 / sum w^2 over scenarios (Kish 1965)."""
        weights = binned(self.scenarios, self.weights, self.n_scenarios)
        return float(weights.sum() ** 2 / (weights**2).sum()) if self.n else 0.0

    def where(self, chosen: NDArray[np.bool_]) -> "Design":
        """The design of the chosen rows alone."""
        return design(self.scenarios[chosen], self.weights[chosen])

    def sums(self, columns: Floats) -> Floats:
        """Weighted sums of rows' columns within each scenario: (n, k) gives (n_scenarios, k)."""
        weighted = (columns * self.weights[:, None]).T
        return np.stack([binned(self.scenarios, column, self.n_scenarios) for column in weighted], axis=1)


def design(scenarios: NDArray[Any], weights: ArrayLike | None = None) -> Design:
    """Read the scenario of each row and its weight.

    Args:
        scenarios: (n,) ids or codes of any sortable type; equal ones are one scenario.
        weights: (n,) inverse inclusion probabilities 1 / pi; all 1 when everything was looked at.

    Raises:
        ValueError: shapes differ, or a weight is not a positive number.

    Source: Horvitz and Thompson (1952), Journal of the American Statistical Association 47:663-685.
    """
    codes = np.unique(scenarios, return_inverse=True)[1]
    weighed = np.ones(len(scenarios)) if weights is None else np.asarray(weights, dtype=np.float64)
    if scenarios.ndim != 1 or weighed.shape != scenarios.shape:
        raise ValueError(f"expected one scenario and one weight a row, got shapes {scenarios.shape}, {weighed.shape}")
    if not np.all(np.isfinite(weighed) & (weighed > 0)):
        raise ValueError("expected weights (1 / inclusion probability) that are positive and finite")
    return Design(codes, weighed)
