"""What every import of another system's file shares."""

import re
from collections import Counter
from collections.abc import Iterator
from pathlib import Path
from typing import TypeVar

from pydantic import BaseModel, ConfigDict, ValidationError

from domain.errors import InputError
from domain.record import text_sha256
from domain.scenario import Label, Response, Scenario
from pipeline.files.explain import input_error
from pipeline.files.jsonl import read_lines

F = TypeVar("F", bound="BaseModel")

_LONGEST_ID = 200
_ALLOWED = re.compile(r"[A-Za-z0-9][A-Za-z0-9._:/@+-]{0,199}")
_OTHERS = re.compile(r"[^A-Za-z0-9._:/@+-]+")


class Foreign(BaseModel):
    """Keys that we do not use are passed over: the format is not ours."""

    model_config = ConfigDict(frozen=True, extra="ignore")


class Imported:
    """What a file gave."""

    def __init__(self) -> None:
        self.scenarios: dict[str, Scenario] = {}
        self.responses: list[Response] = []
        self.labels: list[Label] = []
        self._n_seen: Counter[tuple[str, str]] = Counter()

    def next_repeat(self, scenario_id: str, candidate_id: str) -> int:
        """Responses so far to this scenario from this candidate: the number of the next one."""
        self._n_seen[scenario_id, candidate_id] += 1
        return self._n_seen[scenario_id, candidate_id] - 1


def identifier(name: str, longest: int = _LONGEST_ID) -> str:
    """A name of theirs as an id of ours: as it is where it can be one, else near to it, with a hash to tell it from
    others that are as near.

    Args:
        name: as it stands.
        longest: the id's characters, 10 to 200.
    """
    if len(name) <= longest and _ALLOWED.fullmatch(name):
        return name
    near = _OTHERS.sub("-", name).strip("-._:/@+")[: longest - 9]
    return f"{near or 'id'}-{text_sha256(name)[:8]}"


def read_foreign(kind: type[F], text: str | bytes, file: Path, where: str) -> F:
    """One record of a file in which records have no line of their own.

    Args:
        kind: what it should be.
        text: JSON.
        file: named in the error.
        where: the record's place in it, named before the key; empty for the file as a whole.

    Raises:
        InputError: names file, record, key and what was expected.
    """
    try:
        return kind.model_validate_json(text)
    except ValidationError as error:
        raise in_record(input_error(error, file, lambda _: None), where) from None


def foreign_lines(kind: type[F], path: Path) -> Iterator[tuple[int, F]]:
    """Line number and record of every line of a file of JSON lines.

    Raises:
        InputError: names file, line, key and what was expected.
    """
    for line, text in read_lines(path):
        try:
            yield line, kind.model_validate_json(text)
        except ValidationError as error:
            raise input_error(error, path, lambda _, line=line: line) from None


def in_record(error: InputError, where: str) -> InputError:
    """The same error with the record that it is in."""
    key = ".".join(part for part in (where, error.key) if part)
    return InputError(error.problem, file=error.file, key=key)
