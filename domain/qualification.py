"""What somebody new works through before they review for real: responses whose answers are agreed and explained."""

from collections import Counter
from collections.abc import Iterator
from typing import Annotated, Literal, Self

from pydantic import Field, model_validator

from domain.record import Identifier, Record, Text
from domain.rubric import Approval
from domain.scenario import Scenario
from domain.severity import Severity
from domain.verdict import VerdictValue


class AgreedAnswer(Record):
    """What was agreed on one criterion of a practice item, and why."""

    criterion_id: Identifier
    verdict: VerdictValue
    """What was agreed."""
    severity: Severity | None = None
    """Of a violation, and of nothing else."""
    explanation: Text
    """Shown to whoever has answered."""

    @model_validator(mode="after")
    def _severity_is_of_a_violation(self) -> Self:
        if (self.verdict is VerdictValue.VIOLATED) is not (self.severity is not None):
            raise ValueError("expected a severity for the verdict 'violated', and for no other")
        return self


class PracticeItem(Record):
    """A response to practise on. It belongs to no run, so that nobody meets it again among real ones."""

    practice_id: Identifier
    scenario: Scenario
    """As in a file of scenarios."""
    response: Text
    """What is practised on."""
    answers: Annotated[tuple[AgreedAnswer, ...], Field(min_length=1)]
    """What was agreed on each criterion."""

    @model_validator(mode="after")
    def _each_criterion_once(self) -> Self:
        if twice := _twice(one.criterion_id for one in self.answers):
            raise ValueError(f"criterion_id must be unique within an item; given twice: {', '.join(twice)}")
        return self


class QualificationSet(Record):
    """Practice items in the order in which they are worked through."""

    schema_: Annotated[Literal["qualification/1"], Field(alias="schema")]
    set_id: Identifier
    """What the set is called."""
    version: Annotated[str, Field(pattern=r"^\d+\.\d+\.\d+$")]
    title: Text
    status: Literal["draft", "approved", "retired"]
    approved_by: tuple[Approval, ...] = ()
    items: Annotated[tuple[PracticeItem, ...], Field(min_length=1)]
    """In the order in which they are worked through."""

    @model_validator(mode="after")
    def _is_whole(self) -> Self:
        if twice := _twice(one.practice_id for one in self.items):
            raise ValueError(f"practice_id must be unique; given twice: {', '.join(twice)}")
        if self.status == "approved" and not self.approved_by:
            raise ValueError("status 'approved' needs approved_by: the named clinicians who approved this version")
        return self


def _twice(ids: Iterator[str]) -> list[str]:
    return sorted(one for one, n in Counter(ids).items() if n > 1)
