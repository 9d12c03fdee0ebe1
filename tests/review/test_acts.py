"""Taking, handing on, locking, keeping and changing: over HTTP, with what the store then holds."""

from datetime import timedelta
from pathlib import Path
from typing import Any

import orjson
import pytest
from click.testing import CliRunner

from domain.routing import Lane
from domain.severity import Severity
from domain.verdict import VerdictValue
from pipeline.cli import caveat
from pipeline.store.events import verify
from pipeline.store.readings import fetch_readings
from pipeline.store.reviews import fetch_review_labels, fetch_versions
from pipeline.store.slots import fetch_n_slots, fetch_slots
from review.rules.lease import LEASE
from tests.review.browser import Client
from tests.review.conftest import Ward
from tests.review.ward import RUN, SECOND, TRAINER, Sent, Served, reader

ITEM = Sent("s1").item_id
AGREED = (VerdictValue.VIOLATED, VerdictValue.VIOLATED)


def kinds(one: Served) -> list[str]:
    """What people did to the item, in order; the chain is whole."""
    with one.store.reading() as connection:
        assert [] == verify(connection)
        rows = connection.execute("SELECT kind FROM event WHERE subject_id = ? ORDER BY seq", [ITEM]).fetchall()
    return [row[0] for row in rows]


def locked(one: Served, *values: str, who: Any = TRAINER) -> Client:
    client = reader(one, who)
    assert f"/items/{ITEM}" == client.post(f"/items/{ITEM}/take").to
    client.judge(ITEM, *values)
    assert f"/items/{ITEM}/reveal" == client.post(f"/items/{ITEM}/lock").to
    return client


def test_a_judgement_is_locked_revealed_and_kept_with_an_event_for_each(one: Served) -> None:
    client = locked(one, "violated", "satisfied")
    assert f"/items/{ITEM}/done" == client.post(f"/items/{ITEM}/reveal").to
    assert ["claimed", "judgement_locked", "revealed", "judgement_kept"] == kinds(one)
    assert "Your judgement of “Title of s1” is kept" in client.get(f"/items/{ITEM}/done").text
    assert "Nothing waits" in client.get("/queue").text


def test_what_a_person_had_seen_stands_beside_what_they_did(one: Served) -> None:
    locked(one, "violated", "satisfied")
    with one.store.reading() as connection:
        rows = connection.execute(
            "SELECT kind, seen_json FROM event WHERE kind IN ('judgement_locked', 'revealed') ORDER BY seq"
        ).fetchall()
    assert '"phase":"blind"' in rows[0][1]
    assert all(name in rows[0][1] for name in ("scenario", "response", "rubric r1 0.1.0"))
    assert 4 == rows[1][1].count('"') // 2


def test_everything_sent_twice_counts_once(one: Served) -> None:
    client = locked(one, "violated", "satisfied")
    for _ in range(2):
        assert f"/items/{ITEM}/reveal" == client.post(f"/items/{ITEM}/lock").to
        assert f"/items/{ITEM}/done" == client.post(f"/items/{ITEM}/reveal").to
    assert ["claimed", "judgement_locked", "revealed", "judgement_kept"] == kinds(one)


def test_a_locked_judgement_cannot_be_edited_by_a_replayed_form(one: Served) -> None:
    client = locked(one, "violated", "satisfied")
    for path in ("criteria/1", "overall", "draft"):
        reply = client.post(f"/items/{ITEM}/{path}", value="satisfied", part="X-1", field="value")
        assert 409 == reply.status
    with one.store.reading() as connection:
        (only,) = fetch_versions(connection, ITEM, TRAINER.person_id)
    assert VerdictValue.VIOLATED is only.judgement.criteria[0].value


def test_what_was_judged_can_be_read_again_beside_what_the_judges_said(one: Served) -> None:
    client = reader(one)
    client.post("/queue/next")
    client.judge(ITEM, "violated", "satisfied")
    client.post(f"/items/{ITEM}/lock")
    shown = client.get(f"/items/{ITEM}/reveal").text
    assert "Rest and drink plenty." in shown
    assert "Title of s1" in shown


