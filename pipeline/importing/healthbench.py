"""HealthBench's JSON lines: conversations with signed, physician-written criteria; and files derived from them that
also hold a system's response and which criteria a grader found met."""

from collections.abc import Iterator
from pathlib import Path

from pydantic import BaseModel, ConfigDict, Field, ValidationError

from domain.errors import InputError
from domain.record import content_sha256
from domain.scenario import Label, Message, Provenance, Response, Scenario, ScenarioCriterion
from domain.verdict import VerdictValue
from pipeline.files.explain import input_error
from pipeline.files.jsonl import read_lines

_PROVENANCE = Provenance(
    source="HealthBench", licence="see the file's own source", author="HealthBench's physicians (criteria)"
)


class _Foreign(BaseModel):
    """Keys that we do not use are passed over: the format is not ours."""

    model_config = ConfigDict(frozen=True, extra="ignore")


class _Criterion(_Foreign):
    criterion: str
    points: float
    tags: tuple[str, ...] = ()
    criteria_met: bool | None = None
    explanation: str | None = None


class _Ideal(_Foreign):
    ideal_completion: str | None = None


class _Row(_Foreign):
    prompt_id: str
    prompt: tuple[Message, ...]
    rubrics: tuple[_Criterion, ...] = Field(min_length=1)
    example_tags: tuple[str, ...] = ()
    ideal_completions_data: _Ideal | None = None
    response: str | None = None
    completion: str | None = None
    system: str | None = None
    judge_model: str | None = None


class Imported:
    """What a file gave."""

    def __init__(self) -> None:
        self.scenarios: dict[str, Scenario] = {}
        self.responses: list[Response] = []
        self.labels: list[Label] = []


def import_healthbench(path: Path) -> Imported:
    """Read a file of HealthBench rows; rows with a response give responses too, and graded ones labels.

    Raises:
        InputError: a row is broken, or two rows of one prompt differ in conversation or criteria.
    """
    found = Imported()
    for line, row in _rows(path):
        try:
            scenario = _scenario(row)
            _add(found, scenario, row, path, line)
        except ValidationError as error:
            raise input_error(error, path, lambda _, line=line: line) from None
    if not found.scenarios:
        raise InputError("is empty; expected one HealthBench row a line, as JSON", file=path)
    return found


def _rows(path: Path) -> Iterator[tuple[int, _Row]]:
    for line, text in read_lines(path):
        try:
            yield line, _Row.model_validate_json(text)
        except ValidationError as error:
            raise input_error(error, path, lambda _, line=line: line) from None


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
    if _content(known) != _content(scenario):
        raise InputError(
            f"the prompt {scenario.scenario_id!r} stands here with another conversation or other criteria",
            file=path,
            line=line,
        )
    text = row.response if row.response is not None else row.completion
    if text is None:
        return
    candidate_id = row.system or "imported"
    repeat = sum((one.scenario_id, one.candidate_id) == (row.prompt_id, candidate_id) for one in found.responses[-50:])
    found.responses.append(Response(scenario_id=row.prompt_id, candidate_id=candidate_id, response=text, repeat=repeat))
    for criterion, graded in zip(scenario.criteria, row.rubrics, strict=True):
        if graded.criteria_met is not None:
            satisfied = graded.criteria_met == (criterion.points > 0)
            found.labels.append(
                Label(
                    scenario_id=row.prompt_id,
                    candidate_id=candidate_id,
                    repeat=repeat,
                    criterion_id=criterion.criterion_id,
                    reviewer_id=row.judge_model or "grader",
                    verdict=VerdictValue.SATISFIED if satisfied else VerdictValue.VIOLATED,
                    reason=graded.explanation or "",
                )
            )


def _content(scenario: Scenario) -> str:
    return content_sha256(scenario.model_dump(mode="json", include={"messages", "criteria"}))
