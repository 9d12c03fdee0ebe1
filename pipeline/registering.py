"""Registering, changing and retiring people: the rules, and what is kept. For the lead's page and the command line."""

import re
from collections.abc import Iterable, Sequence
from dataclasses import replace
from secrets import token_hex

from domain.person import Person, Role
from pipeline.store.connection import Connection
from pipeline.store.people import Registered, fetch_registered, record_people, record_retired
from pipeline.store.released import release_all
from pipeline.store.sessions import end_sessions
from pipeline.store.sign_in_codes import forget_codes_of

_EMAIL = re.compile(r"[^@\s,;<>\"]{1,64}@[a-z0-9-]+(\.[a-z0-9-]+)+")
_MOST_NAME, _MOST_SUBJECT, _MOST_BECAUSE = 100, 255, 1000
_JUDGES = frozenset({Role.TRAINER, Role.EVALUATOR, Role.SME})
"""Roles of clinicians: who has one has a profession."""


def new_person_id() -> str:
    """A name for a person that tells nothing of them: judgements are stored and exported under it."""
    return f"person-{token_hex(5)}"


def tidied(person: Person) -> Person:
    """Without spaces around, and the address in lower case, as they are compared."""
    scope = frozenset(one.strip() for one in person.scope) - {""}
    return replace(
        person,
        name=person.name.strip(),
        email=person.email.strip().lower(),
        subject=person.subject.strip(),
        scope=scope,
    )


def why_not_kept(person: Person, others: Iterable[Person], because: str) -> str:
    """Why a person cannot be registered so, in a sentence; empty where they can.

    Args:
        person: as they are to be, tidied.
        others: everybody else, retired or not.
        because: why they are registered or changed.
    """
    same = next((one for one in others if _is_same(one, person)), None)
    wrong = {
        f"Write a name, of at most {_MOST_NAME} characters": not _is_line(person.name, _MOST_NAME),
        "Choose at least one role": not person.roles,
        "Choose the profession; trainers, evaluators and clinical experts have one": bool(
            person.roles & _JUDGES and person.profession is None
        ),
        "Write an e-mail address, such as ann@example.org": bool(person.email and not _EMAIL.fullmatch(person.email)),
        f"The name in your organisation's sign-in has at most {_MOST_SUBJECT} printable characters": bool(
            person.subject and not _is_line(person.subject, _MOST_SUBJECT)
        ),
        "Write an e-mail address, or the name in your organisation's sign-in; without either nobody can sign in": not (
            person.email or person.subject
        ),
        _REASON: not _is_reason(because),
        f"{same.name if same else ''} is registered with this address or name in the sign-in": same is not None,
    }
    return next((sentence for sentence, holds in wrong.items() if holds), "")


_REASON = f"Say why, in at most {_MOST_BECAUSE} characters; it is kept"


def _is_line(said: str, most: int) -> bool:
    return 0 < len(said) <= most and said.isprintable()


def _is_reason(because: str) -> bool:
    return 0 < len(because.strip()) <= _MOST_BECAUSE


def _is_same(one: Person, other: Person) -> bool:
    return bool(one.email and one.email == other.email) or bool(one.subject and one.subject == other.subject)


def why_rights_stay(before: Sequence[Person], after: Sequence[Person], by: str) -> str:
    """Why what people may do cannot be changed so, in a sentence; empty where it can.

    Args:
        before: who may sign in now.
        after: who could then.
        by: the id of whoever changes it.
    """
    if _rights(before, by) != _rights(after, by):
        return "Nobody changes what they themselves may do; ask another lead"
    led = [any(Role.LEAD in one.roles for one in people) for people in (before, after)]
    return "Somebody must stay lead; make another person lead first" if led == [True, False] else ""


def _rights(people: Sequence[Person], person_id: str) -> object:
    return next(((one.roles, one.profession, one.scope) for one in people if one.person_id == person_id), None)


def keep_person(connection: Connection, person: Person, at: str, by: str, because: str) -> str:
    """Register a person, change one, or let one who was retired in again.

    Args:
        connection: inside a transaction of the turn `PEOPLE`.
        person: as they are to be.
        at: now.
        by: who does it: a person's id, or a name at the command line.
        because: why.

    Returns:
        Why not; empty where it is done.
    """
    person, everybody = tidied(person), fetch_registered(connection)
    others = [one for one in everybody if one.person.person_id != person.person_id]
    after = [*(one.person for one in others if one.is_active), person]
    problem = why_not_kept(person, [one.person for one in others], because)
    before = _active(everybody)
    problem = problem or why_rights_stay(before, after, by)
    if not problem:
        record_people(connection, [person], at, by, because.strip())
        if any(one.person_id == person.person_id and not one.roles <= person.roles for one in before):
            release_all(connection, person.person_id, at, by)  # what they hold may be what they may do no more
    return problem


def retire_person(connection: Connection, person_id: str, at: str, by: str, because: str) -> str:
    """Retire a person: signed out everywhere, and what they held given back; drafts and judgements stay.

    Returns:
        Why not; empty where it is done.
    """
    before = _active(fetch_registered(connection))
    after = [one for one in before if one.person_id != person_id]
    if len(after) == len(before):
        return "There is nobody of that name who may sign in"
    problem = "" if _is_reason(because) else _REASON
    problem = problem or why_rights_stay(before, after, by)
    if not problem:
        record_retired(connection, person_id, at, by, because.strip())
        end_sessions(connection, person_id, at, by)
        forget_codes_of(connection, person_id)
        release_all(connection, person_id, at, by)
    return problem


def _active(everybody: Iterable[Registered]) -> list[Person]:
    return [one.person for one in everybody if one.is_active]
