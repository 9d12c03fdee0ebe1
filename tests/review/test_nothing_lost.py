"""Whatever becomes of a form, what somebody wrote in it is kept, or given back to them."""

import re
from datetime import timedelta
from pathlib import Path
from urllib.parse import urlencode

import pytest
from playwright.sync_api import Browser, Route, expect

from domain.person import Role
from pipeline.store.drafts import fetch_draft
from review.sign_in.session import IDLE
from tests.review.browser import Client, Reply
from tests.review.busy import BY_ROLE
from tests.review.forms import shown_fields
from tests.review.hands import Mouse, sign_in
from tests.review.test_gate import HOSTILE
from tests.review.test_journey import AXE, TAGS, VIOLATIONS, opened
from tests.review.ward import SECOND, TRAINER, Sent, Served, reader

ITEM = Sent("s1").item_id
FORM = f"/items/{ITEM}/criteria/1"
WRITTEN = "It may be sepsis; nobody said when to ring."
OURS = "same-origin"


def post(client: Client, path: str, sent_from: str = OURS, **fields: str) -> Reply:
    """As a browser sends it, which says from where."""
    kind = "application/x-www-form-urlencoded"
    body = urlencode({"form_token": client.token, **fields}).encode()
    return client.send("POST", path, body, content_type=kind, **({"sec_fetch_site": sent_from} if sent_from else {}))


def taken(one: Served) -> Client:
    client = reader(one, TRAINER)
    client.post(f"/items/{ITEM}/take")
    return client


def risk(one: Served) -> list[str]:
    with one.store.reading() as connection:
        return list(fetch_draft(connection, ITEM, TRAINER.person_id).get("X-1", {}).get("risk", ()))


def test_a_session_that_ends_while_somebody_writes_loses_nothing(one: Served) -> None:
    client = taken(one)
    one.clock.forward(IDLE + timedelta(minutes=1))
    refused = post(client, FORM, value="violated", severity="major", risk=WRITTEN)
    assert 403 == refused.status
    assert "not signed in any more" in refused.text
    assert 303 == client.post("/sign-in/demo", person_id=TRAINER.person_id).status
    sent = post(client, FORM, **shown_fields(refused.text))
    assert f"signed in as <strong>{TRAINER.name}" in sent.text
    assert 303 == post(client, FORM, **shown_fields(sent.text)).status
    assert [WRITTEN] == risk(one)


def test_whoever_signs_in_meanwhile_is_named_before_anything_is_sent_as_theirs(one: Served) -> None:
    client = taken(one)
    client.sign_in(SECOND)
    client.token = "of the session before"  # noqa: S105 (no secret)
    assert f"signed in as <strong>{SECOND.name}" in post(client, FORM, value="violated", risk=WRITTEN).text
    assert [] == risk(one)


@pytest.mark.parametrize(("sent_from", "is_shown"), [("cross-site", False), ("same-site", False), ("", True)])
def test_what_may_have_been_written_elsewhere_is_never_ready_to_be_sent(
    one: Served, sent_from: str, *, is_shown: bool
) -> None:
    client = taken(one)
    client.token = "forged"  # noqa: S105 (no secret)
    reply = post(client, FORM, sent_from, value="violated", risk=WRITTEN)
    assert (403, is_shown) == (reply.status, WRITTEN in reply.text)
    assert "Send it again" not in reply.text


def test_a_text_that_comes_too_late_is_there_to_be_copied(one: Served) -> None:
    client = taken(one)
    client.judge(ITEM, "satisfied", "satisfied")
    client.post(f"/items/{ITEM}/lock")
    reply = post(client, FORM, value="violated", risk=f"{WRITTEN} {HOSTILE}")
    assert 409 == reply.status
    assert WRITTEN in reply.text
    assert "<script>document" not in reply.text
    assert "Send it again" not in reply.text


def test_a_full_form_in_any_alphabet_is_taken(one: Served) -> None:
    """As browsers send it, a letter beyond ASCII is six bytes, and a picture twelve."""
    client = taken(one)
    texts = dict.fromkeys(("risk", "who", "why", "escalation", "missing_what"), "\N{HEBREW LETTER ALEF}" * 4000)
    assert 303 == client.post(FORM, value="violated", severity="major", **texts).status
    assert 303 == client.post(FORM, value="violated", severity="major", risk="\N{FACE WITH THERMOMETER}" * 4000).status
    assert ["\N{FACE WITH THERMOMETER}" * 4000] == risk(one)


def test_an_address_that_leads_nowhere_says_where_to_go_on(one: Served) -> None:
    client = reader(one, BY_ROLE[Role.SME])
    reply = client.get("/items/none")
    assert 404 == reply.status
    assert "What you had filled in of an item of yours is kept" in reply.text


def hold(route: Route, held: list[Route]) -> None:
    held.append(route)


def test_a_second_press_sends_nothing_and_the_page_that_gives_a_text_back_shuts_nobody_out(
    chromium: Browser, one: Served
) -> None:
    on_their_way: list[Route] = []
    with opened(chromium, one, 320, expected="status of 403") as page:
        sign_in(page, one.url, TRAINER.name, Mouse())
        page.goto(f"{one.url}/threads/new?kind=question")
        page.get_by_label("What would you like to know?").fill(WRITTEN)
        page.route("**/threads", lambda route: hold(route, on_their_way))  # so slow a network that nothing arrives yet
        box = page.get_by_role("button", name="Send").bounding_box()
        assert box is not None
        for _ in range(2):
            page.mouse.click(box["x"] + 9, box["y"] + 9)
            page.mouse.move(0, 0)
        (only,) = on_their_way
        only.continue_()
        page.wait_for_url(re.compile(r"/threads/\d+$"))
        one.clock.forward(IDLE + timedelta(minutes=1))
        page.get_by_label("Reply").fill(WRITTEN)
        page.get_by_role("button", name="Send the reply").click()
        expect(page.get_by_role("heading", level=1)).to_have_text("Not saved yet; your text is here")
        page.evaluate(Path(AXE).read_text(encoding="utf-8"))
        assert [] == page.evaluate(VIOLATIONS, TAGS)
        assert page.evaluate("document.documentElement.scrollWidth") <= 320


def test_in_a_browser_without_javascript_the_text_outlives_the_session(chromium: Browser, one: Served) -> None:
    with opened(chromium, one, 320, script=False, expected="status of 403") as page:
        sign_in(page, one.url, TRAINER.name, Mouse())
        page.get_by_role("button", name="Begin the next item").click()
        page.get_by_role("link", name="Begin").click()
        page.get_by_label("Yes", exact=True).check()
        page.get_by_label("The risk").fill(WRITTEN)
        one.clock.forward(IDLE + timedelta(minutes=1))
        page.get_by_role("button", name="Save and continue").click()
        with page.context.expect_page() as tab:
            page.get_by_role("link", name="Sign in again").click()
        sign_in(tab.value, one.url, TRAINER.name, Mouse())
        page.get_by_role("button", name="Send it again").click()
        expect(page.get_by_label("The risk")).to_have_value(WRITTEN)
        page.get_by_role("button", name="Send it again").click()
        page.wait_for_url("**/criteria/2#judgement")
    assert [WRITTEN] == risk(one)
