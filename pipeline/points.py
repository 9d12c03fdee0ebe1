"""A scenario's points score, as HealthBench computes it."""

from collections.abc import Iterable

from domain.verdict import VerdictValue


def points_score(criteria: Iterable[tuple[float, VerdictValue | None]]) -> float | None:
    """Points of the criteria met over the points that could be earned; may be negative.

    Args:
        criteria: for each of the scenario's own criteria its points, in [-10, 10] and never 0, and the verdict on it.
            Positive points are earned where the verdict is `satisfied`, negative ones incurred where it is `violated`.

    Returns:
        The score, at most 1.0; None where any criterion has no clear verdict, or no points could be earned.

    Source: HealthBench (arXiv 2505.08775), section 3; the mean over scenarios is clipped to [0, 1] there, a single
    score is not.
    """
    earned = possible = 0.0
    for points, verdict in criteria:
        if verdict not in (VerdictValue.SATISFIED, VerdictValue.VIOLATED):
            return None
        met = verdict is (VerdictValue.SATISFIED if points > 0 else VerdictValue.VIOLATED)
        earned += points if met else 0.0
        possible += max(points, 0.0)
    return earned / possible if possible > 0 else None
