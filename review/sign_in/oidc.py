"""Signing in with the organisation's own account: OpenID Connect, authorization code with PKCE.

A try is bound to the browser that began it and can be finished once; only people who are registered come in.
"""

import threading
from dataclasses import dataclass
from datetime import datetime, timedelta
from secrets import token_urlsafe

from pipeline.store.people import fetch_people
from review.ask import ANYBODY, Ask, GoTo, RefusedError, Row
from review.rules.identity import NOT_REGISTERED, Identity, recognised
from review.sign_in.provider import Attempt, Provider, ProviderError
from review.sign_in.rate import MOST_SHARED, Rate
from review.sign_in.session import begin, note_refused

LASTS = timedelta(minutes=10)
CALLBACK = "/sign-in/oidc/back"
_MOST_ATTEMPTS = 10_000


@dataclass(frozen=True, slots=True)
class Offer:
    """The part of the sign-in page."""

    label: str


@dataclass(frozen=True, slots=True)
class _Pending:
    attempt: Attempt
    browser_sha256: str
    until: datetime


class OidcWay:
    """Its tries are kept in memory: whoever is under way when the server starts anew begins again."""

    key = "oidc"

    def __init__(self, provider: Provider, label: str) -> None:
        self._provider, self._label = provider, label
        self._rate = Rate(MOST_SHARED)
        self._pending: dict[str, _Pending] = {}
        self._lock = threading.Lock()

    def entry(self, ask: Ask) -> Offer:  # noqa: ARG002 (asked of every way)
        """What people call it."""
        return Offer(self._label)

    def rows(self) -> tuple[Row, ...]:
        """To the provider, and back from it."""
        return (Row("GET", "/sign-in/oidc", self._leave, ANYBODY), Row("GET", CALLBACK, self._return, ANYBODY))

    def holds(self, ask: Ask) -> bool:  # noqa: ARG002 (asked of every way)
        """For as long as the session does."""
        return True

    def _leave(self, ask: Ask) -> GoTo:
        if not ask.browser_sha256:  # the sign-in page gives what the try is bound to
            return GoTo("/sign-in")
        self._rate.refuse_too_many(ask)
        attempt = Attempt(token_urlsafe(32), token_urlsafe(32), token_urlsafe(48))
        try:
            address = self._provider.address(attempt)
        except ProviderError as error:
            raise self._refused(ask, str(error)) from None
        self._remember(_Pending(attempt, ask.browser_sha256, ask.now + LASTS))
        return GoTo(address)

    def _return(self, ask: Ask) -> GoTo:
        pending = self._taken(ask.query.get("state", ""), ask)
        if pending is None:
            self._rate.refuse_too_many(ask)  # each failure is kept
            raise self._refused(ask, "state")
        if "code" not in ask.query or not self._provider.may_be_from(ask.query.get("iss", "")):
            raise self._refused(ask, "declined")
        try:
            identity = self._provider.redeem(ask.query["code"], pending.attempt, ask.now)
        except ProviderError as error:
            raise self._refused(ask, str(error)) from None
        return self._admitted(ask, identity)

    def _admitted(self, ask: Ask, identity: Identity) -> GoTo:
        with ask.store.reading() as connection:
            person = recognised(fetch_people(connection), identity)
        if person is None:
            note_refused(ask, self.key, "unknown" if identity.email else "unknown_and_no_verified_address")
            raise RefusedError(403, NOT_REGISTERED)
        return begin(ask, person.person_id, self.key)

    def _refused(self, ask: Ask, why: str) -> RefusedError:
        note_refused(ask, self.key, why)
        return RefusedError(400, f"You could not be signed in with {self._label}. Open the sign-in page and try again")

    def _remember(self, pending: _Pending) -> None:
        with self._lock:
            while len(self._pending) >= _MOST_ATTEMPTS:
                del self._pending[next(iter(self._pending))]  # the oldest
            self._pending[pending.attempt.state] = pending

    def _taken(self, state: str, ask: Ask) -> _Pending | None:
        """The try of this state, which is over now; None: not this browser's, used, or too old."""
        with self._lock:
            pending = self._pending.get(state)
            if pending is None or pending.browser_sha256 != ask.browser_sha256:
                return None
            del self._pending[state]
        return pending if pending.until > ask.now else None
