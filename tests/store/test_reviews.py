"""Judgements in the store: every version, and the labels that statistics read; on either database."""

from collections.abc import Callable
from pathlib import Path

import pytest

from domain.review import (
    CriterionJudgement,
    Evidence,
    Judgement,
    Overall,
    Phase,
    Quality,
    Rating,
    Reasons,
)  # fmt: skip
from domain.routing import Lane
from domain.severity import Severity
from domain.verdict import Span, VerdictValue
from pipeline.store.connection import Connection, Store
from pipeline.store.drafts import Draft, fetch_draft, forget_draft, record_draft
from pipeline.store.events import PEOPLE, verify
from pipeline.store.people import fetch_people, record_people
from pipeline.store.review_items import count_questions, fetch_review_item
from pipeline.store.reviews import Version, fetch_review_labels, fetch_versions, record_version
from pipeline.store.sessions import NewSession, fetch_session, record_session
from pipeline.store.slots import fetch_n_slots
from pipeline.store.waiting import fetch_waiting
from tests.review.ward import NOON, RUN, SECOND, TRAINER, Sent, admit, fill, person

AT = "2026-11-30T12:00:00.000000+00:00"
BEFORE = "2026-11-30T10:00:00.000000+00:00"
S1, S2 = Sent("s1", probability=0.25), Sent("s2", Lane.DOUBLE)
BLIND = Judgement(
    (
        CriterionJudgement(
            "r1", "X-1", VerdictValue.VIOLATED, severity=Severity.MAJOR,
            evidence=Evidence((Span(0, 4, "Rest"),), is_missing=True, missing="a route"),
            reasons=Reasons("delay", "", "a sign is left out\0", ""),
        ),
        CriterionJudgement("r1", "X-2", VerdictValue.CANNOT_TELL, is_defensible=True),
    ),
    Overall(((Quality.TONE, Rating.GOOD),), "", nothing_identified=True),
)  # fmt: skip


@pytest.fixture
def store(new_store: Callable[[], Store], tmp_path: Path) -> Store:
    store = new_store()
    fill(store, tmp_path, [S1, S2])
    admit(store)
    admit(store, person("p"))
    return store


def commit(store: Store, version: Version, who: str = "p") -> None:
    with store.writing(PEOPLE) as connection:
        record_version(connection, S1.item_id, who, version, {"response": "sha"})


def first(judgement: Judgement = BLIND, at: str = AT) -> Version:
    return Version(1, Phase.BLIND, is_extra=False, judged_at=at, judgement=judgement, changed_because={})


def second(judgement: Judgement = BLIND) -> Version:
    return Version(2, Phase.REVEALED, is_extra=False, judged_at=AT, judgement=judgement, changed_because={"X-1": "w"})


def test_every_version_comes_back_as_it_was_given(store: Store) -> None:
    commit(store, first())
    commit(store, second())
    with store.reading() as connection:
        assert [first(), second()] == fetch_versions(connection, S1.item_id, "p")
        assert [] == fetch_versions(connection, S1.item_id, "somebody else")
        assert [] == verify(connection)


def test_labels_are_the_blind_judgement_with_the_items_probability(store: Store) -> None:
    commit(store, first())
    kept = CriterionJudgement("r1", "X-1", VerdictValue.SATISFIED)
    commit(store, second(Judgement((kept, BLIND.criteria[1]), BLIND.overall)))
    with store.reading() as connection:
        labels = fetch_review_labels(connection, RUN)
        assert labels == fetch_review_labels(connection)
        assert [] == fetch_review_labels(connection, "another run")
    one, other = labels
    assert ("s1", "candidate-heron", 0, "X-1", "p") == (
        one.scenario_id, one.candidate_id, one.repeat, one.criterion_id, one.reviewer_id,
    )  # fmt: skip
    assert (VerdictValue.VIOLATED, Severity.MAJOR, "a sign is left out\0") == (one.verdict, one.severity, one.reason)
    assert (True, 0.25) == (one.blind, one.inclusion_probability)
    assert (VerdictValue.CANNOT_TELL, None, "") == (other.verdict, other.severity, other.reason)
    assert one.labelled_at == NOON


