"""The queue: what a person may take, and how much of it fits into their time."""

from dataclasses import dataclass

from domain.review import AsideKind
from pipeline.store.events import PEOPLE
from pipeline.store.waiting import fetch_waiting
from review.acts.take import take
from review.ask import Ask, GoTo, Page, RefusedError
from review.pages.offers import fetch_offers
from review.rules.allocation import Offer, in_order, within
from review.rules.lease import stamp

_SHOWN = 50
_LEAST, _MOST = 5, 600


@dataclass(frozen=True, slots=True)
class QueuePage:
    """What waits for this person."""

    offers: list[Offer]
    n_waiting: int
    minutes: int | None
    """The time they have, where they said it; the offers are then those that fit."""
    minutes_together: int
    noted: str
    """How an item was just handed on; empty: it was not."""


def show(ask: Ask) -> Page:
    """The page."""
    noted = ask.query.get("noted", "")
    noted = noted if noted in set(AsideKind) else ""
    minutes = _minutes(ask.query.get("minutes", ""))
    with ask.store.reading() as connection:
        offers = fetch_offers(connection, ask.person, stamp(ask.now))
    shown = offers[:_SHOWN] if minutes is None else within(offers, minutes)
    return Page("queue.html", QueuePage(shown, len(offers), minutes, sum(one.minutes for one in shown), noted))


def _minutes(said: str) -> int | None:
    return min(_MOST, max(_LEAST, int(said))) if said.isascii() and said.isdigit() and len(said) < 5 else None  # noqa: PLR2004


def take_next(ask: Ask) -> GoTo:
    """Take the first item that is still free."""
    with ask.store.writing(PEOPLE) as connection:
        for one in in_order(fetch_waiting(connection, ask.person, stamp(ask.now)), ask.person):
            if not take(connection, one.item_id, ask.person, ask.now):
                return GoTo(f"/items/{one.item_id}")
    return GoTo("/queue")


def take_one(ask: Ask) -> GoTo:
    """Take this item."""
    item_id = ask.path["item_id"]
    with ask.store.writing(PEOPLE) as connection:
        refused = take(connection, item_id, ask.person, ask.now)
    if refused:
        raise RefusedError(409, f"You cannot take this item: {refused}. Your queue shows what you can take")
    return GoTo(f"/items/{item_id}")
