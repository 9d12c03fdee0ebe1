"""An expert takes on what was escalated, judges it where it is theirs to judge, and settles it."""

from datetime import datetime

from domain.authoring import ReopenedAs
from domain.person import Person
from domain.review import EscalationOutcome
from pipeline.store.connection import Connection
from pipeline.store.escalations import Escalation, claim_escalation, settle_escalation
from pipeline.store.reopenings import fetch_reopenings, record_reopening
from pipeline.store.reviews import fetch_versions, record_second_reading
from pipeline.store.slots import fetch_n_slots, fetch_slots
from review.acts.take import take
from review.rules.escalation import why_not_claim, why_not_reopen, why_not_settle
from review.rules.lease import claim, stamp


def take_on(connection: Connection, one: Escalation, person: Person, now: datetime) -> str:
    """Take it on; theirs already, nothing changes. Returns why not."""
    if refused := why_not_claim(one, person):
        return refused
    if one.claimed_by is None:
        claim_escalation(connection, one, person.person_id, stamp(now))
    return ""


def judge(connection: Connection, one: Escalation, person: Person, now: datetime) -> str:
    """Begin to judge the item; where readers have all its places, one more is made. Returns why not."""
    if one.claimed_by != person.person_id or one.state == "closed":
        return "take the escalation on first"
    slots, n_slots = fetch_slots(connection, one.item_id), fetch_n_slots(connection, one.item_id)
    if n_slots == 1 and claim(slots, n_slots, person.person_id, now) is None:
        record_second_reading(connection, one.item_id, person.person_id, "an expert judges it too", stamp(now))
    return take(connection, one.item_id, person, now)


def settle(
    connection: Connection, one: Escalation, person: Person, outcome: EscalationOutcome, reason: str, now: datetime
) -> str:
    """Settle it. Returns why not."""
    has_judged = bool(fetch_versions(connection, one.item_id, person.person_id))
    refused = why_not_settle(one, person, outcome, reason, has_judged=has_judged)
    if not refused:
        settle_escalation(connection, one, person.person_id, outcome, reason.strip(), stamp(now))
    return refused


def reopen(
    connection: Connection,
    one: Escalation,
    person: Person,
    how: ReopenedAs,
    reason: str,
    now: datetime,
    *,
    is_changed: bool,
) -> str:
    """Bring the item of a scenario at fault back to the queue. Returns why not."""
    is_reopened = one.seq in fetch_reopenings(connection)
    refused = why_not_reopen(one, how, reason, is_reopened=is_reopened, is_changed=is_changed)
    if not refused:
        record_reopening(connection, one, how, reason.strip(), person.person_id, stamp(now))
    return refused
