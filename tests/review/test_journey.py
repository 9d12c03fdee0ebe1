"""A trainer's way from signing in to an item that is done, in a real browser: by mouse, by keys, on a phone, without
JavaScript; and nobody is shut out of any page on it."""

from collections.abc import Callable, Generator
from contextlib import contextmanager

import pytest
from playwright.sync_api import Browser, Page, Request, expect

from domain.verdict import VerdictValue
from pipeline.store.drafts import fetch_draft
from pipeline.store.reviews import fetch_versions
from tests.conftest import ROOT
from tests.review.conftest import Ward
from tests.review.ward import TRAINER, Sent, Served

AXE = ROOT / "review/assets/node_modules/axe-core/axe.min.js"
ITEM = Sent("s1").item_id
TAGS = ["wcag2a", "wcag2aa", "wcag21a", "wcag21aa", "wcag22aa", "best-practice"]
VIOLATIONS = """async (tags) => (await axe.run(document, {runOnly: tags})).violations
    .flatMap((one) => one.nodes.map((node) => `${one.id}: ${node.html.slice(0, 160)} ${node.failureSummary}`))"""

Look = Callable[[Page], None]


@contextmanager
def opened(
    chromium: Browser, one: Served, width: int = 1280, *, script: bool = True, expected: str = "status of 40"
) -> Generator[Page]:
    """A page that may ask nobody but the server, and on which nothing goes wrong."""
    context = chromium.new_context(viewport={"width": width, "height": 900}, java_script_enabled=script)
    page = context.new_page()
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


def sign_in(page: Page, one: Served) -> None:
    page.goto(one.url)
    page.get_by_label("Trainer, general practice").check()
    page.get_by_role("button", name="Continue").click()


def walk(page: Page, one: Served, look: Look) -> None:
    """The whole way, with a look at every page."""
    page.goto(one.url)
    look(page)
    sign_in(page, one)
    look(page)
    page.get_by_role("link", name="Queue").click()
    look(page)
    page.get_by_role("button", name="Begin with the first").click()
    look(page)
    page.get_by_role("button", name="Begin").click()
    page.get_by_label("Yes", exact=True).check()
    page.get_by_label("It is nothing to worry about.").check()
    page.get_by_label("Major").check()
    page.get_by_label("The risk").fill("Late treatment")
    look(page)
    page.get_by_role("button", name="Save and continue").click()
    look(page)
    page.get_by_label("Yes", exact=True).check()
    page.get_by_role("button", name="Save and continue").click()
    page.get_by_role("group", name="Safety").get_by_label("Poor").check()
    look(page)
    page.get_by_role("button", name="Save and check all").click()
    look(page)
    page.get_by_role("button", name="Lock my judgement").click()
    look(page)
    page.get_by_text("Change my judgement of this point").first.click()
    page.get_by_label("Cannot tell").first.check()
    page.get_by_role("button", name="Done").click()
    look(page)
    page.get_by_label("Why you change it").first.fill("The judge's words made me doubt")
    page.get_by_role("button", name="Done").click()
    expect(page.get_by_role("heading", level=1)).to_have_text("Done, thank you")
    look(page)
    page.get_by_role("button", name="Sign out").click()


def check_store(one: Served) -> None:
    with one.store.reading() as connection:
        blind, changed = fetch_versions(connection, ITEM, TRAINER.person_id)
    said = blind.judgement.criteria[0]
    assert (VerdictValue.VIOLATED, "Late treatment") == (said.value, said.reasons.risk)
    assert ["It is nothing to worry about."] == [span.quote for span in said.evidence.spans]
    assert VerdictValue.CANNOT_TELL is changed.judgement.criteria[0].value


def fits(width: int) -> Look:
    def look(page: Page) -> None:
        page.wait_for_load_state()
        widest = page.evaluate("document.documentElement.scrollWidth")
        assert width >= widest, f"{page.url} is {widest} wide"

    return look


@pytest.mark.parametrize("width", [1280, 320])
def test_with_a_mouse_or_a_finger(chromium: Browser, one: Served, width: int) -> None:
    with opened(chromium, one, width) as page:
        walk(page, one, fits(width))
    check_store(one)