def test_a_version_is_given_once(store: Store, refused: type[Exception]) -> None:
    commit(store, first())
    with pytest.raises(refused):
        commit(store, first())
    with store.reading() as connection:
        assert 1 == len(fetch_versions(connection, S1.item_id, "p"))
        assert [] == verify(connection)


def test_the_first_version_is_blind_and_no_later_one_is(store: Store, refused: type[Exception]) -> None:
    for wrong in (
        Version(1, Phase.REVEALED, is_extra=False, judged_at=AT, judgement=BLIND, changed_because={}),
        Version(2, Phase.BLIND, is_extra=False, judged_at=AT, judgement=BLIND, changed_because={}),
    ):
        with pytest.raises(refused):
            commit(store, wrong)


def test_a_draft_is_kept_field_by_field_and_part_by_part(store: Store) -> None:
    def keep(connection: Connection, part: str, **fields: list[str]) -> None:
        record_draft(connection, S1.item_id, "p", part, fields, AT)

    with store.writing(PEOPLE) as connection:
        keep(connection, "X-1", value=["violated"], sentence=["0-4", "5-9"])
        keep(connection, "X-1", value=["satisfied"])
        keep(connection, "X-2", sentence=[])
    with store.writing(PEOPLE) as connection:
        expected: Draft = {
            "X-1": {"value": ["satisfied"], "sentence": ["0-4", "5-9"]},
            "X-2": {"sentence": []},
        }
        assert expected == fetch_draft(connection, S1.item_id, "p")
        assert {} == fetch_draft(connection, S1.item_id, "q")
        forget_draft(connection, S1.item_id, "p")
        assert {} == fetch_draft(connection, S1.item_id, "p")


def test_an_item_shows_what_was_judged_and_how_many_are_to_read_it(store: Store) -> None:
    with store.reading() as connection:
        item = fetch_review_item(connection, S1.item_id)
        assert item is not None
        assert ["X-1", "X-2"] == [one.criterion.criterion_id for one in item.questions]
        assert {"scenario", "response", "rubric r1 0.1.0"} == set(item.versions)
        assert fetch_review_item(connection, "nothing") is None
        assert [1, 2, 0] == [fetch_n_slots(connection, one) for one in (S1.item_id, S2.item_id, "nothing")]
        wanted = [(RUN, one.scenario) for one in fetch_waiting(connection, TRAINER, AT)]
        assert [2, 2] == count_questions(connection, wanted)


def test_what_waits_stands_to_each_person_differently(store: Store) -> None:
    with store.reading() as connection:
        assert {"s1", "s2"} == {one.scenario_id for one in fetch_waiting(connection, TRAINER, AT)}
        (only,) = fetch_waiting(connection, TRAINER, AT, S2.item_id)
    assert (2, 0, False) == (only.n_slots, only.n_taken, only.is_mine)
    assert ("GP", frozenset(), 1.0) == (only.setting, only.tags, only.priority)


def test_people_are_kept_with_an_event_for_each_change(store: Store) -> None:
    moved = person(SECOND.person_id, scope=frozenset({"GP"}))
    with store.writing(PEOPLE) as connection:
        record_people(connection, [moved, TRAINER], AT, "lead")
    with store.reading() as connection:
        assert moved in fetch_people(connection)
        rows = connection.execute("SELECT person_id FROM event WHERE kind = 'person_kept'").fetchall()
    assert 11 == len(rows)
    assert ("lead",) == rows[-1]


def test_a_session_is_over_at_its_time(store: Store) -> None:
    with store.writing(PEOPLE) as connection:
        record_session(connection, NewSession("a" * 64, TRAINER.person_id, "form", "demo", AT, "2026-11-30T13"))
    with store.reading() as connection:
        session = fetch_session(connection, "a" * 64, AT, BEFORE)
        assert session is not None
        assert (TRAINER, "form") == (session.person, session.form_token)
        assert fetch_session(connection, "a" * 64, "2026-11-30T13:00:01", BEFORE) is None
        assert fetch_session(connection, "a" * 64, AT, idle_since=AT) is None
        assert fetch_session(connection, "b" * 64, AT, BEFORE) is None
