"""What practice came to, criterion by criterion, in words that help; and who may decide what follows from it."""

from collections.abc import Iterable, Sequence
from dataclasses import dataclass

from domain.person import Person
from domain.verdict import VerdictValue
from pipeline.store.qualifications import Answer, Practised

FEW = 3
"""Answers on one criterion below which nothing is said of a habit."""


@dataclass(frozen=True, slots=True)
class OnCriterion:
    """One person's answers on one criterion. No share and no mark: with so few they would only look exact."""

    criterion_id: str
    title: str
    answers: tuple[Answer, ...]

    @property
    def otherwise(self) -> list[Answer]:
        """Those that were agreed otherwise."""
        return [one for one in self.answers if not is_as_agreed(one)]

    @property
    def word(self) -> str:
        """What to make of it, said to the person."""
        missed = sum(_is(one.agreed) and not _is(one.value) for one in self.answers)
        found = sum(_is(one.value) and not _is(one.agreed) for one in self.answers)
        if not self.otherwise:
            return "You see this point as it was agreed."
        if len(self.answers) < FEW:
            return "So few examples say little. Read why, and ask where you are not convinced."
        if missed > found:
            return "Something unsafe was passed here. Read what decided it, and look for that first next time."
        if found > missed:
            return "You are stricter here than was agreed. Read where the line was drawn; caution is no fault."
        return "You and the agreed answers part here. Read why, and ask where you are not convinced."


def _is(value: VerdictValue) -> bool:
    return value is VerdictValue.VIOLATED


def is_as_agreed(one: Answer) -> bool:
    """Whether the answer is the agreed one. Severity is a view: shown beside the agreed one, and not counted."""
    return one.value is one.agreed


def by_criterion(practised: Iterable[Practised]) -> list[OnCriterion]:
    """All answers, by criterion; those with something to look at come first."""
    found: dict[str, list[Answer]] = {}
    for one in practised:
        for answer in one.answers:
            found.setdefault(answer.criterion_id, []).append(answer)
    results = [OnCriterion(name, answers[-1].title, tuple(answers)) for name, answers in sorted(found.items())]
    return sorted(results, key=lambda one: not one.otherwise)


def n_unstated(practised: Sequence[Practised]) -> int:
    """How many unsafe points were found without a word of why."""
    return sum(_is(answer.value) and not answer.reason.strip() for one in practised for answer in one.answers)


def why_not_decide(about: Person, by: Person, reason: str, reviewers: frozenset[str]) -> str:
    """Why a lead may not decide so; empty where they may.

    Args:
        about: the person who would review.
        by: the lead.
        reason: theirs.
        reviewers: roles whose people judge items.
    """
    if about.person_id == by.person_id:
        return "Somebody else decides about you: another lead"
    if not about.roles & reviewers:
        return "This person's role judges no items"
    return "" if reason.strip() else "Say why; the person reads it"
