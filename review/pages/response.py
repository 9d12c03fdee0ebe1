"""A response as sentences that can be ticked, in its own paragraphs and lists."""

from collections.abc import Sequence
from dataclasses import dataclass

from judges.sentences import sentences


@dataclass(frozen=True, slots=True)
class Tick:
    """One sentence; its value names it in a form."""

    value: str
    text: str
    is_ticked: bool
    begins_paragraph: bool


def ticks_of(response: str, ticked: Sequence[str]) -> list[Tick]:
    """Every sentence of the response, in order."""
    found: list[Tick] = []
    end = 0
    for one in sentences(response):
        value = f"{one.start}-{one.end}"
        found.append(Tick(value, one.text, value in ticked, not found or "\n" in response[end : one.start]))
        end = one.end
    return found
