"""What two runs' calls cost, beside each other."""

from collections.abc import Iterable
from typing import NamedTuple

from pipeline.store.costs import CostRow


class Sum(NamedTuple):
    """Of one run."""

    n_calls: int = 0
    n_reused: int = 0
    tokens: int = 0
    """In and out together."""
    usd: float | None = 0.0
    """None where a price was not known."""

    def plus(self, other: "Sum") -> "Sum":
        """Both together."""
        usd = None if self.usd is None or other.usd is None else self.usd + other.usd
        return Sum(self.n_calls + other.n_calls, self.n_reused + other.n_reused, self.tokens + other.tokens, usd)


class Spent(NamedTuple):
    """One candidate or judge, or all together."""

    who: str
    before: Sum
    after: Sum


EVERYBODY = "all together"


def spent_of(before: Iterable[CostRow], after: Iterable[CostRow]) -> list[Spent]:
    """By candidate and judge, then all together."""
    old, new = _by_whom(before), _by_whom(after)
    rows = [Spent(who, old.get(who, Sum()), new.get(who, Sum())) for who in sorted(old.keys() | new.keys())]
    return [*rows, Spent(EVERYBODY, *(_total(some.values()) for some in (old, new)))]


def _by_whom(rows: Iterable[CostRow]) -> dict[str, Sum]:
    found: dict[str, Sum] = {}
    for one in rows:
        own = Sum(one.n_calls, one.n_reused, one.input_tokens + one.output_tokens, one.usd)
        found[one.who] = found.get(one.who, Sum()).plus(own)
    return found


def _total(some: Iterable[Sum]) -> Sum:
    whole = Sum()
    for one in some:
        whole = whole.plus(one)
    return whole
