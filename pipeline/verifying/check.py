"""What a check is, and what it finds."""

from collections.abc import Iterator
from dataclasses import dataclass
from typing import Protocol

from pipeline.store.connection import Store


@dataclass(frozen=True, slots=True)
class Broken:
    """Something in the store that is not as it was when it was written."""

    run_id: str
    """Empty for what is of no run."""
    where: str
    """Which row, by its ids."""
    problem: str

    def __str__(self) -> str:
        return f"{self.run_id}, {self.where}: {self.problem}".removeprefix(", ")


@dataclass(frozen=True, slots=True)
class Checked:
    """A part of the store that was looked at."""

    n: int
    """How many things it held."""
    broken: tuple[Broken, ...] = ()


class Check(Protocol):
    """Looks through the store in short visits, part by part."""

    @property
    def counts(self) -> str:
        """What it counts, in the plural, for people."""
        ...

    def __call__(self, store: Store, run_id: str | None) -> Iterator[Checked]:
        """Look at one run, or at all.

        Args:
            store: visited, never written to.
            run_id: None for all.
        """
        ...
