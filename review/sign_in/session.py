"""Sessions: on the server, opened by a random token of which only the hash is kept; over after twelve hours, and after
two without a request."""

import hashlib
from datetime import timedelta
from secrets import token_urlsafe

from pipeline.store.events import PEOPLE
from pipeline.store.sessions import NewSession, end_session, end_sessions, record_refused, record_session
from review.ask import Ask, GoTo
from review.rules.lease import stamp

LENGTH, IDLE = timedelta(hours=12), timedelta(hours=2)
NOTED_EVERY = timedelta(minutes=5)
"""How exactly it is known when somebody was last seen: each note is a write."""


def token_sha256(token: str) -> str:
    """What is kept of a token."""
    return hashlib.sha256(token.encode()).hexdigest() if token else ""


def begin(ask: Ask, person_id: str, way: str) -> GoTo:
    """Begin a session for a person who has shown who they are; the browser's session before it, if any, is over."""
    token = token_urlsafe(32)
    at, until = stamp(ask.now), stamp(ask.now + LENGTH)
    with ask.store.writing(PEOPLE) as connection:
        if ask.session is not None:
            end_session(connection, ask.session_sha256, ask.person.person_id, at)
        record_session(connection, NewSession(token_sha256(token), person_id, token_urlsafe(24), way, at, until))
    return GoTo("/", token)


def note_refused(ask: Ask, way: str, why: str, person_id: str = "") -> None:
    """Keep that somebody failed to sign in: by which way, why in a word, and who it was, where that is known."""
    with ask.store.writing(PEOPLE) as connection:
        record_refused(connection, way, why, ask.client, stamp(ask.now), person_id)


def end(ask: Ask) -> GoTo:
    """Sign out."""
    with ask.store.writing(PEOPLE) as connection:
        end_session(connection, ask.session_sha256, ask.person.person_id, stamp(ask.now))
    return GoTo("/sign-in", "")


def end_everywhere(ask: Ask) -> GoTo:
    """Sign out at every browser."""
    me = ask.person.person_id
    with ask.store.writing(PEOPLE) as connection:
        end_sessions(connection, me, stamp(ask.now), me)
    return GoTo("/sign-in", "")
