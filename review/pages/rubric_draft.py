"""A rubric's draft as a whole: what is written, what is to be mended, what came of trying it, and its approval."""

from collections.abc import Callable
from dataclasses import dataclass
from datetime import datetime
from typing import Any

import orjson

from domain.person import Person
from domain.rubric import Rubric
from pipeline.authoring.publish import is_run_at_work, publish
from pipeline.authoring.rubric_files import read_rubric_files
from pipeline.store.connection import Connection
from pipeline.store.events import PEOPLE
from pipeline.store.judged import fetch_run_starts
from pipeline.store.labels import count_labels
from pipeline.store.rubric_drafts import Draft, fetch_one_draft, fetch_trial
from pipeline.workbench.changes import Changed, changes_between
from pipeline.workbench.draft_trial import try_draft
from review.acts.write_rubric import add_criterion, approve, drop, keep_trial, offer, take_back, touched_by
from review.ask import APPROVERS, Ask, GoTo, Page, RefusedError
from review.rules.lease import stamp
from review.rules.reading import MOST_CHARACTERS
from review.rules.rubric_draft import approved, approved_as, why_not_approve, why_not_write
from review.rules.rubric_faults import Fault, faults_of

_RUNS = 10
"""Of the latest, to choose from."""
Act = Callable[[Connection, Draft, str, Person, datetime], str]


@dataclass(frozen=True, slots=True)
class WrittenCriterion:
    """One criterion as far as it is written."""

    number: int
    criterion_id: str
    title: str
    question: str
    n_faults: int


@dataclass(frozen=True, slots=True)
class Preview:
    """What would have to be judged anew."""

    n_responses: int
    n_reviewed: int
    """Of them, judged by clinicians under the old text as well."""
    n_labels: int
    """Labels from elsewhere on these criteria: of which text they are is not known."""
    criteria: list[str]
    changes: list[Changed]
    """Against the version that runs judge by."""
    is_run_at_work: bool
    """It goes on by the old text, and what it judges from now on is on no list."""


@dataclass(frozen=True, slots=True)
class DraftPage:
    """The draft."""

    draft: Draft
    criteria: list[WrittenCriterion]
    about_faults: list[Fault]
    n_faults: int
    trial: dict[str, Any] | None
    """What came of trying this very text, as `DraftTrial` has it."""
    runs: list[str]
    preview: Preview | None
    may_write: bool
    is_author: bool
    why_not_approve: str | None
    """None: approving is for others anyway."""
    problem: str


def show(ask: Ask) -> Page:
    """The page."""
    with ask.store.reading() as connection:
        return _page(connection, ask, opened(connection, ask), "")


def add(ask: Ask) -> GoTo:
    """One more criterion; its form is next."""
    files = read_rubric_files(ask.root)
    with ask.store.writing(PEOPLE) as connection:
        draft = opened(connection, ask)
        refuse(add_criterion(connection, draft, files, ask.person, ask.now))
        n = len(opened(connection, ask).body["criteria"])
    return GoTo(f"/rubrics/drafts/{draft.seq}/parts/{n}")


def try_out(ask: Ask) -> Page | GoTo:
    """Try the text as it stands; the store is visited a little at a time, so nobody waits for it."""
    with ask.store.reading() as connection:
        draft, known = opened(connection, ask), fetch_run_starts(connection)
        if refused := why_not_write(draft) or ("mend what is listed first" if faults_of(draft.body) else ""):
            return _page(connection, ask, draft, f"This cannot be tried: {refused}")
    rubric = Rubric.model_validate_json(orjson.dumps(draft.body))
    trial = try_draft(ask.root, ask.store, rubric, ask.one("run") if ask.one("run") in known else "")
    with ask.store.writing(PEOPLE) as connection:
        keep_trial(connection, draft, trial, ask.person, ask.now)
    return GoTo(f"/rubrics/drafts/{draft.seq}#trial")


def offer_it(ask: Ask) -> Page | GoTo:
    """Offer it for approval."""
    return _acted(ask, offer, "This cannot be offered")


def take_it_back(ask: Ask) -> Page | GoTo:
    """Back to writing."""
    return _acted(ask, take_back, "This cannot be taken back")


def drop_it(ask: Ask) -> Page | GoTo:
    """Write no further."""
    return _acted(ask, drop, "This cannot be given up")


def approve_it(ask: Ask) -> Page | GoTo:
    """Approve it; from then on runs judge by it."""
    files = read_rubric_files(ask.root)
    with ask.store.writing(PEOPLE) as connection:
        draft = opened(connection, ask)
        if ask.one("sha256") != draft.sha256:
            return _page(connection, ask, draft, "It was changed since you opened this page; read it again")
        if refused := approve(connection, draft, files, ask.person, ask.now):
            return _page(connection, ask, draft, f"You cannot approve this: {refused}")
    publish(ask.root, ask.store, stamp(ask.now))
    return GoTo("/rubrics")


def opened(connection: Connection, ask: Ask) -> Draft:
    """The draft of the address."""
    draft = fetch_one_draft(connection, int(ask.path["seq"]))
    if draft is None:
        raise RefusedError(404, "There is no such draft")
    return draft


def refuse(why: str) -> None:
    """Refuse what a draft's state does not allow."""
    if why:
        raise RefusedError(409, f"Nothing was changed: {why}")


def _acted(ask: Ask, act: Act, refused: str) -> Page | GoTo:
    said = ask.one("said")
    with ask.store.writing(PEOPLE) as connection:
        draft = opened(connection, ask)
        why = f"use at most {MOST_CHARACTERS} characters" if len(said) > MOST_CHARACTERS else ""
        if why := why or act(connection, draft, said, ask.person, ask.now):
            return _page(connection, ask, draft, f"{refused}: {why}")
    return GoTo(f"/rubrics/drafts/{draft.seq}")


def _page(connection: Connection, ask: Ask, draft: Draft, problem: str) -> Page:
    faults = faults_of(draft.body)
    kept = fetch_trial(connection, draft)
    criteria = [
        WrittenCriterion(
            number, one["criterion_id"], one.get("title", ""), one.get("question", ""),
            sum(fault.part == number for fault in faults),
        )
        for number, one in enumerate(draft.body["criteria"], 1)
    ]  # fmt: skip
    record = DraftPage(
        draft,
        criteria,
        [one for one in faults if not one.part],
        len(faults),
        kept.trial if kept is not None else None,
        list(reversed(fetch_run_starts(connection)))[:_RUNS],
        None if faults else _preview(connection, ask, draft),
        not why_not_write(draft),
        ask.person.person_id in draft.authors,
        why_not_approve(draft, ask.person) if ask.deciding.may(APPROVERS) else None,
        problem,
    )
    return Page("rubric_draft.html", record, 400 if problem else 200)


def _preview(connection: Connection, ask: Ask, draft: Draft) -> Preview | None:
    """What an approval would leave to be judged anew; None for a new rubric."""
    there = read_rubric_files(ask.root).by_id.get(draft.rubric_id)
    if there is None:
        return None
    rubric = approved(draft, ask.person, ask.now.date())  # as it would stand, were this person to approve it
    touched = touched_by(connection, there.rubric, rubric)
    criteria = sorted({one.criterion_id for one in touched})
    return Preview(
        len({one.item_id for one in touched}),
        len({one.item_id for one in touched if one.was_reviewed}),
        count_labels(connection, criteria),
        criteria,
        changes_between(approved_as(there.rubric, rubric), rubric),
        is_run_at_work(ask.root),
    )
