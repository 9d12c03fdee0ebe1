"""Pydantic's findings in one sentence that a person can act on."""

from collections.abc import Callable, Sequence
from pathlib import Path

from pydantic import ValidationError
from pydantic_core import ErrorDetails

from domain.errors import InputError

Place = Sequence[str | int]
"""Path of keys and list positions to a value."""


def input_error(error: ValidationError, file: Path, line_of: Callable[[Place], int | None]) -> InputError:
    """The first finding, with how many more there are."""
    details = error.errors(include_url=False)
    first = next((one for one in details if one["type"] == "extra_forbidden"), details[0])
    place = [part for part in first["loc"] if not str(part).startswith(("function-", "tagged-"))]
    key = ".".join(str(part) for part in place)
    more = f" (and {len(details) - 1} more)" if len(details) > 1 else ""
    return InputError(_sentence(first) + more, file=file, line=line_of(place), key=key)


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
