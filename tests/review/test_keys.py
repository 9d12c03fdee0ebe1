"""Single keys on an item's pages: what they do, what they leave alone, and that they can be turned off."""

from collections.abc import Iterator
from pathlib import Path

import pytest
from playwright.sync_api import Browser, Page, expect

from pipeline.store.drafts import fetch_draft
from tests.review.browser import Client
from tests.review.hands import Mouse, sign_in
from tests.review.test_journey import AXE, TAGS, VIOLATIONS, opened
from tests.review.ward import TRAINER, Sent, Served

ITEM = Sent("s1").item_id
BY_KEY = {"u": "violated", "s": "satisfied", "n": "not_applicable", "c": "cannot_tell", "d": "defensible"}


@pytest.fixture
def page(chromium: Browser, one: Served) -> Iterator[Page]:
    """The first point of an item in hand."""
    client = Client(one.url)
    client.sign_in(TRAINER)
    client.post(f"/items/{ITEM}/take")
    with opened(chromium, one) as page:
        sign_in(page, one.url, TRAINER.name, Mouse())
        page.goto(f"{one.url}/items/{ITEM}/criteria/1")
        yield page


def test_an_answer_is_one_key_and_is_kept_like_any_other(page: Page, one: Served) -> None:
    for key, value in BY_KEY.items():
        page.keyboard.press(key)
        expect(page.locator(f"[name=value][value={value}]")).to_be_checked()
        expect(page.locator("[data-saved]")).to_have_text("Saved")
        with one.store.reading() as connection:
            assert [value] == fetch_draft(connection, ITEM, TRAINER.person_id)["X-1"]["value"]


def test_keys_lead_to_the_next_point_and_back(page: Page) -> None:
    for key, path in [("j", "criteria/2"), ("k", "criteria/1"), ("j", "criteria/2"), ("j", "overall"),
                      ("k", "criteria/2")]:  # fmt: skip
        page.keyboard.press(key)
        page.wait_for_url(f"**/{path}**")


def test_escalating_by_keys_takes_one_more_key_so_that_none_is_pressed_by_mistake(page: Page) -> None:
    page.keyboard.press("e")
    expect(page.get_by_role("button", name="Escalate to an expert")).to_be_focused()
    page.keyboard.press("Enter")
    page.wait_for_url("**/queue?noted=escalate")


def test_a_letter_that_is_typed_is_a_letter(page: Page) -> None:
    page.keyboard.press("u")
    risk = page.get_by_label("The risk")
    risk.focus()
    page.keyboard.type("suncejk?")
    expect(risk).to_have_value("suncejk?")
    expect(page.locator("[value=violated]")).to_be_checked()
    page.keyboard.press("Tab")
    page.keyboard.press("Control+s")
    expect(page.locator("[value=violated]")).to_be_checked()


def test_what_keys_there_are_is_shown_and_they_can_be_turned_off(page: Page) -> None:
    page.keyboard.press("?")
    shown = page.get_by_role("dialog", name="Keyboard shortcuts")
    expect(shown).to_contain_text("They are on")
    page.evaluate(Path(AXE).read_text(encoding="utf-8"))
    assert [] == page.evaluate(VIOLATIONS, TAGS)
    page.keyboard.press("s")
    page.get_by_role("button", name="Turn them off").click()
    page.get_by_role("button", name="Close").click()
    expect(page.locator("[name=value]:checked")).to_have_count(0)
    page.keyboard.press("s")
    page.reload()
    page.keyboard.press("s")
    page.keyboard.press("?")
    expect(page.locator("[name=value]:checked")).to_have_count(0)
    expect(shown).to_be_hidden()
    page.get_by_role("button", name="Keyboard shortcuts").click()
    page.get_by_role("button", name="Turn them on").click()
    page.keyboard.press("Escape")
    page.keyboard.press("s")
    expect(page.locator("[value=satisfied]")).to_be_checked()


def test_a_plain_safe_item_needs_no_typing_and_a_key_or_two_a_page(page: Page) -> None:
    for keys, path in [("sj", "criteria/2"), ("sj", "overall"), ("j", "check")]:
        for key in keys:
            page.keyboard.press(key)
        page.wait_for_url(f"**/{path}**")
    page.get_by_role("button", name="Lock my judgement").click()
    page.wait_for_url("**/reveal")
