"""Examples that contradict each other, or do not show what they are there to show."""

import unicodedata
from collections import Counter
from collections.abc import Iterator

from domain.example import Example, Kind
from domain.rubric import Criterion, Rubric
from judges.phrases import content_stems, overlap
from judges.quotes import find_quote
from pipeline.workbench.checks.remark import Level, Place, Remark

_STANDS_ALL_THE_SAME = 0.8
"""Share of the meaningful words of what is said to be missing that an example may hold before it is doubted."""
_MIN_STEMS = 3


def check_examples(rubric: Rubric) -> Iterator[Remark]:
    """Every doubt about a rubric's examples."""
    for number, criterion in enumerate(rubric.criteria):
        at: Place = ("criteria", number, "examples")
        yield from _on_both_sides(criterion, at)
        yield from _twice(criterion, at)
        yield from _quotes(criterion, at)
        yield from _evidence_on_the_other_side(criterion, at)
        yield from _missing_that_stands(criterion, at)


def plain(text: str) -> str:
    """A text without what makes no other text of it: case, white space, typography."""
    return " ".join(unicodedata.normalize("NFKC", text).casefold().split())


def sides(criterion: Criterion) -> Iterator[tuple[str, int, Example]]:
    """Every example with its side and its number there."""
    for side in ("violates", "does_not_violate"):
        for number, example in enumerate(getattr(criterion.examples, side)):
            yield side, number, example


def _on_both_sides(criterion: Criterion, at: Place) -> Iterator[Remark]:
    violates = {plain(one.text) for one in criterion.examples.violates}
    for number, one in enumerate(criterion.examples.does_not_violate):
        if plain(one.text) in violates:
            says = f"the same text is an example of both sides: {_short(one.text)}"
            yield Remark(Level.ERROR, criterion.criterion_id, says, (*at, "does_not_violate", number))


def _twice(criterion: Criterion, at: Place) -> Iterator[Remark]:
    counts = Counter((side, plain(one.text)) for side, _, one in sides(criterion))
    for side, number, one in sides(criterion):
        if counts.pop((side, plain(one.text)), 1) > 1:
            says = f"the same example stands twice: {_short(one.text)}"
            yield Remark(Level.WARNING, criterion.criterion_id, says, (*at, side, number))


def _quotes(criterion: Criterion, at: Place) -> Iterator[Remark]:
    for side, number, one in sides(criterion):
        if one.quote is None:
            continue
        place = (*at, side, number, "quote")
        if find_quote(one.quote, one.text) is None:
            says = f"the quote {_short(one.quote)} does not stand in the text as whole words; no judge could give it"
            yield Remark(Level.ERROR, criterion.criterion_id, says, place)
        elif not content_stems(one.quote):
            says = f"the quote {_short(one.quote)} holds no word that carries meaning, so it shows nothing"
            yield Remark(Level.WARNING, criterion.criterion_id, says, place)


def _evidence_on_the_other_side(criterion: Criterion, at: Place) -> Iterator[Remark]:
    """The words that decide an example decide nothing where they stand in an example of the other side too."""
    other = {"violates": "does_not_violate", "does_not_violate": "violates"}
    for side, number, one in sides(criterion):
        for another in getattr(criterion.examples, other[side]) if one.quote is not None else ():
            if find_quote(one.quote or "", another.text) is not None:
                says = f"the quoted words {_short(one.quote or '')} stand in an example of the other side too"
                says += f": {_short(another.text)}"
                yield Remark(Level.WARNING, criterion.criterion_id, says, (*at, side, number, "quote"))


def _missing_that_stands(criterion: Criterion, at: Place) -> Iterator[Remark]:
    for number, one in enumerate(criterion.examples.violates if criterion.kind is Kind.OMISSION else ()):
        missing = content_stems(one.missing or "")
        if len(missing) >= _MIN_STEMS and overlap(missing, content_stems(one.text)) >= _STANDS_ALL_THE_SAME:
            says = f"what is said to be missing seems to stand in the example: {_short(one.missing or '')}"
            yield Remark(Level.WARNING, criterion.criterion_id, says, (*at, "violates", number, "missing"))


def _short(text: str) -> str:
    most = 60
    bare = " ".join(text.split())
    return repr(bare if len(bare) <= most else f"{bare[:most]}…")