def test_a_change_needs_a_reason_and_both_judgements_are_kept(one: Served) -> None:
    client = locked(one, "violated", "satisfied")
    refused = client.post(f"/items/{ITEM}/reveal", **{"choice-1": "satisfied"})
    assert 400 == refused.status
    assert "Say why you change your judgement" in refused.text
    client.post(f"/items/{ITEM}/reveal", **{"choice-1": "defensible", "because-1": "I had read it too fast"})
    with one.store.reading() as connection:
        blind, changed = fetch_versions(connection, ITEM, TRAINER.person_id)
        labels = fetch_review_labels(connection)
    assert [VerdictValue.VIOLATED, VerdictValue.SATISFIED] == [each.value for each in blind.judgement.criteria]
    assert [VerdictValue.CANNOT_TELL, VerdictValue.SATISFIED] == [each.value for each in changed.judgement.criteria]
    assert {"X-1": "I had read it too fast"} == changed.changed_because
    assert [VerdictValue.VIOLATED, VerdictValue.SATISFIED] == [each.verdict for each in labels]
    assert "I had read it too fast" in client.get(f"/items/{ITEM}/done").text


def test_how_bad_it_could_be_may_be_seen_otherwise_in_sight_of_the_judges_and_the_first_view_counts(
    one: Served,
) -> None:
    client = locked(one, "violated", "satisfied")
    refused = client.post(f"/items/{ITEM}/reveal", **{"severity-1": "minor"})
    assert 400 == refused.status
    assert "Say why you change your judgement" in refused.text
    client.post(f"/items/{ITEM}/reveal", **{"severity-1": "minor", "because-1": "It mends itself"})
    with one.store.reading() as connection:
        blind, changed = fetch_versions(connection, ITEM, TRAINER.person_id)
        labels = fetch_review_labels(connection)
    first, second = blind.judgement.criteria[0], changed.judgement.criteria[0]
    assert (Severity.MAJOR, Severity.MINOR) == (first.severity, second.severity)
    assert (first.value, first.evidence) == (second.value, second.evidence)
    assert Severity.MAJOR is labels[0].severity
    assert "Changed because: It mends itself" in client.get(f"/items/{ITEM}/done").text


def test_a_point_found_unsafe_in_sight_of_the_judges_needs_its_severity(one: Served) -> None:
    client = locked(one, "violated", "satisfied")
    said = {"choice-2": "violated", "because-2": "No route is named"}
    refused = client.post(f"/items/{ITEM}/reveal", **said)
    assert 400 == refused.status
    assert "Say how bad it could be" in refused.text
    client.post(f"/items/{ITEM}/reveal", **said, **{"severity-2": "considerable"})
    with one.store.reading() as connection:
        changed = fetch_versions(connection, ITEM, TRAINER.person_id)[1].judgement.criteria[1]
    assert (VerdictValue.VIOLATED, Severity.CONSIDERABLE) == (changed.value, changed.severity)


@pytest.mark.parametrize(
    ("said", "problem"),
    [
        ({"choice-1": "perfect"}, "Choose an answer"),
        ({"severity-1": "9"}, "Choose one of the answers that are offered"),
        ({"severity-1": "minor", "because-1": "x" * 4001}, "at most 4000 characters"),
    ],
)
def test_a_change_that_was_never_offered_is_not_kept(one: Served, said: dict[str, str], problem: str) -> None:
    reply = locked(one, "violated", "satisfied").post(f"/items/{ITEM}/reveal", **said)
    assert 400 == reply.status
    assert problem in reply.text


def test_a_severity_left_beside_an_answer_that_is_not_unsafe_changes_nothing(one: Served) -> None:
    client = locked(one, "violated", "satisfied")
    client.post(f"/items/{ITEM}/reveal", **{"severity-2": "major", "choice-1": "violated", "severity-1": "major"})
    assert ["claimed", "judgement_locked", "revealed", "judgement_kept"] == kinds(one)


def test_a_judgement_with_something_missing_is_not_locked(one: Served) -> None:
    client = reader(one)
    client.post(f"/items/{ITEM}/take")
    client.post(f"/items/{ITEM}/criteria/1", value="violated")
    reply = client.post(f"/items/{ITEM}/lock")
    assert 400 == reply.status
    assert "say how bad it could be" in reply.text
    assert "No route to help: choose an answer" in reply.text
    assert ["claimed"] == kinds(one)


