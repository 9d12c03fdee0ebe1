"""Signing in by a proxy that has seen who comes: it says so in a header, which nobody else may send."""

from dataclasses import dataclass

from domain.person import Person
from pipeline.site import HeaderSignIn
from pipeline.store.people import fetch_people
from review.ask import ANYBODY, Ask, GoTo, RefusedError, Row
from review.rules.identity import NOT_REGISTERED, Identity, recognised
from review.rules.proxies import Proxies
from review.sign_in.rate import MOST_SHARED, Rate
from review.sign_in.session import begin, note_refused


@dataclass(frozen=True, slots=True)
class Announced:
    """The part of the sign-in page: whom the proxy announces."""

    name: str
    """Of the person; empty: nobody who is registered."""
    is_announced: bool
    """Whether the proxy announces anybody at all."""


class HeaderWay:
    """The header is read at every request, so that a session ends where the proxy announces somebody else."""

    key = "header"

    def __init__(self, plan: HeaderSignIn, proxies: Proxies) -> None:
        self._plan, self._proxies = plan, proxies
        self._rate = Rate(MOST_SHARED)

    def entry(self, ask: Ask) -> Announced:
        """Whom it announces now."""
        person = self._person(ask)
        return Announced(person.name if person is not None else "", bool(self._said(ask)))

    def rows(self) -> tuple[Row, ...]:
        """The form's route."""
        return (Row("POST", "/sign-in/header", self._sign_in, ANYBODY),)

    def holds(self, ask: Ask) -> bool:
        """While the proxy announces the session's own person.

        Raises:
            RefusedError: the header comes from somewhere that is not believed.
        """
        if self._said(ask) and not self._proxies.believes(ask.peer):
            raise RefusedError(403, "This request says who you are in a way that is not accepted from where it comes")
        if ask.session is None or ask.session.way != self.key:
            return True
        person = self._person(ask)
        return person is not None and person.person_id == ask.person.person_id

    def _sign_in(self, ask: Ask) -> GoTo:
        self._rate.refuse_too_many(ask)
        person = self._person(ask)
        if person is None:
            note_refused(ask, self.key, "unknown" if self._said(ask) else "no_header")
            raise RefusedError(403, NOT_REGISTERED)
        return begin(ask, person.person_id, self.key)

    def _said(self, ask: Ask) -> str:
        return ask.headers.get(self._plan.name.lower(), "").strip()

    def _person(self, ask: Ask) -> Person | None:
        said = self._said(ask)
        identity = Identity(email=said) if self._plan.holds == "email" else Identity(subject=said)
        with ask.store.reading() as connection:
            return recognised(fetch_people(connection), identity)
