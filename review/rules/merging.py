"""Two pages of one person on the same part of an item, as with two tabs or a phone and a laptop: what was filled in on
one is not undone by the other, which never saw it."""

from collections.abc import Collection, Mapping, Sequence

from domain.record import content_sha256
from pipeline.store.drafts import Fields

_LETTERS = str.maketrans("0123456789", "ghijklmnop")
"""Digits in a row would read as somebody's number."""


def seen_of(stored: Fields) -> str:
    """What a page shows of a draft, for its form to take along: a mark for each field that is filled in."""
    return ",".join(["shown", *(f"{name}:{_mark(values)}" for name, values in sorted(stored.items()))])


def merged(sent: Fields, stored: Fields, seen: str, touched: Collection[str]) -> dict[str, Sequence[str]]:
    """The fields as they are to be kept.

    Args:
        sent: with the form.
        stored: as they stand now.
        seen: what the form's page showed; empty: not known, and the form says all.
        touched: fields that were changed on that page, also where they are as before again.
    """
    if not seen:
        return dict(sent)
    shown: Mapping[str, str] = dict(part.split(":", 1) for part in seen.split(",") if ":" in part)
    found: dict[str, Sequence[str]] = {}
    for name, values in sent.items():
        is_as_shown = _mark(values) == shown.get(name, _mark(()))
        found[name] = stored.get(name, values) if is_as_shown and name not in touched else values
    return found


def _mark(values: Sequence[str]) -> str:
    return content_sha256([value for value in values if value])[:16].translate(_LETTERS)
