"""Who may review for real: by decisions that hold one after the other, and from before there were any."""

from collections.abc import Callable
from pathlib import Path

import duckdb
import pytest

from domain.review import Phase
from pipeline.store.connection import Store
from pipeline.store.events import PEOPLE
from pipeline.store.migration import pending, record
from pipeline.store.qualifications import Decision, fetch_decision, fetch_qualified, record_decision
from pipeline.store.reviews import Version, fetch_review_labels, record_version
from tests.review.ward import Sent, admit, fill, person
from tests.store.test_reviews import BLIND

ONBOARDING = 11
HOURS = [f"2026-11-30T{hour:02}:00:00.000000+00:00" for hour in range(6)]


def decision(hour: int, *, may_review: bool) -> Decision:
    return Decision(may_review, "why", "lead", HOURS[hour])


@pytest.mark.parametrize(("hour", "counts"), [(0, False), (1, True), (2, True), (3, False), (4, True), (5, True)])
def test_a_judgement_counts_if_its_reader_might_review_when_they_gave_it(
    new_store: Callable[[], Store], tmp_path: Path, hour: int, *, counts: bool
) -> None:
    store = new_store()
    fill(store, tmp_path, [Sent("s1")])
    admit(store, person("somebody else"))
    with store.writing(PEOPLE) as connection:
        record_decision(connection, "p", decision(1, may_review=True), [])
        record_decision(connection, "p", decision(3, may_review=False), [])
        record_decision(connection, "p", decision(4, may_review=True), [])
        given = Version(1, Phase.BLIND, is_extra=False, judged_at=HOURS[hour], judgement=BLIND, changed_because={})
        record_version(connection, Sent("s1").item_id, "p", given, {})
    with store.reading() as connection:
        assert (2 if counts else 0) == len(fetch_review_labels(connection))
        assert decision(4, may_review=True) == fetch_decision(connection, "p")
        assert frozenset({"p", "somebody else"}) == fetch_qualified(connection)


def test_nobody_has_decided_about_somebody_new(new_store: Callable[[], Store]) -> None:
    with new_store().writing(PEOPLE) as connection:
        assert fetch_decision(connection, "p") is None
        assert frozenset() == fetch_qualified(connection)


def test_whoever_reviewed_before_there_was_practice_goes_on_and_what_they_said_counts() -> None:
    with duckdb.connect() as connection:
        steps = list(pending(0))
        for number, script in steps:
            if number == ONBOARDING:
                connection.execute(
                    "INSERT INTO judgement (item_id, person_id, version_number, phase, is_extra, guidance_number, "
                    "overall_json, judged_at, event_seq) VALUES ('i', 'old', 1, 'blind', FALSE, 0, '{}', '2026', 1)"
                )
            record(connection, number, script)  # type: ignore[arg-type]  # a connection without a door around it
        assert [("old",)] == connection.execute("SELECT person_id FROM counted").fetchall()
