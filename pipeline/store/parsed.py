"""Scenarios and rubrics out of the store, parsed once: what has the same hash is the same, whenever it is read."""

from collections.abc import Sequence
from dataclasses import dataclass, field
from functools import lru_cache

from domain.question import questions_of
from domain.rubric import Rubric
from domain.scenario import Scenario


@dataclass(frozen=True, slots=True)
class Stored:
    """A stored body; two of the same hash are equal."""

    sha256: str
    body: str = field(compare=False)


@lru_cache(maxsize=4096)
def scenario_of(stored: Stored) -> Scenario:
    """The scenario."""
    return Scenario.model_validate_json(stored.body)


@lru_cache(maxsize=256)
def rubric_of(stored: Stored) -> Rubric:
    """The rubric."""
    return Rubric.model_validate_json(stored.body)


def count_criteria(scenario: Stored, rubrics: Sequence[Stored], *, own_criteria: bool) -> int:
    """How many criteria may apply to a response to this scenario."""
    return _count(scenario, tuple(rubrics), own_criteria)


@lru_cache(maxsize=16384)
def _count(scenario: Stored, rubrics: tuple[Stored, ...], own_criteria: bool) -> int:  # noqa: FBT001 (lru_cache's key)
    asked = questions_of(scenario_of(scenario), "", [rubric_of(one) for one in rubrics], own_criteria=own_criteria)
    return sum(1 for _ in asked)
