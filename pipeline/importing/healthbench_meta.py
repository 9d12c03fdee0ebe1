"""HealthBench's meta-evaluation: one criterion about one response a row, with what each of its physicians said.

The rows name no system and give no points: all responses are of the candidate `unknown`, numbered as repeats, and one
point says no more than that the criterion is wanted.
"""

from pathlib import Path

from pydantic import Field, ValidationError

from domain.errors import InputError
from domain.record import text_sha256
from domain.scenario import Label, Message, Provenance, Response, Scenario, ScenarioCriterion
from domain.verdict import VerdictValue
from pipeline.files.explain import input_error
from pipeline.files.jsonl import read_lines
from pipeline.importing.foreign import Foreign, Imported, foreign_lines, identifier

CANDIDATE = "unknown"
_PROVENANCE = Provenance(
    source="HealthBench meta-evaluation", licence="see the file's own source", author="HealthBench's physicians"
)


class _Row(Foreign):
    prompt_id: str
    prompt: tuple[Message, ...]
    completion: str
    completion_id: str
    rubric: str
    category: str = ""
    binary_labels: tuple[bool, ...] = Field(min_length=1)
    anonymized_physician_ids: tuple[str, ...]


class _Reader:
    """What was read so far; a scenario is whole when the last of its criteria was."""

    def __init__(self) -> None:
        self.prompts: dict[str, tuple[Message, ...]] = {}
        self.criteria: dict[str, dict[str, ScenarioCriterion]] = {}
        self.responses: dict[tuple[str, str], Response] = {}
        self.labels: dict[tuple[str, ...], Label] = {}
        self._found = Imported()

    def take(self, row: _Row) -> None:
        """Take one row.

        Raises:
            ValueError: it does not agree with itself or with one before.
        """
        if len(row.binary_labels) != len(row.anonymized_physician_ids):
            raise ValueError("binary_labels and anonymized_physician_ids must be of the same length")
        if self.prompts.setdefault(row.prompt_id, row.prompt) != row.prompt:
            raise ValueError(f"the prompt {row.prompt_id!r} stands here with another conversation")
        scenario_id, criterion_id = identifier(row.prompt_id), f"hb-{text_sha256(row.rubric)[:8]}"
        tags = (row.category,) if row.category else ()
        criterion = ScenarioCriterion(criterion_id=criterion_id, criterion=row.rubric, points=1, tags=tags)
        self.criteria.setdefault(row.prompt_id, {})[criterion_id] = criterion
        response = self._response(row, scenario_id)
        for physician, met in zip(row.anonymized_physician_ids, row.binary_labels, strict=True):
            label = Label(
                scenario_id=scenario_id, candidate_id=CANDIDATE, repeat=response.repeat, criterion_id=criterion_id,
                reviewer_id=identifier(physician),
                verdict=VerdictValue.SATISFIED if met else VerdictValue.VIOLATED,
            )  # fmt: skip
            key = (row.completion_id, criterion_id, label.reviewer_id)
            if self.labels.setdefault(key, label) != label:
                raise ValueError(f"the physician {physician!r} labelled this twice, and otherwise")

    def _response(self, row: _Row, scenario_id: str) -> Response:
        key = (row.prompt_id, row.completion_id)
        if key not in self.responses:
            repeat = self._found.next_repeat(scenario_id, CANDIDATE)
            meta: dict[str, object] = {"completion_id": row.completion_id}
            said = {"scenario_id": scenario_id, "candidate_id": CANDIDATE, "response": row.completion}
            self.responses[key] = Response.model_validate({**said, "repeat": repeat, "meta": meta})
        if self.responses[key].response != row.completion:
            raise ValueError(f"the completion {row.completion_id!r} stands here with another text")
        return self.responses[key]

    def found(self) -> Imported:
        """Everything, the scenarios with all their criteria."""
        for prompt_id, prompt in self.prompts.items():
            criteria = tuple(self.criteria[prompt_id].values())
            scenario_id = identifier(prompt_id)
            self._found.scenarios[scenario_id] = Scenario(
                scenario_id=scenario_id, messages=prompt, criteria=criteria, provenance=_PROVENANCE
            )
        self._found.responses += self.responses.values()
        self._found.labels += self.labels.values()
        return self._found


def is_meta(path: Path) -> bool:
    """Whether a file's first row is one of the meta-evaluation.

    Raises:
        InputError: it cannot be read.
    """
    return '"binary_labels"' in next((text for _, text in read_lines(path)), "")


def import_healthbench_meta(path: Path) -> Imported:
    """Read a file of meta-evaluation rows.

    Raises:
        InputError: a row is broken, or contradicts another; names file and line.
    """
    reader = _Reader()
    for line, row in foreign_lines(_Row, path):
        try:
            reader.take(row)
        except ValidationError as error:
            raise input_error(error, path, lambda _, line=line: line) from None
        except ValueError as error:
            raise InputError(str(error), file=path, line=line) from None
    try:
        return reader.found()
    except ValidationError as error:
        raise input_error(error, path, lambda _: None) from None
