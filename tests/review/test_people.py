"""Leads register, change and retire people; every change is kept with who and why."""

from dataclasses import replace
from datetime import timedelta
from typing import Any

import pytest

from domain.person import Person, Role
from pipeline.registering import why_not_kept, why_rights_stay
from pipeline.store.drafts import fetch_draft
from pipeline.store.escalations import fetch_escalations
from pipeline.store.events import fetch_events, verify
from pipeline.store.people import fetch_people, fetch_registered
from pipeline.store.slots import fetch_slots
from review.sign_in.demo import DEMO_PEOPLE
from tests.review.browser import Client
from tests.review.conftest import Ward
from tests.review.registered import GP, LEAD, NURSE
from tests.review.ward import SECOND, TRAINER, Sent, Served, admit, person

OF_DEMO = next(one for one in DEMO_PEOPLE if Role.LEAD in one.roles)
EXPERT = next(one for one in DEMO_PEOPLE if Role.SME in one.roles)
NEW = {
    "name": "New colleague",
    "email": "New@Clinic.example ",
    "role": "trainer",
    "profession": "midwife",
    "scope": "maternity, GP,",
    "because": "joins the team",
}


@pytest.fixture
def lead(one: Served) -> Client:
    client = Client(one.url)
    client.sign_in(OF_DEMO)
    return client


def found(one: Served, name: str) -> Person:
    with one.store.reading() as connection:
        return next(each for each in fetch_people(connection) if each.name == name)


def test_a_lead_registers_a_person_and_changes_them(one: Served, lead: Client) -> None:
    assert "/people" == lead.post("/people", **NEW).to
    new = found(one, "New colleague")
    assert ("new@clinic.example", {"maternity", "GP"}, {Role.TRAINER}) == (new.email, new.scope, new.roles)
    page = f"/people/{new.person_id}"
    assert "midwife" in lead.get("/people").text
    assert 'value="new@clinic.example"' in lead.get(page).text
    changes = NEW | {"name": "Renamed", "role": "sme", "subject": "00u1", "because": "now an expert"}
    assert "/people" == lead.post(page, **changes).to
    assert ({Role.SME}, "00u1") == (found(one, "Renamed").roles, found(one, "Renamed").subject)
    text = lead.get(page).text
    assert f"registered or changed by {OF_DEMO.name}: joins the team" in text
    assert "now an expert" in text
    with one.store.reading() as connection:
        assert [] == verify(connection)
        events = fetch_events(connection, new.person_id)
    assert [OF_DEMO.person_id] * 2 == [each["person_id"] for each in events]
    assert ["joins the team", "now an expert"] == [each["new"]["because"] for each in events]
    assert "New colleague" == events[1]["old"]["name"]


@pytest.mark.parametrize(
    ("changes", "said"),
    [
        ({"name": " "}, "Write a name"),
        ({"role": ""}, "Choose"),
        ({"role": "owner"}, "Choose among the roles"),
        ({"profession": "astrologer"}, "Choose among the roles and professions"),
        ({"profession": ""}, "Choose the profession"),
        ({"email": "no address"}, "Write an e-mail address"),
        ({"email": ""}, "without either nobody can sign in"),
        ({"because": ""}, "Say why"),
    ],
)
def test_what_cannot_be_registered_is_said_and_what_was_written_stays(
    one: Served, lead: Client, changes: dict[str, str], said: str
) -> None:
    reply = lead.post("/people", **NEW | changes)
    assert 400 == reply.status
    assert said in reply.text
    assert "maternity, GP," in reply.text
    with one.store.reading() as connection:
        assert len(DEMO_PEOPLE) == len(fetch_registered(connection))


def test_nobody_changes_their_own_roles_nor_retires_themselves(lead: Client) -> None:
    mine = {"name": OF_DEMO.name, "email": "lead@clinic.example", "because": "x"}
    page = f"/people/{OF_DEMO.person_id}"
    assert "ask another lead" in lead.post(page, **mine, role="sme", profession="doctor").text
    assert "ask another lead" in lead.post(f"{page}/retire", because="x").text
    assert "/people" == lead.post(page, **mine, role="lead").to


def test_a_retired_person_is_out_and_what_they_held_goes_back(ward: Ward) -> None:
    s1, s2 = Sent("s1"), Sent("s2")
    one = ward(s1, s2)
    lead, trainer, second, expert = (signed_in_as(one, who) for who in (OF_DEMO, TRAINER, SECOND, EXPERT))
    trainer.post(f"/items/{s1.item_id}/take")
    trainer.post(f"/items/{s1.item_id}/draft", part="X-1", field="risk", value="Late treatment")
    lead.post("/allocation", item=s2.item_id, to=f"person:{TRAINER.person_id}")
    assert "/items" not in second.post(f"/items/{s1.item_id}/take").to
    assert "/people" == lead.post(f"/people/{TRAINER.person_id}/retire", because="left the team").to
    assert "/sign-in" == trainer.get("/").to
    assert f"/items/{s1.item_id}" == second.post(f"/items/{s1.item_id}/take").to
    assert f"/items/{s2.item_id}" == second.post(f"/items/{s2.item_id}/take").to
    second.post(f"/items/{s2.item_id}/aside", kind="escalate", reason="unsure of the dose")
    with one.store.reading() as connection:
        seq = fetch_escalations(connection)[0].seq
    expert.post(f"/escalations/{seq}/claim")
    lead.post(f"/people/{EXPERT.person_id}/retire", because="left the team")
    with one.store.reading() as connection:
        assert ("open", None) == (fetch_escalations(connection)[0].state, fetch_escalations(connection)[0].claimed_by)
        assert [SECOND.person_id] == [slot.holder_id for slot in fetch_slots(connection, s1.item_id)]
        assert ["Late treatment"] == list(fetch_draft(connection, s1.item_id, TRAINER.person_id)["X-1"]["risk"])
        assert [] == verify(connection)
        kinds = {row[0] for row in connection.execute("SELECT kind FROM event").fetchall()}
    assert {"person_retired", "released", "escalation_released", "signed_out_everywhere"} <= kinds


