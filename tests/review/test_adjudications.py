"""Where readers differ, an expert who has not read the item settles it: own read first, reasons next, names never."""

from typing import Any

import pytest

from domain.person import Role
from domain.review import CriterionJudgement, Judgement, Overall
from domain.routing import Lane
from domain.severity import Severity
from domain.verdict import VerdictValue
from pipeline.store.adjudications import fetch_adjudication, fetch_own_read
from pipeline.store.events import verify
from review.rules.conflict import contested, why_not_read_afresh
from review.sign_in.demo import DEMO_PEOPLE
from tests.review.browser import Client
from tests.review.conftest import Ward
from tests.review.ward import SECOND, SECRETS, TRAINER, Sent, Served, person, reader

DOUBLE = Sent("s1", Lane.DOUBLE)
ITEM = DOUBLE.item_id
SME = next(one for one in DEMO_PEOPLE if Role.SME in one.roles)
V, S, N, C = (
    VerdictValue.VIOLATED, VerdictValue.SATISFIED, VerdictValue.NOT_APPLICABLE, VerdictValue.CANNOT_TELL,
)  # fmt: skip


def judgement(value: VerdictValue, severity: str | None = None) -> Judgement:
    of = Severity(severity) if severity else None
    return Judgement((CriterionJudgement("r1", "X-1", value, severity=of),), Overall())


READINGS: list[tuple[list[tuple[VerdictValue, str | None]], str]] = [
    ([(V, "major"), (S, None)], "value"),
    ([(V, "minor"), (N, None)], "value"),
    ([(C, None), (V, "minor")], "value"),
    ([(S, None), (S, None), (V, "minor")], "value"),
    ([(V, "major"), (V, "considerable")], ""),
    ([(V, "major"), (V, "significant")], "severity"),
    ([(V, "minor"), (V, None)], ""),
    ([(S, None), (N, None)], ""),
    ([(S, None), (C, None)], ""),
    ([(S, None)], ""),
    ([], ""),
]


@pytest.mark.parametrize(("said", "kind"), READINGS)
def test_one_unsafe_is_enough_and_severities_far_apart_are(
    said: list[tuple[VerdictValue, str | None]], kind: str
) -> None:
    for order in (said, said[::-1]):
        assert ([kind] if kind else []) == [one.kind for one in contested([judgement(*each) for each in order])]


@pytest.mark.parametrize(
    ("readers", "author", "may"),
    [(["a", "b"], "", True), (["a", "p"], "", False), (["a", "b"], "p", False), (["a", "b"], "Name of p", False)],
)
def test_who_may_settle(readers: list[str], author: str, *, may: bool) -> None:
    assert may is not bool(why_not_read_afresh(readers, author, person("p", Role.SME)))


def read(one: Served, who: Any, *values: str, **overall: str) -> Client:
    client = reader(one, who)
    assert f"/items/{ITEM}" == client.post(f"/items/{ITEM}/take").to
    client.judge(ITEM, *values, **overall)
    assert f"/items/{ITEM}/reveal" == client.post(f"/items/{ITEM}/lock").to
    return client


@pytest.fixture
def differing(ward: Ward) -> Served:
    """One item, on whose first criterion two readers differ."""
    one = ward(DOUBLE)
    first = reader(one, TRAINER)
    first.post(f"/items/{ITEM}/take")
    first.post(f"/items/{ITEM}/draft", part="X-1", field="risk", value="RISK-THE-FIRST-SAW")
    first.post(f"/items/{ITEM}/criteria/1", value="violated", severity="major", missing="yes", risk="RISK-SEEN")
    first.post(f"/items/{ITEM}/criteria/2", value="satisfied")
    first.post(f"/items/{ITEM}/lock")
    read(one, SECOND, "satisfied", "satisfied")
    return one


