"""Hostile text in every field that somebody else fills, in a real browser: shown as text, and no policy is broken."""

from collections.abc import Generator
from contextlib import contextmanager
from dataclasses import replace

from playwright.sync_api import Browser, Page

from tests.fuzz.requests import HOSTILE
from tests.review.busy import BY_ROLE, ITEMS, make_busy, pages_of
from tests.review.conftest import Ward

HOSTILE_SCENARIO = {
    "title": HOSTILE, "setting": HOSTILE, "tags": [HOSTILE], "reference_answer": HOSTILE,
    "messages": [{"role": "user", "content": HOSTILE}, {"role": "assistant", "content": HOSTILE},
                 {"role": "user", "content": HOSTILE}],
    "provenance": {"source": HOSTILE, "licence": HOSTILE, "author": HOSTILE},
}  # fmt: skip


def test_no_page_of_any_role_runs_what_somebody_wrote(chromium: Browser, ward: Ward) -> None:
    one = ward(*(replace(each, scenario=HOSTILE_SCENARIO, response=_response()) for each in ITEMS))
    make_busy(one, HOSTILE)
    n_shown = 0
    for role, who in BY_ROLE.items():
        with watched(chromium) as (page, wrong):
            page.goto(f"{one.url}/sign-in")
            page.get_by_label(who.name, exact=True).check()
            page.get_by_role("button", name="Continue").click()
            page.wait_for_url(f"{one.url}/")
            for path in pages_of(one, role):
                page.goto(f"{one.url}{path}")
                assert "owned" != page.title(), f"{role} {path}"
                assert 0 == page.locator("img[src=x]").count(), f"{role} {path}"
                n_shown += page.locator("body").inner_text().count("onerror=alert(1)")
            assert [] == wrong, role
    assert n_shown > 20


def _response() -> str:
    return f"{HOSTILE}\n\n- {HOSTILE}\n\nIt is nothing to worry about. {HOSTILE}"


@contextmanager
def watched(browser: Browser) -> Generator[tuple[Page, list[str]]]:
    """A page that keeps what the browser reports: broken policies, errors, dialogues, requests to elsewhere."""
    page, wrong = browser.new_page(), list[str]()
    page.add_init_script("addEventListener('securitypolicyviolation', e => console.error(e.violatedDirective))")
    page.on("console", lambda message: wrong.append(message.text) if message.type == "error" else None)
    page.on("pageerror", lambda error: wrong.append(str(error)))
    page.on("dialog", lambda dialog: wrong.append(dialog.message))  # it stays open, and the page with it: that is told
    page.on("request", lambda asked: None if "127.0.0.1" in asked.url else wrong.append(asked.url))
    try:
        yield page, wrong
    finally:
        page.close()
