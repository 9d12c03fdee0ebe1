"""Who a sign-in elsewhere speaks of, among the people who are registered here."""

from collections.abc import Iterable
from dataclasses import dataclass

from domain.person import Person

NOT_REGISTERED = "Your organisation's sign-in names nobody who is registered here. Ask a lead to register you"


@dataclass(frozen=True, slots=True)
class Identity:
    """What another system vouches for."""

    subject: str = ""
    email: str = ""
    """Verified by that system; empty where it is not."""


def recognised(people: Iterable[Person], identity: Identity) -> Person | None:
    """The person; None: nobody who is registered.

    The subject decides. An address counts only for a person of whom no subject is known: addresses are given to
    somebody else one day.
    """
    everybody = list(people)
    for one in everybody:
        if identity.subject and one.subject == identity.subject:
            return one
    return addressed([one for one in everybody if not one.subject], identity.email)


def addressed(people: Iterable[Person], email: str) -> Person | None:
    """The person with this address; None: nobody who is registered."""
    tidy = email.strip().lower()
    return next((one for one in people if tidy and one.email == tidy), None)
