"""Two ways to work a page: by pointing at things, and by keys alone."""

from typing import Protocol

from playwright.sync_api import Locator, Page

_MOST_TABS = 90
_HAS_FOCUS = "(one) => one === document.activeElement"
_IN_GROUP = "(one) => document.activeElement.type === 'radio' && document.activeElement.name === one.name"
_SHOWN = """() => { const one = document.activeElement, box = one.getBoundingClientRect();
    const drawn = (of, pseudo) => { const style = getComputedStyle(of, pseudo);
                                    return style.boxShadow !== "none" || style.outlineStyle !== "none"; };
    const marked = drawn(one) || drawn(one.parentElement) || (one.labels?.[0] && drawn(one.labels[0], "::before"));
    return [Boolean(marked), box.bottom > 0 && box.top < innerHeight]; }"""


class Hand(Protocol):
    """What a person does to a page."""

    def press(self, one: Locator) -> None:
        """A button, a link, a box that opens."""
        ...

    def choose(self, one: Locator) -> None:
        """One of several, or a tick."""
        ...

    def write(self, one: Locator, text: str) -> None:
        """In a field."""
        ...

    def pick(self, one: Locator, value: str) -> None:
        """From a list that folds out, by the words of the choice."""
        ...


class Mouse:
    """Or a finger."""

    def press(self, one: Locator) -> None:
        one.click()

    def choose(self, one: Locator) -> None:
        one.check()

    def write(self, one: Locator, text: str) -> None:
        one.fill(text)

    def pick(self, one: Locator, value: str) -> None:
        one.select_option(label=value)


class Keys:
    """Tab, arrows, space, enter and letters; whatever has the focus is marked, and in sight."""

    def press(self, one: Locator) -> None:
        self._reach(one, _HAS_FOCUS)
        one.page.keyboard.press("Enter")

    def choose(self, one: Locator) -> None:
        is_radio = one.get_attribute("type") == "radio"
        self._reach(one, _IN_GROUP if is_radio else _HAS_FOCUS)
        for _ in range(10):
            if one.evaluate(_HAS_FOCUS):
                break
            one.page.keyboard.press("ArrowDown")
        if not one.is_checked():
            one.page.keyboard.press("Space")

    def write(self, one: Locator, text: str) -> None:
        self._reach(one, _HAS_FOCUS)
        one.page.keyboard.type(text)

    def pick(self, one: Locator, value: str) -> None:
        self._reach(one, _HAS_FOCUS)
        one.page.keyboard.type(value)

    def _reach(self, one: Locator, arrived: str) -> None:
        page = one.page
        for _ in range(_MOST_TABS):
            if one.evaluate(arrived):
                assert [True, True] == page.evaluate(_SHOWN), f"{one} is not marked, or out of sight, on {page.url}"
                return
            page.keyboard.press("Tab")
        raise AssertionError(f"no way to {one} by Tab on {page.url}")


def sign_in(page: Page, url: str, name: str, hand: Hand) -> None:
    """As one of the demonstration's people."""
    page.goto(url)
    hand.choose(page.get_by_label(name, exact=True))
    hand.press(page.get_by_role("button", name="Continue"))
    page.wait_for_url(f"{url}/")
