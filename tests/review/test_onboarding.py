"""Somebody new practises, sees why, and reviews for real once a lead has said so; nothing of theirs counts before."""

import re
from datetime import timedelta

import pytest

from domain.person import Role
from domain.review import Phase
from pipeline.store.adjudications import fetch_readings
from pipeline.store.events import PEOPLE, verify
from pipeline.store.findings import fetch_tracks
from pipeline.store.people import record_people
from pipeline.store.reviews import Version, fetch_marks, fetch_review_labels, record_version
from pipeline.store.slots import fetch_slots
from pipeline.store.waiting import fetch_waiting
from review.rules.lease import stamp
from review.sign_in.demo import NEWCOMER
from tests.review.browser import Client
from tests.review.busy import BY_ROLE
from tests.review.conftest import Ward
from tests.review.forms import shown_fields
from tests.review.practising import PRACTICE, WHY, newcomer, practise
from tests.review.test_gate import HOSTILE, path_of, table
from tests.review.ward import NOON, RUN, TRAINER, Sent, Served, person, reader
from tests.store.test_reviews import BLIND

ITEM = Sent("s1").item_id
READER = f"/readers/{NEWCOMER.person_id}"


def test_nothing_of_real_review_opens_to_somebody_who_is_not_qualified(one: Served) -> None:
    client = newcomer(one)
    for row in table():
        if row.is_real and Role.TRAINER in row.roles:
            reply = client.get(path_of(row)) if row.method == "GET" else client.post(path_of(row))
            assert 403 == reply.status, f"{row.method} {row.path}"
            assert "once a lead has decided" in reply.text
    with one.store.reading() as connection:
        assert (0,) == connection.execute("SELECT count(*) FROM slot").fetchone()
        assert [] == fetch_waiting(connection, NEWCOMER, stamp(NOON))
        assert ["s1"] == [each.scenario_id for each in fetch_waiting(connection, TRAINER, stamp(NOON))]


@pytest.mark.parametrize("path", ["/queue", "/items/x", "/adjudications/x", "/escalations/1/judge"])
def test_every_page_by_which_an_item_is_judged_is_for_the_qualified(path: str) -> None:
    start = "/".join(path.split("/")[:2])
    rows = [row for row in table() if row.path.startswith(start) and Role.SME in row.roles]
    looks_alone = {"/escalations", "/escalations/{seq:int}", "/adjudications"}
    assert rows
    assert all(row.is_real for row in rows if row.path not in looks_alone)


@pytest.fixture
def paused(ward: Ward) -> Client:
    """The clinical expert, of whom a lead decided that they may not review for real any more."""
    one = ward(Sent("s1"))
    expert, trainer, lead = (reader(one, BY_ROLE[role]) for role in (Role.SME, Role.TRAINER, Role.LEAD))
    trainer.post("/threads", kind="question", body="When is a route named?")
    expert.post(f"/items/{ITEM}/take")
    lead.post(f"/readers/{BY_ROLE[Role.SME].person_id}", may_review="no", reason="A pause, as agreed")
    with one.store.reading() as connection:
        assert [] == fetch_slots(connection, ITEM), "what they held is others' to judge"
    return expert


def test_an_expert_who_may_not_review_approves_changes_and_settles_nothing(paused: Client) -> None:
    real = [row for row in table() if row.is_real and Role.SME in row.roles]
    paths = {row.path for row in real}
    assert {"/rubrics/drafts/{seq:int}/approve", "/scenarios/{sha256}/edit", "/escalations/{seq:int}/claim"} <= paths
    for row in real:
        reply = paused.get(path_of(row)) if row.method == "GET" else paused.post(path_of(row))
        assert (403, True) == (reply.status, "once a lead has decided" in reply.text), f"{row.method} {row.path}"
    thread = re.findall(r"/threads/\d+", paused.get("/threads").text)[0]
    assert 409 == paused.post(f"{thread}/move", to="closed").status


def test_a_lead_approves_and_changes_as_a_lead(one: Served) -> None:
    lead = reader(one, BY_ROLE[Role.LEAD])
    for row in table():
        if row.is_real and Role.LEAD in row.roles:
            reply = lead.get(path_of(row)) if row.method == "GET" else lead.post(path_of(row))
            assert "once a lead has decided" not in reply.text, f"{row.method} {row.path}"


