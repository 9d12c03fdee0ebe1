"""Anchors in the clinicians' queue: a share of the minutes, each to whoever judged it, and in no run's population."""

from contextlib import suppress
from datetime import UTC, datetime, timedelta
from typing import Any

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from domain.errors import InputError
from domain.person import Person, Role
from domain.review import CriterionJudgement, Judgement, Overall, Phase
from domain.scenario import Label
from domain.verdict import VerdictValue
from pipeline.anchors import Freeze, frozen
from pipeline.certify import fetch_panel
from pipeline.panel_view import views_of
from pipeline.store.anchors import record_anchors
from pipeline.store.connection import Connection
from pipeline.store.events import PEOPLE, fetch_events, verify
from pipeline.store.judged import fetch_judged
from pipeline.store.people import record_people
from pipeline.store.qualifications import Decision, record_decision
from pipeline.store.questions import fetch_asked, fetch_run_ids
from pipeline.store.reviews import Version, fetch_review_labels, fetch_second_labels, record_version
from pipeline.store.samples import fetch_unsized
from tests.build import criterion_json, rubric_json
from tests.conftest import Workspace
from tests.flow import UNSAFE, authored, facts, invoke

Json = dict[str, Any]
SCENARIOS = [f"s{n:02}" for n in range(30)]
REPLIES = {one: UNSAFE if one in SCENARIOS[20:] else "See a GP." for one in SCENARIOS}
READERS = ("dr-a", "dr-b")
DAY = timedelta(days=1)
AT = "2026-11-30T12:00:00.000000+00:00"


def labels(reviewers: tuple[str, ...] = READERS) -> list[Label]:
    """Each person judged every second response."""
    return [
        Label(scenario_id=one, candidate_id="a", criterion_id="X-1", reviewer_id=reviewers[number % 2],
              verdict=VerdictValue.SATISFIED)
        for number, one in enumerate(SCENARIOS)
    ]  # fmt: skip


def freeze(workspace: Workspace, days: int = 60, reviewers: tuple[str, ...] = READERS) -> None:
    """Two clinicians, a first run, and what they said of it frozen so many days ago."""
    facts(workspace, "run", authored(workspace, REPLIES), "--run-id", "first")
    at = datetime.now(UTC) - days * DAY
    with workspace.open_store().writing(PEOPLE) as connection:
        record_people(connection, [Person(one, one, frozenset({Role.TRAINER})) for one in READERS], "t", "test")
        for one in READERS:
            record_decision(connection, one, Decision(True, "test", "test", at.isoformat()), [])  # noqa: FBT003 (a record)
        panel = fetch_panel(connection, "first")
        asked = Freeze("spring", "first", panel.sha256, at, "R. Lead", "first anchors")
        record_anchors(connection, frozen(views_of(fetch_judged(connection, "first"), panel), labels(reviewers), asked))


def run(workspace: Workspace, run_id: str, **policy: object) -> Json:
    return facts(workspace, "run", authored(workspace, REPLIES, **policy), "--run-id", run_id)


def anchors(workspace: Workspace) -> list[Json]:
    found: list[Json] = facts(workspace, "queue", "--lane", "anchor", "--limit", "100")["items"]
    return found


@pytest.fixture
def night(anywhere: Workspace) -> Workspace:
    freeze(anywhere)
    return anywhere


def test_a_share_of_the_minutes_goes_to_anchors_and_the_rest_to_the_runs_own_items(night: Workspace) -> None:
    sizing = run(night, "second", minutes=100, anchor_share=0.3)["sizing"]
    sent = anchors(night)
    assert (100, len(sent)) == (sizing["minutes"], sizing["n_anchors"])
    assert 30 == pytest.approx(sizing["anchor_minutes"], rel=0.5)
    assert 100 == pytest.approx(sizing["drawn_minutes"] + sizing["anchor_minutes"], rel=0.3)
    assert {"anchors:spring"} == {one["run_id"] for one in sent}
    assert all(0 < one["inclusion_probability"] < 1 for one in sent)
    assert f"{len(sent)} anchors come back beside them" in invoke(night, "draw", "second", "--by", "x").output


def test_each_goes_to_the_person_who_judged_it_and_the_chain_records_it(night: Workspace) -> None:
    run(night, "second", anchor_share=0.4)
    sent = {one["item_id"]: SCENARIOS.index(one["scenario_id"]) for one in anchors(night)}
    with night.open_store().reading() as connection:
        given = dict(connection.execute("SELECT item_id, person_id FROM assignment").fetchall())
        [mixed] = [one for one in fetch_events(connection, "second") if one["kind"] == "anchors_mixed"]
        assert [] == verify(connection)
    assert {item_id: READERS[number % 2] for item_id, number in sent.items()} == given
    assert (30, len(sent)) == (mixed["new"]["n_due"], mixed["new"]["n_drawn"])
    assert set(mixed["new"]["inclusion_probabilities"]) == {one["inclusion_probability"] for one in anchors(night)}


