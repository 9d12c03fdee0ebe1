"""What a new version of a rubric leaves to be judged anew, followed until somebody closes it."""

from dataclasses import dataclass

from pipeline.store.connection import Connection
from pipeline.store.events import PEOPLE
from pipeline.store.rejudgings import (
    RejudgedItem,
    Rejudging,
    fetch_rejudged_items,
    fetch_rejudging,
    record_rejudging_closed,
)
from review.ask import APPROVERS, Ask, GoTo, Page, RefusedError
from review.rules.lease import stamp
from review.rules.reading import MOST_CHARACTERS
from review.rules.rejudging import why_not_close

_SHOWN = 200


@dataclass(frozen=True, slots=True)
class RejudgingPage:
    """One list."""

    one: Rejudging
    left: list[RejudgedItem]
    n: int
    n_judged: int
    n_to_review: int
    n_reviewed: int
    n_left: int
    may_close: bool
    reason: str
    problem: str


def show(ask: Ask) -> Page:
    """The list."""
    with ask.store.reading() as connection:
        return _page(connection, _opened(connection, ask), ask, "")


def close(ask: Ask) -> Page | GoTo:
    """Close it, with a reason."""
    reason = ask.one("reason")
    with ask.store.writing(PEOPLE) as connection:
        one = _opened(connection, ask)
        n_left = sum(not each.is_done for each in fetch_rejudged_items(connection, one.seq))
        problem = why_not_close(one, n_left, reason, is_meant=bool(ask.one("anyway")))
        if len(reason) > MOST_CHARACTERS:
            problem = f"Use at most {MOST_CHARACTERS} characters"
        if problem:
            return _page(connection, one, ask, problem)
        record_rejudging_closed(connection, one, n_left, reason.strip(), ask.person.person_id, stamp(ask.now))
    return GoTo(f"/rejudgings/{one.seq}")


def _opened(connection: Connection, ask: Ask) -> Rejudging:
    found = fetch_rejudging(connection, int(ask.path["seq"]))
    if found is None:
        raise RefusedError(404, "There is no such list")
    return found


def _page(connection: Connection, one: Rejudging, ask: Ask, problem: str) -> Page:
    items = fetch_rejudged_items(connection, one.seq)
    left = [each for each in items if not each.is_done]
    record = RejudgingPage(
        one,
        left[:_SHOWN],
        len(items),
        sum(each.is_judged for each in items),
        sum(each.was_reviewed for each in items),
        sum(each.was_reviewed and each.is_reviewed for each in items),
        len(left),
        ask.deciding.may(APPROVERS) and one.state == "open",
        ask.one("reason"),
        problem,
    )
    return Page("rejudging.html", record, 400 if problem else 200)
