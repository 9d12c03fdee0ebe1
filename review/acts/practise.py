"""Practising, and deciding who may review for real."""

from datetime import datetime

from domain.person import Person
from pipeline.store.connection import Connection
from pipeline.store.qualifications import (
    Decision,
    Practised,
    fetch_decision,
    fetch_practised,
    record_decision,
    record_practised,
)
from pipeline.store.released import release_all
from review.rules.lease import stamp


def practise(connection: Connection, person: Person, given: Practised) -> None:
    """Keep a person's answers to a practice item; answered already, the first answers stay."""
    done = {one.practice_sha256 for one in fetch_practised(connection, person.person_id)}
    if given.practice_sha256 not in done:
        record_practised(connection, person.person_id, given)


def decide(connection: Connection, about: Person, by: Person, reason: str, now: datetime, *, may_review: bool) -> None:
    """Decide whether a person may review for real; decided so already in the same words, nothing changes. Who may not
    holds nothing that others could judge."""
    before = fetch_decision(connection, about.person_id)
    if before is not None and (before.may_review, before.reason) == (may_review, reason):
        return
    given = Decision(may_review, reason, by.person_id, stamp(now))
    record_decision(connection, about.person_id, given, fetch_practised(connection, about.person_id))
    if not may_review:
        release_all(connection, about.person_id, given.decided_at, by.person_id)
