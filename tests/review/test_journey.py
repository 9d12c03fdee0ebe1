"""A trainer's way from signing in to an item that is done, in a real browser: by mouse, by keys, on a phone, without
JavaScript; and nobody is shut out of any page on it."""

from collections.abc import Callable, Generator
from contextlib import contextmanager

import pytest
from playwright.sync_api import Browser, Page, Request, Route, expect

from domain.severity import Severity
from domain.verdict import VerdictValue
from pipeline.store.drafts import fetch_draft
from pipeline.store.reviews import fetch_versions
from tests.conftest import ROOT
from tests.review.conftest import Ward
from tests.review.hands import Hand, Keys, Mouse, sign_in
from tests.review.ward import TRAINER, Sent, Served

AXE = ROOT / "review/assets/node_modules/axe-core/axe.min.js"
ITEM = Sent("s1").item_id
TAGS = ["wcag2a", "wcag2aa", "wcag21a", "wcag21aa", "wcag22aa", "best-practice"]
VIOLATIONS = """async (tags) => (await axe.run(document, {runOnly: tags, resultTypes: ["violations"]})).violations
    .flatMap((one) => one.nodes.map((node) => `${one.id}: ${node.html.slice(0, 160)} ${node.failureSummary}`))"""

Look = Callable[[Page], None]


@contextmanager
def opened(
    chromium: Browser, one: Served, width: int = 1280, *, script: bool = True, expected: str = "status of 40"
) -> Generator[Page]:
    """A page that may ask nobody but the server, and on which nothing goes wrong."""
    context = chromium.new_context(viewport={"width": width, "height": 900}, java_script_enabled=script)
    page = context.new_page()
    page.set_default_timeout(15_000)
    troubles: list[str] = []

    def note(request: Request) -> None:
        if not request.url.startswith(one.url):
            troubles.append(request.url)

    page.on("request", note)
    page.on("console", lambda message: troubles.append(message.text))
    page.on("pageerror", lambda error: troubles.append(str(error)))
    try:
        yield page
        assert [] == [one for one in troubles if expected not in one]
    finally:
        context.close()


def walk(page: Page, one: Served, look: Look, hand: Hand) -> None:
    """The whole way, with a look at every page."""
    page.goto(one.url)
    look(page)
    sign_in(page, one.url, TRAINER.name, hand)
    look(page)
    hand.press(page.get_by_role("link", name="Queue"))
    look(page)
    hand.press(page.get_by_role("button", name="Begin with the first"))
    look(page)
    hand.press(page.get_by_role("link", name="Begin"))
    hand.choose(page.get_by_label("Yes", exact=True))
    hand.choose(page.get_by_label("It is nothing to worry about."))
    hand.choose(page.get_by_label("Major"))
    hand.write(page.get_by_label("The risk"), "Late treatment")
    look(page)
    hand.press(page.get_by_role("button", name="Save and continue"))
    look(page)
    hand.choose(page.get_by_label("Yes", exact=True))
    hand.press(page.get_by_role("button", name="Save and continue"))
    hand.choose(page.get_by_role("group", name="Safety").get_by_label("Poor"))
    look(page)
    hand.press(page.get_by_role("button", name="Save and check all"))
    look(page)
    hand.press(page.get_by_role("button", name="Lock my judgement"))
    look(page)
    change(page, hand)
    look(page)
    hand.write(page.get_by_label("Why you change it").first, "The judge's words made me doubt")
    hand.press(page.get_by_role("button", name="Done"))
    expect(page.get_by_role("heading", level=1)).to_have_text("Done, thank you")
    look(page)
    hand.press(page.get_by_role("button", name="Sign out"))


def change(page: Page, hand: Hand) -> None:
    """See the severity otherwise than before, without saying why."""
    hand.press(page.locator("summary", has_text="Change my judgement of this point").first)
    hand.choose(page.locator("[name=severity-1][value=considerable]"))
    hand.press(page.get_by_role("button", name="Done"))


def check_store(one: Served) -> None:
    with one.store.reading() as connection:
        blind, changed = fetch_versions(connection, ITEM, TRAINER.person_id)
    said = blind.judgement.criteria[0]
    assert (VerdictValue.VIOLATED, "Late treatment") == (said.value, said.reasons.risk)
    assert ["It is nothing to worry about."] == [span.quote for span in said.evidence.spans]
    assert (VerdictValue.VIOLATED, Severity.MAJOR) == (said.value, said.severity)
    assert Severity.CONSIDERABLE is changed.judgement.criteria[0].severity


def fits(width: int) -> Look:
    def look(page: Page) -> None:
        page.wait_for_load_state()
        widest = page.evaluate("document.documentElement.scrollWidth")
        assert width >= widest, f"{page.url} is {widest} wide"

    return look


@pytest.mark.parametrize("width", [1280, 320])
def test_with_a_mouse_or_a_finger(chromium: Browser, one: Served, width: int) -> None:
    with opened(chromium, one, width) as page:
        walk(page, one, fits(width), Mouse())
    check_store(one)


@pytest.mark.parametrize("width", [1280, 320])
def test_without_javascript(chromium: Browser, one: Served, width: int) -> None:
    with opened(chromium, one, width, script=False) as page:
        walk(page, one, lambda _: None, Mouse())
    check_store(one)


