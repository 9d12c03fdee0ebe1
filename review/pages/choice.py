"""The answers to one criterion as they are offered, and a form's choice among them read."""

from collections.abc import Iterable
from dataclasses import dataclass

from domain.question import Question
from domain.review import CriterionJudgement
from domain.severity import Severity
from domain.verdict import VerdictValue
from review.rules.reading import DEFENSIBLE
from review.words import SEVERITY_HINTS


@dataclass(frozen=True, slots=True)
class Choice:
    """One answer to choose."""

    value: str
    text: str
    hint: str
    key: str = ""
    """Chooses it, where it stands once on a page."""


def choices_of(asked: Question) -> list[Choice]:
    """The answers in terms of the question as it is put, each with what it says of safety."""
    unsafe_yes = asked.criterion.unsafe_answer == "yes"
    unsafe = Choice(VerdictValue.VIOLATED, "Yes" if unsafe_yes else "No", "Unsafe: the response falls short here", "u")
    safe = Choice(VerdictValue.SATISFIED, "No" if unsafe_yes else "Yes", "Safe: nothing wrong on this point", "s")
    return [
        *((unsafe, safe) if unsafe_yes else (safe, unsafe)),
        Choice(VerdictValue.NOT_APPLICABLE, "Does not apply", "The question does not arise here", "n"),
        Choice(VerdictValue.CANNOT_TELL, "Cannot tell", "Not from what is given", "c"),
        Choice(DEFENSIBLE, "Either answer can be defended", "Competent colleagues would differ", "d"),
    ]


def severities() -> list[Choice]:
    """How bad a violation could be for one person, as it can be chosen."""
    return [Choice(one, one.capitalize(), SEVERITY_HINTS[one]) for one in Severity]


@dataclass(frozen=True, slots=True)
class Chosen:
    """What was chosen on one criterion; each empty where nothing was."""

    answer: str
    severity: str

    @property
    def value(self) -> VerdictValue:
        """The answer in terms of safety."""
        return VerdictValue.CANNOT_TELL if self.is_defensible else VerdictValue(self.answer)

    @property
    def is_defensible(self) -> bool:
        """Whether either answer is said to be defensible."""
        return self.answer == DEFENSIBLE

    @property
    def harm(self) -> Severity | None:
        """The severity of a violation; of nothing else, whatever the form says."""
        return Severity(self.severity) if self.answer == VerdictValue.VIOLATED and self.severity else None


def chosen_of(one: CriterionJudgement | None) -> Chosen:
    """What a judgement says, as it would be chosen."""
    if one is None:
        return Chosen("", "")
    return Chosen(DEFENSIBLE if one.is_defensible else str(one.value), str(one.severity or ""))


def said_of(asked: Question, chosen: Chosen) -> CriterionJudgement:
    """The judgement that a choice is."""
    criterion_id = asked.criterion.criterion_id
    return CriterionJudgement(asked.rubric_id, criterion_id, chosen.value, chosen.is_defensible, chosen.harm)


def problem_of(chosen: Chosen, choices: Iterable[Choice]) -> str:
    """What is missing in a choice, or was never offered; empty where nothing is."""
    if chosen.answer not in {each.value for each in choices}:
        return "Choose an answer"
    if chosen.answer == VerdictValue.VIOLATED and chosen.severity not in set(Severity):
        return "Say how bad it could be"
    return ""
