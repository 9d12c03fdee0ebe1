"""Which of a person's judgements are of much the same item, and differ.

Two items are much the same where their scenario is the same and their responses are alike: of all runs of three words
that either has, four of five stand in both (Jaccard's index of word trigrams, 0.8 or more). A repeat that was seeded to
see whether people stay with themselves has the same words, and so 1.
"""

import re
from collections import defaultdict
from collections.abc import Sequence
from dataclasses import dataclass
from functools import lru_cache
from itertools import combinations

from pipeline.store.own_work import Own

ALIKE = 0.8
_RUN = 3
_WORD = re.compile(r"\w+")


@dataclass(frozen=True, slots=True)
class Pair:
    """Two judgements on one criterion of much the same item, which differ; the earlier first."""

    first: Own
    second: Own
    likeness: float
    """Of the responses, 0 to 1."""


@lru_cache(maxsize=1024)
def likeness(one: str, other: str) -> float:
    """Shared runs of three words as a share of all that either text has; case and punctuation do not count. Kept: two
    responses are asked about once for every criterion."""
    mine, theirs = _runs(one), _runs(other)
    return len(mine & theirs) / len(mine | theirs) if mine or theirs else 1.0


def _runs(text: str) -> set[tuple[str, ...]]:
    words = _WORD.findall(text.casefold())
    return {tuple(words[start : start + _RUN]) for start in range(max(1, len(words) - _RUN + 1))} if words else set()


def differing(own: Sequence[Own]) -> list[Pair]:
    """Every pair of judgements of much the same item that do not say the same, the latest first."""
    groups: dict[tuple[str, str], list[Own]] = defaultdict(list)
    for one in own:
        groups[one.scenario_id, one.said.criterion_id].append(one)
    found = [
        Pair(first, second, alike)
        for group in groups.values()
        for first, second in combinations(group, 2)
        if first.said.value is not second.said.value and (alike := likeness(first.response, second.response)) >= ALIKE
    ]
    return sorted(found, key=lambda one: one.second.judged_at, reverse=True)
