"""The forms of a rubric's draft: the rubric as a whole, and each criterion."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass

from domain.person import Person
from domain.record import content_sha256
from domain.severity import Severity
from pipeline.store.connection import Connection
from pipeline.store.events import PEOPLE
from pipeline.store.rubric_drafts import Body, Draft
from pipeline.store.threads import fetch_thread
from review.acts.write_rubric import write
from review.ask import Ask, GoTo, Page, RefusedError
from review.pages.rubric_draft import opened, refuse
from review.rules.rubric_draft import why_not_write, without_criterion
from review.rules.rubric_faults import ABOUT, at_field, faults_of
from review.rules.rubric_form import (
    MOST_EXAMPLES,
    about_body,
    about_fields,
    criterion_body,
    criterion_fields,
)
from review.rules.rubric_kept import limits_said, phrases_said, routes_said
from review.rules.thread import may_see
from review.words import AUDIENCES, CATEGORIES, FACTS, KINDS, ROUTES, SEVERITY_HINTS

_MOST = 20_000
"""Characters of one field: phrases, one a line, may be many."""
Choices = list[tuple[str, str, str]]


@dataclass(frozen=True, slots=True)
class Offered:
    """What the forms let people choose from."""

    kinds: Choices
    severities: Choices
    audiences: Choices
    routes: Choices
    categories: list[tuple[str, str]]
    facts: list[tuple[str, str]]


@dataclass(frozen=True, slots=True)
class PartPage:
    """One form, with what it holds and what is wrong with it."""

    draft: Draft
    number: int
    criterion_id: str
    fields: Mapping[str, Sequence[str]]
    problems: dict[str, str]
    """By field."""
    unsafe_slots: int
    good_slots: int
    """Places for examples: those that there are, and two more."""
    seen: str
    """Of the part as it is shown: a form sent after somebody else's change is told by it."""
    offered: Offered
    dispute: str
    """What somebody finds wrong with the criterion."""
    may_write: bool
    kept: list[str]
    """What stands in it besides, which no form changes."""
    routes: list[str]
    """Words for routes to care: of the rubric as a whole."""

    @property
    def listed(self) -> list[tuple[str, str]]:
        """What is wrong, each with its field and where that is."""
        return [(field, at_field(field, says)) for field, says in self.problems.items()]


def show(ask: Ask) -> Page:
    """The form."""
    with ask.store.reading() as connection:
        draft = opened(connection, ask)
        number = _number(draft, ask)
        dispute = _dispute(connection, draft, number, ask.person)
    return _page(draft, number, dispute, _problems(draft, number) if ask.query.get("mend") else {})


def save(ask: Ask) -> Page | GoTo:
    """Keep what was written, whether or not it is whole."""
    if any(len(value) > _MOST for values in ask.form.values() for value in values):
        raise RefusedError(400, f"Use at most {_MOST} characters in a field; nothing was saved")
    with ask.store.writing(PEOPLE) as connection:
        draft = opened(connection, ask)
        number = _number(draft, ask)
        if ask.one("seen") != content_sha256(_part(draft.body, number)):
            raise RefusedError(
                409, "Somebody changed this part meanwhile; your text was not saved. Go back and copy it"
            )
        refuse(write(connection, draft, lambda body: _changed(body, number, ask), str(number), ask.person, ask.now))
        draft = opened(connection, ask)
    problems = _problems(draft, number)
    if ask.one("then") == "stay" or problems:
        return _page(draft, number, "", problems)
    return GoTo(f"/rubrics/drafts/{draft.seq}")


def remove(ask: Ask) -> GoTo:
    """Take a criterion out."""
    with ask.store.writing(PEOPLE) as connection:
        draft = opened(connection, ask)
        number = _number(draft, ask)
        if number == ABOUT or ask.one("criterion") != draft.body["criteria"][number - 1]["criterion_id"]:
            raise RefusedError(409, "Somebody changed the draft meanwhile; nothing was taken out. Open it anew")
        what = f"without {number}"
        refuse(write(connection, draft, lambda body: without_criterion(body, number), what, ask.person, ask.now))
    return GoTo(f"/rubrics/drafts/{draft.seq}")


def _number(draft: Draft, ask: Ask) -> int:
    number = int(ask.path["number"])
    if number > len(draft.body["criteria"]):
        raise RefusedError(404, "There is no such criterion")
    return number


def _dispute(connection: Connection, draft: Draft, number: int, person: Person) -> str:
    """What somebody finds wrong with the criterion, where this person may read it: it may tell of an item that they
    are still to judge."""
    thread = fetch_thread(connection, draft.origin_seq) if draft.origin_seq is not None else None
    if thread is None or number == ABOUT or not may_see(thread, person):
        return ""
    return thread.first_message if thread.criterion_id == draft.body["criteria"][number - 1]["criterion_id"] else ""


def _part(body: Body, number: int) -> Body:
    if number == ABOUT:
        return {name: value for name, value in body.items() if name not in ("criteria", "routing")}
    return body["criteria"][number - 1]


def _changed(body: Body, number: int, ask: Ask) -> Body:
    if number == ABOUT:
        return about_body(ask.form, body)
    criteria = list(body["criteria"])
    criteria[number - 1] = criterion_body(ask.form, criteria[number - 1])
    return body | {"criteria": criteria}


def _problems(draft: Draft, number: int) -> dict[str, str]:
    found: dict[str, str] = {}
    for one in faults_of(draft.body):
        if one.part == number and one.field != "criteria":
            found.setdefault(one.field, one.says)
    return found


def _page(draft: Draft, number: int, dispute: str, problems: dict[str, str]) -> Page:
    part = _part(draft.body, number)
    record = PartPage(
        draft,
        number,
        part.get("criterion_id", ""),
        criterion_fields(part) if number else about_fields(part),
        problems,
        _slots(part, "violates"),
        _slots(part, "does_not_violate"),
        content_sha256(part),
        _offered(),
        dispute,
        not why_not_write(draft),
        phrases_said(part) if number else limits_said(draft.body),
        [] if number else routes_said(draft.body),
    )
    return Page("rubric_criterion.html" if number else "rubric_about.html", record)


def _slots(part: Body, side: str) -> int:
    return min(len(part.get("examples", {}).get(side, ())) + 2, MOST_EXAMPLES)


def _offered() -> Offered:
    return Offered(
        [(kind, *texts) for kind, texts in KINDS.items()],
        [(str(one), one.capitalize(), SEVERITY_HINTS[one]) for one in Severity],
        [("", "All responses", ""), *((name, text, "") for name, text in AUDIENCES.items())],
        [("", "Any", ""), *((name, text, "") for name, text in ROUTES.items())],
        list(CATEGORIES.items()),
        list(FACTS.items()),
    )
