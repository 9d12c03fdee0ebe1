"""Sending a digest: to each channel what it has not heard yet; a channel that fails keeps no other from it."""

from collections.abc import Callable, Iterator, Mapping
from dataclasses import dataclass
from datetime import datetime
from pathlib import Path

from domain.errors import InputError, PostingError
from pipeline.digest.facts import NOTHING, Facts
from pipeline.digest.words import SUBJECT, text_of
from pipeline.posting.mail import Letter, Postman
from pipeline.posting.webhook import post
from pipeline.site import DigestPlan, Site
from pipeline.store.connection import Connection, Store
from pipeline.store.digests import fetch_refusers, fetch_sent, record_sent
from pipeline.store.events import PEOPLE
from pipeline.store.people import fetch_people

WEBHOOK = "webhook"


@dataclass(frozen=True, slots=True)
class Channel:
    """Somewhere that a digest goes to."""

    name: str
    """`webhook`, or `mail` and a person's id: in messages and in the store no address stands."""
    send: Callable[[str], None]


@dataclass(frozen=True, slots=True)
class Sent:
    """What became of each channel."""

    taken: tuple[str, ...]
    unchanged: tuple[str, ...]
    """Nothing is new to them, so nothing was sent."""
    failed: dict[str, str]
    """Why, by channel."""


def channels_of(site: Site, store: Store, root: Path, environ: Mapping[str, str]) -> list[Channel]:
    """Every channel of the plan; people who have refused, or have no address, have none.

    Raises:
        InputError: there is no plan, or a secret that it names is not there.
    """
    if site.digest is None:
        raise InputError("no digest is planned; expected webhook or roles", key="digest")
    with store.reading() as connection:
        return [*_webhook(site.digest, root, environ), *_letters(connection, site, site.digest, root, environ)]


def _webhook(plan: DigestPlan, root: Path, environ: Mapping[str, str]) -> Iterator[Channel]:
    if plan.webhook is not None:
        address = plan.webhook.read(root, environ)
        yield Channel(WEBHOOK, lambda text: post(address, text))


def _letters(
    connection: Connection, site: Site, plan: DigestPlan, root: Path, environ: Mapping[str, str]
) -> Iterator[Channel]:
    if site.mail is None or not plan.roles:
        return
    postman, refusers = Postman(site.mail, root, environ), fetch_refusers(connection)
    for one in fetch_people(connection):
        if one.email and one.may(frozenset(plan.roles)) and one.person_id not in refusers:
            yield Channel(f"mail {one.person_id}", _writes(postman, one.email))


def _writes(postman: Postman, to: str) -> Callable[[str], None]:
    return lambda text: postman.send(Letter(to, SUBJECT, text))


def send_digest(store: Store, channels: list[Channel], facts: Facts, url: str, now: datetime, *, always: bool) -> Sent:
    """Send it, and keep what was taken where.

    Args:
        store: where that is kept.
        channels: to which it goes.
        facts: what is so.
        url: of the workspace.
        now: aware.
        always: even where nothing is new.
    """
    with store.reading() as connection:
        heard = fetch_sent(connection)
    news = [one for one in channels if always or heard.get(one.name, NOTHING.sha256) != facts.sha256]
    text, failed = text_of(facts, url), dict[str, str]()
    for one in news:
        try:
            one.send(text)
        except (PostingError, InputError) as error:
            failed[one.name] = str(error)
        else:
            with store.writing(PEOPLE) as connection:
                record_sent(connection, one.name, facts.sha256, now.isoformat(timespec="microseconds"))
    taken = tuple(one.name for one in news if one.name not in failed)
    return Sent(taken, tuple(one.name for one in channels if one not in news), failed)
