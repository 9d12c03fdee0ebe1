"""Nobody is shut out of any page of any role: axe-core finds no violation of WCAG 2.2 AA, and each fits a phone."""

from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest
from playwright.sync_api import Browser

from domain.person import Role
from domain.routing import Lane
from pipeline.store.finished_work import fetch_work
from pipeline.store.scenarios import fetch_listed_scenarios
from pipeline.store.threads import fetch_threads
from review.sign_in.demo import DEMO_PEOPLE
from tests.review.browser import Client
from tests.review.conftest import Ward
from tests.review.test_journey import AXE, TAGS, VIOLATIONS, opened
from tests.review.ward import SECOND, TRAINER, Sent, Served

DOUBLE, ESCALATED, DONE = Sent("s1", Lane.DOUBLE), Sent("s2"), Sent("s3")
BY_ROLE = {next(iter(one.roles)): one for one in reversed(DEMO_PEOPLE)}
LONG = "Uninterrupted" * 12 + " and a few words more. "


def reader(one: Served, who: Any) -> Client:
    client = Client(one.url)
    client.sign_in(who)
    return client


def judge(client: Client, item: Sent, *values: str) -> None:
    client.post(f"/items/{item.item_id}/take")
    client.judge(item.item_id, *values, could_still=LONG)
    client.post(f"/items/{item.item_id}/lock")
    client.post(f"/items/{item.item_id}/reveal")


@pytest.fixture
def busy(ward: Ward) -> Served:
    """Something on every page: a dispute, feedback, guidance, an escalation, two readers who differ."""
    one = ward(DOUBLE, ESCALATED, DONE, Sent("s4"))
    trainer, second = reader(one, TRAINER), reader(one, SECOND)
    judge(trainer, DOUBLE, "violated", "satisfied")
    judge(second, DOUBLE, "satisfied", "satisfied")
    judge(trainer, DONE, "violated", "satisfied")
    trainer.post(f"/items/{ESCALATED.item_id}/take")
    trainer.post("/threads", kind="dispute", item=ESCALATED.item_id, criterion="X-1", body=LONG)
    trainer.post(f"/items/{ESCALATED.item_id}/aside", kind="escalate", reason=LONG)
    reader(one, BY_ROLE[Role.SME]).post(f"/escalations/{_number(one, 'escalation', 'event_seq')}/claim")
    evaluator = reader(one, BY_ROLE[Role.EVALUATOR])
    evaluator.post(f"/work/{_work(one)}/feedback", body=LONG)
    lead = reader(one, BY_ROLE[Role.LEAD])
    lead.post("/guidance", body=LONG, changed="New", criteria="X-1")
    lead.post("/guidance", body=LONG, changed=LONG, criteria="X-1")
    lead.post("/threads", kind="change_request", body=LONG)
    lead.post("/allocation", item=Sent("s4").item_id, to=f"person:{TRAINER.person_id}", due="2026-12-04")
    return one


def _number(one: Served, table: str, column: str) -> int:
    with one.store.reading() as connection:
        row = connection.execute(f"SELECT max({column}) FROM {table}").fetchone()  # noqa: S608 (our names)
    assert row is not None
    return int(row[0])


def _work(one: Served) -> int:
    with one.store.reading() as connection:
        return fetch_work(connection, 1)[0].seq


def _thread(one: Served, kind: str) -> int:
    with one.store.reading() as connection:
        return max(each.seq for each in fetch_threads(connection) if each.kind == kind)


def pages_of(one: Served, role: Role) -> Iterator[str]:
    """What the role can open in a busy ward."""
    with one.store.reading() as connection:
        scenario = f"/scenarios/{fetch_listed_scenarios(connection, 1)[0].sha256}"
    judges = ("/queue", "/queue?minutes=20", f"/threads/new?kind=flag&item={DONE.item_id}", "/scenarios", scenario)
    oversees = ("/escalations", "/adjudications", f"/escalations/{_number(one, 'escalation', 'event_seq')}")
    of_role: dict[Role, tuple[str, ...]] = {
        Role.TRAINER: (
            *judges,
            f"/items/{DONE.item_id}/reveal",
            f"/items/{DONE.item_id}/done",
            f"/threads/{_thread(one, 'feedback')}",
        ),
        Role.EVALUATOR: ("/work", f"/work/{_work(one)}"),
        Role.SME: (*judges, *oversees, f"/adjudications/{DOUBLE.item_id}"),
        Role.LEAD: (
            *oversees, "/allocation", "/scenarios", scenario, "/threads/new?kind=change_request",
            f"/threads/{_thread(one, 'dispute')}",
        ),
        Role.TECHNICAL: (f"/threads/{_thread(one, 'change_request')}",),
        Role.SAFETY_OFFICER: oversees,
    }  # fmt: skip
    yield from ("/", "/threads", "/guidance", *of_role[role])


@pytest.mark.parametrize("width", [1280, 320])
def test_no_page_of_any_role_shuts_anybody_out(chromium: Browser, busy: Served, width: int) -> None:
    source, found = Path(AXE).read_text(encoding="utf-8"), list[str]()
    for role, who in BY_ROLE.items():
        with opened(chromium, busy, width) as page:
            page.goto(busy.url)
            page.get_by_label(who.name, exact=True).check()
            page.get_by_role("button", name="Continue").click()
            page.wait_for_url(f"{busy.url}/")
            for path in pages_of(busy, role):
                reply = page.goto(f"{busy.url}{path}")
                assert reply is not None
                assert 200 == reply.status, f"{role}: {path}"
                page.evaluate(source)
                found += [f"{role} {path}: {each}" for each in page.evaluate(VIOLATIONS, TAGS)]
                if (wide := page.evaluate("document.documentElement.scrollWidth")) > width:
                    found.append(f"{role} {path} is {wide} wide")
    assert not found, "\n".join(found)


def test_an_adjudicator_who_has_read_is_shown_the_readers_accessibly(chromium: Browser, busy: Served) -> None:
    reader(busy, BY_ROLE[Role.SME]).post(f"/adjudications/{DOUBLE.item_id}/read", **{"choice-1": "satisfied"})
    with opened(chromium, busy, 320) as page:
        page.goto(busy.url)
        page.get_by_label(BY_ROLE[Role.SME].name, exact=True).check()
        page.get_by_role("button", name="Continue").click()
        page.wait_for_url(f"{busy.url}/")
        page.goto(f"{busy.url}/adjudications/{DOUBLE.item_id}")
        page.evaluate(Path(AXE).read_text(encoding="utf-8"))
        assert [] == page.evaluate(VIOLATIONS, TAGS)
