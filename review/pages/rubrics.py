"""The rubrics: those that runs judge by, read in plain words, and the drafts of what comes next."""

from dataclasses import dataclass

from domain.example import Kind
from domain.rubric import Rubric
from domain.thread import ThreadKind
from pipeline.authoring.publish import publish
from pipeline.authoring.rubric_files import read_rubric_files
from pipeline.store.connection import Connection
from pipeline.store.events import PEOPLE
from pipeline.store.rejudgings import Rejudging, fetch_rejudgings
from pipeline.store.rubric_drafts import Draft, fetch_drafts
from pipeline.store.rubric_versions import RubricVersion, fetch_rubric_versions, fetch_unwritten_rubrics
from pipeline.store.threads import fetch_thread
from review.acts.write_rubric import begin_new, begin_version
from review.ask import APPROVERS, AUTHORS, Ask, GoTo, Page, RefusedError
from review.rules.lease import stamp
from review.rules.rubric_draft import body_from
from review.rules.rubric_kept import limits_said, phrases_said, routes_said
from review.rules.thread import may_see
from review.words import AUDIENCES, CATEGORIES, FACTS, KINDS, ROUTES

_MOST_TITLE = 200


@dataclass(frozen=True, slots=True)
class RubricsPage:
    """All of them."""

    rubrics: list[Rubric]
    drafts: list[Draft]
    unwritten: list[RubricVersion]
    """Approved, and not in their files."""
    n_broken: int
    """Files that do not read."""
    rejudgings: list[Rejudging]
    may_write: bool
    may_approve: bool
    title: str
    problem: str


@dataclass(frozen=True, slots=True)
class RubricPage:
    """One rubric as it stands in its file."""

    rubric: Rubric
    versions: list[RubricVersion]
    may_write: bool
    words: dict[str, dict[str, str]]
    limits: list[str]
    """How far judges may be trusted with it."""
    routes: list[str]
    """Words for routes to care."""
    phrases: dict[str, list[str]]
    """What the embedded judge does beyond phrases, by criterion."""


def show_list(ask: Ask) -> Page:
    """The page."""
    with ask.store.reading() as connection:
        return _list(connection, ask, "")


def show_one(ask: Ask) -> Page:
    """One rubric, to be read."""
    found = read_rubric_files(ask.root).by_id.get(ask.query.get("id", ""))
    if found is None:
        raise RefusedError(404, "There is no such rubric")
    with ask.store.reading() as connection:
        versions = fetch_rubric_versions(connection, found.rubric.rubric_id)
    kinds = {str(kind): KINDS[kind][0] for kind in Kind}
    words = {"facts": FACTS, "routes": ROUTES, "categories": CATEGORIES, "audiences": AUDIENCES, "kinds": kinds}
    body = body_from(found.rubric)
    phrases = {one["criterion_id"]: phrases_said(one) for one in body["criteria"]}
    record = RubricPage(
        found.rubric, versions, ask.person.may(AUTHORS), words, limits_said(body), routes_said(body), phrases
    )
    return Page("rubric.html", record)


def begin(ask: Ask) -> Page | GoTo:
    """Begin a draft: of a new rubric by its title, or of a new version by the rubric's id or a dispute's criterion."""
    files, title = read_rubric_files(ask.root), ask.one("title").strip()
    with ask.store.writing(PEOPLE) as connection:
        if not ask.one("id") and not ask.one("origin"):
            if not title or len(title) > _MOST_TITLE:
                return _list(connection, ask, f"Give the rubric a title of at most {_MOST_TITLE} characters")
            return GoTo(f"/rubrics/drafts/{begin_new(connection, files, title, ask.person, ask.now)}")
        origin, criterion_id = _origin(connection, ask)
        for one in files.by_id.values():
            names = [each.criterion_id for each in one.rubric.criteria]
            if one.rubric.rubric_id == ask.one("id") or criterion_id in names:
                seq = begin_version(connection, one.rubric, origin, ask.person, ask.now)
                return GoTo(f"/rubrics/drafts/{seq}{_part(names, criterion_id)}")
    raise RefusedError(404, "There is no such rubric among the workspace's files")


def write_files(ask: Ask) -> GoTo:
    """Put what is approved where runs read it, if it is not there yet."""
    publish(ask.root, ask.store, stamp(ask.now))
    return GoTo("/rubrics")


def _origin(connection: Connection, ask: Ask) -> tuple[int | None, str]:
    """The dispute that it comes of, and the criterion that the dispute is about."""
    said = ask.one("origin")
    if not said:
        return None, ""
    thread = fetch_thread(connection, int(said)) if said.isascii() and said.isdigit() else None
    if thread is None or thread.kind is not ThreadKind.DISPUTE or not may_see(thread, ask.person):
        raise RefusedError(404, "There is no such dispute, or it is not open to you")
    return thread.seq, thread.criterion_id


def _part(names: list[str], criterion_id: str) -> str:
    return f"/parts/{names.index(criterion_id) + 1}" if criterion_id in names else ""


def _list(connection: Connection, ask: Ask, problem: str) -> Page:
    files = read_rubric_files(ask.root)
    record = RubricsPage(
        [one.rubric for one in files.by_id.values()],
        fetch_drafts(connection),
        fetch_unwritten_rubrics(connection),
        files.n_broken,
        fetch_rejudgings(connection),
        ask.person.may(AUTHORS),
        ask.deciding.may(APPROVERS),
        ask.one("title"),
        problem,
    )
    return Page("rubrics.html", record, 400 if problem else 200)
