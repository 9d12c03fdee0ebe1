"""Your account: what is registered of you, where you are signed in, and whether you get the digest."""

from dataclasses import dataclass

from domain.person import Person
from pipeline.store.digests import fetch_has_refused, record_refusal
from pipeline.store.events import PEOPLE
from pipeline.store.sessions import count_sessions
from review.ask import Ask, GoTo, Page
from review.rules.lease import stamp
from review.sign_in.session import IDLE


@dataclass(frozen=True, slots=True)
class AccountPage:
    """One's own."""

    person: Person
    n_sessions: int
    has_refused: bool
    """The digest."""


def show(ask: Ask) -> Page:
    """The page."""
    me = ask.person.person_id
    with ask.store.reading() as connection:
        n_sessions = count_sessions(connection, me, stamp(ask.now), stamp(ask.now - IDLE))
        record = AccountPage(ask.person, n_sessions, fetch_has_refused(connection, me))
    return Page("account.html", record)


def choose_digest(ask: Ask) -> GoTo:
    """Get it or not."""
    with ask.store.writing(PEOPLE) as connection:
        record_refusal(connection, ask.person.person_id, stamp(ask.now), is_refused=ask.one("digest") != "yes")
    return GoTo("/account")
