"""The part of a response that a reader needs beside a verdict."""

_AROUND = 160
_LONGEST = 480
_CUT = "…"


def excerpt(response: str, quote: str) -> str:
    """The words around a quote, or the beginning; cut at spaces, with `…` where something is left out.

    Args:
        response: the whole text.
        quote: words that stand in it; empty, or not in it, for the beginning.
    """
    at = max(0, response.find(quote))
    start = max(0, at - _AROUND)
    end = min(len(response), max(start + _LONGEST, at + len(quote) + _AROUND))
    if start:
        start = response.find(" ", start, at) + 1 or start
    if end < len(response):
        end = max(response.rfind(" ", at + len(quote), end), at + len(quote))
    return f"{_CUT if start else ''}{response[start:end].strip()}{_CUT if end < len(response) else ''}"
