"""A ward whose people sign in as a site says; and what became of that."""

from collections.abc import Callable, Generator
from contextlib import contextmanager
from pathlib import Path
from typing import Any

from domain.person import Person, Role
from pipeline.site import HeaderSignIn, OidcSignIn
from pipeline.store.connection import Store
from pipeline.store.door import DuckDBStore
from pipeline.store.rows import fetch
from review.rules.proxies import Proxies
from review.sign_in.email_code import EmailCodeWay
from review.sign_in.header import HeaderWay
from review.sign_in.oidc import CALLBACK, OidcWay
from review.sign_in.provider import Provider
from review.sign_in.way import SignInWay
from tests.review.ward import Clock, Sent, Served, admit, fill, person, served

GP = person("person-gp", email="gp@clinic.example")
NURSE = person("person-nurse", email="nurse@clinic.example", subject="sub-nurse")
LEAD = person("person-lead", Role.LEAD, email="lead@clinic.example", profession=None)

_PLAN = OidcSignIn(issuer="https://login.clinic.example", client_id="caveat")


def every_way(url: str) -> list[SignInWay]:
    """All that a site can have on; no letter arrives, and the provider is not there."""
    oidc = OidcWay(Provider(_PLAN, None, url + CALLBACK), "NHSmail")
    header = HeaderWay(HeaderSignIn(name="X-User"), Proxies.of(["127.0.0.1"]))
    return [oidc, header, EmailCodeWay(lambda _: None, "Caveat")]


@contextmanager
def site(
    folder: Path, ways: Callable[[str], list[SignInWay]], *people: Person, clock: Clock | None = None, **changes: Any
) -> Generator[Served]:
    """One item, these people (or a GP, a nurse and a lead), and these ways to sign in."""
    store = DuckDBStore(folder / "caveat.duckdb")
    fill(store, folder, [Sent("s1")])
    admit(store, *(people or (GP, NURSE, LEAD)))
    with served(store, ways, clock, **changes) as one:
        yield one


def signed_in(store: Store) -> list[tuple[str, str]]:
    """Who, and by which way."""
    return [(row["person_id"], row["new"]["way"]) for row in _events(store, "signed_in")]


def failures(store: Store) -> list[str]:
    """Why people could not sign in."""
    return [row["new"]["why"] for row in _events(store, "sign_in_failed")]


def _events(store: Store, kind: str) -> list[dict[str, Any]]:
    with store.reading() as connection:
        return fetch(connection, "SELECT person_id, new_json FROM event WHERE kind = ? ORDER BY seq", [kind])


def everything(store: Store) -> str:
    """All that the store holds, as text."""
    with store.reading() as connection:
        names = connection.execute(
            "SELECT table_name FROM information_schema.tables WHERE table_schema = current_schema()"
        ).fetchall()
        return "\n".join(str(connection.execute(f"SELECT * FROM {name}").fetchall()) for (name,) in names)  # noqa: S608