@pytest.mark.parametrize(
    ("kind", "followed"),
    [("skip", 0), ("outside_scope", 0), ("lacks_information", 1), ("escalate", 1)],
)
def test_an_item_is_handed_on_in_one_tap_with_what_was_filled_in(one: Served, kind: str, followed: int) -> None:
    client = reader(one)
    client.post(f"/items/{ITEM}/take")
    to = client.post(f"/items/{ITEM}/aside", kind=kind, part="X-1", value="violated", risk="delay").to
    assert f"/queue?noted={kind}" == to
    assert "Nothing waits" in client.get("/queue").text
    with one.store.reading() as connection:
        assert (followed,) == connection.execute("SELECT count(*) FROM escalation WHERE state = 'open'").fetchone()
        assert [] == fetch_slots(connection, ITEM)
        assert (1,) == connection.execute("SELECT count(*) FROM draft WHERE values_json = '[\"delay\"]'").fetchone()
    offered = "Title of s1" in reader(one, SECOND).get("/queue").text
    assert offered is not bool(followed)


def test_whoever_is_unsure_goes_on_and_a_second_reader_is_asked_for(one: Served) -> None:
    client = reader(one)
    client.post(f"/items/{ITEM}/take")
    for _ in range(2):
        assert f"/items/{ITEM}?noted=unsure" == client.post(f"/items/{ITEM}/aside", kind="unsure").to
    assert "a second reader asked for" in client.get(f"/items/{ITEM}?noted=unsure").text
    with one.store.reading() as connection:
        assert 2 == fetch_n_slots(connection, ITEM)
    assert 200 == client.get(f"/items/{ITEM}/criteria/1").status
    assert f"/items/{ITEM}" == reader(one, SECOND).post(f"/items/{ITEM}/take").to


def test_overruling_every_judge_on_something_grave_brings_a_second_reader(ward: Ward) -> None:
    one = ward(Sent("s1", values=AGREED))
    locked(one, "satisfied", "violated")
    assert "second_reading_asked" in kinds(one)
    assert "Title of s1" in reader(one, SECOND).get("/queue").text


def test_an_item_is_in_one_hand_and_a_double_review_in_two_different_ones(ward: Ward) -> None:
    one = ward(Sent("s1"), Sent("s2", Lane.DOUBLE))
    double = Sent("s2").item_id
    first, second = reader(one), reader(one, SECOND)
    assert f"/items/{ITEM}" == first.post(f"/items/{ITEM}/take").to
    assert 409 == second.post(f"/items/{ITEM}/take").status
    for client in (first, second):
        for _ in range(2):
            assert f"/items/{double}" == client.post(f"/items/{double}/take").to
    with one.store.reading() as connection:
        assert {TRAINER.person_id, SECOND.person_id} == {each.holder_id for each in fetch_slots(connection, double)}


def test_one_who_wrote_the_scenario_is_never_offered_it(ward: Ward) -> None:
    wrote = {"provenance": {"source": "authored", "licence": "Apache-2.0", "author": TRAINER.person_id}}
    one = ward(Sent("s1", scenario=wrote))
    client = reader(one)
    assert "Nothing waits" in client.get("/queue").text
    assert 409 == client.post(f"/items/{ITEM}/take").status
    assert "Title of s1" in reader(one, SECOND).get("/queue").text


def test_the_draft_of_an_expired_lease_is_kept_and_the_judgement_taken_where_the_place_is_free(one: Served) -> None:
    client = reader(one)
    client.post(f"/items/{ITEM}/take")
    client.judge(ITEM, "violated", "satisfied")
    one.clock.forward(LEASE + timedelta(minutes=1))
    assert "Title of s1" in reader(one, SECOND).get("/queue").text
    assert "violated" in client.get(f"/items/{ITEM}/criteria/1").text
    client.post(f"/items/{ITEM}/lock")
    with one.store.reading() as connection:
        (version,) = fetch_versions(connection, ITEM, TRAINER.person_id)
    assert not version.is_extra


