"""`caveat people`: the technical team registers the first lead, who does the rest on the page."""

import pytest

from domain.errors import InputError
from domain.person import Role
from pipeline.store.events import fetch_events, verify
from pipeline.store.people import fetch_people
from tests.conftest import Workspace
from tests.flow import facts, invoke

WHO = ("--by", "IT", "--reason", "first lead")
LEAD = ("people", "add", "--name", "R. Lead", "--email", "lead@clinic.example", "--role", "lead", *WHO)


def test_the_first_lead_is_registered_in_a_store_that_was_not_there(workspace: Workspace) -> None:
    person_id = facts(workspace, *LEAD)["person_id"]
    with workspace.open_store().reading() as connection:
        (lead,) = fetch_people(connection)
        (event,) = fetch_events(connection, person_id)
        assert [] == verify(connection)
    assert (person_id, {Role.LEAD}, "lead@clinic.example") == (lead.person_id, lead.roles, lead.email)
    assert ("IT", "first lead") == (event["person_id"], event["new"]["because"])
    assert "lead" not in person_id


@pytest.mark.parametrize(
    ("role", "is_said"), [("trainer", True), ("sme", True), ("evaluator", False), ("lead", False), ("technical", False)]
)
def test_of_whoever_is_to_judge_it_is_said_that_practice_comes_first(
    workspace: Workspace, role: str, *, is_said: bool
) -> None:
    who = ("--name", "A. Nurse", "--role", role, "--profession", "nurse", "--email", "nurse@clinic.example")
    assert is_said is ("Practice items come first" in invoke(workspace, "people", "add", *who, *WHO).output)


def test_people_are_listed_and_retired_but_the_last_lead(workspace: Workspace) -> None:
    lead = facts(workspace, *LEAD)["person_id"]
    nurse = ("--name", "A. Nurse", "--subject", "00u1", "--role", "trainer", "--profession", "nurse", "--scope", "GP")
    trainer = facts(workspace, "people", "add", *nurse, *WHO)["person_id"]
    assert "A. Nurse may sign in" not in invoke(workspace, "people", "list").output
    invoke(workspace, "people", "retire", trainer, *WHO)
    assert "A. Nurse  (trainer)  RETIRED" in invoke(workspace, "people", "list").output
    listed = {one["person_id"]: one["is_active"] for one in facts(workspace, "people", "list")["people"]}
    assert {lead: True, trainer: False} == listed
    for who, said in ((lead, "must stay lead"), ("nobody", "nobody of that name")):
        with pytest.raises(InputError, match=said):
            invoke(workspace, "people", "retire", who, *WHO)


@pytest.mark.parametrize(
    ("changes", "said"),
    [
        (("--email", "lead@clinic.example"), "is registered with this address"),
        (("--email", "nonsense"), "such as ann@example.org"),
        (("--role", "trainer", "--email", "t@clinic.example"), "Choose the profession"),
        ((), "without either nobody can sign in"),
    ],
)
def test_what_cannot_be_registered_is_said(workspace: Workspace, changes: tuple[str, ...], said: str) -> None:
    invoke(workspace, *LEAD)
    with pytest.raises(InputError, match=said):
        invoke(workspace, "people", "add", "--name", "B", "--role", "lead", *changes, *WHO)
    assert 2 == invoke(workspace, "people", "add", "--name", "B", "--role", "owner", *WHO).exit_code
