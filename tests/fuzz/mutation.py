"""Broken input: valid documents with a part replaced, moved, doubled or torn, and with bytes of any kind between."""

from typing import Any, cast

import orjson
import yaml
from hypothesis import HealthCheck
from hypothesis import strategies as st

_TEXTS = ["", "a", "\x00", "\ud7ff", "\U0001f9ea", "../../x", "1e999", "NaN", "{{ x }}", "x" * 300, "\u202e", "null"]
_NUMBERS = [0, -1, 1, 2**31, 2**63, -(2**63), 0.5, 1e308, 10**30]
_TOKENS = [
    b"{", b"}", b"[", b"]", b'"', b",", b":", b"\n", b"\r", b"\\u", b"\\ud800", b"null", b"-", b"1e999", b"NaN",
    b"\x00", b"\xff", b"\xef\xbb\xbf", b"&a ", b"*a", b"<<: ", b"!!python/object:x ", b"---\n", b"|", b"?", b"#",
    b"%", b"\t", b"```json\n", b"'", b";",
]  # fmt: skip

_LEAVES = st.none() | st.booleans() | st.sampled_from(_NUMBERS) | st.sampled_from(_TEXTS) | st.text(max_size=20)
VALUES = st.recursive(
    _LEAVES,
    lambda some: st.lists(some, max_size=3) | st.dictionaries(st.text(max_size=8), some, max_size=3),
    max_leaves=8,
)

Json = Any


UNHURRIED = [HealthCheck.too_slow, HealthCheck.data_too_large, HealthCheck.filter_too_much]
"""What Hypothesis is not to complain of: these documents are large, and on purpose."""


def mutated(seeds: list[bytes], *, is_yaml: bool = False) -> st.SearchStrategy[bytes]:
    """Documents near these; some far from any."""
    near = st.sampled_from(seeds)
    structural = near.flatmap(lambda seed: _of_structure(seed, is_yaml=is_yaml))
    return st.one_of(
        structural, near.flatmap(_of_bytes), structural.flatmap(_of_bytes), _repeated(), st.binary(max_size=200)
    )


def _of_structure(seed: bytes, *, is_yaml: bool) -> st.SearchStrategy[bytes]:
    """The seed's documents (one a line, or one of YAML) with values replaced, left out or added."""
    rows: list[Json] = [yaml.safe_load(seed)] if is_yaml else _rows(seed)
    if not rows:
        return st.just(seed)

    @st.composite
    def changed(draw: st.DrawFn) -> bytes:
        some = [_changed(draw, row) for row in draw(st.lists(st.sampled_from(rows), min_size=1, max_size=4))]
        if is_yaml:
            return yaml.safe_dump(some[0], allow_unicode=True, sort_keys=False).encode("utf-8", "replace")
        return b"\n".join(orjson.dumps(row, option=orjson.OPT_NON_STR_KEYS) for row in some) + b"\n"

    return changed()


def _rows(seed: bytes) -> list[Json]:
    try:
        return [orjson.loads(line) for line in seed.splitlines() if line.strip()]
    except orjson.JSONDecodeError:
        return []


def _changed(draw: st.DrawFn, value: Json, depth: int = 0) -> Json:
    """One place in it, at any depth, is another; the way there is chosen with it."""
    if isinstance(value, dict) and value and (depth == 0 or draw(st.booleans())):
        whole = dict(cast("dict[str, Json]", value))
        key = draw(st.sampled_from(sorted(whole)))
        match draw(st.integers(0, 4)):
            case 0:
                del whole[key]
            case 1:
                whole[draw(st.sampled_from(_TEXTS))] = whole[key]
            case _:
                whole[key] = _changed(draw, whole[key], depth + 1)
        return whole
    if isinstance(value, list) and value and draw(st.booleans()):
        many = list(cast("list[Json]", value))
        at = draw(st.integers(0, len(many) - 1))
        return (
            [*many, many[at]]
            if draw(st.booleans())
            else [*many[:at], _changed(draw, many[at], depth + 1), *many[at + 1 :]]
        )
    return draw(VALUES.filter(_fits))


def _fits(value: Json) -> bool:
    """Whether our own writer can write it at all: the input is to be read, not refused by the test."""
    try:
        orjson.dumps(value)
    except (TypeError, ValueError):
        return False
    return True


def _of_bytes(seed: bytes) -> st.SearchStrategy[bytes]:
    @st.composite
    def changed(draw: st.DrawFn) -> bytes:
        content = bytearray(seed)
        for _ in range(draw(st.integers(1, 3))):
            at = draw(st.integers(0, len(content)))
            upto = min(len(content), at + draw(st.integers(0, 12)))
            content[at:upto] = draw(st.sampled_from(_TOKENS) | st.binary(max_size=4))
        return bytes(content)

    return changed()


def _repeated() -> st.SearchStrategy[bytes]:
    """One token, very often: nesting and quoting without end."""
    tokens = [*_TOKENS, b'{"a":', b"- ", b"a: "]
    return st.tuples(st.sampled_from(tokens), st.integers(1, 20_000)).map(lambda one: one[0] * one[1])