def test_a_late_judgement_is_kept_as_an_extra_reading_where_others_have_the_place(one: Served) -> None:
    late = reader(one)
    late.post(f"/items/{ITEM}/take")
    late.judge(ITEM, "violated", "satisfied")
    one.clock.forward(LEASE + timedelta(minutes=1))
    locked(one, "satisfied", "satisfied", who=SECOND)
    assert "others may have it" in late.get(f"/items/{ITEM}/check").text
    assert 409 == late.post(f"/items/{ITEM}/renew").status
    assert f"/items/{ITEM}/reveal" == late.post(f"/items/{ITEM}/lock").to
    assert "extra reading" in late.get(f"/items/{ITEM}/reveal").text
    with one.store.reading() as connection:
        (version,) = fetch_versions(connection, ITEM, TRAINER.person_id)
        assert version.is_extra
        assert [SECOND.person_id] == [each.holder_id for each in fetch_slots(connection, ITEM)]
        assert 4 == len(fetch_review_labels(connection))


def test_every_save_keeps_the_item_longer(one: Served) -> None:
    client = reader(one)
    client.post(f"/items/{ITEM}/take")
    for _ in range(12):
        one.clock.forward(LEASE - timedelta(minutes=1))
        assert 204 == client.post(f"/items/{ITEM}/draft", part="X-1", field="risk", value="delay").status
        assert 409 == reader(one, SECOND).post(f"/items/{ITEM}/take").status


def test_the_end_of_a_lease_is_said_before_it_comes(one: Served) -> None:
    client = reader(one)
    client.post("/queue/next")
    page = f"/items/{ITEM}/criteria/1"
    assert "Yours until" in client.get(page).text
    one.clock.forward(LEASE - timedelta(minutes=4))
    assert "4 minutes left with this item" in client.get(page).text
    one.clock.forward(timedelta(minutes=5))
    assert "Your hour with this item is over. Nobody else has it yet" in client.get(page).text
    client.post(f"/items/{ITEM}/renew")
    assert "Yours until" in client.get(page).text


def test_a_draft_goes_on_in_another_browser(one: Served) -> None:
    client = reader(one)
    client.post(f"/items/{ITEM}/take")
    client.post(f"/items/{ITEM}/draft", part="X-1", field="risk", value="half a thou")
    assert "half a thou" in reader(one).get(f"/items/{ITEM}/criteria/1").text


def test_how_reliable_a_judge_is_is_said_once_enough_people_judged_blind(ward: Ward) -> None:
    sent = [Sent(f"s{n}") for n in range(1, 23)]
    one = ward(*sent)
    client = reader(one)
    for item in reversed(sent):
        client.post(f"/items/{item.item_id}/take")
        client.judge(item.item_id, "violated" if item.scenario_id != "s5" else "satisfied", "satisfied")
        client.post(f"/items/{item.item_id}/lock")
    last = client.get(f"/items/{ITEM}/reveal").text
    assert "agreed 20 times of 21" in last
    assert "95% interval 76 to 100%" in last
    first = client.get(f"/items/{sent[1].item_id}/reveal").text
    assert "not measured" not in first


def test_how_long_a_reading_took_is_known_without_whose_it_was(one: Served) -> None:
    client = reader(one)
    client.post(f"/items/{ITEM}/take")
    one.clock.forward(timedelta(minutes=7))
    client.judge(ITEM, "violated", "satisfied")
    client.post(f"/items/{ITEM}/lock")
    with one.store.reading() as connection:
        [found] = fetch_readings(connection)
    assert (7.0, 2) == (found.minutes, found.n_criteria)


def test_what_is_locked_in_the_workspace_is_what_judges_are_compared_with(one: Served, tmp_path: Path) -> None:
    locked(one, "violated", "satisfied")
    command = ["-C", str(tmp_path), "compare", RUN, "--store", one.store.address, "--json"]
    found = orjson.loads(CliRunner().invoke(caveat, command, catch_exceptions=False).stdout)
    assert [TRAINER.person_id] == found["reviewers"]
    assert 2 == found["labels"]
