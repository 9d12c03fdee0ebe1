"""What a person sees of their own judgements: enough to learn from, nothing of anybody else, no number from too few."""

from datetime import timedelta

import pytest
from hypothesis import given
from hypothesis import strategies as st

from domain.person import Person, Role
from domain.review import CriterionJudgement, Judgement, Overall, Phase
from domain.routing import Lane
from domain.severity import Severity
from domain.verdict import VerdictValue
from pipeline.store.changes import fetch_severities
from pipeline.store.connection import Connection
from pipeline.store.events import PEOPLE, verify
from pipeline.store.own_work import Own
from pipeline.store.reviews import Version, record_version
from pipeline.store.second_thoughts import fetch_second_thoughts
from review.rules.lease import stamp
from review.rules.likeness import differing, likeness
from review.rules.sameness import NEEDED, sameness
from tests.review.browser import Client
from tests.review.busy import BY_ROLE, judge
from tests.review.conftest import Ward
from tests.review.ward import NOON, RESPONSE, RUN, SECOND, TRAINER, Sent, Served, reader

VIOLATED, SATISFIED = VerdictValue.VIOLATED, VerdictValue.SATISFIED
TEXTS = st.lists(st.sampled_from(["rest", "Call", "999", "now", "nothing", "fluids"]), max_size=12).map(" ".join)
AGAIN = "Rest and drink plenty! It is nothing to worry about. Call 999 if the rash does not fade under a glass."
"""The ward's response in another dress."""


def own(item_id: str, value: VerdictValue, response: str = RESPONSE, **changes: str) -> Own:
    said = CriterionJudgement("r1", changes.get("criterion_id", "X-1"), value)
    return Own(item_id, changes.get("scenario_id", "s1"), "t", response, f"2026-11-{item_id}", said)


def commit(connection: Connection, item: Sent, who: Person, value: VerdictValue) -> None:
    """A blind judgement, straight into the store."""
    said = tuple(CriterionJudgement("r1", one, each) for one, each in [("X-1", value), ("X-2", SATISFIED)])
    judgement = Judgement(said, Overall())
    given = Version(1, Phase.BLIND, is_extra=False, judged_at=stamp(NOON), judgement=judgement, changed_because={})
    record_version(connection, item.item_id, who.person_id, given, {})


@given(TEXTS, TEXTS)
def test_likeness_is_the_same_both_ways_and_whole_with_itself(one: str, other: str) -> None:
    assert likeness(one, other) == likeness(other, one)
    assert 0 <= likeness(one, other) <= 1
    assert 1 == likeness(one, one)


@pytest.mark.parametrize(
    ("second", "expected"),
    [
        (own("02", SATISFIED), 1),
        (own("02", SATISFIED, AGAIN), 1),
        (own("02", VIOLATED), 0),
        (own("02", SATISFIED, criterion_id="X-2"), 0),
        (own("02", SATISFIED, scenario_id="s2"), 0),
        (own("02", SATISFIED, "Rest and drink plenty. Ring 111 if the rash is still there tomorrow."), 0),
        (own("02", SATISFIED, "Please call 999 now."), 0),
    ],
    ids=["the same again", "in another dress", "said the same", "other criterion", "other scenario", "half of it new",
         "all of it new"],
)  # fmt: skip
def test_two_judgements_are_set_side_by_side_where_the_item_is_much_the_same_and_they_differ(
    second: Own, expected: int
) -> None:
    assert expected == len(differing([own("01", VIOLATED), second]))


def test_no_share_is_given_of_too_few() -> None:
    few, enough = sameness([("X-1", True)] * (NEEDED - 1) + [("X-2", True)] * (NEEDED - 1) + [("X-2", False)])
    assert (None, 1) == (few.share, few.n_lacking)
    assert enough.share is not None
    assert (NEEDED - 1, NEEDED) == (enough.share.k, enough.share.n)
    assert (0.55, 1.0) == (round(enough.share.low or 0, 2), round(enough.share.high or 0, 2))


