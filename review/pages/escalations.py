"""The experts' inbox: what was escalated, and what became of it."""

from dataclasses import dataclass

from domain.authoring import ReopenedAs
from domain.review import EscalationOutcome
from pipeline.store.connection import Connection
from pipeline.store.escalations import Escalation, fetch_escalation, fetch_escalations
from pipeline.store.events import PEOPLE
from pipeline.store.people import fetch_professions
from pipeline.store.reopenings import Reopening, fetch_reopenings
from pipeline.store.review_items import ReviewItem, fetch_review_item
from pipeline.store.reviews import fetch_versions
from pipeline.store.scenario_versions import ScenarioVersion, fetch_newer
from review.acts.escalation import judge, reopen, settle, take_on
from review.ask import EXPERTS, LEADS, Ask, GoTo, Page, RefusedError
from review.pages.response import Tick, ticks_of
from review.rules.escalation import is_at_fault
from review.rules.reading import MOST_CHARACTERS

_OUTCOMES = {
    EscalationOutcome.RETURNED: "Back to the queue: my advice is below",
    EscalationOutcome.JUDGED: "I have judged it myself",
    EscalationOutcome.SCENARIO_AT_FAULT: "The scenario must be changed first",
}
_WAYS_BACK = {
    ReopenedAs.FIXED: "The scenario has been changed: back to the queue, to be judged by the text that was put",
    ReopenedAs.REJECTED: "The scenario stands as it is: back to the queue",
}


@dataclass(frozen=True, slots=True)
class InboxPage:
    """All escalations, by where they stand."""

    mine: list[Escalation]
    open: list[Escalation]
    with_others: list[Escalation]
    closed: list[Escalation]
    at_fault: list[Escalation]
    """Whose item waits for its scenario."""
    may_settle: bool


@dataclass(frozen=True, slots=True)
class EscalationPage:
    """One of them, with the item."""

    one: Escalation
    raised_by: str
    """The profession of whoever raised it; not the name."""
    item: ReviewItem
    ticks: list[Tick]
    may_claim: bool
    is_mine: bool
    has_judged: bool
    outcomes: list[tuple[str, str, str]]
    outcome: str
    reason: str
    problem: str
    scenario_sha256: str
    newer: ScenarioVersion | None
    """Of the scenario."""
    reopening: Reopening | None
    may_reopen: bool
    ways_back: list[tuple[str, str, str]]


def show_inbox(ask: Ask) -> Page:
    """The page."""
    me = ask.person.person_id
    with ask.store.reading() as connection:
        found, back = fetch_escalations(connection), fetch_reopenings(connection)
    pending = [one for one in found if one.state != "closed"]
    record = InboxPage(
        [one for one in pending if one.claimed_by == me],
        [one for one in pending if one.claimed_by is None],
        [one for one in pending if one.claimed_by not in (None, me)],
        [one for one in found if one.state == "closed"][-20:],
        [one for one in found if is_at_fault(one, is_reopened=one.seq in back)],
        ask.deciding.may(EXPERTS),
    )
    return Page("escalations.html", record)


def show_one(ask: Ask) -> Page:
    """One escalation."""
    with ask.store.reading() as connection:
        return _page(connection, _opened(connection, ask), ask, "")


def claim_one(ask: Ask) -> GoTo:
    """Take it on."""
    with ask.store.writing(PEOPLE) as connection:
        one = _opened(connection, ask)
        refused = take_on(connection, one, ask.person, ask.now)
    if refused:
        raise RefusedError(409, f"You cannot take this on: {refused}")
    return GoTo(f"/escalations/{one.seq}")


def judge_one(ask: Ask) -> GoTo:
    """Judge the item oneself."""
    with ask.store.writing(PEOPLE) as connection:
        one = _opened(connection, ask)
        refused = judge(connection, one, ask.person, ask.now)
    if refused:
        raise RefusedError(409, f"You cannot judge this item: {refused}")
    return GoTo(f"/items/{one.item_id}")


def settle_one(ask: Ask) -> Page | GoTo:
    """Settle it, with a reason."""
    said, reason = ask.one("outcome"), ask.one("reason")
    with ask.store.writing(PEOPLE) as connection:
        one = _opened(connection, ask)
        if said not in set(EscalationOutcome):
            return _page(connection, one, ask, "Choose an outcome")
        if len(reason) > MOST_CHARACTERS:
            return _page(connection, one, ask, f"Use at most {MOST_CHARACTERS} characters")
        refused = settle(connection, one, ask.person, EscalationOutcome(said), reason, ask.now)
        if refused:
            return _page(connection, one, ask, refused)
    return GoTo("/escalations")


def reopen_one(ask: Ask) -> Page | GoTo:
    """A lead brings back the item of a scenario at fault: it was mended, or stands as it is."""
    how, reason = ask.one("how"), ask.one("reason")
    with ask.store.writing(PEOPLE) as connection:
        one = _opened(connection, ask)
        if how not in set(ReopenedAs):
            return _page(connection, one, ask, "Choose how it comes back")
        if len(reason) > MOST_CHARACTERS:
            return _page(connection, one, ask, f"Use at most {MOST_CHARACTERS} characters")
        newer = fetch_newer(connection, _item(connection, one).versions["scenario"])
        is_changed = newer is not None
        refused = reopen(connection, one, ask.person, ReopenedAs(how), reason, ask.now, is_changed=is_changed)
        if refused:
            return _page(connection, one, ask, refused)
    return GoTo("/escalations")


def _item(connection: Connection, one: Escalation) -> ReviewItem:
    item = fetch_review_item(connection, one.item_id)
    if item is None:
        raise RefusedError(404, "There is no such escalation")
    return item


def _opened(connection: Connection, ask: Ask) -> Escalation:
    found = fetch_escalation(connection, int(ask.path["seq"]))
    if found is None:
        raise RefusedError(404, "There is no such escalation")
    return found


def _page(connection: Connection, one: Escalation, ask: Ask, problem: str) -> Page:
    me = ask.person
    item, back = _item(connection, one), fetch_reopenings(connection).get(one.seq)
    record = EscalationPage(
        one,
        fetch_professions(connection).get(one.raised_by, ""),
        item,
        ticks_of(item.response, ()),
        ask.deciding.may(EXPERTS) and one.state == "open" and one.raised_by != me.person_id,
        one.state == "claimed" and one.claimed_by == me.person_id,
        bool(fetch_versions(connection, one.item_id, me.person_id)),
        [(str(outcome), text, "") for outcome, text in _OUTCOMES.items()],
        ask.one("outcome"),
        ask.one("reason"),
        problem,
        item.versions["scenario"],
        fetch_newer(connection, item.versions["scenario"]),
        back,
        is_at_fault(one, is_reopened=back is not None) and me.may(LEADS),
        [(str(how), text, "") for how, text in _WAYS_BACK.items()],
    )
    return Page("escalation.html", record, 400 if problem else 200)
