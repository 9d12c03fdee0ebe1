"""Labelled rows that a binomial test may count: one response a scenario, each drawn with the same chance."""

import numpy as np
from numpy.typing import NDArray

from agreement.design import Design


def independent_rows(of: Design, rng: np.random.Generator) -> NDArray[np.intp]:
    """Draw rows that count alike: thinned to the rarest chance of being seen, then one of each scenario.

    A row with inclusion probability pi stays with the chance pi_min / pi, after which all rows of the population had
    the same; of what is left of a scenario one row is drawn, because responses to the same scenario err together. The
    rows stand for a response drawn at random from a scenario drawn at random, where every scenario has as many
    responses, seen or not. Neither labels nor scores are looked at.

    Betting on weighted sums over scenarios would count every row (Waudby-Smith and Ramdas 2024, JRSS B 86:1-27); in
    simulations it cleared far less, unless many scenarios were read in full.

    Args:
        of: scenario and weight of each row; the largest weight is that of the rarest chance, 1 / pi_min.
        rng: decides which.

    Returns:
        (m,) places of the rows drawn, rising; m is n_scenarios at most.

    Source: thinning, Lewis and Shedler (1979), Naval Research Logistics Quarterly 26:403-413.
    """
    if not of.n:
        return np.empty(0, dtype=np.intp)
    kept = np.flatnonzero(rng.random(of.n) * of.weights.max() <= of.weights)
    shuffled = rng.permutation(kept)
    _, first = np.unique(of.scenarios[shuffled], return_index=True)
    return np.sort(shuffled[first])
