"""JSON in which no key stands twice: everywhere else the later one would win in silence."""

import json
from typing import Any


class DuplicateKeyError(ValueError):
    """A key stands twice in one object; `str()` is the key."""


def refuse_duplicate_keys(text: str) -> None:
    """Read a JSON text for its keys only.

    Raises:
        DuplicateKeyError: a key stands twice in one object.
        json.JSONDecodeError: the text is not JSON.
        ValueError: a number is too long to be one.
        RecursionError: it is nested too deeply.
    """
    json.loads(text, object_pairs_hook=_once)


def _once(pairs: list[tuple[str, Any]]) -> dict[str, Any]:
    found = dict(pairs)
    if len(found) < len(pairs):
        names = [name for name, _ in pairs]
        raise DuplicateKeyError(next(name for name in names if names.count(name) > 1))
    return found
