"""Signing in by a code that is sent by e-mail and typed into the browser that asked for it.

No link: mail scanners open links. Whether an address is registered shows in nothing that a browser gets, nor in how
long it takes: the letter leaves after the answer.
"""

import hmac
import re
import threading
from collections.abc import Callable
from dataclasses import dataclass
from datetime import timedelta
from hashlib import sha256
from secrets import choice, token_bytes, token_hex

from domain.errors import PostingError
from pipeline.posting.mail import Letter
from pipeline.store.events import PEOPLE
from pipeline.store.people import fetch_people
from pipeline.store.sessions import record_refused
from pipeline.store.sign_in_codes import SignInCode, forget_code, record_code, take_try
from review.ask import ANYBODY, Ask, GoTo, Page, RefusedError, Row
from review.rules.identity import addressed
from review.rules.lease import stamp
from review.sign_in.rate import MOST_SHARED, Rate
from review.sign_in.session import begin, note_refused

LENGTH, LASTS, MOST_TRIES = 8, timedelta(minutes=10), 5
LETTER = "a letter with a code"
"""Names the thread that hands it over."""
_LETTERS = "ABCDEFGHJKMNPQRSTUVWXYZ23456789"
"""Without those that are taken for each other."""
_PATTERN = re.compile(r"[^A-Z0-9]")
_MOST_FOR_ONE_ADDRESS = 3
_SENT = "/sign-in/code"
_WRONG = "This code is wrong, was used, or is too old. Check it, or ask for a new one"


@dataclass(frozen=True, slots=True)
class Offer:
    """The part of the sign-in page."""

    minutes: int


@dataclass(frozen=True, slots=True)
class CodePage:
    """Where the code is typed."""

    minutes: int
    problem: str


class EmailCodeWay:
    """Its codes are hashed with a key that is new with every start, so that the store alone opens nothing."""

    key = "email_code"

    def __init__(self, send: Callable[[Letter], None], host: str) -> None:
        """Prepare.

        Args:
            send: hands a letter over; may take its time.
            host: the name that people know the workspace by.
        """
        self._send, self._host = send, host
        self._key = token_bytes(32)
        self._by_client = Rate(MOST_SHARED)
        self._by_address = Rate(_MOST_FOR_ONE_ADDRESS, timedelta(minutes=15))

    def entry(self, ask: Ask) -> Offer:  # noqa: ARG002 (asked of every way)
        """How long a code lasts."""
        return Offer(_minutes())

    def rows(self) -> tuple[Row, ...]:
        """Asking for a code, and typing it."""
        return (
            Row("POST", "/sign-in/email", self._ask_for_code, ANYBODY),
            Row("GET", _SENT, self._show, ANYBODY),
            Row("POST", _SENT, self._sign_in, ANYBODY),
        )

    def holds(self, ask: Ask) -> bool:  # noqa: ARG002 (asked of every way)
        """For as long as the session does."""
        return True

    def _ask_for_code(self, ask: Ask) -> GoTo:
        self._by_client.refuse_too_many(ask)
        email = ask.one("email").strip().lower()
        if not self._by_address.allows(sha256(email.encode()).hexdigest(), ask.now):
            raise RefusedError(429, "Several codes were asked for with this address. Wait a quarter of an hour")
        code = "".join(choice(_LETTERS) for _ in range(LENGTH))
        with ask.store.writing(PEOPLE) as connection:
            person = addressed(fetch_people(connection), email)
            person_id = person.person_id if person is not None else ""
            kept = self._hashed(code if person is not None else token_hex(), ask.browser_sha256)
            until = stamp(ask.now + LASTS)
            record_code(connection, SignInCode(ask.browser_sha256, person_id, kept, 0, until), stamp(ask.now))
        if person is not None:
            letter = Letter(person.email, f"Your code for {self._host}", _text(code, self._host))
            threading.Thread(target=self._post, args=(ask, letter, person_id), name=LETTER, daemon=True).start()
        return GoTo(_SENT)

    def _post(self, ask: Ask, letter: Letter, person_id: str) -> None:
        try:
            self._send(letter)
        except PostingError:
            with ask.store.writing(PEOPLE) as connection:
                record_refused(connection, self.key, "code_not_sent", ask.client, stamp(ask.now), person_id)

    def _show(self, ask: Ask) -> Page:  # noqa: ARG002 (a view's signature)
        return Page("code.html", CodePage(_minutes(), ""))

    def _sign_in(self, ask: Ask) -> Page | GoTo:
        self._by_client.refuse_too_many(ask)
        typed = self._hashed(_PATTERN.sub("", ask.one("code").upper()), ask.browser_sha256)
        with ask.store.writing(PEOPLE) as connection:
            code = take_try(connection, ask.browser_sha256, stamp(ask.now), MOST_TRIES)
            is_right = hmac.compare_digest(typed, code.code_sha256 if code is not None else self._hashed("", ""))
            if is_right and code is not None:
                forget_code(connection, ask.browser_sha256)
        if code is None or not is_right:
            note_refused(ask, self.key, "wrong_code", code.person_id if code is not None else "")
            return Page("code.html", CodePage(_minutes(), _WRONG), 400)
        return begin(ask, code.person_id, self.key)

    def _hashed(self, code: str, browser: str) -> str:
        return hmac.new(self._key, f"{browser} {code}".encode(), sha256).hexdigest()


def _minutes() -> int:
    return LASTS // timedelta(minutes=1)


def _text(code: str, host: str) -> str:
    half = LENGTH // 2
    return (
        f"Your code to sign in to {host}:\n\n    {code[:half]}-{code[half:]}\n\n"
        f"Type it where you asked for it, within {_minutes()} minutes. It works once.\n"
        "If you did not ask for it, do nothing: nobody can sign in without it.\n"
    )
