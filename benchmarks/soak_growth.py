"""What grew over the nights: the last ones against the first ones, which had the very same work."""

from collections.abc import Callable, Sequence
from dataclasses import dataclass
from statistics import fmean, median

from benchmarks.soak_night import Night

_WARM_UP, _WINDOW = 5, 20
"""Nights that are left out at the beginning, and nights that are compared at either end."""
_SLACK_MIB = 2.0
"""By which a store's file swings from night to night, as DuckDB takes blocks and gives them back."""


@dataclass(frozen=True, slots=True)
class Growth:
    """One figure at the beginning and at the end."""

    what: str
    first: float
    last: float
    most: float
    """The target: the last at most so many times the first."""

    @property
    def is_within(self) -> bool:
        """Whether the target is met."""
        return self.last <= self.most * self.first

    def __str__(self) -> str:
        """A line for people."""
        ratio = self.last / self.first if self.first else 1.0
        mark = "" if self.is_within else "  BEYOND"
        return f"{self.what}: {self.first:.3g} -> {self.last:.3g}, {ratio:.2f} x (target {self.most}){mark}"


def growths(nights: Sequence[Night]) -> list[Growth]:
    """Work of the last nights against the first, memory, and how fast the store's file grows.

    Nothing is taken off for what the grown store costs.
    """
    n = min(_WINDOW, (len(nights) - _WARM_UP) // 3)
    first, middle, last = nights[_WARM_UP:][:n], nights[_WARM_UP + n : -n], nights[-n:]
    ends = (first, last)
    return [
        _growth("a run, seconds of CPU", ends, _calm, lambda one: one.run_cpu_s, 1.25),
        _growth("a page, ms of CPU", ends, _calm, lambda one: one.page_cpu_ms, 1.25),
        _growth("a gate, seconds of CPU", ends, _calm, lambda one: one.gate_cpu_s, 1.25),
        _growth("peak memory of a run, MiB", ends, median, lambda one: one.run_mib, 1.2),
        _growth("memory of the server, MiB", ends, median, lambda one: one.server_mib, 1.2),
        _of_file(first, middle, last),
    ]


def _calm(values: Sequence[float]) -> float:
    """The mean of the lowest quarter: the nights on which the machine had least else to do."""
    return fmean(sorted(values)[: max(1, len(values) // 4)])


def _growth(
    what: str,
    ends: tuple[Sequence[Night], Sequence[Night]],
    typical: Callable[[Sequence[float]], float],
    of: Callable[[Night], float | None],
    most: float,
) -> Growth:
    first, last = (typical([value for one in end if (value := of(one)) is not None]) for end in ends)
    return Growth(what, first, last, most)


def _of_file(first: Sequence[Night], middle: Sequence[Night], last: Sequence[Night]) -> Growth:
    """Each half's growth; the second may be no faster."""
    half = middle[len(middle) // 2 :][: len(first)]
    sizes = [median(one.store_mib for one in nights) for nights in (first, half, last)]
    return Growth(
        "the store's file, MiB more in each half", sizes[1] - sizes[0] + _SLACK_MIB, sizes[2] - sizes[1], 1.25
    )
