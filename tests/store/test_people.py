"""People, codes and sessions in a store of either kind; and stores of before there were any."""

from collections.abc import Callable
from pathlib import Path

import duckdb

from domain.person import Person, Role
from domain.review import AsideKind
from pipeline.registering import keep_person, retire_person
from pipeline.store.assignments import Assignment, fetch_open_items, record_assignment
from pipeline.store.connection import Store
from pipeline.store.door import DuckDBStore
from pipeline.store.escalations import claim_escalation, fetch_escalations
from pipeline.store.events import PEOPLE, verify
from pipeline.store.migration import pending, record
from pipeline.store.people import fetch_people, fetch_registered
from pipeline.store.reviews import record_aside
from pipeline.store.sessions import NewSession, count_sessions, fetch_session, record_seen, record_session
from pipeline.store.sign_in_codes import SignInCode, forget_code, record_code, take_try
from pipeline.store.slots import Slot, SlotState, fetch_slots, record_slot
from tests.review.registered import GP, LEAD
from tests.review.ward import Sent, admit, fill

AT, LATER, LATEST = (f"2026-11-30T{hour}:00:00.000000+00:00" for hour in (12, 13, 14))
NewStore = Callable[[], Store]


def test_whoever_is_retired_gives_back_all_that_they_held(new_store: NewStore, tmp_path: Path) -> None:
    store, (s1, s2, s3) = new_store(), (Sent("s1"), Sent("s2"), Sent("s3"))
    fill(store, tmp_path, [s1, s2, s3])
    admit(store, GP, LEAD)
    me = GP.person_id
    with store.writing(PEOPLE) as connection:
        record_slot(connection, s1.item_id, Slot(0, me, LATEST, 0, SlotState.HELD))
        record_slot(connection, s3.item_id, Slot(0, me, LATEST, 0, SlotState.LOCKED))
        record_assignment(connection, s2.item_id, Assignment(me), LEAD.person_id, AT)
        record_aside(connection, s2.item_id, LEAD.person_id, AsideKind.ESCALATE, "why", AT)
        claim_escalation(connection, fetch_escalations(connection)[0], me, AT)
        record_session(connection, NewSession("a" * 64, me, "form", "demo", AT, LATEST))
        record_code(connection, SignInCode("b", me, "c", 0, LATEST), AT)
        assert "" == retire_person(connection, me, LATER, LEAD.person_id, "left")
    with store.reading() as connection:
        held = [fetch_slots(connection, one.item_id) for one in (s1, s2, s3)]
        assert ([], [], SlotState.LOCKED) == (held[0], held[1], held[2][0].state)
        assert {""} == {one.given_to for one in fetch_open_items(connection, LATER, 10)}
        assert ["open"] == [one.state for one in fetch_escalations(connection)]
        assert 0 == count_sessions(connection, me, LATER, AT)
        assert [LEAD] == fetch_people(connection)
        assert [False, True] == [one.is_active for one in fetch_registered(connection)]
        assert [] == verify(connection)
    with store.writing(PEOPLE) as connection:
        assert take_try(connection, "b", LATER, 5) is None
        assert "" == keep_person(connection, GP, LATEST, LEAD.person_id, "back")
        assert GP in fetch_people(connection)


def test_a_code_is_tried_so_often_and_no_longer(new_store: NewStore) -> None:
    store = new_store()
    with store.writing(PEOPLE) as connection:
        record_code(connection, SignInCode("b", "p", "first", 0, LATER), AT)
        record_code(connection, SignInCode("b", "p", "second", 0, LATER), AT)
        tried = [take_try(connection, "b", AT, 2) for _ in range(3)]
        assert [("second", 1), ("second", 2), None] == [one and (one.code_sha256, one.n_tries) for one in tried]
        record_code(connection, SignInCode("b", "p", "third", 0, LATER), AT)
        assert take_try(connection, "b", LATER, 2) is None, "too old"
        assert take_try(connection, "other", AT, 2) is None
        forget_code(connection, "b")
        assert take_try(connection, "b", AT, 2) is None


def test_a_session_is_kept_alive_by_being_seen(new_store: NewStore) -> None:
    store = new_store()
    admit(store, GP)
    with store.writing(PEOPLE) as connection:
        record_session(connection, NewSession("a" * 64, GP.person_id, "form", "oidc", AT, LATEST))
        record_seen(connection, "a" * 64, LATER)
    with store.reading() as connection:
        session = fetch_session(connection, "a" * 64, LATER, AT)
        assert session is not None
        assert (GP, "oidc", LATER) == (session.person, session.way, session.seen_at)
        assert fetch_session(connection, "a" * 64, LATER, LATER) is None


def test_people_of_a_store_from_before_keep_what_they_were(tmp_path: Path) -> None:
    path = tmp_path / "old.duckdb"
    with duckdb.connect(str(path)) as connection:
        for number, script in pending(0):
            if number < 9:
                record(connection, number, script)
        connection.execute("INSERT INTO person VALUES ('p', 'Old', '[\"lead\"]', NULL, '[]', TRUE)")
        connection.execute("INSERT INTO session VALUES ('s', 'p', 'f', ?, ?)", [AT, LATEST])
    with DuckDBStore(path).reading() as connection:
        assert [Person("p", "Old", frozenset({Role.LEAD}))] == fetch_people(connection)
        assert fetch_session(connection, "s", AT, "") is None, "whoever was signed in signs in once more"
