"""Providers' bodies as types: the keys that we read, checked; everything else passed over."""

from typing import TypeVar

from pydantic import BaseModel, ConfigDict, ValidationError

from judges.client import CallError


class Wire(BaseModel):
    """A part of a provider's body."""

    model_config = ConfigDict(frozen=True, extra="ignore", strict=False)


W = TypeVar("W", bound=Wire)


def wire_value(kind: type[W], raw: object, expected: str) -> W:
    """The body as its type.

    Raises:
        CallError: the body has another shape; names the first key that is not as expected.
    """
    try:
        return kind.model_validate(raw)
    except ValidationError as error:
        first = error.errors(include_url=False)[0]
        place = ".".join(str(part) for part in first["loc"])
        raise CallError(f"the endpoint answered with no {expected}: {place or 'body'}: {first['msg']}") from None
