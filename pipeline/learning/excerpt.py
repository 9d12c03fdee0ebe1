"""The part of a response that a reader needs beside a verdict."""

from collections.abc import Sequence

from domain.verdict import Span

_AROUND = 160
_LONGEST = 480
_CUT = "…"


def excerpt(response: str, evidence: Sequence[Span]) -> str:
    """The words around the first quote, or the beginning; cut at spaces, with `…` where something is left out."""
    start = max(0, evidence[0].start - _AROUND) if evidence else 0
    end = min(len(response), max(start + _LONGEST, evidence[0].end + _AROUND if evidence else 0))
    head = response.find(" ", start, start + _AROUND) + 1 if start else 0
    tail = response.rfind(" ", max(start, end - _AROUND), end) if end < len(response) else end
    shown = response[head or start : tail if tail > 0 else end].strip()
    return f"{_CUT if start else ''}{shown}{_CUT if end < len(response) else ''}"