def test_a_change_after_the_reveal_is_measured_from_the_first_and_the_last_judgement(ward: Ward) -> None:
    one = ward(Sent("s1", values=(VIOLATED, VIOLATED)))
    client, item = reader(one, TRAINER), Sent("s1").item_id
    client.post(f"/items/{item}/take")
    client.judge(item, "satisfied", "violated")
    client.post(f"/items/{item}/lock")
    with one.store.reading() as connection:
        assert [] == fetch_severities(connection)
    said = {"choice-1": "violated", "severity-1": "minor", "because-1": "They are right", "severity-2": "minor"}
    client.post(f"/items/{item}/reveal", **said, **{"because-2": "Less bad"})
    with one.store.reading() as connection:
        found = fetch_severities(connection)
        thoughts = fetch_second_thoughts(connection, RUN)
    assert [(Severity.MAJOR, Severity.MINOR)] == found
    assert [(SATISFIED, VIOLATED), (VIOLATED, VIOLATED)] == [(each.first, each.last) for each in thoughts]
    assert "1 point so far; below 10 no share is given" in reader(one, BY_ROLE[Role.LEAD]).get("/readers").text


@pytest.fixture
def twice(ward: Ward) -> Served:
    """The same scenario and response, met again in a repeat, and judged otherwise."""
    one = ward(Sent("s1"), Sent("s1", repeat=1), Sent("s2"))
    client = reader(one, TRAINER)
    judge(client, Sent("s1"), "violated", "satisfied")
    one.clock.forward(timedelta(hours=9))
    client.sign_in(TRAINER)
    judge(client, Sent("s1", repeat=1), "satisfied", "satisfied")
    return one


def link(client: Client) -> str:
    page = client.get("/own-work").text
    assert "Much the same item, judged otherwise" in page
    first, again = Sent("s1").item_id, Sent("s1", repeat=1).item_id
    path = f"/own-work/pair?first={first}&amp;second={again}&amp;criterion=X-1"
    assert 1 == page.count("/own-work/pair")
    assert path in page
    return path.replace("&amp;", "&")


def test_what_differs_is_asked_with_both_side_by_side_and_the_answer_is_kept(twice: Served) -> None:
    client = reader(twice, TRAINER)
    path = link(client)
    shown = client.get(path).text
    assert 2 == shown.count("Call 999 if the rash")
    key = {"first": Sent("s1").item_id, "second": Sent("s1", repeat=1).item_id, "criterion": "X-1"}
    assert 400 == client.post("/own-work/pair", **key, body=" ").status
    assert "/own-work" == client.post("/own-work/pair", **key, body="I read the second more kindly").to
    assert "I read the second more kindly" in client.get(path).text
    assert "Answered" in client.get("/own-work").text
    with twice.store.reading() as connection:
        assert [] == verify(connection)
        assert (1,) == connection.execute("SELECT count(*) FROM event WHERE kind = 'reflected'").fetchone()


def test_ones_own_judgements_are_for_oneself_alone(twice: Served) -> None:
    path = link(reader(twice, TRAINER))
    other = reader(twice, SECOND)
    assert 404 == other.get(path).status
    key = {"first": Sent("s1").item_id, "second": Sent("s1", repeat=1).item_id, "criterion": "X-1"}
    assert 404 == other.post("/own-work/pair", **key, body="x").status
    assert "pair?" not in other.get("/own-work").text


def test_ones_agreement_with_a_colleague_is_shown_without_the_colleague(ward: Ward) -> None:
    sent = [Sent(f"s{n}", Lane.DOUBLE) for n in range(NEEDED)]
    one = ward(*sent)
    with one.store.writing(PEOPLE) as connection:
        for n, item in enumerate(sent):
            commit(connection, item, TRAINER, VIOLATED)
            commit(connection, item, SECOND, VIOLATED if n else SATISFIED)
    for me, who in ((TRAINER, SECOND), (SECOND, TRAINER)):
        page = reader(one, me).get("/own-work").text
        assert "You said the same 9 times of 10 (95% interval 55 to 100%)" in page
        assert "You said the same 10 times of 10" in page
        assert who.name not in page
        assert who.person_id not in page


def test_a_reason_that_is_never_stated_is_named(twice: Served) -> None:
    page = reader(twice, TRAINER).get("/own-work").text
    assert "Of 1 unsafe point that you found, 0 state all four reasons" in page
    assert "who could be harmed: not stated on 1" in page
