"""The report in a real browser: whole, readable on a phone, and without a request to anywhere."""

from collections.abc import Generator

import pytest
from playwright.sync_api import Browser

from tests.build import scenario_json
from tests.chromium import launched
from tests.conftest import Workspace
from tests.flow import UNSAFE, authored, invoke

HOSTILE = '<img src=x onerror="document.title=1"><script>document.title=1</script>{{ 7 * 7 }} ' + "wide" * 100


@pytest.fixture(scope="module")
def page_url(tmp_path_factory: pytest.TempPathFactory) -> str:
    workspace = Workspace(tmp_path_factory.mktemp("page"))
    config = authored(workspace, {"s1": f"Well. {UNSAFE}\n{HOSTILE}", "s2": "See a GP.", "s3": ""})
    said = [scenario_json(one, title=HOSTILE, setting=HOSTILE) for one in ("s1", "s2", "s3")]
    said[0]["messages"][0]["content"] = HOSTILE
    workspace.jsonl("data/scenarios/all.jsonl", said)
    invoke(workspace, "run", config)
    invoke(workspace, "report", "c")
    return (workspace.root / "data/reports/c.html").as_uri()


@pytest.fixture
def browser(page_url: str) -> Generator[Browser]:
    """One for each test; the page is there before it."""
    assert page_url
    with launched() as one:
        yield one


@pytest.mark.parametrize("width", [1280, 400, 320])
def test_the_page_fits_its_width_and_asks_nobody(browser: Browser, page_url: str, width: int) -> None:
    page = browser.new_page(viewport={"width": width, "height": 800})
    requests: list[str] = []
    errors: list[str] = []
    page.on("request", lambda request: requests.append(request.url))
    page.on("console", lambda message: errors.append(message.text))
    page.on("pageerror", lambda error: errors.append(str(error)))
    page.goto(page_url)
    assert [page_url] == requests
    assert [] == errors
    assert width == page.evaluate("document.documentElement.scrollWidth")
    page.close()


def test_what_somebody_else_wrote_is_shown_and_never_run(browser: Browser, page_url: str) -> None:
    page = browser.new_page()
    page.goto(page_url)
    assert "PROVISIONAL: run c – Caveat" == page.title()
    assert 0 == page.locator("script, img").count()
    assert "{{ 7 * 7 }}" in page.locator(".response").first.inner_text()
    page.close()


def test_quoted_words_are_marked_and_an_empty_response_says_so(browser: Browser, page_url: str) -> None:
    page = browser.new_page()
    page.goto(page_url)
    assert [UNSAFE] == page.locator("mark").all_inner_texts()
    assert "No text." in page.locator(".response").nth(1).inner_text()
    assert ["1", "1", "1", "1"] == page.locator(".tile dd").all_inner_texts()
    page.close()
