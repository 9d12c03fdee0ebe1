"""Settling an item on which readers differ: the adjudicator's own read, then the readers' reasons, never names."""

from collections.abc import Sequence
from datetime import datetime

from domain.person import Person
from domain.review import CriterionJudgement
from pipeline.store.adjudications import (
    Adjudication,
    ReadTwice,
    fetch_own_read,
    record_adjudication,
    record_own_read,
)
from pipeline.store.connection import Connection
from review.rules.lease import stamp


def read_first(
    connection: Connection, one: ReadTwice, person: Person, said: Sequence[CriterionJudgement], now: datetime
) -> None:
    """Keep the adjudicator's own read; said already, nothing changes."""
    if fetch_own_read(connection, one.item_id, person.person_id) is None:
        record_own_read(connection, one.item_id, person.person_id, said, stamp(now))


def settle(
    connection: Connection,
    one: ReadTwice,
    person: Person,
    said: Sequence[CriterionJudgement],
    reason: str,
    now: datetime,
) -> None:
    """Keep the settled answer: as said where readers differed, as the first reader has it where they did not."""
    by_id = {each.criterion_id: each for each in said}
    first = next(iter(one.readings.values()))
    criteria = tuple(by_id.get(each.criterion_id, each) for each in first.criteria)
    record_adjudication(connection, one.item_id, person.person_id, Adjudication(criteria, reason, stamp(now)))
