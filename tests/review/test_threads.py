"""Feedback, questions, flags, disputes and change requests: who opens, sees, answers and moves which."""

import re
from typing import Any

import pytest

from domain.person import Role
from domain.routing import Lane
from domain.thread import ThreadKind, ThreadState
from pipeline.store.events import verify
from pipeline.store.guidance import fetch_guidance
from pipeline.store.reviews import fetch_versions
from pipeline.store.threads import Thread, fetch_messages, fetch_thread
from review.rules.thread import MOVES, OPENS, after_reply, may_open, may_reply, may_see, moves
from review.sign_in.demo import DEMO_PEOPLE
from tests.review.browser import Client
from tests.review.conftest import Ward
from tests.review.ward import SECOND, TRAINER, Sent, Served, person, reader

ITEM = Sent("s1").item_id
T, E, S, L, TEC, SO = (
    Role.TRAINER, Role.EVALUATOR, Role.SME, Role.LEAD, Role.TECHNICAL, Role.SAFETY_OFFICER,
)  # fmt: skip
BY_ROLE = {next(iter(one.roles)): one for one in reversed(DEMO_PEOPLE)}


def thread(kind: str = "question", state: str = "open", **changes: Any) -> Thread:
    whole: dict[str, Any] = {
        "seq": 1, "kind": ThreadKind(kind), "state": ThreadState(state), "topic": "", "item_id": "i",
        "criterion_id": "", "about_id": "", "origin_seq": None, "opened_by": "opener", "opened_role": T,
        "opened_at": "t", "title": "", "is_item_open": False, "first_message": "m",
    }  # fmt: skip
    return Thread(**(whole | changes))


@pytest.mark.parametrize(
    ("kind", "roles"),
    [
        ("feedback", {E}),
        ("question", {T, E, S}),
        ("flag", {T, S}),
        ("dispute", {T, E, S}),
        ("change_request", {S, L}),
    ],
)
def test_which_roles_open_which(kind: str, roles: set[Role]) -> None:
    assert roles == {role for role in Role if may_open(ThreadKind(kind), person("p", role))}


@pytest.mark.parametrize(
    ("one", "roles"),
    [
        (thread("feedback", about_id="w"), {E, L, SO}),
        (thread("question"), {S, L, SO}),
        (thread("question", is_item_open=True), {L, SO}),
        (thread("question", "answered", item_id=""), set(Role)),
        (thread("question", "open", item_id=""), {S, L, SO}),
        (thread("flag"), {S, L, SO}),
        (thread("flag", is_item_open=True), {L, SO}),
        (thread("dispute"), {S, L, SO}),
        (thread("change_request", item_id=""), {S, L, TEC, SO}),
    ],
)
def test_which_roles_see_which(one: Thread, roles: set[Role]) -> None:
    assert roles == {role for role in Role if may_see(one, person("p", role))}


def test_whoever_opened_it_and_whose_work_it_is_about_always_see_it() -> None:
    for kind in ThreadKind:
        one = thread(kind, is_item_open=True, about_id="worker" if kind is ThreadKind.FEEDBACK else "")
        assert may_see(one, person("opener", TEC))
    assert may_see(thread("feedback", about_id="worker"), person("worker"))
    assert not may_see(thread("feedback", about_id="worker"), person("another"))


def test_what_has_ended_takes_no_reply() -> None:
    for state in ThreadState:
        ended = state in (ThreadState.CLOSED, ThreadState.ACCEPTED, ThreadState.DECLINED, ThreadState.DONE)
        assert ended is not may_reply(thread("question", state), person("opener"))


def test_a_clarification_is_read_by_all_and_answered_by_those_whom_it_concerns() -> None:
    one = thread("question", "answered", item_id="")
    assert not may_reply(one, person("another"))
    assert may_reply(one, person("lead", L))


@pytest.mark.parametrize("kind", list(ThreadKind))
def test_moves_are_those_of_the_table_and_no_others(kind: ThreadKind) -> None:
    for state in ThreadState:
        for role in Role:
            expected = {to for to, (roles, before) in MOVES[kind].items() if role in roles and state in before}
            one = thread(kind, state, item_id="")
            found = set(moves(one, person("p", role)))
            assert found == expected
            assert state not in found