def test_it_is_settled_after_an_own_read_with_reasons_but_no_names(differing: Served) -> None:
    expert = reader(differing, SME)
    assert "1 point" in expert.get("/adjudications").text
    page = f"/adjudications/{ITEM}"
    before = expert.get(page).text
    assert "Your own read first" in before
    assert 409 == expert.post(f"{page}/settle", reason="why", **{"choice-1": "satisfied"}).status
    assert 400 == expert.post(f"{page}/read").status
    assert not [each for each in ("RISK-SEEN", "Reader 1", *SECRETS) if each in "\n".join(expert.seen)]
    assert page == expert.post(f"{page}/read", **{"choice-1": "cannot_tell"}).to
    after = expert.get(page).text
    assert "RISK-SEEN" in after
    assert "Reader 2" in after
    assert not [each for each in (TRAINER.name, SECOND.name, TRAINER.person_id, *SECRETS[:4]) if each in after]
    assert 400 == expert.post(f"{page}/settle", **{"choice-1": "violated", "severity-1": "major"}).status
    assert 400 == expert.post(f"{page}/settle", reason="why", **{"choice-1": "violated"}).status
    done = expert.post(f"{page}/settle", reason="The route is late", **{"choice-1": "violated", "severity-1": "major"})
    assert "/adjudications" == done.to
    with differing.store.reading() as connection:
        assert [] == verify(connection)
        settled = fetch_adjudication(connection, ITEM)
        own = fetch_own_read(connection, ITEM, SME.person_id)
    assert settled is not None
    assert own is not None
    assert [(V, Severity.MAJOR), (S, None)] == [(each.value, each.severity) for each in settled.criteria]
    assert [C] == [each.value for each in own]
    assert 404 == expert.get(page).status


def test_readers_see_how_it_was_settled_and_change_nothing_after(differing: Served) -> None:
    expert = reader(differing, SME)
    page = f"/adjudications/{ITEM}"
    expert.post(f"{page}/read", **{"choice-1": "satisfied"})
    expert.post(f"{page}/settle", reason="It names the route", **{"choice-1": "satisfied"})
    first = reader(differing, TRAINER)
    assert "It names the route" in first.get(f"/items/{ITEM}/done").text
    changes = {"choice-1": "satisfied", "because-1": "as settled"}
    assert 409 == first.post(f"/items/{ITEM}/reveal", **changes).status


def test_readers_who_agree_leave_nothing_to_settle(ward: Ward) -> None:
    one = ward(DOUBLE)
    read(one, TRAINER, "violated", "satisfied")
    read(one, SECOND, "violated", "not_applicable")
    expert = reader(one, SME)
    assert "Nothing waits to be settled" in expert.get("/adjudications").text
    assert 404 == expert.get(f"/adjudications/{ITEM}").status


def test_one_who_read_the_item_cannot_settle_it(ward: Ward) -> None:
    one = ward(DOUBLE)
    read(one, TRAINER, "violated", "satisfied")
    expert = read(one, SME, "satisfied", "satisfied")
    assert "you read it yourself" in expert.get("/adjudications").text
    for act in ("read", "settle"):
        assert 403 == expert.post(f"/adjudications/{ITEM}/{act}", reason="x", **{"choice-1": "satisfied"}).status


def test_a_reader_sees_where_it_was_settled_otherwise_and_why_and_nobody_elses(differing: Served) -> None:
    expert = reader(differing, SME)
    page = f"/adjudications/{ITEM}"
    expert.post(f"{page}/read", **{"choice-1": "satisfied"})
    expert.post(f"{page}/settle", reason="It names the route", **{"choice-1": "satisfied"})
    first = reader(differing, TRAINER).get("/own-work").text
    assert "you said “Unsafe”, settled as “Safe”. It names the route" in first
    assert "1 so far, 9 more are needed" in first
    assert "Of 1 unsafe point that you found, 0 state all four reasons" in first
    second = reader(differing, SECOND).get("/own-work").text
    assert "settled as" not in second
