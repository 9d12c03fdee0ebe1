"""The authored sentences that the identifier gate is measured on: each with the kind it holds, or none."""

from collections import Counter
from dataclasses import dataclass
from pathlib import Path

from domain.identifiers.detect import identifiers_in
from domain.identifiers.found import IdentifierKind

_FILE = Path(__file__).parent / "fixtures/identifiers.tsv"
NHS, PHONE, EMAIL = "943 476 5919", "07700 900123", "jo.bloggs@example.com"
"""A documented example, a number kept for drama, and an address of nobody."""


@dataclass(frozen=True, slots=True)
class Sentence:
    holds: str
    """A kind, `none`, or `unseen`: it would tell who somebody is, and the gate is known not to see it."""
    text: str


@dataclass(frozen=True, slots=True)
class Measured:
    """How one kind is found."""

    n_hits: int
    n_missed: int
    n_false: int

    @property
    def precision(self) -> float:
        return self.n_hits / (self.n_hits + self.n_false)

    @property
    def recall(self) -> float:
        return self.n_hits / (self.n_hits + self.n_missed)


def sentences() -> list[Sentence]:
    """All of them, in the file's order."""
    lines = _FILE.read_text(encoding="utf-8").splitlines()
    return [Sentence(*line.split("\t")) for line in lines]


def measure() -> dict[IdentifierKind, Measured]:
    """Precision and recall of every kind over all sentences, those known to be unseen left out."""
    hits, missed, false = Counter[str](), Counter[str](), Counter[str]()
    for one in sentences():
        found = {identifier.kind.value for identifier in identifiers_in(one.text)}
        hits.update(found & {one.holds})
        missed.update({one.holds} - found)
        false.update(found - {one.holds})
    return {kind: Measured(hits[kind], missed[kind], false[kind]) for kind in IdentifierKind}
