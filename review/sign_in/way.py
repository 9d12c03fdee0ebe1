"""What a way to sign in is to the pages."""

from typing import Protocol

from review.ask import Ask, Row


class SignInWay(Protocol):
    """One way: its part of the sign-in page, and the routes that belong to it."""

    @property
    def key(self) -> str:
        """Names its part: the template `sign_in_<key>.html`. A session keeps it, and is over where the way is off."""
        ...

    def entry(self, ask: Ask) -> object:
        """The record that its part of the sign-in page is shown with."""
        ...

    def rows(self) -> tuple[Row, ...]:
        """Its own routes: open to anybody, so each checks for itself who is there."""
        ...

    def holds(self, ask: Ask) -> bool:
        """Whether a session that began by it goes on with this request.

        Raises:
            RefusedError: the request, whoever sent it, claims what it may not.
        """
        ...