def test_after_each_practice_item_what_was_agreed_is_shown_with_why_and_not_before(one: Served) -> None:
    client = newcomer(one)
    assert WHY not in client.get("/practice/1").text + client.get("/practice").text
    practise(client, 1, "satisfied", "satisfied")
    shown = client.get("/practice/1").text
    assert f"{WHY} 1 X-1" in shown
    assert f"{WHY} 1 X-2" in shown
    assert f"{WHY} 2" not in shown
    listed = client.get("/practice").text
    assert "So few examples say little" in listed
    assert "You see this point as it was agreed" in listed
    assert "%" not in listed


def test_the_first_answers_stay(one: Served) -> None:
    client = newcomer(one)
    practise(client, 1, "satisfied", "satisfied")
    practise(client, 1, "violated", "satisfied")
    with one.store.reading() as connection:
        rows = connection.execute("SELECT answers_json FROM practice_answer").fetchall()
        assert [] == verify(connection)
    assert 1 == len(rows)
    assert "violated" not in str(rows[0][0]).split("agreed")[0]


@pytest.mark.parametrize(
    ("said", "problem"),
    [
        ({}, "Choose an answer"),
        ({"choice-1": "violated", "choice-2": "satisfied"}, "Say how bad it could be"),
        ({"choice-1": "perfect", "choice-2": "satisfied"}, "Choose an answer"),
        ({"choice-1": "satisfied", "choice-2": "satisfied", "why-1": "x" * 4001}, "at most 4000"),
    ],
)
def test_practice_that_cannot_be_taken_is_shown_again(one: Served, said: dict[str, str], problem: str) -> None:
    client = newcomer(one)
    reply = client.post("/practice/1", **said)
    assert 400 == reply.status
    assert problem in reply.text
    assert WHY not in client.get("/practice/1").text


def test_what_was_begun_is_kept_and_goes_on_in_another_browser(one: Served) -> None:
    phone = newcomer(one)
    assert "/practice" == phone.post("/practice/1", **{"then": "later", "choice-1": "violated", "why-1": "half a"}).to
    for name, value in (("why-1", "half a thought"), ("severity-1", "major")):
        assert 204 == phone.post("/practice/1/draft", part="practice", field=name, value=value).status
    laptop = newcomer(one)
    shown = shown_fields(laptop.get("/practice/1").text)
    assert ("violated", "major", "half a thought") == (shown["choice-1"], shown["severity-1"], shown["why-1"])
    assert WHY not in laptop.get("/practice/1").text
    practise(laptop, 1, "satisfied", "satisfied")
    with one.store.reading() as connection:
        assert (0,) == connection.execute("SELECT count(*) FROM draft").fetchone()


@pytest.mark.parametrize(
    ("field", "value"),
    [("choice-1", "perfect"), ("choice-9", "violated"), ("why-1", "x" * 4001), ("severity-1", "9"), ("reason", "x")],
)
def test_a_field_of_practice_that_was_never_offered_is_not_kept(one: Served, field: str, value: str) -> None:
    client = newcomer(one)
    assert 400 == client.post("/practice/1/draft", part="practice", field=field, value=value).status
    practise(client, 1, "satisfied", "satisfied")
    assert 400 == client.post("/practice/1/draft", part="practice", field="why-1", value="later").status


