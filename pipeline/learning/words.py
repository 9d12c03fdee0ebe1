"""Reliability cards in words, the same for the terminal and the page."""

from collections.abc import Iterable

from agreement.estimate import Estimate
from pipeline.learning.cards import RunCard

NOT_MEASURED = "not measured"
_KINDS = {"isotonic": "isotonic", "platt": "Platt", "venn_abers": "Venn-Abers"}


def estimate_in_words(one: Estimate) -> str:
    """Value and interval; one without the other where that is all there is, and never a number that was refused."""
    if one.value is None:
        return "-"
    if one.low is None or one.high is None:
        return f"{one.value:.2f} (no interval)"
    return f"{one.value:.2f} ({one.low:.2f}-{one.high:.2f})"


def calibrator_in_words(one: RunCard) -> str:
    """The kind of calibrator, or none."""
    return "none" if one.card is None or one.card.kind is None else _KINDS[one.card.kind]


def by_reason(cards: Iterable[RunCard]) -> list[tuple[str, str]]:
    """Who is not measured on what, and why; those with the same reason together."""
    found: dict[str, dict[str, list[str]]] = {}
    for one in cards:
        found.setdefault(unmeasured_in_words(one), {}).setdefault(one.judge_id, []).append(one.criterion_id)
    return [
        ("; ".join(f"{judge_id}: {', '.join(criteria)}" for judge_id, criteria in judges.items()), reason)
        for reason, judges in found.items()
    ]


def unmeasured_in_words(one: RunCard) -> str:
    """Why a judge does not count as measured on a criterion, and what would lift that."""
    return f"{NOT_MEASURED}: {one.why_not}; needed: {', '.join(one.lacks)}"
