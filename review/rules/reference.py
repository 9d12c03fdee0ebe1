"""Which version of a scenario's reference answer judges were shown."""

from collections.abc import Sequence
from dataclasses import dataclass

from pipeline.store.reference_uses import ReferenceUse
from pipeline.store.scenarios import ReferenceAnswer


@dataclass(frozen=True, slots=True)
class Used:
    """One run with the name of the text that it used."""

    use: ReferenceUse
    shown: str


def named(uses: Sequence[ReferenceUse], versions: Sequence[ReferenceAnswer]) -> list[Used]:
    """Each run's reference answer by the number of its version here, told by its words alone."""
    numbers = {one.body.strip(): one.version for one in sorted(versions, key=lambda one: -one.version)}
    return [Used(one, _name(one.reference.strip(), numbers)) for one in uses]


def _name(text: str, numbers: dict[str, int]) -> str:
    if not text:
        return "no reference answer"
    return f"version {numbers[text]}" if text in numbers else "a reference answer that was not written here"
