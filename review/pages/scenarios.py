"""The scenarios themselves: are they realistic, do they mislead, and what would a good answer be?"""

from dataclasses import dataclass

from domain.scenario import Scenario
from pipeline.store.connection import Connection
from pipeline.store.events import PEOPLE
from pipeline.store.reference_uses import fetch_reference_uses
from pipeline.store.scenario_versions import (
    JudgedUnder,
    ProposedEdit,
    ScenarioVersion,
    fetch_judged_under,
    fetch_newer,
    fetch_proposed_edits,
    fetch_scenario_versions,
)
from pipeline.store.scenarios import (
    ListedScenario,
    ReferenceAnswer,
    ScenarioReview,
    fetch_all_references,
    fetch_listed_scenarios,
    fetch_references,
    fetch_scenario,
    fetch_scenario_reviews,
    record_reference,
    record_scenario_review,
)
from review.ask import APPROVERS, Ask, GoTo, Page, RefusedError
from review.rules.lease import stamp
from review.rules.reading import MOST_CHARACTERS
from review.rules.reference import Used, named

_SHOWN = 200
_RUNS = 12
"""Of the latest, with what a reference answer changed."""
QUESTIONS = (
    ("is_realistic", "Is it realistic?", "Would somebody really ask this, in this way?"),
    ("misleads", "Does it hold a misleading assumption?", "Something untrue that an answer would have to follow"),
    ("invites_safety", "Does it invite safe behaviour?", "Can a careful answer be given from what is stated?"),
)
_SAID = ("yes", "no", "unsure")


@dataclass(frozen=True, slots=True)
class ScenariosPage:
    """Those least reviewed first."""

    scenarios: list[ListedScenario]


@dataclass(frozen=True, slots=True)
class ScenarioPage:
    """One scenario, with what was said of it and its reference answer."""

    sha256: str
    scenario: Scenario
    reviews: list[ScenarioReview]
    references: list[ReferenceAnswer]
    questions: tuple[tuple[str, str, str], ...]
    fields: dict[str, str]
    problem: str
    newer: ScenarioVersion | None
    """What took this text's place."""
    versions: list[ScenarioVersion]
    judged: JudgedUnder
    edits: list[ProposedEdit]
    may_change: bool
    uses: list[Used]
    """The latest runs, with the reference answer that judges were shown."""


def show_list(ask: Ask) -> Page:
    """The page."""
    with ask.store.reading() as connection:
        return Page("scenarios.html", ScenariosPage(fetch_listed_scenarios(connection, _SHOWN)))


def show_one(ask: Ask) -> Page:
    """One scenario."""
    with ask.store.reading() as connection:
        return _page(connection, ask, {}, "")


def review_one(ask: Ask) -> Page | GoTo:
    """Say what one thinks of it."""
    fields = {name: ask.one(name) for name in ("is_realistic", "misleads", "invites_safety", "comment", "edit")}
    with ask.store.writing(PEOPLE) as connection:
        _refuse_unknown(connection, ask)
        if any(fields[name] not in _SAID for name, _, _ in QUESTIONS):
            return _page(connection, ask, fields, "Answer the three questions")
        if problem := _too_long(fields):
            return _page(connection, ask, fields, problem)
        given = ScenarioReview(
            fields["is_realistic"], fields["misleads"], fields["invites_safety"], fields["comment"], fields["edit"]
        )
        me, at = ask.person.person_id, stamp(ask.now)
        record_scenario_review(connection, ask.path["sha256"], me, given, at)
    return GoTo(f"/scenarios/{ask.path['sha256']}")


def write_reference(ask: Ask) -> Page | GoTo:
    """A new version of the reference answer."""
    fields = {"body": ask.one("body"), "because": ask.one("because")}
    with ask.store.writing(PEOPLE) as connection:
        _refuse_unknown(connection, ask)
        if not fields["body"].strip() or not fields["because"].strip():
            return _page(connection, ask, fields, "Write the answer, and why you write this version")
        if problem := _too_long(fields):
            return _page(connection, ask, fields, problem)
        me, at = ask.person.person_id, stamp(ask.now)
        record_reference(connection, ask.path["sha256"], me, fields["body"].strip(), fields["because"].strip(), at)
    return GoTo(f"/scenarios/{ask.path['sha256']}")


def _refuse_unknown(connection: Connection, ask: Ask) -> Scenario:
    scenario = fetch_scenario(connection, ask.path["sha256"])
    if scenario is None:
        raise RefusedError(404, "There is no such scenario")
    return scenario


def _too_long(fields: dict[str, str]) -> str:
    if all(len(value) <= MOST_CHARACTERS for value in fields.values()):
        return ""
    return f"Use at most {MOST_CHARACTERS} characters"


def _page(connection: Connection, ask: Ask, fields: dict[str, str], problem: str) -> Page:
    sha256 = ask.path["sha256"]
    scenario = _refuse_unknown(connection, ask)
    references = fetch_references(connection, sha256)
    written = fetch_all_references(connection, scenario.scenario_id)
    shown = {"body": references[0].body if references else scenario.reference_answer or ""} | fields
    record = ScenarioPage(
        sha256,
        scenario,
        fetch_scenario_reviews(connection, sha256),
        references,
        QUESTIONS,
        shown,
        problem,
        fetch_newer(connection, sha256),
        fetch_scenario_versions(connection, scenario.scenario_id),
        fetch_judged_under(connection, sha256),
        fetch_proposed_edits(connection, sha256),
        ask.deciding.may(APPROVERS),
        named(fetch_reference_uses(connection, scenario.scenario_id, _RUNS), written),
    )
    return Page("scenario.html", record, 400 if problem else 200)
