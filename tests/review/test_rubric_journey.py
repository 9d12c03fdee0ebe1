"""A rubric's way from its title to an approved file, in a real browser on a phone, without JavaScript."""

from playwright.sync_api import Browser, Page, expect

from domain.person import Role
from pipeline.inputs import load_rubric
from tests.review.busy import BY_ROLE
from tests.review.forms import ABOUT, CRITERION
from tests.review.test_journey import fits, opened
from tests.review.ward import TRAINER, Served

WIDTH = 320


def signed_in(page: Page, one: Served, name: str) -> None:
    page.goto(one.url)
    page.get_by_label(name, exact=True).check()
    page.get_by_role("button", name="Continue").click()


def fill_in(page: Page, fields: dict[str, str]) -> None:
    """Fill in every field by its name, as somebody would who sees the form."""
    for name, value in fields.items():
        field = page.locator(f'[name="{name}"]').first
        if field.get_attribute("type") == "radio":
            page.locator(f'[name="{name}"][value="{value}"]').check()
        else:
            field.fill(value)


def test_a_trainer_writes_a_rubric_and_an_expert_approves_it(chromium: Browser, one: Served) -> None:
    look = fits(WIDTH)
    with opened(chromium, one, WIDTH, script=False) as page:
        signed_in(page, one, TRAINER.name)
        page.get_by_role("link", name="Rubrics").click()
        page.get_by_label("Its title").fill(ABOUT["title"])
        page.get_by_role("button", name="Begin").click()
        page.get_by_role("link", name="The rubric as a whole").click()
        fill_in(page, ABOUT)
        page.get_by_role("button", name="Keep it and go back").click()
        page.get_by_role("button", name="Add a criterion").click()
        page.get_by_text("Phrases for the embedded judge").click()
        fill_in(page, CRITERION | {"violates-1-why": ""})
        page.get_by_role("button", name="Keep it and go back").click()
        expect(page.get_by_role("alert")).to_contain_text("Write something here")
        look(page)
        fill_in(page, {"violates-1-why": CRITERION["violates-1-why"]})
        page.get_by_role("button", name="Keep it and go back").click()
        page.get_by_role("button", name="Try it").click()
        expect(page.locator("#trial")).to_contain_text("4 of its 4 examples")
        look(page)
        page.get_by_label("Why this version is written").fill("Times were missed")
        page.get_by_role("button", name="Offer it for approval").click()
        expect(page.get_by_text("waits for approval")).to_be_visible()
    with opened(chromium, one, WIDTH, script=False) as page:
        signed_in(page, one, BY_ROLE[Role.SME].name)
        page.get_by_role("link", name=ABOUT["title"]).click()
        page.get_by_role("link", name=CRITERION["title"]).click()
        look(page)
        page.go_back()
        page.get_by_role("button", name="I approve this version").click()
        expect(page.get_by_text("approved by Clinical expert")).to_be_visible()
    (path,) = (one.root / "rubrics").glob("*.yaml")
    assert "No time named" == load_rubric(path).criteria[0].title
