"""The other people's ways from signing in to something that is closed: by mouse, by keys, on a phone, without
JavaScript."""

from collections.abc import Generator
from contextlib import contextmanager

import pytest
from playwright.sync_api import Browser, Page, expect

from domain.person import Role
from pipeline.store.qualifications import fetch_decision
from pipeline.store.slots import SlotState, fetch_slots
from review.sign_in.demo import NEWCOMER
from tests.review.busy import BY_ROLE, judge
from tests.review.conftest import Ward
from tests.review.hands import Hand, Keys, Mouse, sign_in
from tests.review.practising import WHY, newcomer, practise
from tests.review.test_journey import opened
from tests.review.ward import TRAINER, Sent, Served, reader

ITEM = Sent("s1").item_id
WAYS: dict[str, tuple[int, bool, Hand]] = {
    "mouse": (1280, True, Mouse()),
    "keys": (1280, True, Keys()),
    "phone": (320, True, Mouse()),
    "without a script": (320, False, Mouse()),
}
every_way = pytest.mark.parametrize("way", WAYS)


@contextmanager
def going(chromium: Browser, one: Served, way: str) -> Generator[tuple[Page, Hand]]:
    """A page in this way, on which nothing is ever wider than the screen."""
    width, script, hand = WAYS[way]
    with opened(chromium, one, width, script=script) as page:
        yield page, hand
        assert page.evaluate("document.documentElement.scrollWidth") <= width


def press(page: Page, hand: Hand, name: str) -> None:
    """A button of this name, and wait for what follows."""
    hand.press(page.get_by_role("button", name=name, exact=True))
    page.wait_for_load_state()


@every_way
def test_an_expert_takes_on_judges_and_settles_what_was_escalated(chromium: Browser, one: Served, way: str) -> None:
    trainer = reader(one, TRAINER)
    trainer.post(f"/items/{ITEM}/take")
    trainer.post(f"/items/{ITEM}/aside", kind="escalate", reason="Beyond me")
    with going(chromium, one, way) as (page, hand):
        sign_in(page, one.url, BY_ROLE[Role.SME].name, hand)
        hand.press(page.get_by_role("link", name="Escalations"))
        hand.press(page.get_by_role("link", name="Title of s1"))
        press(page, hand, "Take it on")
        press(page, hand, "Judge the item myself")
        hand.press(page.get_by_role("link", name="Begin"))
        for _ in range(2):
            hand.choose(page.get_by_label("No", exact=True))
            hand.choose(page.get_by_label("Rest and drink plenty."))
            if page.get_by_label("Something is missing").is_visible():
                hand.choose(page.get_by_label("Something is missing"))
                hand.choose(page.get_by_label("Considerable"))
            press(page, hand, "Save and continue")
        press(page, hand, "Save and check all")
        press(page, hand, "Lock my judgement")
        press(page, hand, "Done: keep what I left, change what I changed")
        hand.press(page.get_by_role("link", name="Escalations"))
        hand.press(page.get_by_role("link", name="Title of s1"))
        hand.choose(page.get_by_label("I have judged it myself"))
        hand.write(page.get_by_label("Why, and what you advise"), "The route is too slow")
        press(page, hand, "Settle it")
        expect(page.get_by_text("judged by an expert")).to_be_visible()
    with one.store.reading() as connection:
        assert ("closed", "judged") == connection.execute("SELECT state, outcome FROM escalation").fetchone()
        assert {SlotState.SUBMITTED} == {each.state for each in fetch_slots(connection, ITEM)}


@every_way
def test_a_lead_decides_who_may_review_gives_out_an_item_and_sees_it_closed(
    chromium: Browser, one: Served, way: str
) -> None:
    practise(newcomer(one), 1, "violated", "satisfied")
    with going(chromium, one, way) as (page, hand):
        sign_in(page, one.url, BY_ROLE[Role.LEAD].name, hand)
        hand.press(page.get_by_role("link", name="Readers"))
        hand.press(page.get_by_role("link", name=NEWCOMER.name))
        hand.choose(page.get_by_label("Yes, from now on"))
        hand.write(page.get_by_label("Why", exact=True), "Reasons soundly")
        press(page, hand, "Decide in my name")
        hand.press(page.get_by_role("link", name="Allocation"))
        hand.pick(page.get_by_label("Give the ticked items to"), NEWCOMER.name)
        hand.choose(page.get_by_label("Title of s1"))
        press(page, hand, "Give them")
        expect(page.get_by_text(f"given to {NEWCOMER.name}")).to_be_visible()
        judge(newcomer(one), Sent("s1"), "violated", "satisfied")
        hand.press(page.get_by_role("link", name="Allocation"))
        expect(page.get_by_text("Nothing is open.")).to_be_visible()
    with one.store.reading() as connection:
        decision = fetch_decision(connection, NEWCOMER.person_id)
    assert decision is not None
    assert (True, BY_ROLE[Role.LEAD].person_id) == (decision.may_review, decision.decided_by)


@pytest.mark.parametrize("way", ["keys", "without a script"])
def test_somebody_new_practises_and_sees_why_before_anything_real_opens(
    chromium: Browser, ward: Ward, way: str
) -> None:
    one = ward(Sent("s1"))
    with going(chromium, one, way) as (page, hand):
        sign_in(page, one.url, NEWCOMER.name, hand)
        expect(page.get_by_role("link", name="Queue")).to_have_count(0)
        hand.press(page.get_by_role("main").get_by_role("link", name="Practice"))
        hand.press(page.get_by_role("link", name="Begin"))
        for number in (1, 2):
            hand.choose(page.locator("[name=choice-1][value=satisfied]"))
            hand.choose(page.locator("[name=choice-2][value=violated]"))
            hand.choose(page.locator("[name=severity-2][value=minor]"))
            press(page, hand, "Keep my answers and show what was agreed")
            expect(page.get_by_text(f"{WHY} {number} X-1")).to_be_visible()
            hand.press(page.get_by_role("link", name="Next practice item" if number == 1 else "See it point by point"))
        expect(page.get_by_text("You have answered all of them")).to_be_visible()
        expect(page.get_by_text("1 agreed otherwise").first).to_be_visible()
