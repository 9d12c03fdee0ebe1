"""Providers' bodies as types: the keys that we read, checked; everything else passed over."""

import json
from typing import Annotated, TypeVar, cast

from pydantic import BaseModel, BeforeValidator, ConfigDict, ValidationError

from judges.client import CallError
from judges.transports.error_bodies import is_page


class Wire(BaseModel):
    """A part of a provider's body."""

    model_config = ConfigDict(frozen=True, extra="ignore", strict=False)


def _count(value: object) -> int:
    return value if isinstance(value, int) and not isinstance(value, bool) and value >= 0 else 0


def _table(value: object) -> object:
    empty: dict[str, object] = {}
    return cast("object", value) if isinstance(value, dict) else empty


Count = Annotated[int, BeforeValidator(_count)]
"""A number of tokens; 0 for whatever else stands there: a reply that was paid for is not thrown away for its count."""

Table = BeforeValidator(_table)
"""Marks a part that may be missing, null or odd: it is then read as empty."""

W = TypeVar("W", bound=Wire)


def wire_value(kind: type[W], raw: object, expected: str) -> W:
    """The body, parsed already or still as bytes, as its type.

    Raises:
        CallError: the body has another shape; names the first key that is not as expected.
    """
    try:
        return kind.model_validate_json(raw) if isinstance(raw, bytes) else kind.model_validate(raw)
    except ValidationError as error:
        first = error.errors(include_url=False)[0]
        if isinstance(raw, bytes) and first["type"] == "json_invalid":
            return wire_value(kind, _parsed(raw, expected), expected)
        place = ".".join(str(part) for part in first["loc"])
        raise CallError(f"the endpoint answered with no {expected}: {place or 'body'}: {first['msg']}") from None


def _parsed(raw: bytes, expected: str) -> object:
    """As Python reads JSON: half of a surrogate pair, which the fast parser refuses, is no reason to lose a reply. A
    body that was cut off may come whole the next time; a page stays a page."""
    try:
        return json.loads(raw)
    except (ValueError, RecursionError) as error:
        if is_page(raw):
            raise CallError(f"the endpoint answered with no {expected}: an HTML page; check base_url") from None
        raise CallError(f"the endpoint answered with no {expected}: no whole JSON: {error}", retryable=True) from None
