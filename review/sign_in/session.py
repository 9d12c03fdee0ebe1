"""Sessions: on the server, twelve hours long, opened by a random token of which only the hash is kept."""

import hashlib
from datetime import timedelta
from secrets import token_urlsafe

from pipeline.store.events import PEOPLE
from pipeline.store.people import end_session, record_session
from review.ask import Ask, GoTo
from review.rules.lease import stamp

LENGTH = timedelta(hours=12)


def token_sha256(token: str) -> str:
    """What is kept of a token."""
    return hashlib.sha256(token.encode()).hexdigest() if token else ""


def begin(ask: Ask, person_id: str) -> GoTo:
    """Begin a session for a person who has shown who they are; the browser's session before it, if any, is over."""
    token = token_urlsafe(32)
    at, until = stamp(ask.now), stamp(ask.now + LENGTH)
    with ask.store.writing(PEOPLE) as connection:
        if ask.session is not None:
            end_session(connection, ask.session_sha256, ask.person.person_id, at)
        record_session(connection, token_sha256(token), person_id, token_urlsafe(24), at, until)
    return GoTo("/", token)


def end(ask: Ask) -> GoTo:
    """Sign out."""
    with ask.store.writing(PEOPLE) as connection:
        end_session(connection, ask.session_sha256, ask.person.person_id, stamp(ask.now))
    return GoTo("/sign-in", "")
