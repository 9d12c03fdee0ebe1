"""The sign-in page: every way there is, one below the other."""

from collections.abc import Sequence
from dataclasses import dataclass

from review.ask import Ask, Page, View
from review.sign_in.way import SignInWay


@dataclass(frozen=True, slots=True)
class SignInPage:
    """Each way's key with its record."""

    ways: list[tuple[str, object]]


def page(ways: Sequence[SignInWay]) -> View:
    """The view for these ways."""

    def show(ask: Ask) -> Page:
        return Page("sign_in.html", SignInPage([(way.key, way.entry(ask)) for way in ways]))

    return show
