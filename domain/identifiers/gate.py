"""The gate that every text passes before it leaves: what may go, what may not, and what a named lead has allowed."""

from collections.abc import Iterable, Iterator
from typing import cast

from domain.identifiers.detect import identifiers_in
from domain.identifiers.found import IdentifierKind
from domain.identifiers.recogniser import Recogniser, added_in, all_in
from domain.record import Record, text_sha256

NAMES_ITS_MAKERS = frozenset({"provenance", "approved_by", "meta", "reviewer_id"})
"""Keys that say who wrote or approved something, or that go nowhere: not looked at."""


class IdentifierGate:
    """Says what stands in a text's way. A text that a lead allowed passes as it is; changed, it does not.

    Args:
        allowed: hashes of texts.
        recogniser: looks beside the rules, where the workspace has one on.
    """

    def __init__(self, allowed: Iterable[str] = (), recogniser: Recogniser | None = None) -> None:
        self.recogniser = recogniser
        self._allowed = frozenset(allowed)
        self._waived: set[str] = set()
        self._waived_names: set[str] = set()
        """Apart, so that what the rules find stays found whatever the recogniser calls a name."""

    def problem(self, text: str) -> str | None:
        """The first identifier in words that do not repeat it; None where the text may leave."""
        found = all_in(text, self.recogniser)
        if not found:
            return None
        if text_sha256(text) in self._allowed:
            for one in found:
                waived = self._waived if isinstance(one.kind, IdentifierKind) else self._waived_names
                waived.add(text[one.start : one.end])
            return None
        return f"holds {found[0]}" + (f" and {len(found) - 1} more" if found[1:] else "")

    def problem_in_prompt(self, part: str) -> str | None:
        """The same of a prompt that quotes texts: what an allowed text holds may stand in it."""
        found = [one for one in identifiers_in(part) if part[one.start : one.end] not in self._waived]
        return f"holds what looks like {found[0].kind.words}" if found else None

    def recognised_in(self, texts: Iterable[str]) -> str | None:
        """What the recogniser finds in texts that go into something else, each by itself: laid out among a prompt's
        instructions, a model of language reads them otherwise, and the instructions too."""
        for text in texts if self.recogniser is not None else ():
            if self.problem(text) is not None:
                for one in added_in(text, self.recogniser):
                    if text[one.start : one.end] not in self._waived_names:
                        return f"holds what looks like {one.kind.words}"
        return None

    def first_in(self, record: Record) -> tuple[str, str] | None:
        """The first problem in any text of a record, with its key; None where all of it may leave."""
        problems = ((key, self.problem(text)) for key, text in texts_of(record))
        return next(((key, problem) for key, problem in problems if problem is not None), None)


def texts_of(record: Record) -> Iterator[tuple[str, str]]:
    """Every text of a record by its key, but for those that name its makers."""
    yield from texts_in(record.model_dump(mode="json", by_alias=True))


def texts_in(value: object) -> Iterator[tuple[str, str]]:
    """The same of a JSON value."""
    yield from _texts(value, "")


def _texts(value: object, key: str) -> Iterator[tuple[str, str]]:
    if isinstance(value, str):
        yield key, value
    elif isinstance(value, dict):
        for name, child in cast("dict[str, object]", value).items():
            if name not in NAMES_ITS_MAKERS:
                yield from _texts(child, f"{key}.{name}".lstrip("."))
    elif isinstance(value, list):
        for number, child in enumerate(cast("list[object]", value)):
            yield from _texts(child, f"{key}.{number}")
