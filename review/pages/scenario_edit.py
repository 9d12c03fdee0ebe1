"""Editing a scenario: an expert or a lead makes its next version, often of an edit that a review proposed."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass

from domain.scenario import Scenario
from pipeline.authoring.publish import publish
from pipeline.store.connection import Connection
from pipeline.store.events import PEOPLE
from pipeline.store.scenario_versions import ProposedEdit, fetch_proposed_edits
from pipeline.store.scenarios import fetch_references, fetch_scenario
from review.acts.change_scenario import change
from review.ask import Ask, GoTo, Page, RefusedError
from review.rules.lease import stamp
from review.rules.scenario_form import scenario_body, scenario_fields, scenario_of
from review.words import CATEGORIES, FACTS, ROUTES

_MOST = 20_000


@dataclass(frozen=True, slots=True)
class ScenarioEditPage:
    """The form."""

    sha256: str
    scenario: Scenario
    fields: Mapping[str, Sequence[str]]
    problems: dict[str, str]
    edits: list[ProposedEdit]
    review: str
    """The number of the review whose edit is taken up."""
    because: str
    facts: dict[str, str]
    routes: list[tuple[str, str, str]]
    categories: list[tuple[str, str, str]]


def show(ask: Ask) -> Page:
    """The form, with the latest reference answer that clinicians wrote in its place."""
    with ask.store.reading() as connection:
        scenario = _opened(connection, ask)
        fields = scenario_fields(scenario.model_dump(mode="json"))
        if references := fetch_references(connection, scenario.sha256):
            fields["reference_answer"] = [references[0].body]
        return _page(connection, ask, scenario, fields, {})


def save(ask: Ask) -> Page | GoTo:
    """Make the next version."""
    if any(len(value) > _MOST for values in ask.form.values() for value in values):
        raise RefusedError(400, f"Use at most {_MOST} characters in a field; nothing was saved")
    with ask.store.writing(PEOPLE) as connection:
        before = _opened(connection, ask)
        after = scenario_of(scenario_body(ask.form, before.model_dump(mode="json")))
        if isinstance(after, dict):
            return _page(connection, ask, before, ask.form, after)
        edits = {str(one.review_seq): one.review_seq for one in fetch_proposed_edits(connection, before.sha256)}
        review_seq = edits.get(ask.one("review"))
        refused = change(connection, ask.root, before, after, ask.one("because"), review_seq, ask.person, ask.now)
        if refused:
            return _page(connection, ask, before, ask.form, {"because": refused})
    publish(ask.root, ask.store, stamp(ask.now))
    return GoTo(f"/scenarios/{after.sha256}")


def _opened(connection: Connection, ask: Ask) -> Scenario:
    scenario = fetch_scenario(connection, ask.path["sha256"])
    if scenario is None:
        raise RefusedError(404, "There is no such scenario")
    return scenario


def _page(
    connection: Connection, ask: Ask, scenario: Scenario, fields: Mapping[str, Sequence[str]], problems: dict[str, str]
) -> Page:
    record = ScenarioEditPage(
        ask.path["sha256"],
        scenario,
        fields,
        problems,
        fetch_proposed_edits(connection, scenario.sha256),
        ask.one("review") or ask.query.get("review", ""),
        ask.one("because"),
        FACTS,
        [("", "Not stated", ""), *((name, text, "") for name, text in ROUTES.items())],
        [("", "Not stated", ""), *((name, text, "") for name, text in CATEGORIES.items())],
    )
    return Page("scenario_edit.html", record, 400 if problems else 200)