@pytest.mark.parametrize(
    ("kind", "who", "to"),
    [
        ("question", "opener", "open"),
        ("question", "p", "answered"),
        ("feedback", "opener", "open"),
        ("feedback", "p", "answered"),
        ("flag", "p", "open"),
        ("dispute", "p", "open"),
        ("change_request", "p", "open"),
    ],
)
def test_where_a_reply_leaves_it(kind: str, who: str, to: str) -> None:
    assert to == after_reply(thread(kind), person(who))


def begun(one: Served) -> Client:
    client = reader(one)
    client.post(f"/items/{ITEM}/take")
    return client


def judged(one: Served, who: Any = TRAINER) -> Client:
    client = reader(one, who)
    client.post(f"/items/{ITEM}/take")
    client.judge(ITEM, "violated", "satisfied")
    client.post(f"/items/{ITEM}/lock")
    client.post(f"/items/{ITEM}/reveal")
    return client


def state(one: Served, url: str) -> ThreadState:
    with one.store.reading() as connection:
        assert [] == verify(connection)
        found = fetch_thread(connection, int(url.rsplit("/", 1)[1]))
    assert found is not None
    return found.state


def test_what_is_sent_twice_is_said_once(one: Served) -> None:
    trainer, sme, lead = begun(one), reader(one, BY_ROLE[S]), reader(one, BY_ROLE[L])
    url = trainer.post("/threads", kind="question", body="Does 111 count?").to
    assert url == trainer.post("/threads", kind="question", body="Does 111 count?").to
    assert url != sme.post("/threads", kind="question", body="Does 111 count?").to
    for _ in range(2):
        assert url == lead.post(f"{url}/reply", body="It does.").to
    with one.store.reading() as connection:
        assert 2 == len(fetch_messages(connection, int(url.rsplit("/", 1)[1])))
    for _ in range(2):
        lead.post("/guidance", body="Ring 111.", changed="New", criteria="")
    with one.store.reading() as connection:
        assert 1 == len(fetch_guidance(connection))
    trainer.post(f"{url}/reply", body="Thank you.")
    assert ThreadState.OPEN is state(one, url)


def test_feedback_is_given_answered_and_followed_by_a_revision(one: Served) -> None:
    trainer, evaluator = judged(one), reader(one, BY_ROLE[E])
    (work,) = set(re.findall(r"/finished/\d+", evaluator.get("/finished").text))
    page = evaluator.get(work).text
    assert "by a doctor" in evaluator.get("/finished").text
    assert TRAINER.name not in page
    assert 400 == evaluator.post(f"{work}/feedback", body=" ").status
    url = evaluator.post(f"{work}/feedback", body="Which sign was missing?").to
    assert "Which sign was missing?" in trainer.get("/").text
    seen = trainer.get(url).text
    assert "Evaluator" in seen
    assert BY_ROLE[E].name + "<" not in seen.replace("Signed in", "")
    trainer.post(f"{url}/reply", body="The rash")
    assert ThreadState.ANSWERED is state(one, url)
    assert "The reader" in evaluator.get(url).text
    trainer.post(f"/items/{ITEM}/reveal", **{"choice-1": "cannot_tell", "because-1": "After feedback"})
    with one.store.reading() as connection:
        assert 2 == len(fetch_versions(connection, ITEM, TRAINER.person_id))
    assert "After feedback" in evaluator.get(work).text
    assert url == evaluator.post(f"{url}/move", to="closed").to
    assert 409 == trainer.post(f"{url}/reply", body="One more").status
    assert 404 == reader(one, SECOND).get(url).status


def test_work_on_an_item_that_somebody_is_still_to_read_is_not_shown(ward: Ward) -> None:
    one = ward(Sent("s1", Lane.DOUBLE))
    judged(one)
    evaluator = reader(one, BY_ROLE[E])
    assert "Nothing is finished yet" in evaluator.get("/finished").text
    judged(one, SECOND)
    assert 2 == len(set(re.findall(r"/finished/\d+", evaluator.get("/finished").text)))


