"""Pydantic's findings in one sentence that a person can act on."""

from collections.abc import Callable, Sequence
from pathlib import Path

from pydantic import ValidationError
from pydantic_core import ErrorDetails

from domain.errors import InputError
from domain.record import Record
from pipeline.files.nearest import nearest_key

Place = Sequence[str | int]
"""Path of keys and list positions to a value."""


LineOf = Callable[[Place], int | None]
"""The line on which a place stands, where the file has lines."""


def input_error(error: ValidationError, file: Path, line_of: LineOf, kind: type[Record] | None = None) -> InputError:
    """The first finding, with how many more there are; of a known kind of file with the key that was meant."""
    found = input_errors(error, file, line_of, kind)
    first = found[0]
    more = f" (and {len(found) - 1} more)" if len(found) > 1 else ""
    return InputError(first.problem + more, file=file, line=first.line, key=first.key)


def input_errors(
    error: ValidationError, file: Path, line_of: LineOf, kind: type[Record] | None = None
) -> list[InputError]:
    """Every finding, unknown keys first: others often follow from them."""
    details = sorted(error.errors(include_url=False), key=lambda one: one["type"] != "extra_forbidden")
    return [_input_error(one, file, line_of, kind) for one in details if not follows(one, details)]


def follows(detail: ErrorDetails, details: Sequence[ErrorDetails]) -> bool:
    """A list is called too short where what stands in it does not read: that is said of its parts already."""
    place = detail["loc"]
    return detail["type"] == "too_short" and any(
        len(one["loc"]) > len(place) and one["loc"][: len(place)] == place for one in details
    )


def _input_error(detail: ErrorDetails, file: Path, line_of: LineOf, kind: type[Record] | None) -> InputError:
    place = [part for part in detail["loc"] if not str(part).startswith(("function-", "tagged-"))]
    key = ".".join(str(part) for part in place)
    meant = nearest_key(kind, place) if kind is not None and detail["type"] == "extra_forbidden" else None
    problem = _sentence(detail) if meant is None else f"unknown key; did you mean {meant!r}?"
    return InputError(problem, file=file, line=line_of(place), key=key)


def _sentence(detail: ErrorDetails) -> str:
    match detail["type"]:
        case "extra_forbidden":
            return "unknown key; expected only the keys that docs/formats.md lists"
        case "missing":
            return "the key is missing"
        case "value_error":
            return str(detail["msg"]).removeprefix("Value error, ")
        case _:
            given = f"; given: {str(detail['input'])[:60]!r}" if not isinstance(detail["input"], dict | list) else ""
            return f"{str(detail['msg'])[:1].lower()}{str(detail['msg'])[1:]}{given}"
