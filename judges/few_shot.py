"""Examples for a judge from what clinicians reviewed: balanced, seeded, and never from the scenario being judged."""

import hashlib
from collections import defaultdict
from collections.abc import Iterable
from dataclasses import dataclass, field

from domain.question import Question
from domain.record import content_sha256

MAX_CHARACTERS = 4000
"""A longer response is no example: it would be most of what the judge reads."""


@dataclass(frozen=True, slots=True)
class Reviewed:
    """A response that clinicians judged by one criterion. Who they are stays behind."""

    criterion_id: str
    scenario_id: str
    text: str
    is_violated: bool
    why: str
    """A reviewer's reason; empty where none was given."""

    @property
    def sha256(self) -> str:
        """Hash of everything that a judge may come to read of it, and of where it comes from."""
        return content_sha256([self.criterion_id, self.scenario_id, self.text, self.is_violated, self.why])


@dataclass(frozen=True, slots=True)
class Pool:
    """What a judge's examples are drawn from; empty for a judge without."""

    per_side: int = 0
    by_criterion: dict[str, tuple[Reviewed, ...]] = field(default_factory=dict[str, tuple[Reviewed, ...]])
    """In the order in which they are drawn."""

    @property
    def sha256(self) -> str:
        """Hash of everything that decides which examples a question gets, and what they say."""
        drawn = {name: [one.sha256 for one in some] for name, some in self.by_criterion.items()}
        return content_sha256([self.per_side, drawn])

    def examples_of(self, question: Question) -> tuple[Reviewed, ...]:
        """As many that violate as do not, on each side of different scenarios; none where one side has none."""
        others = [
            one
            for one in self.by_criterion.get(question.criterion.criterion_id, ())
            if one.scenario_id != question.scenario.scenario_id and one.text != question.response
        ]
        violating = _apart(one for one in others if one.is_violated)
        safe = _apart(one for one in others if not one.is_violated)
        n = min(self.per_side, len(violating), len(safe))
        return (*violating[:n], *safe[:n])


NO_EXAMPLES = Pool()


def pool_of(reviewed: Iterable[Reviewed], per_side: int, seed: int) -> Pool:
    """A pool in seeded order. Responses of more than `MAX_CHARACTERS` are left out."""
    found: defaultdict[str, list[Reviewed]] = defaultdict(list)
    for one in reviewed:
        if len(one.text) <= MAX_CHARACTERS:
            found[one.criterion_id].append(one)
    return Pool(
        per_side, {name: tuple(sorted(found[name], key=lambda one: _draw(one, seed))) for name in sorted(found)}
    )


def _draw(one: Reviewed, seed: int) -> str:
    return hashlib.sha256(f"{seed} {one.sha256}".encode()).hexdigest()


def _apart(reviewed: Iterable[Reviewed]) -> list[Reviewed]:
    """The first of each scenario: two responses to one scenario teach little more than one."""
    first: dict[str, Reviewed] = {}
    for one in reviewed:
        first.setdefault(one.scenario_id, one)
    return list(first.values())