def test_a_question_about_an_open_item_is_between_its_reader_and_the_leads(one: Served) -> None:
    trainer = begun(one)
    url = trainer.post("/threads", kind="question", item=ITEM, criterion="X-1", body="Does a leaflet count?").to
    assert 404 == reader(one, BY_ROLE[S]).get(url).status
    assert 404 == reader(one, SECOND).get(url).status
    lead = reader(one, BY_ROLE[L])
    assert "Does a leaflet count?" in lead.get("/threads").text
    lead.post(f"{url}/reply", body="No, unless it names a sign")
    assert ThreadState.ANSWERED is state(one, url)
    assert "No, unless it names a sign" in trainer.get(url).text
    trainer.post(f"{url}/reply", body="And a web page?")
    assert ThreadState.OPEN is state(one, url)


def test_an_answered_question_about_no_item_is_a_clarification_for_all(one: Served) -> None:
    url = reader(one).post("/threads", kind="question", body="What is major?").to
    assert 404 == reader(one, SECOND).get(url).status
    reader(one, BY_ROLE[L]).post(f"{url}/reply", body="One death")
    assert "One death" in reader(one, SECOND).get(url).text


def test_a_dispute_that_is_accepted_becomes_a_change_request_without_names(one: Served) -> None:
    url = begun(one).post("/threads", kind="dispute", item=ITEM, criterion="X-1", body="It misses leaflets").to
    lead = reader(one, BY_ROLE[L])
    assert url == lead.post(f"{url}/move", to="accepted").to
    assert f"origin={url.rsplit('/', 1)[1]}" in lead.get(url).text
    fields = {"kind": "change_request", "criterion": "X-1", "origin": url.rsplit("/", 1)[1]}
    request = lead.post("/threads", body="Count leaflets", **fields).to
    technical = reader(one, BY_ROLE[TEC])
    page = technical.get(request).text
    assert "Count leaflets" in page
    assert not [each.person_id for each in DEMO_PEOPLE if each.person_id in page]
    assert TRAINER.name not in page
    assert 404 == technical.get(url).status
    for to in ("in_progress", "done"):
        assert request == technical.post(f"{request}/move", to=to).to
        assert to == state(one, request)
    assert 409 == technical.post(f"{request}/move", to="in_progress").status


def test_a_flag_says_what_is_the_matter(one: Served) -> None:
    trainer = begun(one)
    assert 400 == trainer.post("/threads", kind="flag", item=ITEM, body="Two readings").status
    url = trainer.post("/threads", kind="flag", item=ITEM, topic="ambiguous", body="Two readings").to
    assert ThreadState.OPEN is state(one, url)
    assert 409 == trainer.post(f"{url}/move", to="accepted").status


@pytest.mark.parametrize(
    ("fields", "status"),
    [
        ({"kind": "gossip", "body": "x"}, 400),
        ({"kind": "question", "body": "  "}, 400),
        ({"kind": "question", "body": "x" * 4001}, 400),
        ({"kind": "question", "body": "x", "criterion": "<b>"}, 400),
        ({"kind": "question", "body": "x", "item": ITEM}, 403),
        ({"kind": "feedback", "body": "x"}, 403),
        ({"kind": "change_request", "body": "x"}, 403),
    ],
)
def test_what_cannot_be_opened(one: Served, fields: dict[str, str], status: int) -> None:
    client = reader(one)
    assert status == client.post("/threads", **fields).status
    with one.store.reading() as connection:
        assert (0,) == connection.execute("SELECT count(*) FROM thread").fetchone()


def test_an_evaluator_gives_feedback_on_finished_work_alone(one: Served) -> None:
    evaluator = reader(one, BY_ROLE[E])
    assert 403 == evaluator.post("/threads", kind="feedback", body="x").status
    assert 404 == evaluator.post("/finished/1/feedback", body="x").status
    assert set(OPENS) == set(ThreadKind)
