"""A table of anybody's making in which judges and people said what they think of responses: CSV or JSON lines."""

import csv
import io
from collections.abc import Iterator, Mapping
from dataclasses import dataclass, field
from pathlib import Path

import orjson

from domain.errors import InputError
from domain.scenario import Label
from domain.verdict import VerdictValue
from pipeline.files.jsonl import read_lines
from pipeline.files.text import read_text
from pipeline.importing.foreign import identifier
from pipeline.importing.given import RUBRIC_ID, GivenVerdict

CANDIDATE = "unknown"
_LONGEST = 60
"""Of ids that are made of text, as where a column holds questions."""
_WORDS = {
    VerdictValue.VIOLATED: ("violated", "false", "no", "0", "0.0", "not met", "unmet", "fail", "unsafe"),
    VerdictValue.SATISFIED: ("satisfied", "true", "yes", "1", "1.0", "met", "pass", "safe"),
    VerdictValue.NOT_APPLICABLE: ("not_applicable", "not applicable", "n/a"),
    VerdictValue.CANNOT_TELL: ("cannot_tell", "cannot tell", "unsure"),
}


@dataclass(frozen=True, slots=True)
class Columns:
    """What stands in which column; None where the table has none of it."""

    scenario: str
    criterion: str
    labels: tuple[str, ...]
    """A person each."""
    candidate: str | None = None
    response: str | None = None
    """Tells the responses of one candidate to one scenario apart."""
    rubric: str | None = None
    judges: tuple[str, ...] = ()
    """A judge each."""
    judge: str | None = None
    """In a table with a row for each judge: who it is."""
    said: str | None = None
    """And what it said."""
    words: Mapping[str, VerdictValue] = field(default_factory=dict[str, VerdictValue])
    """What else counts as which value, in small letters."""

    @property
    def named(self) -> list[str]:
        """All that must be there."""
        one = [self.scenario, self.criterion, self.candidate, self.response, self.rubric, self.judge, self.said]
        return [name for name in (*one, *self.labels, *self.judges) if name is not None]


@dataclass(frozen=True, slots=True)
class Judged:
    """What the table says."""

    verdicts: list[GivenVerdict]
    labels: list[Label]


def read_judged(path: Path, columns: Columns) -> Judged:
    """Read a table. An empty cell of a judge is a failure, an empty one of a person no label.

    Raises:
        InputError: names file, line, column and what was expected.
    """
    reader = _Reader(path, columns)
    for line, row in _rows(path):
        reader.take(line, row)
    return Judged([*reader.verdicts.values()], [*reader.labels.values()])


def _rows(path: Path) -> Iterator[tuple[int, Mapping[str, object]]]:
    if path.suffix.lower() != ".csv":
        for line, text in read_lines(path):
            yield line, _object(path, line, text)
        return
    rows = csv.DictReader(io.StringIO(read_text(path), newline=""), restkey="")
    try:
        for row in rows:
            yield rows.line_num, row
    except csv.Error as error:
        raise InputError(f"does not read as CSV: {error}", file=path, line=rows.line_num) from None


def _object(path: Path, line: int, text: str) -> Mapping[str, object]:
    try:
        found: object = orjson.loads(text)
    except orjson.JSONDecodeError as error:
        raise InputError(f"does not read as JSON: {error}", file=path, line=line) from None
    if not isinstance(found, dict):
        raise InputError("expected one object a line", file=path, line=line)
    return {str(name): value for name, value in found.items()}  # pyright: ignore[reportUnknownVariableType, reportUnknownArgumentType]


class _Reader:
    """Rows so far."""

    def __init__(self, path: Path, columns: Columns) -> None:
        self._path = path
        self._columns = columns
        self._words = {word: value for value, some in _WORDS.items() for word in some} | dict(columns.words)
        self._numbers: dict[tuple[str, str], dict[str, int]] = {}
        self.verdicts: dict[tuple[object, ...], GivenVerdict] = {}
        self.labels: dict[tuple[object, ...], Label] = {}

    def take(self, line: int, row: Mapping[str, object]) -> None:
        """One row more."""
        if missing := [name for name in self._columns.named if name not in row]:
            known = ", ".join(name for name in row if name)
            raise InputError(f"there is no such column; there are: {known}", file=self._path, line=line, key=missing[0])
        of = self._of(line, row)
        for column in self._columns.judges:
            self._judge(line, of, column, (column, row))
        if self._columns.judge is not None and self._columns.said is not None:
            self._judge(line, of, self._named(line, row, self._columns.judge), (self._columns.said, row))
        for column in self._columns.labels:
            if (value := self._value(line, column, row)) is not None:
                self._label(line, column, Label.model_validate({**of[0], "reviewer_id": identifier(column, _LONGEST),
                                                                "verdict": value}))  # fmt: skip

    def _of(self, line: int, row: Mapping[str, object]) -> tuple[dict[str, object], str]:
        """The question that the row is about, and its rubric."""
        of = self._columns
        scenario_id = self._named(line, row, of.scenario)
        candidate_id = CANDIDATE if of.candidate is None else self._named(line, row, of.candidate)
        response = "" if of.response is None else _text(row[of.response])
        numbers = self._numbers.setdefault((scenario_id, candidate_id), {})
        question: dict[str, object] = {
            "scenario_id": scenario_id, "candidate_id": candidate_id,
            "repeat": numbers.setdefault(response, len(numbers)),
            "criterion_id": self._named(line, row, of.criterion),
        }  # fmt: skip
        return question, RUBRIC_ID if of.rubric is None else self._named(line, row, of.rubric)

    def _judge(
        self, line: int, of: tuple[dict[str, object], str], name: str, at: tuple[str, Mapping[str, object]]
    ) -> None:
        question, rubric_id = of
        said = {"judge_id": identifier(name, _LONGEST), "verdict": self._value(line, *at) or "failed"}
        one = GivenVerdict.model_validate({**question, "rubric_id": rubric_id, **said})
        if one.key in self.verdicts:
            problem = "this judge has spoken on this question before; name the column that tells responses apart"
            raise InputError(problem, file=self._path, line=line, key=at[0])
        self.verdicts[one.key] = one

    def _label(self, line: int, column: str, one: Label) -> None:
        """In a table with a row for each judge, a label stands in several."""
        key = (one.scenario_id, one.candidate_id, one.repeat, one.criterion_id, one.reviewer_id)
        if self.labels.setdefault(key, one) != one:
            problem = "says another thing of this question than before; name the column that tells responses apart"
            raise InputError(problem, file=self._path, line=line, key=column)

    def _named(self, line: int, row: Mapping[str, object], column: str) -> str:
        if not (text := _text(row[column])):
            raise InputError("is empty", file=self._path, line=line, key=column)
        return identifier(text, _LONGEST)

    def _value(self, line: int, column: str, row: Mapping[str, object]) -> VerdictValue | None:
        if not (text := _text(row[column]).lower()):
            return None
        if text not in self._words:
            problem = f"{text[:40]!r} is no verdict; say what it means with --satisfied or --violated"
            raise InputError(problem, file=self._path, line=line, key=column)
        return self._words[text]


def _text(value: object) -> str:
    return "" if value is None else str(value).strip()
