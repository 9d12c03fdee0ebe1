"""What could say who somebody is is kept of no form: the person is told what and where, and has their text back."""

import html
from pathlib import Path
from typing import Any

import pytest
from playwright.sync_api import Browser, Page, expect

from domain.person import Role
from pipeline.store.drafts import fetch_draft
from tests.identified import EMAIL, NHS, PHONE
from tests.review.browser import Client
from tests.review.conftest import Ward
from tests.review.hands import Mouse, sign_in
from tests.review.test_gate import BY_ROLE, path_of, table
from tests.review.test_journey import AXE, TAGS, VIOLATIONS, opened
from tests.review.ward import TRAINER, Sent, Served

ITEM = Sent("s1").item_id
FORM = f"/items/{ITEM}/criteria/1"
WHY = f"As for {NHS}, nobody said when to ring."


def held(one: Served) -> dict[str, list[Any]]:
    """Every row that could have been written, by table."""
    with one.store.reading() as connection:
        tables = [row[0] for row in connection.execute("SHOW TABLES").fetchall()]
        rows = {name: connection.execute(f"SELECT * FROM {name}").fetchall() for name in tables if name != "session"}  # noqa: S608
    rows["event"] = [row for row in rows["event"] if "signed_in" not in row]
    return rows


def begin(page: Page, one: Served) -> None:
    """Take the item, and say that it is unsafe, which asks for reasons."""
    page.get_by_role("link", name="Queue").click()
    page.get_by_role("button", name="Begin with the first").click()
    page.goto(f"{one.url}{FORM}")
    page.get_by_label("Yes", exact=True).check()


@pytest.mark.parametrize("planted", [NHS, PHONE, EMAIL, "Mrs Bloggs"])
def test_no_form_of_any_role_keeps_it(one: Served, planted: str) -> None:
    before = held(one)
    for role, who in BY_ROLE.items():
        client = Client(one.url)
        client.sign_in(who)
        for row in table():
            if row.method == "POST" and role in row.roles and not row.names_team:
                reply = client.post(path_of(row), body="Well.", reason=f"{planted} said so.", part="overall")
                assert (422, True) == (reply.status, "Not saved" in reply.text), row.path
    assert before == held(one)
    assert planted.encode() not in one.store.path.read_bytes()  # type: ignore[attr-defined]


def test_the_page_says_what_and_where_and_has_the_whole_form(one: Served, client: Client) -> None:
    client.sign_in(TRAINER)
    client.post(f"/items/{ITEM}/take")
    reply = client.post(FORM, value="violated", severity="major", missing="yes", why=WHY, back_to="check")
    shown = html.unescape(reply.text)
    assert "Why it is unsafe or incomplete" in shown
    assert "This holds what looks like an NHS number (characters 8 to 19)" in shown
    assert WHY in shown
    assert f'<form method="post" action="{FORM}">' in shown
    fields = {"value": "violated", "severity": "major", "missing": "yes", "back_to": "check"}
    assert all(f'<input type="hidden" name="{name}" value="{value}">' in shown for name, value in fields.items())
    assert f"/items/{ITEM}/check" == client.post(FORM, **fields, why="Nobody said when to ring.").to
    with one.store.reading() as connection:
        assert ["Nobody said when to ring."] == list(fetch_draft(connection, ITEM, TRAINER.person_id)["X-1"]["why"])


def test_signing_in_is_no_free_text(client: Client) -> None:
    client.get("/sign-in")
    assert 422 != client.post("/sign-in/demo", person_id=PHONE).status


@pytest.mark.parametrize("width", [1280, 320])
def test_without_javascript_the_text_is_in_the_form_and_can_be_mended(
    chromium: Browser, one: Served, width: int
) -> None:
    with opened(chromium, one, width, script=False, expected="status of 4") as page:
        sign_in(page, one.url, TRAINER.name, Mouse())
        begin(page, one)
        page.get_by_label("The risk").fill(f"Ring {PHONE}.")
        page.get_by_role("button", name="Save and continue").click()
        expect(page.get_by_label("The risk")).to_have_value(f"Ring {PHONE}.")
        page.get_by_label("The risk").fill("Ring the ward.")
        page.get_by_role("button", name="Send again").click()
        page.wait_for_url("**/criteria/2#judgement")


@pytest.mark.parametrize("width", [1280, 320])
def test_the_page_shuts_nobody_out(chromium: Browser, one: Served, width: int) -> None:
    with opened(chromium, one, width, expected="status of 4") as page:
        sign_in(page, one.url, TRAINER.name, Mouse())
        page.goto(f"{one.url}/threads/new?kind=question")
        page.locator("#body").fill(f"May I write to {EMAIL}?")
        page.get_by_role("button", name="Send").click()
        expect(page.get_by_role("heading", name="Not saved: this could say who somebody is")).to_be_visible()
        page.evaluate(Path(AXE).read_text(encoding="utf-8"))
        assert [] == page.evaluate(VIOLATIONS, TAGS)
        assert page.evaluate("document.documentElement.scrollWidth") <= width


def test_a_draft_is_not_kept_either_and_the_page_says_why(chromium: Browser, one: Served) -> None:
    with opened(chromium, one, expected="status of 4") as page:
        sign_in(page, one.url, TRAINER.name, Mouse())
        begin(page, one)
        page.get_by_label("The risk").fill(f"Ring {PHONE}.")
        expect(page.locator("[data-saved]")).to_contain_text("this could say who somebody is")
        expect(page.get_by_label("The risk")).to_have_value(f"Ring {PHONE}.")
    with one.store.reading() as connection:
        assert "risk" not in fetch_draft(connection, ITEM, TRAINER.person_id)["X-1"]


def test_a_role_that_may_not_post_is_told_so_first(ward: Ward) -> None:
    one = ward(Sent("s1"))
    client = Client(one.url)
    client.sign_in(BY_ROLE[Role.LEAD])
    assert 403 == client.post("/queue/next", reason=PHONE).status
