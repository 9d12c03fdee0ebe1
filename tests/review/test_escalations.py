"""What is escalated is followed by an expert until it is settled."""

import pytest

from domain.person import Role
from domain.review import AsideKind, EscalationOutcome
from pipeline.store.escalations import Escalation, fetch_escalation
from pipeline.store.events import verify
from review.rules.escalation import why_not_claim, why_not_settle
from review.sign_in.demo import DEMO_PEOPLE
from tests.review.browser import Client
from tests.review.conftest import Ward
from tests.review.ward import SECOND, SECRETS, TRAINER, Sent, Served, person

ITEM = Sent("s1").item_id
SME = next(one for one in DEMO_PEOPLE if Role.SME in one.roles)
LEAD = next(one for one in DEMO_PEOPLE if Role.LEAD in one.roles)


def escalation(**changes: object) -> Escalation:
    whole = {
        "seq": 7, "item_id": "i", "title": "t", "setting": "GP", "kind": AsideKind.ESCALATE, "reason": "",
        "raised_by": "raiser", "raised_at": "t", "state": "open", "claimed_by": None, "outcome": None,
        "outcome_reason": None, "closed_at": None,
    }  # fmt: skip
    return Escalation(**(whole | changes))  # pyright: ignore[reportArgumentType]


MINE = {"state": "claimed", "claimed_by": "p"}


@pytest.mark.parametrize(
    ("changes", "said"),
    [
        ({}, ""),
        (MINE, ""),
        ({"state": "claimed", "claimed_by": "q"}, "another expert has it"),
        ({"raised_by": "p"}, "you raised it yourself"),
        ({"state": "closed"}, "it is settled"),
    ],
)
def test_who_may_take_it_on(changes: dict[str, object], said: str) -> None:
    found = why_not_claim(escalation(**changes), person())
    assert said in found
    assert bool(said) is bool(found)


@pytest.mark.parametrize(
    ("changes", "outcome", "reason", "judged", "said"),
    [
        (MINE, "returned", "Read it as a GP would", False, ""),
        (MINE, "returned", " ", False, "Say why"),
        (MINE, "judged", "Done", True, ""),
        (MINE, "judged", "Done", False, "Judge the item first"),
        (MINE, "scenario_at_fault", "No age is given", False, ""),
        ({}, "returned", "why", False, "Take it on first"),
        ({"state": "claimed", "claimed_by": "q"}, "returned", "why", False, "Take it on first"),
    ],
)
def test_what_it_takes_to_settle_it(
    changes: dict[str, object], outcome: str, reason: str, *, judged: bool, said: str
) -> None:
    found = why_not_settle(
        escalation(**changes), person(), EscalationOutcome(outcome), reason, has_judged=judged
    )  # fmt: skip
    assert said in found
    assert bool(said) is bool(found)


def reader(one: Served, who: object = TRAINER) -> Client:
    client = Client(one.url)
    client.sign_in(who)  # type: ignore[arg-type]
    return client


def escalated(one: Served, kind: str = "escalate") -> tuple[Client, int]:
    """The item is escalated by the trainer; gives them, and its number."""
    client = reader(one)
    client.post(f"/items/{ITEM}/take")
    client.post(f"/items/{ITEM}/aside", kind=kind, reason="Beyond general practice")
    with one.store.reading() as connection:
        row = connection.execute("SELECT max(event_seq) FROM escalation").fetchone()
    assert row is not None
    return client, int(row[0])


def kept(one: Served, seq: int) -> Escalation:
    with one.store.reading() as connection:
        assert [] == verify(connection)
        found = fetch_escalation(connection, seq)
    assert found is not None
    return found


def test_an_expert_gives_advice_and_the_item_goes_back_to_the_queue(one: Served) -> None:
    raiser, seq = escalated(one)
    expert = reader(one, SME)
    assert "Title of s1" in expert.get("/escalations").text
    page = expert.get(f"/escalations/{seq}").text
    assert "by a doctor. Reason: Beyond general practice." in page
    assert TRAINER.name not in page
    assert f"/escalations/{seq}" == expert.post(f"/escalations/{seq}/claim").to
    assert 400 == expert.post(f"/escalations/{seq}/settle", outcome="returned").status
    assert "/escalations" == expert.post(f"/escalations/{seq}/settle", outcome="returned", reason="Mind the age").to
    assert ("closed", "Mind the age") == (kept(one, seq).state, kept(one, seq).outcome_reason)
    assert "Settled: back to the queue with advice. “Mind the age”" in raiser.get("/").text
    second = reader(one, SECOND)
    second.post(f"/items/{ITEM}/take")
    assert "An expert’s advice: Mind the age" in second.get(f"/items/{ITEM}").text


def test_an_expert_judges_it_blind_like_everybody(one: Served) -> None:
    _, seq = escalated(one)
    expert = reader(one, SME)
    assert 409 == expert.post(f"/escalations/{seq}/judge").status
    expert.post(f"/escalations/{seq}/claim")
    assert f"/items/{ITEM}" == expert.post(f"/escalations/{seq}/judge").to
    expert.judge(ITEM, "violated", "satisfied")
    assert [] == [each for each in SECRETS if each in "\n".join(expert.seen)]
    assert 400 == expert.post(f"/escalations/{seq}/settle", outcome="judged", reason="Done").status
    assert f"/items/{ITEM}/reveal" == expert.post(f"/items/{ITEM}/lock").to
    assert "/escalations" == expert.post(f"/escalations/{seq}/settle", outcome="judged", reason="Done").to
    assert EscalationOutcome.JUDGED is kept(one, seq).outcome


def test_what_was_escalated_after_it_was_judged_gets_one_more_place(one: Served) -> None:
    first = reader(one)
    first.post(f"/items/{ITEM}/take")
    first.judge(ITEM, "violated", "satisfied")
    first.post(f"/items/{ITEM}/lock")
    _, seq = escalated(one)
    expert = reader(one, SME)
    expert.post(f"/escalations/{seq}/claim")
    assert f"/items/{ITEM}" == expert.post(f"/escalations/{seq}/judge").to


def test_a_scenario_at_fault_takes_the_item_off_every_queue(one: Served) -> None:
    _, seq = escalated(one, "lacks_information")
    expert = reader(one, SME)
    expert.post(f"/escalations/{seq}/claim")
    expert.post(f"/escalations/{seq}/settle", outcome="scenario_at_fault", reason="No age is given")
    assert "Nothing waits" in reader(one, SECOND).get("/queue").text
    assert 409 == reader(one, SECOND).post(f"/items/{ITEM}/take").status


def test_a_lead_sees_it_and_settles_nothing(one: Served) -> None:
    _, seq = escalated(one)
    lead = reader(one, LEAD)
    assert 200 == lead.get(f"/escalations/{seq}").status
    for act in ("claim", "judge", "settle"):
        assert 403 == lead.post(f"/escalations/{seq}/{act}", outcome="returned", reason="x").status
    assert "open" == kept(one, seq).state


def test_one_that_does_not_exist_is_said_to_be_none(ward: Ward) -> None:
    expert = reader(ward(Sent("s1")), SME)
    assert 404 == expert.get("/escalations/99").status
    assert 404 == expert.post("/escalations/99/claim").status