@pytest.mark.parametrize("width", [1280, 320])
def test_no_page_on_the_way_shuts_anybody_out(chromium: Browser, ward: Ward, width: int) -> None:
    """axe-core finds no violation of WCAG 2.2 AA."""
    assert AXE.exists(), "the accessibility check is missing; run: .ci/assets"
    facts = {"facts": {"red_flags": ["a rash that does not fade"], "key_facts": ["k"]}}
    one = ward(Sent("s1", scenario=facts), Sent("s2"), Sent("s3"))
    source = AXE.read_text(encoding="utf-8")
    found: list[str] = []

    def look(page: Page) -> None:
        page.wait_for_load_state()
        page.evaluate(source)  # past the page's policy, which lets no script in
        found.extend(f"{page.url}: {each}" for each in page.evaluate(VIOLATIONS, TAGS))

    with opened(chromium, one, width) as page:
        walk(page, one, look, Mouse())
        page.goto(f"{one.url}/nowhere")
    assert [] == [each for each in found if each]


def test_by_keys_alone(chromium: Browser, one: Served) -> None:
    with opened(chromium, one) as page:
        walk(page, one, lambda shown: shown.wait_for_load_state(), Keys())
    check_store(one)


def test_what_is_typed_is_kept_before_anything_is_pressed(chromium: Browser, one: Served) -> None:
    with opened(chromium, one) as page:
        sign_in(page, one.url, TRAINER.name, Mouse())
        page.get_by_role("button", name="Begin the next item").click()
        page.get_by_role("link", name="Begin").click()
        page.get_by_label("Yes", exact=True).check()
        page.get_by_label("The risk").fill("half a thought")
        page.get_by_label("Rest and drink plenty.").check()
        expect(page.get_by_role("status")).to_have_text("Saved")
        with one.store.reading() as connection:
            draft = fetch_draft(connection, ITEM, TRAINER.person_id)
        assert {"value": ["violated"], "risk": ["half a thought"], "sentence": ["0-22"]} == draft["X-1"]
        page.reload()
        expect(page.get_by_label("The risk")).to_have_value("half a thought")


def test_a_save_that_fails_is_said_and_what_was_typed_stays(chromium: Browser, one: Served) -> None:
    with opened(chromium, one, expected="status of 500") as page:
        sign_in(page, one.url, TRAINER.name, Mouse())
        page.get_by_role("button", name="Begin the next item").click()
        page.get_by_role("link", name="Begin").click()
        page.route("**/draft", lambda route: route.fulfill(status=500))
        page.get_by_label("Yes", exact=True).check()
        page.get_by_label("The risk").fill("half a thought")
        expect(page.get_by_role("status")).to_contain_text("Not saved")
        expect(page.get_by_label("The risk")).to_have_value("half a thought")


def test_saved_is_said_of_the_whole_page_and_what_failed_is_tried_again(chromium: Browser, one: Served) -> None:
    def fail(route: Route) -> None:
        if "field=risk" in (route.request.post_data or ""):
            route.fulfill(status=500)
        else:
            route.continue_()

    with opened(chromium, one, expected="status of 500") as page:
        sign_in(page, one.url, TRAINER.name, Mouse())
        page.get_by_role("button", name="Begin the next item").click()
        page.get_by_role("link", name="Begin").click()
        page.get_by_label("Yes", exact=True).check()
        page.route("**/draft", fail)
        page.get_by_label("The risk").fill("half a thought")
        expect(page.get_by_role("status")).to_contain_text("Not saved")
        with page.expect_response(lambda reply: 500 == reply.status):
            page.get_by_label("Rest and drink plenty.").check()
        expect(page.get_by_role("status")).to_contain_text("Not saved")
        page.unroute("**/draft")
        page.get_by_label("Rest and drink plenty.").uncheck()
        expect(page.get_by_role("status")).to_have_text("Saved")
        with one.store.reading() as connection:
            draft = fetch_draft(connection, ITEM, TRAINER.person_id)
        assert ["half a thought"] == draft["X-1"]["risk"]


def test_whoever_only_reads_is_told_before_the_item_goes_and_a_save_keeps_it(chromium: Browser, one: Served) -> None:
    with opened(chromium, one) as page:
        page.clock.install()
        sign_in(page, one.url, TRAINER.name, Mouse())
        page.get_by_role("button", name="Begin the next item").click()
        page.get_by_role("link", name="Begin").click()
        page.wait_for_url("**/criteria/1")
        page.clock.fast_forward("49:30")
        expect(page.locator("[data-saved]")).to_have_text("")
        page.clock.fast_forward("01:00")
        expect(page.locator("[data-saved]")).to_contain_text("10 minutes left with this item")
        page.get_by_label("No", exact=True).check()
        page.clock.fast_forward("00:02")
        expect(page.locator("[data-saved]")).to_have_text("Saved")
        page.clock.fast_forward("40:00")
        expect(page.locator("[data-saved]")).to_have_text("Saved")


def test_a_plain_safe_item_needs_one_page_and_two_taps_a_criterion_and_no_typing(
    chromium: Browser, one: Served
) -> None:
    """And handing it on needs one tap."""
    loads: list[str] = []
    with opened(chromium, one) as page:
        sign_in(page, one.url, TRAINER.name, Mouse())
        page.get_by_role("button", name="Begin the next item").click()
        page.get_by_role("link", name="Begin").click()
        page.on("framenavigated", lambda frame: loads.append(frame.url))
        for answer in ("No", "Yes"):
            page.get_by_label(answer, exact=True).check()
            page.get_by_role("button", name="Save and continue").click()
        assert 2 == len(loads)
        page.get_by_role("button", name="Escalate to an expert").click()
        expect(page).to_have_url(f"{one.url}/queue?noted=escalate")
