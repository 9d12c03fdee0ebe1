"""A million verdicts with at least 50,000 labels compared over 40 criteria and five judges, 2,000 replicates each.

Target: under 60 seconds on two cores.
"""

import sys
import time

import numpy as np

from agreement.comparison import UNREAD, Comparison, Questions, compare
from agreement.panel import CANNOT_TELL, SATISFIED, VIOLATED
from agreement.resample import Resampling

SCENARIOS, CANDIDATES, CRITERIA, JUDGES = 2500, 2, 40, 5
REPLICATES = 2000
SECONDS = 60


def main() -> int:
    """Draw the questions, compare, and say how long it took."""
    questions, criteria = drawn(np.random.default_rng(1))
    n_labels = int((questions.labels >= 0).sum())
    start = time.perf_counter()
    found = compare(questions, criteria, CRITERIA, Resampling(np.random.default_rng(2), REPLICATES))
    seconds = time.perf_counter() - start
    print(f"{questions.verdicts.size:,} verdicts, {n_labels:,} labels, {CRITERIA} criteria, {JUDGES} judges")
    print(f"{_by(found, 'bootstrap'):,} intervals resampled {REPLICATES:,} times, {_by(found, 'parts'):,} put together")
    print(f"{seconds:.1f} seconds (target: under {SECONDS})")
    return 0 if seconds < SECONDS and n_labels >= 50_000 else 1


def drawn(rng: np.random.Generator) -> tuple[Questions, np.ndarray[tuple[int], np.dtype[np.intp]]]:
    """Questions of the size, with judges that agree in part; and the criterion of each."""
    n = SCENARIOS * CANDIDATES * CRITERIA
    scenarios = np.repeat(np.arange(SCENARIOS), CANDIDATES * CRITERIA)
    state = 0.5 * rng.normal(size=SCENARIOS)[scenarios] + rng.normal(size=n)
    seen = state[:, None] + 0.7 * rng.normal(size=(n, JUDGES))
    verdicts = np.where(seen > 1, VIOLATED, SATISFIED)
    verdicts[rng.random(verdicts.shape) < 0.02] = CANNOT_TELL
    pi = np.where((verdicts == VIOLATED).any(axis=1), 0.6, 0.12)
    labels = np.where(rng.random(n) < pi, (state > 1).astype(np.intp), UNREAD)
    return Questions(verdicts, labels, pi, scenarios), np.tile(np.arange(CRITERIA), SCENARIOS * CANDIDATES)


def _by(found: tuple[tuple[Comparison, ...], ...], method: str) -> int:
    return sum(rate.method == method for group in found for one in group for rate in one.rates)


if __name__ == "__main__":
    sys.exit(main())
