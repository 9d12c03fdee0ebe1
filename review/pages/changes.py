"""What the technical team is asked to change, by where it stands. Names are never shown, nor is what is said of an item
that somebody is still to judge."""

from dataclasses import dataclass

from domain.thread import ThreadKind, ThreadState
from pipeline.store.rejudgings import Rejudging, fetch_rejudgings
from pipeline.store.threads import CHANGE_STATES, ChangeRequest, fetch_change_requests, fetch_threads
from review.ask import Ask, Page
from review.rules.thread import may_open, may_see


@dataclass(frozen=True, slots=True)
class ChangesPage:
    """All of them."""

    by_state: list[tuple[ThreadState, list[ChangeRequest]]]
    rejudgings: list[Rejudging]
    """Open lists of what is to be judged anew: the technical team runs them."""
    may_ask: bool


def show(ask: Ask) -> Page:
    """The page."""
    with ask.store.reading() as connection:
        seen = {one.seq for one in fetch_threads(connection) if may_see(one, ask.person)}
        found = [one for one in fetch_change_requests(connection) if one.seq in seen]
        lists = [one for one in fetch_rejudgings(connection) if one.state == "open"]
    by_state = [(state, [one for one in found if one.state is state]) for state in CHANGE_STATES]
    return Page("changes.html", ChangesPage(by_state, lists, may_open(ThreadKind.CHANGE_REQUEST, ask.person)))
