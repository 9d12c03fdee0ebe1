"""A rubric's draft: how one begins, what is added to it, and who may do what with it when."""

import re
from collections.abc import Collection, Sequence
from datetime import date

import orjson

from domain.authoring import DraftState
from domain.person import Person
from domain.rubric import Approval, Rubric
from pipeline.store.rubric_drafts import Body, Draft
from review.rules.rubric_faults import Fault
from review.words import WORDS

_WORD = re.compile(r"[A-Za-z0-9]+")
_NUMBERED = re.compile(r"^(.*?)(\d+)$")
_MOST_WORDS = 6


def new_body(title: str, taken: Collection[str]) -> Body:
    """A rubric of which only the title is known; its ids are made of it."""
    words = [word.lower() for word in _WORD.findall(title)][:_MOST_WORDS] or ["rubric"]
    rubric_id = _free("-".join(words), taken, "-")
    return {
        "schema": "rubric/1", "rubric_id": rubric_id, "version": "0.0.0", "title": title.strip(), "status": "draft",
        "summary": "", "hazard": {"hazard_id": _free(f"HZ-{rubric_id}", taken, "-"), "description": "",
                                  "mechanism": "", "who": []}, "criteria": [],
    }  # fmt: skip


def body_from(rubric: Rubric) -> Body:
    """The text that a new version begins with: nobody has approved it."""
    body = rubric.model_dump(mode="json", by_alias=True, exclude_defaults=True)
    return body | {"status": "draft", "approved_by": []}


def with_criterion(body: Body, taken: Collection[str]) -> Body:
    """With one more criterion, of which nothing is known but its id."""
    mine = [one["criterion_id"] for one in body["criteria"]]
    numbered = [found for name in mine if (found := _NUMBERED.match(name))]
    start = numbered[-1][1] if numbered else "".join(word[0] for word in _WORD.findall(body["title"])).upper() + "-"
    n = max((int(found[2]) for found in numbered if found[1] == start), default=0) + 1
    while f"{start}{n}" in taken or f"{start}{n}" in mine:
        n += 1
    return body | {"criteria": [*body["criteria"], {"criterion_id": f"{start}{n}"}]}


def without_criterion(body: Body, number: int) -> Body:
    """Without one of its criteria, nor any mention of it."""
    gone = body["criteria"][number - 1]["criterion_id"]
    criteria = [one for one in body["criteria"] if one["criterion_id"] != gone]
    routing = body.get("routing", {})
    if gone in routing.get("always_review", ()):
        routing = routing | {"always_review": [one for one in routing["always_review"] if one != gone]}
    return body | {"criteria": criteria} | ({"routing": routing} if routing else {})


def approved(draft: Draft, by: Person, on: date) -> Rubric:
    """The draft's text as the version that its approval makes of it.

    A new rubric begins at 1.0.0; a new version of one that there is counts the middle number on.
    """
    major, minor, _ = (int(part) for part in draft.body["version"].split("."))
    version = f"{major}.{minor + 1}.0" if draft.base_sha256 else "1.0.0"
    role = f"{WORDS[by.profession] if by.profession else ''}, {' and '.join(WORDS[one] for one in sorted(by.roles))}"
    approval = Approval(name=by.name, role=role, date=on).model_dump(mode="json")
    body = draft.body | {"version": version, "status": "approved", "approved_by": [approval]}
    return Rubric.model_validate_json(orjson.dumps(body))


def approved_as(rubric: Rubric, other: Rubric) -> Rubric:
    """A rubric with another's approval, so that nothing but their words makes a difference."""
    return rubric.model_copy(update={"status": other.status, "approved_by": other.approved_by})


def why_not_write(draft: Draft) -> str:
    """Why nothing may be written in it; empty where it may."""
    if draft.state is DraftState.OFFERED:
        return "it waits for approval; whoever offered it can take it back first"
    return "" if draft.state is DraftState.WRITING else "it is finished"


def why_not_offer(draft: Draft, because: str, faults: Sequence[Fault], *, was_tried: bool) -> str:
    """Why it cannot be offered for approval; empty where it can."""
    if refused := why_not_write(draft):
        return refused
    if faults:
        return "mend what is listed first"
    if not was_tried:
        return "try this very text on past responses first"
    return "" if because.strip() else "say why this version is written"


def why_not_approve(draft: Draft, person: Person) -> str:
    """Why this person may not approve it; empty where they may."""
    if draft.state is not DraftState.OFFERED:
        return "it was not offered for approval"
    if person.person_id in draft.authors:
        return "you wrote in it yourself; another clinician approves it"
    return (
        "" if person.profession is not None else "whoever approves it is a clinician; no profession is stated for you"
    )


def _free(name: str, taken: Collection[str], between: str) -> str:
    n, found = 1, name
    while found in taken:
        n += 1
        found = f"{name}{between}{n}"
    return found
