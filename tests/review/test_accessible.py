"""Nobody is shut out of any page of any role: axe-core finds no violation of WCAG 2.2 AA, and each fits a phone."""

import re
from collections.abc import Iterator
from pathlib import Path

import pytest
from playwright.sync_api import Browser, Page

from domain.person import Role
from review.routes import ITEM
from review.sign_in.demo import NEWCOMER
from tests.review.busy import BY_ROLE, DOUBLE, ITEMS, NEW, make_busy, pages_of
from tests.review.conftest import Ward
from tests.review.hands import Mouse, sign_in
from tests.review.registered import GP, every_way, site
from tests.review.test_gate import table
from tests.review.test_journey import AXE, TAGS, VIOLATIONS, opened
from tests.review.ward import Served, reader


@pytest.fixture
def busy(ward: Ward) -> Served:
    """Something on every page."""
    one = ward(*ITEMS)
    make_busy(one)
    return one


def test_no_page_of_any_role_shuts_anybody_out(chromium: Browser, busy: Served) -> None:
    source, found = Path(AXE).read_text(encoding="utf-8"), list[str]()
    of_role = {role: [*pages_of(busy, role)] for role in BY_ROLE}
    assert [] == [*left_out(of_role)]
    for name, paths in [*((BY_ROLE[role].name, paths) for role, paths in of_role.items()), (NEWCOMER.name, [*NEW])]:
        with opened(chromium, busy) as page:
            sign_in(page, busy.url, name, Mouse())
            for path in paths:
                reply = page.goto(f"{busy.url}{path}")
                assert reply is not None
                assert 200 == reply.status, f"{name}: {path}"
                page.evaluate(source)
                for width in (1280, 320):
                    page.set_viewport_size({"width": width, "height": 900})
                    found += [f"{name} {path} at {width}: {each}" for each in page.evaluate(VIOLATIONS, TAGS)]
                    if (wide := page.evaluate("document.documentElement.scrollWidth")) > width:
                        found.append(f"{name} {path} is {wide} wide")
    assert not found, "\n".join(found)


def left_out(of_role: dict[Role, list[str]]) -> Iterator[str]:
    """Pages that a role can open and that nobody looks at. Those on the way through an item are looked at on the way;
    what stands on a page of one's own, or of what one may say, needs work of one's own."""
    for row in table():
        pattern = re.compile(re.sub(r"\{[^}]*\}", "[^/]+", row.path))
        for role in (
            row.roles
            if row.method == "GET" and not row.path.startswith((ITEM, "/threads/new", "/own-work/pair"))
            else ()
        ):
            if not any(pattern.fullmatch(path.split("?")[0]) for path in of_role[role]):
                yield f"{role}: {row.path}"


def test_an_adjudicator_who_has_read_is_shown_the_readers_accessibly(chromium: Browser, busy: Served) -> None:
    reader(busy, BY_ROLE[Role.SME]).post(f"/adjudications/{DOUBLE.item_id}/read", **{"choice-1": "satisfied"})
    with opened(chromium, busy, 320) as page:
        sign_in(page, busy.url, BY_ROLE[Role.SME].name, Mouse())
        page.goto(f"{busy.url}/adjudications/{DOUBLE.item_id}")
        page.evaluate(Path(AXE).read_text(encoding="utf-8"))
        assert [] == page.evaluate(VIOLATIONS, TAGS)


@pytest.mark.parametrize("width", [1280, 320])
def test_no_way_to_sign_in_shuts_anybody_out(chromium: Browser, tmp_path: Path, width: int) -> None:
    source = Path(AXE).read_text(encoding="utf-8")
    with site(tmp_path, every_way) as one, opened(chromium, one, width) as page:
        for headers in ({}, {"X-User": GP.email}, {"X-User": "stranger@clinic.example"}):
            page.set_extra_http_headers(headers)
            page.goto(one.url)
            assert_open(page, source, width)
        page.get_by_label("Your e-mail address").fill(GP.email)
        page.get_by_role("button", name="Send me a code").click()
        page.get_by_label("Code").fill("wrong")
        assert_open(page, source, width)
        page.get_by_role("button", name="Sign in").click()
        assert page.get_by_text("This code is wrong").first.is_visible()
        assert_open(page, source, width)


def assert_open(page: Page, source: str, width: int) -> None:
    page.evaluate(source)
    assert [] == page.evaluate(VIOLATIONS, TAGS)
    assert page.evaluate("document.documentElement.scrollWidth") <= width
