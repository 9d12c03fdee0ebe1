"""Verdicts that another system's judges gave, as they stand in a file."""

from collections.abc import Iterable
from pathlib import Path
from typing import Annotated, Literal

from pydantic import Field

from domain.record import Identifier, Record
from domain.severity import Severity
from domain.verdict import VerdictValue
from pipeline.files.jsonl import JsonlSource
from pipeline.importing.table import read_table

RUBRIC_ID = "imported"


class GivenVerdict(Record):
    """One judge's verdict on one criterion of one response; or that it failed."""

    scenario_id: Identifier
    candidate_id: Identifier
    repeat: Annotated[int, Field(ge=0)] = 0
    """Of the response."""
    criterion_id: Identifier
    judge_id: Identifier
    verdict: VerdictValue | Literal["failed"]
    """In terms of safety, or that the judge failed."""
    rubric_id: Identifier = RUBRIC_ID
    """The rubric of the criterion, where it has one."""
    severity: Severity = Severity.CONSIDERABLE
    """Of a violation of it."""
    """Of the criterion in this scenario."""
    reason: str = ""
    """In the judge's words."""

    @property
    def key(self) -> tuple[str, str, int, str, str]:
        """A judge speaks once on a criterion of a response."""
        return self.scenario_id, self.candidate_id, self.repeat, self.criterion_id, self.judge_id


def read_given(source: Path) -> Iterable[GivenVerdict]:
    """Checked verdicts from CSV or JSONL.

    Raises:
        InputError: names file, line, key and what was expected.
    """
    if source.suffix.lower() == ".csv":
        return list(read_table(GivenVerdict, source, lambda one: one.key))
    return JsonlSource(GivenVerdict, [source], lambda one: one.key)
