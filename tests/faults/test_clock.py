"""A clock that jumps back: nothing is cleared, lost or handed to two people because of it."""

from datetime import timedelta

import pytest

from pipeline.in_force import in_force
from pipeline.store.events import PEOPLE, Deed, fetch_head, record_event, verify
from pipeline.store.slots import fetch_slots
from tests.certified import CRITERIA, NOW, PANEL, certificate
from tests.conftest import Workspace
from tests.flow import UNSAFE, authored, dispositions, facts, invoke, journal
from tests.review.browser import Client
from tests.review.conftest import Ward
from tests.review.ward import SECOND, TRAINER, Sent


def test_a_certificate_is_not_in_force_before_it_was_granted() -> None:
    held = [certificate()]
    assert held == in_force(held, [], PANEL, CRITERIA, NOW)
    assert [] == in_force(held, [], PANEL, CRITERIA, NOW - timedelta(days=2))


@pytest.mark.parametrize("back", [timedelta(hours=1), timedelta(days=400)], ids=["an hour", "a year"])
def test_two_people_never_hold_one_item_and_the_record_keeps_its_order(ward: Ward, back: timedelta) -> None:
    sent = Sent("s1")
    one = ward(sent)
    first, second = Client(one.url), Client(one.url)
    first.sign_in(TRAINER)
    assert 303 == first.post(f"/items/{sent.item_id}/take").status
    one.clock.forward(-back)
    second.sign_in(SECOND)
    second.post(f"/items/{sent.item_id}/take")
    with one.store.reading() as connection:
        assert [TRAINER.person_id] == [slot.holder_id for slot in fetch_slots(connection, sent.item_id)]
        assert [] == verify(connection, fetch_head(connection))
    assert 200 == first.get(f"/items/{sent.item_id}/criteria/1").status


def test_deeds_stand_in_the_order_in_which_they_were_done(workspace: Workspace) -> None:
    store = workspace.open_store()
    for at in ("2026-11-28T12:00:00", "2025-01-01T00:00:00", "2026-11-28T12:00:01"):
        with store.writing(PEOPLE) as connection:
            record_event(connection, Deed("claimed", "p", "i", at))
    with store.reading() as connection:
        assert 3 == fetch_head(connection).seq
        assert [] == verify(connection)


def test_a_run_that_goes_on_before_it_began_ends_as_any_other(workspace: Workspace) -> None:
    config = authored(workspace, {"s1": UNSAFE, "s2": "See a GP."})
    invoke(workspace, "run", config, "--limit", "1")
    path = workspace.root / "data/runs/c/journal.jsonl"
    later = path.read_bytes().replace(b'"at":"2026', b'"at":"2036')
    assert b'"at":"2036' in later, "the journal's times are not where this test looks for them"
    path.write_bytes(later)
    (workspace.root / workspace.store).unlink()
    assert facts(workspace, "run", config)["complete"]
    assert {"s1": "flagged", "s2": "cleared"} == dispositions(workspace)
    assert [True, False] == [one["at"].startswith("2036") for one in journal(workspace) if one["kind"] == "item"]
