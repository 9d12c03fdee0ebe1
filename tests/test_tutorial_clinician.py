"""The clinician's tutorial, step by step in a browser: everything that it names is there under that name."""

import re
from collections.abc import Generator
from contextlib import contextmanager

from playwright.sync_api import Page

from benchmarks.screenshots import demonstration
from tests.chromium import launched
from tests.conftest import ROOT

TEXT = (ROOT / "docs/tutorial-clinician.md").read_text("utf-8")
NAMES = [" ".join(name.split()) for name in re.findall(r"\*\*([^*]+)\*\*", TEXT)]


class Walk:
    """A browser, and all that its pages said."""

    def __init__(self, page: Page) -> None:
        self.page = page
        self.seen = ""

    def look(self) -> None:
        """Keep what the page says, folded parts and all."""
        self.seen += " ".join((self.page.locator("body").text_content() or "").split()) + "\n"

    def press(self, name: str) -> None:
        """A button, a link or a part that opens; by the name that the tutorial gives it."""
        assert name in NAMES, f"the tutorial does not say {name}"
        self.look()
        page = self.page
        places = (page.get_by_role("button", name=name, exact=True), page.get_by_role("link", name=name, exact=True),
                  page.get_by_role("link", name=name), page.locator("summary", has_text=name))  # fmt: skip
        found = next((one for one in places if one.count()), None)
        assert found is not None, f"there is no {name} on {page.url}: {page.inner_text('main')}"
        found.first.click()
        page.wait_for_load_state()


@contextmanager
def walking() -> Generator[Walk]:
    """On the demonstration."""
    with demonstration() as url, launched() as browser:
        page = browser.new_page()
        page.goto(url)
        yield Walk(page)


def test_a_clinician_can_follow_every_step() -> None:
    with walking() as walk:
        page = walk.page
        page.get_by_label("Trainer, general practice").check()
        walk.press("Continue")
        page.locator("[name=minutes]").fill("5")
        walk.press("Show what fits")
        assert "Nothing is so short; this is the next that waits, about" in page.inner_text("main")
        page.locator("[name=minutes]").fill("20")
        walk.press("Show what fits")
        _judge(walk)
        _look_at_the_judges(walk)
        walk.press("Begin the next item")
        walk.press("Escalate to an expert")
        walk.look()
        page.goto(page.url.partition("/items")[0] + "/")
        walk.look()
        walk.press("Sign out")
    assert [] == [name for name in NAMES if name not in walk.seen]


def _judge(walk: Walk) -> None:
    walk.press("Begin with the first")
    walk.press("Begin")
    page = walk.page
    page.locator("[name=value][value=violated]").check()
    page.locator("[name=sentence]").first.check()
    page.locator("[name=severity][value=considerable]").check()
    page.get_by_label("The risk").fill("Treatment that comes too late")
    walk.press("Save and continue")
    while "/criteria/" in page.url:
        page.locator("[name=value][value=satisfied]").check()
        page.get_by_role("button", name="Save and continue").click()
        page.wait_for_load_state()
    walk.press("Save and check all")
    walk.press("Lock my judgement")


def _look_at_the_judges(walk: Walk) -> None:
    walk.press("Change my judgement of this point")
    walk.press("This criterion is wrong")
    walk.page.get_by_role("textbox").fill("It should say what counts as blame.")
    walk.press("Send")
    walk.press("Back to the item")
    walk.press("Done: keep what I left, change what I changed")