@pytest.mark.parametrize("width", [1280, 320])
def test_without_javascript(chromium: Browser, one: Served, width: int) -> None:
    with opened(chromium, one, width, script=False) as page:
        walk(page, one, lambda _: None)
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
        walk(page, one, look)
        page.goto(f"{one.url}/nowhere")
    assert [] == [each for each in found if each]


def test_by_keys_alone(chromium: Browser, one: Served) -> None:
    with opened(chromium, one) as page:
        keys = page.keyboard
        page.goto(one.url)
        tab_to(page, "demo-trainer-gp")
        keys.press("Enter")
        page.wait_for_url(f"{one.url}/")
        tab_to(page, "Begin the next item")
        keys.press("Enter")
        page.wait_for_url("**/items/*")
        tab_to(page, "Begin")
        keys.press("Enter")
        page.wait_for_url("**/criteria/1")
        tab_to(page, "violated")
        keys.press("Space")
        tab_to(page, "yes")
        keys.press("Space")
        tab_to(page, "minor")
        keys.press("Space")
        keys.press("ArrowDown")
        tab_to(page, "Save and continue")
        keys.press("Enter")
        page.wait_for_url("**/criteria/2**")
        tab_to(page, "satisfied")
        keys.press("Space")
        tab_to(page, "Save and check all")
        keys.press("Enter")
        page.wait_for_url("**/check")
        tab_to(page, "Lock my judgement")
        keys.press("Enter")
        page.wait_for_url("**/reveal")
        tab_to(page, "Done: keep what I left, change what I changed")
        keys.press("Enter")
        page.wait_for_url("**/done")
    with one.store.reading() as connection:
        (version,) = fetch_versions(connection, ITEM, TRAINER.person_id)
    assert "significant" == version.judgement.criteria[0].severity


def tab_to(page: Page, name: str) -> None:
    """Press Tab until what has the focus is of this value or text, and is in sight with a mark around it."""
    for _ in range(60):
        page.keyboard.press("Tab")
        found = page.evaluate(
            """() => { const one = document.activeElement, style = getComputedStyle(one);
                       const box = one.getBoundingClientRect();
                       const marked = style.boxShadow !== "none" || style.outlineStyle !== "none"
                         || getComputedStyle(one.parentElement, null).boxShadow !== "none"
                         || (one.labels?.[0] && getComputedStyle(one.labels[0], "::before").boxShadow !== "none");
                       return [one.type === "radio" || one.type === "checkbox" ? one.value : one.textContent.trim(),
                               marked, box.bottom > 0 && box.top < innerHeight]; }"""
        )
        if found[0] == name:
            assert [True, True] == found[1:], f"{name}: marked and in sight: {found[1:]}"
            return
    raise AssertionError(f"no way to {name!r} by Tab on {page.url}")


def test_what_is_typed_is_kept_before_anything_is_pressed(chromium: Browser, one: Served) -> None:
    with opened(chromium, one) as page:
        sign_in(page, one)
        page.get_by_role("button", name="Begin the next item").click()
        page.get_by_role("button", name="Begin").click()
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
        sign_in(page, one)
        page.get_by_role("button", name="Begin the next item").click()
        page.get_by_role("button", name="Begin").click()
        page.route("**/draft", lambda route: route.fulfill(status=500))
        page.get_by_label("Yes", exact=True).check()
        page.get_by_label("The risk").fill("half a thought")
        expect(page.get_by_role("status")).to_contain_text("Not saved")
        expect(page.get_by_label("The risk")).to_have_value("half a thought")


def test_a_plain_safe_item_needs_one_page_and_two_taps_a_criterion_and_no_typing(
    chromium: Browser, one: Served
) -> None:
    """And handing it on needs one tap."""
    loads: list[str] = []
    with opened(chromium, one) as page:
        sign_in(page, one)
        page.get_by_role("button", name="Begin the next item").click()
        page.get_by_role("button", name="Begin").click()
        page.on("framenavigated", lambda frame: loads.append(frame.url))
        for answer in ("No", "Yes"):
            page.get_by_label(answer, exact=True).check()
            page.get_by_role("button", name="Save and continue").click()
        assert 2 == len(loads)
        page.get_by_role("button", name="Escalate to an expert").click()
        expect(page).to_have_url(f"{one.url}/queue?noted=escalate")
