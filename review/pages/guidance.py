"""Guidance: what holds now and what changed; for leads, who has read it and what must be looked at again."""

import re
from dataclasses import dataclass

from pipeline.authoring.rubric_files import criterion_titles
from pipeline.store.connection import Connection
from pipeline.store.events import PEOPLE
from pipeline.store.guidance import (
    Affected,
    Guidance,
    Reading,
    fetch_affected,
    fetch_guidance,
    fetch_latest_read,
    fetch_readings,
    record_guidance,
    record_read,
)
from review.ask import LEADS, Ask, GoTo, Page, RefusedError
from review.rules.lease import stamp

_MOST_BODY, _MOST_CHANGED = 40_000, 1000
_IDS = re.compile(r"[A-Za-z0-9][A-Za-z0-9._:/@+-]{0,199}")


@dataclass(frozen=True, slots=True)
class GuidancePage:
    """The guidance, and what a lead works with."""

    versions: list[Guidance]
    has_read: bool
    is_lead: bool
    readings: list[Reading]
    affected: list[Affected]
    body: str
    changed: str
    criteria: list[str]
    """Ticked as those that it changes."""
    choices: list[str]
    problem: str


def show(ask: Ask) -> Page:
    """The page."""
    with ask.store.reading() as connection:
        return _page(connection, ask, "")


def publish(ask: Ask) -> Page | GoTo:
    """A new version."""
    body, changed, criteria = ask.one("body").strip(), ask.one("changed").strip(), _ticked(ask)
    problem = ""
    if not body or not changed or len(body) > _MOST_BODY or len(changed) > _MOST_CHANGED:
        problem = f"Write the guidance ({_MOST_BODY} characters at most), and what changes ({_MOST_CHANGED})"
    elif not all(_IDS.fullmatch(one) for one in criteria):
        problem = "Choose among the criteria that are offered"
    with ask.store.writing(PEOPLE) as connection:
        if problem:
            return _page(connection, ask, problem)
        latest = next(iter(fetch_guidance(connection)), None)
        if latest is not None and (latest.body, latest.changed) == (body, changed):
            return GoTo("/guidance")  # sent twice
        record_guidance(connection, body, changed, criteria, ask.person.person_id, stamp(ask.now))
    return GoTo("/guidance")


def mark_read(ask: Ask) -> GoTo:
    """The person has read the version that they were shown."""
    said = ask.one("number")
    with ask.store.writing(PEOPLE) as connection:
        known = {str(one.number) for one in fetch_guidance(connection)}
        if said not in known:
            raise RefusedError(400, "There is no such version of the guidance")
        record_read(connection, ask.person.person_id, int(said), stamp(ask.now))
    return GoTo("/guidance")


def _ticked(ask: Ask) -> list[str]:
    return [one for one in ask.form.get("criteria", ()) if one]


def _page(connection: Connection, ask: Ask, problem: str) -> Page:
    versions, is_lead = fetch_guidance(connection), ask.person.may(LEADS)
    latest = versions[0] if versions else None
    record = GuidancePage(
        versions,
        latest is not None and fetch_latest_read(connection, ask.person.person_id) >= latest.number,
        is_lead,
        fetch_readings(connection) if is_lead else [],
        fetch_affected(connection, latest) if is_lead and latest is not None else [],
        ask.one("body") if problem else latest.body if latest else "",
        ask.one("changed"),
        _ticked(ask),
        [*criterion_titles(ask.root)] if is_lead else [],
        problem,
    )
    return Page("guidance.html", record, 400 if problem else 200)
