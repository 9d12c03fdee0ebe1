"""HealthBench's JSON lines: conversations with signed, physician-written criteria; and files derived from them that
also hold a system's response and which criteria a grader found met."""

from collections import defaultdict
from pathlib import Path
from typing import TypedDict

from pydantic import Field, ValidationError

from domain.errors import InputError
from domain.scenario import Label, Message, Provenance, Response, Scenario, ScenarioCriterion
from domain.verdict import VerdictValue
from pipeline.files.explain import input_error
from pipeline.importing.foreign import Foreign, Imported, foreign_lines

_PROVENANCE = Provenance(
    source="HealthBench", licence="see the file's own source", author="HealthBench's physicians (criteria)"
)


class _Criterion(Foreign):
    criterion: str
    points: float
    tags: tuple[str, ...] = ()
    criteria_met: bool | None = None
    explanation: str | None = None


class _Ideal(Foreign):
    ideal_completion: str | None = None


class _Row(Foreign):
    prompt_id: str
    prompt: tuple[Message, ...]
    rubrics: tuple[_Criterion, ...] = Field(min_length=1)
    example_tags: tuple[str, ...] = ()
    ideal_completions_data: _Ideal | None = None
    response: str | None = None
    completion: str | None = None
    system: str | None = None
    judge_model: str | None = None


class _Of(TypedDict):
    scenario_id: str
    candidate_id: str
    repeat: int


def import_healthbench(path: Path) -> Imported:
    """Read a file of HealthBench rows; rows with a response give responses too, and graded ones labels.

    Raises:
        InputError: a row is broken, or two rows of one prompt differ in conversation or criteria.
    """
    found = Imported()
    for line, row in foreign_lines(_Row, path):
        try:
            scenario = _scenario(row)
            _add(found, scenario, row, path, line)
        except ValidationError as error:
            raise input_error(error, path, lambda _, line=line: line) from None
    if not found.scenarios:
        raise InputError("is empty; expected one HealthBench row a line, as JSON", file=path)
    return found


def _scenario(row: _Row) -> Scenario:
    ideal = row.ideal_completions_data.ideal_completion if row.ideal_completions_data else None
    return Scenario(
        scenario_id=row.prompt_id,
        messages=row.prompt,
        tags=row.example_tags,
        reference_answer=ideal or None,
        criteria=tuple(
            ScenarioCriterion(criterion_id=f"c{number:02}", criterion=one.criterion, points=one.points, tags=one.tags)
            for number, one in enumerate(row.rubrics, start=1)
        ),
        provenance=_PROVENANCE,
    )


def _add(found: Imported, scenario: Scenario, row: _Row, path: Path, line: int) -> None:
    known = found.scenarios.setdefault(scenario.scenario_id, scenario)
    ids = _matched(known, row) if known.messages == scenario.messages else None
    if ids is None:
        problem = f"the prompt {scenario.scenario_id!r} stands here with another conversation or other criteria"
        raise InputError(problem, file=path, line=line)
    text = row.response if row.response is not None else row.completion
    if text is None:
        return
    candidate_id = row.system or "imported"
    repeat = found.next_repeat(row.prompt_id, candidate_id)
    of: _Of = {"scenario_id": row.prompt_id, "candidate_id": candidate_id, "repeat": repeat}
    found.responses.append(Response(response=text, **of))
    for criterion_id, graded in zip(ids, row.rubrics, strict=True):
        if graded.criteria_met is not None:
            satisfied = graded.criteria_met == (graded.points > 0)
            verdict = VerdictValue.SATISFIED if satisfied else VerdictValue.VIOLATED
            reviewer, reason = row.judge_model or "grader", graded.explanation or ""
            label = Label(criterion_id=criterion_id, reviewer_id=reviewer, verdict=verdict, reason=reason, **of)
            found.labels.append(label)


def _matched(scenario: Scenario, row: _Row) -> list[str] | None:
    """The scenario's criterion ids in the order of this row's criteria, which may be another; None if they differ."""
    free: dict[tuple[str, float], list[str]] = defaultdict(list)
    for one in scenario.criteria:
        free[one.criterion, one.points].append(one.criterion_id)
    keys = [(one.criterion, one.points) for one in row.rubrics]
    if sorted(keys) != sorted((one.criterion, one.points) for one in scenario.criteria):
        return None
    return [free[key].pop(0) for key in keys]