def test_they_are_drawn_once_with_a_run_and_what_waits_does_not_come_again(night: Workspace) -> None:
    run(night, "second", minutes=60, anchor_share=0.5)
    before = anchors(night)
    assert before
    more = facts(night, "draw", "second", "--minutes", "500", "--by", "the lead")
    assert len(before) == len(anchors(night)) == more["n_anchors"]
    run(night, "third", minutes=60, anchor_share=0.5)
    after = [(one["scenario_id"], one["repeat"]) for one in anchors(night)]
    assert len(before) < len(after) == len(set(after))


@pytest.mark.parametrize(
    ("days", "reviewers", "policy"),
    [
        pytest.param(27, READERS, {}, id="too early"),
        pytest.param(60, ("elsewhere", "unknown"), {}, id="nobody who signs in"),
        pytest.param(60, READERS, {"anchor_share": 0.0}, id="no share"),
        pytest.param(60, READERS, {"anchor_days": 90}, id="longer between"),
    ],
)
def test_nothing_comes_back_that_should_not(
    workspace: Workspace, days: int, reviewers: tuple[str, ...], policy: Json
) -> None:
    freeze(workspace, days, reviewers)
    run(workspace, "second", **({"anchor_share": 0.9} | policy))
    assert [] == anchors(workspace)


def test_a_run_that_judges_the_anchors_again_is_read_by_nobody(night: Workspace) -> None:
    """Its responses were read before, and judges must not choose which come back."""
    before = facts(night, "queue", "--run", "first")["counts"]
    run(night, "anchors-tonight", minutes=0)
    assert [] == facts(night, "queue", "--run", "anchors-tonight")["items"] == anchors(night)
    assert before == facts(night, "queue")["counts"]
    assert "Run anchors-tonight: nobody reads it" in invoke(night, "queue").output
    again = invoke(night, "run", "config/c.yaml", "--run-id", "anchors-tonight").output
    assert "for clinicians: nothing" in again
    assert 0 == invoke(night, "anchors", "compare", "spring", "anchors-tonight").exit_code


def test_anchors_of_a_wording_that_was_given_up_stay_away(night: Workspace) -> None:
    config = authored(night, REPLIES)
    reworded = criterion_json(lexicon={"unsafe": ["nothing to worry about"]}, question="Is there any reassurance?")
    night.yaml("rubrics/r1.yaml", rubric_json(reworded))
    facts(night, "run", config, "--run-id", "second")
    assert [] == anchors(night)


class _UndoneError(Exception):
    """Takes back what a visit wrote."""


def test_whatever_is_said_of_anchors_no_population_changes(workspace: Workspace) -> None:
    freeze(workspace)
    run(workspace, "second", anchor_share=0.4)
    store, sent = workspace.open_store(), [one["item_id"] for one in anchors(workspace)]

    def population(connection: Connection) -> list[object]:
        runs = [(fetch_asked(connection, one).items, fetch_unsized(connection, one)) for one in ("first", "second")]
        return [fetch_review_labels(connection), runs, fetch_run_ids(connection, "2000-01-01")]

    with store.reading() as connection:
        before = population(connection)

    @settings(derandomize=True, deadline=None, max_examples=10)
    @given(st.lists(st.sampled_from(tuple(VerdictValue)), min_size=1, max_size=len(sent)))
    def holds(values: list[VerdictValue]) -> None:
        with suppress(_UndoneError), store.writing(PEOPLE) as connection:
            for item_id, value in zip(sent, values, strict=False):
                said = Judgement((CriterionJudgement("r1", "X-1", value),), Overall())
                version = Version(1, Phase.BLIND, is_extra=False, judged_at=AT, judgement=said, changed_because={})
                record_version(connection, item_id, "dr-a", version, {})
            assert before == population(connection)
            assert len(values) == len(fetch_second_labels(connection, "spring"))
            raise _UndoneError

    holds()


def test_second_readings_are_no_run_that_anything_can_be_asked_about(night: Workspace) -> None:
    run(night, "second", anchor_share=0.4)
    for command in (("compare",), ("report",), ("plan", "--minutes", "5"), ("draw", "--minutes", "5", "--by", "x")):
        with pytest.raises(InputError, match="the store has no run 'anchors:spring'"):
            invoke(night, command[0], "anchors:spring", *command[1:])
    with night.open_store().reading() as connection:
        assert ["first", "second"] == fetch_run_ids(connection, "2000-01-01")
