"""The stop button in the workspace: for leads and safety officers, with a reason, on the record."""

from typing import Any

import pytest

from domain.person import Role
from domain.routing import Lane
from pipeline.store.events import verify
from pipeline.store.queue import fetch_queue
from pipeline.store.stops import fetch_stops
from pipeline.store.waiting import fetch_waiting
from review.rules.lease import stamp
from tests.review.browser import Client
from tests.review.conftest import Ward
from tests.review.test_gate import BY_ROLE
from tests.review.ward import JUDGES, NOON, RUN, TRAINER, Sent, Served

AUDITED = Sent("s2", Lane.AUDIT, priority=0.0, probability=0.1)
JUDGE = f"judge:{JUDGES[0]}"


@pytest.fixture
def one(ward: Ward) -> Served:
    """An item that was flagged, and one that had cleared."""
    return ward(Sent("s1"), AUDITED)


def who(one: Served, role: Role) -> Client:
    client = Client(one.url)
    client.sign_in(BY_ROLE[role])
    return client


def waiting(one: Served) -> list[tuple[str, str, float]]:
    with one.store.reading() as connection:
        return [(item.scenario_id, item.lane, item.inclusion_probability) for item in fetch_queue(connection)]


@pytest.mark.parametrize("role", [Role.LEAD, Role.SAFETY_OFFICER])
@pytest.mark.parametrize("what", [JUDGE, "rubric:r1", f"run:{RUN}", "everything:"])
def test_who_may_stop_sends_what_had_cleared_to_people_with_a_reason_on_the_record(
    one: Served, role: Role, what: str
) -> None:
    client = who(one, role)
    assert "/stops" == client.post("/stops", what=what, reason="Incident 12").to
    assert ("s2", "borderline", 1.0) == waiting(one)[0]
    shown = client.get("/stops").text
    assert "Incident 12" in shown
    assert f"by {BY_ROLE[role].name}" in shown
    with one.store.reading() as connection:
        assert [] == verify(connection)
        [row] = connection.execute("SELECT person_id FROM event WHERE kind = 'stopped'").fetchall()
    assert (BY_ROLE[role].person_id,) == row


def test_what_was_recalled_waits_before_what_is_merely_unclear_and_is_no_audit(one: Served) -> None:
    who(one, Role.LEAD).post("/stops", what=JUDGE, reason="Incident 12")
    with one.store.reading() as connection:
        found = fetch_waiting(connection, TRAINER, stamp(NOON))
    assert [("s2", False), ("s1", False)] == [(item.scenario_id, item.is_audit) for item in found]


def test_a_day_limits_what_goes_to_people(one: Served) -> None:
    who(one, Role.LEAD).post("/stops", what=JUDGE, since="2999-01-01", reason="From now on")
    assert ("s2", "audit", 0.1) in waiting(one)


def test_it_is_let_go_with_a_reason_once(one: Served) -> None:
    client = who(one, Role.LEAD)
    client.post("/stops", what=JUDGE, reason="Incident 12")
    with one.store.reading() as connection:
        [stop] = fetch_stops(connection)
    assert 400 == client.post(f"/stops/{stop.stop_id}/lift", reason=" ").status
    officer = who(one, Role.SAFETY_OFFICER)
    assert "/stops" == officer.post(f"/stops/{stop.stop_id}/lift", reason="Closed").to
    assert 409 == officer.post(f"/stops/{stop.stop_id}/lift", reason="Closed").status
    assert "Nothing is stopped" in officer.get("/stops").text
    assert "Closed" in officer.get("/stops").text


@pytest.mark.parametrize(
    ("fields", "said"),
    [
        ({"what": "judge:nobody", "reason": "x"}, "Choose what to stop"),
        ({"what": JUDGE, "reason": " "}, "Say why, in 4000 characters at most"),
        ({"what": JUDGE, "reason": "x" * 4001}, "Say why, in 4000 characters at most"),
        ({"what": JUDGE, "reason": "x", "since": "yesterday"}, "Write the day as year-month-day"),
    ],
)
def test_what_is_not_whole_stops_nothing_and_is_said(one: Served, fields: dict[str, Any], said: str) -> None:
    reply = who(one, Role.LEAD).post("/stops", **fields)
    assert (400, True) == (reply.status, said in reply.text)
    with one.store.reading() as connection:
        assert [] == fetch_stops(connection)


def test_names_that_carry_markup_are_shown_as_text(one: Served) -> None:
    client = who(one, Role.LEAD)
    client.post("/stops", what=JUDGE, reason="<script>x</script>")
    assert "&lt;script&gt;x&lt;/script&gt;" in client.get("/stops").text