def test_a_lead_decides_by_name_and_with_a_reason_that_the_person_reads(one: Served) -> None:
    client, lead = newcomer(one), reader(one, BY_ROLE[Role.LEAD])
    for number in (1, 2):
        practise(client, number, "violated", "satisfied")
    assert "1 reader about whom nobody has decided" in lead.get("/").text
    seen = lead.get(READER).text
    assert "2 of 2 practice items" in seen
    assert "REASON-OF-A-NEWCOMER-2-1" in seen
    assert 400 == lead.post(READER, may_review="yes").status
    assert "/readers" == lead.post(READER, may_review="no", reason="Look at the route once more").to
    assert "Look at the route once more" in client.get("/practice").text
    assert "nobody has decided" not in lead.get("/").text
    assert 403 == client.post("/queue/next").status
    lead.post(READER, may_review="yes", reason="Reasons soundly")
    assert f"decided by {BY_ROLE[Role.LEAD].name}" in lead.get(READER).text
    assert f"/items/{ITEM}" == client.post("/queue/next").to
    with one.store.reading() as connection:
        rows = connection.execute(
            "SELECT person_id, old_json, new_json FROM event WHERE kind = 'qualification_decided' AND subject_id = ? "
            "ORDER BY seq",
            [NEWCOMER.person_id],
        ).fetchall()
        assert [] == verify(connection)
    assert {BY_ROLE[Role.LEAD].person_id} == {row[0] for row in rows}
    assert ["null", "false"] == [row[1] for row in rows]
    assert "Reasons soundly" in rows[1][2]


def test_nobody_decides_about_themselves(ward: Ward) -> None:
    one = ward(Sent("s1"))
    both = person("demo-lead", Role.LEAD, Role.TRAINER)
    lead = reader(one, BY_ROLE[Role.LEAD])
    with one.store.writing(PEOPLE) as connection:
        record_people(connection, [both], stamp(NOON), "test")
    reply = lead.post("/readers/demo-lead", may_review="yes", reason="I am sure")
    assert 400 == reply.status
    assert "Somebody else decides about you" in reply.text


def test_a_lead_gives_items_to_the_qualified_alone(one: Served) -> None:
    lead = reader(one, BY_ROLE[Role.LEAD])
    assert NEWCOMER.name not in lead.get("/allocation").text
    assert 400 == lead.post("/allocation", item=ITEM, to=f"person:{NEWCOMER.person_id}").status


def test_what_somebody_said_who_might_not_review_counts_nowhere(ward: Ward) -> None:
    """Even where it stands in the store, by whatever way it came there."""
    one = ward(Sent("s1"))
    with one.store.writing(PEOPLE) as connection:
        given = Version(1, Phase.BLIND, is_extra=False, judged_at=stamp(NOON), judgement=BLIND, changed_because={})
        record_version(connection, ITEM, NEWCOMER.person_id, given, {})
    with one.store.reading() as connection:
        assert [] == fetch_review_labels(connection)
        assert [] == fetch_marks(connection, RUN)
        assert {} == fetch_tracks(connection, "another item")
        assert {} == fetch_readings(connection, ITEM)
    lead = reader(one, BY_ROLE[Role.LEAD])
    one.clock.forward(timedelta(hours=1))
    lead.post(READER, may_review="yes", reason="From now on")
    with one.store.reading() as connection:
        assert [] == fetch_review_labels(connection)


def test_what_was_said_while_somebody_might_review_goes_on_counting(one: Served) -> None:
    trainer, lead = reader(one, TRAINER), reader(one, BY_ROLE[Role.LEAD])
    trainer.post(f"/items/{ITEM}/take")
    trainer.judge(ITEM, "violated", "satisfied")
    trainer.post(f"/items/{ITEM}/lock")
    one.clock.forward(timedelta(hours=1))
    lead.post(f"/readers/{TRAINER.person_id}", may_review="no", reason="A pause, as agreed")
    assert 403 == trainer.get("/queue").status
    with one.store.reading() as connection:
        assert 2 == len(fetch_review_labels(connection))


def test_there_are_as_many_practice_items_as_the_set_has(one: Served) -> None:
    client = newcomer(one)
    assert 404 == client.get(f"/practice/{len(PRACTICE) + 1}").status
    assert 404 == client.post("/practice/0").status


def test_a_script_in_what_is_practised_or_decided_is_shown_as_text(one: Served) -> None:
    client, lead = newcomer(one), reader(one, BY_ROLE[Role.LEAD])
    client.post("/practice/1", **{"choice-1": "satisfied", "choice-2": "satisfied", "why-1": HOSTILE})
    lead.post(READER, may_review="no", reason=HOSTILE)
    pages = [client.get("/practice").text, client.get("/practice/1").text, lead.get(READER).text]
    for text in pages:
        assert "<script>document" not in text
        assert "&lt;script&gt;" in text
