"""What a misspelt key was to be: the nearest of those that may stand in its place."""

from collections.abc import Iterator, Sequence
from difflib import get_close_matches
from typing import Any

from domain.record import Record

_Schema = dict[str, Any]


def nearest_key(kind: type[Record], place: Sequence[str | int]) -> str | None:
    """The key that was meant, as far as its spelling tells; None where none is near.

    Args:
        kind: of the whole file.
        place: of the unknown key, its name last.
    """
    whole = kind.model_json_schema()
    nodes = list(_alternatives(whole, whole))
    for part in place[:-1]:
        below = [child for node in nodes for child in _below(node, part)]
        nodes = [one for child in below for one in _alternatives(child, whole)]
    known = {name for node in nodes for name in node.get("properties", {})}
    return next(iter(get_close_matches(str(place[-1]), sorted(known), 1)), None)


def _alternatives(node: _Schema, whole: _Schema) -> Iterator[_Schema]:
    """What a value of it may look like, with references followed."""
    if "$ref" in node:
        name = str(node["$ref"]).removeprefix("#/$defs/")
        yield from _alternatives(whole["$defs"][name], whole)
    else:
        yield node
    for one in (*node.get("anyOf", ()), *node.get("oneOf", ())):
        yield from _alternatives(one, whole)


def _below(node: _Schema, part: str | int) -> list[_Schema]:
    child = node.get("items") if isinstance(part, int) else node.get("properties", {}).get(part)
    return [child] if isinstance(child, dict) else []