def test_whoever_loses_a_role_gives_back_what_they_held(one: Served, lead: Client) -> None:
    item, trainer = Sent("s1").item_id, signed_in_as(one, TRAINER)
    trainer.post(f"/items/{item}/take")
    kept = {"name": TRAINER.name, "email": "t@clinic.example", "profession": "doctor", "because": "moves"}
    lead.post(f"/people/{TRAINER.person_id}", **kept, role="trainer")
    with one.store.reading() as connection:
        assert 1 == len(fetch_slots(connection, item))
    lead.post(f"/people/{TRAINER.person_id}", **kept, role="evaluator")
    with one.store.reading() as connection:
        assert [] == fetch_slots(connection, item)
    assert 403 == trainer.get("/queue").status, "at once"


def test_a_locked_judgement_outlives_its_reader(one: Served, lead: Client) -> None:
    item, trainer = Sent("s1").item_id, signed_in_as(one, TRAINER)
    trainer.post(f"/items/{item}/take")
    trainer.judge(item, "satisfied", "satisfied")
    trainer.post(f"/items/{item}/lock")
    lead.post(f"/people/{TRAINER.person_id}/retire", because="left")
    with one.store.reading() as connection:
        assert [TRAINER.person_id] == [slot.holder_id for slot in fetch_slots(connection, item)]


def test_somebody_retired_is_let_in_again(one: Served, lead: Client) -> None:
    page = f"/people/{SECOND.person_id}"
    lead.post(f"{page}/retire", because="leave")
    assert "Let in again" in lead.get(page).text
    assert 400 == lead.post(f"{page}/retire", because="twice").status
    back = {"name": SECOND.name, "email": "n@clinic.example", "role": "trainer", "profession": "nurse"}
    assert "/people" == lead.post(page, **back, because="back from leave").to
    one.clock.forward(timedelta(minutes=1))
    signed_in_as(one, SECOND)


def test_nobody_but_leads_sees_people_and_none_that_does_not_exist_is_shown(one: Served, lead: Client) -> None:
    assert 404 == lead.get("/people/nobody").status
    trainer = signed_in_as(one, TRAINER)
    for path in ("/people", f"/people/{SECOND.person_id}"):
        assert 403 == trainer.get(path).status
    assert 403 == trainer.post("/people", **NEW).status


def signed_in_as(one: Served, who: Person) -> Client:
    client = Client(one.url)
    client.sign_in(who)
    return client


OTHER = person("other", email="other@clinic.example", subject="sub-other")


@pytest.mark.parametrize(
    ("changes", "said"),
    [
        ({}, ""),
        ({"email": "", "subject": "sub"}, ""),
        ({"name": "x" * 101}, "at most 100"),
        ({"email": "a@b"}, "Write an e-mail"),
        ({"email": "a@b.example, c@d.example"}, "Write an e-mail"),
        ({"email": "Ann <a@b.example>"}, "Write an e-mail"),
        ({"email": "a@b.example\nBcc: c@d.example"}, "Write an e-mail"),
        ({"subject": "x" * 256}, "at most 255"),
        ({"subject": "a\nb"}, "printable"),
        ({"email": OTHER.email}, "is registered with this"),
        ({"subject": OTHER.subject}, "is registered with this"),
        ({"roles": frozenset({Role.LEAD}), "profession": None}, ""),
        ({"roles": frozenset({Role.LEAD, Role.EVALUATOR}), "profession": None}, "Choose the profession"),
    ],
)
def test_who_can_be_registered(changes: dict[str, Any], said: str) -> None:
    given = person("new", email="new@clinic.example", **({"subject": ""} | changes)) if "email" not in changes else None
    given = given or person("new", **changes)
    problem = why_not_kept(given, [OTHER], "joins")
    assert problem == said if not said else said in problem


@pytest.mark.parametrize(
    ("before", "after", "by", "said"),
    [
        ([], [LEAD], "IT", ""),
        ([LEAD, GP], [LEAD], LEAD.person_id, ""),
        ([LEAD, GP], [GP], "IT", "must stay lead"),
        ([LEAD, GP], [GP], LEAD.person_id, "ask another lead"),
        ([LEAD, GP], [LEAD, replace(GP, scope=frozenset({"GP"}))], LEAD.person_id, ""),
        ([LEAD, GP], [replace(LEAD, scope=frozenset({"GP"})), GP], LEAD.person_id, "ask another lead"),
        ([LEAD, GP], [replace(LEAD, name="Renamed"), GP], LEAD.person_id, ""),
        ([GP], [GP, NURSE], "IT", ""),
    ],
)
def test_who_may_change_whose_roles(before: list[Person], after: list[Person], by: str, said: str) -> None:
    problem = why_rights_stay(before, after, by)
    assert problem == said if not said else said in problem


def test_an_address_of_somebody_retired_is_still_theirs(one: Served, lead: Client) -> None:
    admit(one.store, GP)
    lead.post(f"/people/{GP.person_id}/retire", because="left")
    assert 400 == lead.post("/people", **NEW | {"email": GP.email}).status
