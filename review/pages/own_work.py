"""Your judgements beside how items were settled: to learn from, for the person alone, without rank or speed."""

from collections import defaultdict
from dataclasses import dataclass

from pipeline.store.own_work import Beside, Stated, fetch_beside, fetch_stated
from review.ask import Ask, Page


@dataclass(frozen=True, slots=True)
class OwnWorkPage:
    """By criterion, and where it was settled otherwise."""

    by_criterion: list[tuple[str, int, int]]
    """Criterion, how often settled as the person said, of how many."""
    otherwise: list[Beside]
    stated: Stated


def show(ask: Ask) -> Page:
    """The page."""
    me = ask.person.person_id
    with ask.store.reading() as connection:
        beside, stated = fetch_beside(connection, me), fetch_stated(connection, me)
    same: dict[str, list[bool]] = defaultdict(list)
    for one in beside:
        same[one.criterion_id].append(one.mine is one.settled)
    by_criterion = [(name, sum(found), len(found)) for name, found in sorted(same.items())]
    return Page("own_work.html", OwnWorkPage(by_criterion, [o for o in beside if o.mine is not o.settled], stated))
