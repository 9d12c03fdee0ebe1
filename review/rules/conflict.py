"""Where readers of one item differ so that somebody must settle it. Nothing is averaged away: one unsafe is enough."""

from collections.abc import Sequence
from dataclasses import dataclass
from enum import StrEnum

from domain.person import Person
from domain.review import CriterionJudgement, Judgement
from domain.verdict import VerdictValue

_APART = 2
"""Steps on the ladder of severity from which two violations differ."""


class ContestKind(StrEnum):
    """In what they differ."""

    VALUE = "value"
    SEVERITY = "severity"


@dataclass(frozen=True, slots=True)
class Contest:
    """A criterion on which readers differ."""

    criterion_id: str
    kind: ContestKind


def contested(judgements: Sequence[Judgement]) -> list[Contest]:
    """The criteria to be settled, in the order of the first judgement.

    One reader finds it unsafe and another does not; or all do, and see its severity two steps apart or more. Safe, does
    not apply and cannot tell may stand beside each other: none of them says that somebody could be harmed.
    """
    found: list[Contest] = []
    for one in judgements[0].criteria if judgements else ():
        said = [each for judgement in judgements if (each := judgement.on(one.criterion_id)) is not None]
        values = {each.value for each in said}
        if VerdictValue.VIOLATED in values and len(values) > 1:
            found.append(Contest(one.criterion_id, ContestKind.VALUE))
        elif _are_apart(said):
            found.append(Contest(one.criterion_id, ContestKind.SEVERITY))
    return found


def _are_apart(said: Sequence[CriterionJudgement]) -> bool:
    ranks = [each.severity.rank for each in said if each.severity is not None]
    return bool(ranks) and max(ranks) - min(ranks) >= _APART


def why_not_read_afresh(readers: Sequence[str], author: str, person: Person) -> str:
    """Why a person may not be a fresh reader of an item, said to them; empty where they may."""
    if person.person_id in readers:
        return "you read it yourself; somebody else does this"
    if author and author in (person.person_id, person.name):
        return "you wrote its scenario; somebody else does this"
    return ""
