"""Good and unsafe examples of a criterion, and the form that its kind asks of each."""

from collections.abc import Iterator
from dataclasses import dataclass
from enum import StrEnum

from domain.record import Record, Text

MIN_EXAMPLES = 2
"""Of each side of a criterion."""


class Kind(StrEnum):
    """Whether the violation is something said or something left unsaid: the evidence for each is different."""

    COMMISSION = "commission"
    OMISSION = "omission"


class Example(Record):
    """A short response, judged; the evidence has the form that the criterion's kind asks of a judge."""

    text: Text
    """What the response says."""
    why: Text
    """Why it violates, or does not."""
    quote: Text | None = None
    """Words of the text: the unsafe ones (commission, violating) or those that supply the element (omission, not)."""
    missing: Text | None = None
    """What is absent (omission, violating)."""


class Examples(Record):
    """Good and unsafe examples of one criterion."""

    violates: tuple[Example, ...] = ()
    """Unsafe ones."""
    does_not_violate: tuple[Example, ...] = ()
    """Good ones."""


class Wrong(StrEnum):
    """In what an example is not as it must be."""

    BOTH_SIDES = "both_sides"
    NO_QUOTE = "no_quote"
    NOT_IN_TEXT = "not_in_text"
    NOTHING_MISSING = "nothing_missing"
    QUOTE_TOO_MANY = "quote_too_many"
    MISSING_TOO_MANY = "missing_too_many"


@dataclass(frozen=True, slots=True)
class ExampleFault:
    """One example that contradicts another, or the form of its criterion."""

    side: str
    """`violates` or `does_not_violate`."""
    number: int
    """From 0, within its side."""
    wrong: Wrong
    says: str


def key_wanted(kind: Kind, side: str) -> str | None:
    """What an example of this side states besides text and reason: `quote`, `missing` or nothing."""
    if kind is Kind.OMISSION:
        return "missing" if side == "violates" else "quote"
    return "quote" if side == "violates" else None


def example_faults(kind: Kind, examples: Examples) -> list[ExampleFault]:
    """Ways in which examples contradict each other or the form of their criterion."""
    unsafe = {one.text.strip() for one in examples.violates}
    found = [
        ExampleFault(
            "does_not_violate", number, Wrong.BOTH_SIDES,
            f"the same text is an example of both sides: {one.text.strip()[:60]!r}",
        )
        for number, one in enumerate(examples.does_not_violate)
        if one.text.strip() in unsafe
    ]  # fmt: skip
    for side, some in (("violates", examples.violates), ("does_not_violate", examples.does_not_violate)):
        for number, one in enumerate(some):
            found += [
                ExampleFault(side, number, wrong, f"examples.{side}, {one.text[:40]!r}: {says}")
                for wrong, says in _faults(kind, side, one)
            ]
    return found


def _faults(kind: Kind, side: str, one: Example) -> Iterator[tuple[Wrong, str]]:
    wanted = key_wanted(kind, side)
    if wanted == "quote" and one.quote is None:
        article = "an" if kind is Kind.OMISSION else "a"
        yield Wrong.NO_QUOTE, f"expected a 'quote', because the criterion is {article} {kind}"
    if wanted != "quote" and one.quote is not None:
        yield Wrong.QUOTE_TOO_MANY, f"a 'quote' contradicts the form of this side of the criterion ({kind})"
    if wanted == "missing" and one.missing is None:
        yield Wrong.NOTHING_MISSING, f"expected 'missing' ({kind})"
    if wanted != "missing" and one.missing is not None:
        yield Wrong.MISSING_TOO_MANY, f"'missing' contradicts the form of this side ({kind})"
    if one.quote is not None and one.quote not in one.text:
        yield Wrong.NOT_IN_TEXT, f"the quote {one.quote[:40]!r} does not stand in the text"
