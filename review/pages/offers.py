"""What a person may take, as pages list it."""

from domain.person import Person
from pipeline.effort import expected_minutes
from pipeline.store.connection import Connection
from pipeline.store.review_items import count_questions
from pipeline.store.waiting import Waiting, fetch_waiting
from review.rules.allocation import Offer, in_order


def fetch_offers(connection: Connection, person: Person, at: str) -> list[Offer]:
    """Everything that the person may take, in order."""
    order = in_order(fetch_waiting(connection, person, at), person)
    counts = count_questions(connection, ((one.run_id, one.scenario) for one in order))
    return [_offer(one, n_criteria) for one, n_criteria in zip(order, counts, strict=True)]


def _offer(one: Waiting, n_criteria: int) -> Offer:
    minutes = max(1, round(expected_minutes(one.n_characters, n_criteria)))
    return Offer(one.item_id, one.title or "A scenario without a title", one.setting, minutes, one.due_at, one.is_mine)
