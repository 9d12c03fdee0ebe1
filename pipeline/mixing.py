"""Anchors mixed in with a run: once, for a share of the minutes that clinicians have for it."""

from collections.abc import Sequence
from datetime import datetime

from domain.policy import RoutingPolicy
from pipeline.certify import criteria_of
from pipeline.entries import now
from pipeline.pace import pace_of, policy_of
from pipeline.rereading import Readable, draw_again, due, expected_minutes_again
from pipeline.store.anchor_readings import (
    Mixing,
    Sent,
    count_sent,
    fetch_readable,
    has_anchors,
    is_mixed,
    record_mixing,
)
from pipeline.store.connection import Connection, Store
from pipeline.store.events import PEOPLE
from pipeline.store.results import fetch_run
from pipeline.store.samples import fetch_unsized

THE_POLICY = "policy"
"""Who draws, where the configuration says what is to be drawn."""


def mix_anchors(store: Store, run_id: str) -> None:
    """Mix anchors in with a run that sends all that it does not clear: a share of the minutes that reading it takes.

    Raises:
        InputError: there is no such run.
    """
    with store.reading() as connection:
        is_needless = not has_anchors(connection) or is_mixed(connection, run_id)
    if is_needless:
        return
    with store.writing(PEOPLE) as connection:
        mix_in(connection, run_id, _minutes_sent(connection, run_id))


def mix_in(connection: Connection, run_id: str, minutes: float) -> Sent:
    """Send anchors back to whoever judged them, drawn by the policy's seed; done with this run already, that stands.

    Args:
        connection: inside a transaction of the turn `PEOPLE`.
        run_id: with whose items they are mixed.
        minutes: that clinicians have for the run.

    Raises:
        InputError: there is no such run.
    """
    at = now()
    items, policy = fetch_due(connection, run_id, at)
    if items and not is_mixed(connection, run_id):
        drawn = draw_again(items, run_id, minutes, policy)
        planned = expected_minutes_again(items, minutes, policy)
        record_mixing(connection, drawn, Mixing(run_id, len(items), planned, THE_POLICY, at))
    return count_sent(connection, run_id)


def fetch_planned(connection: Connection, run_id: str, minutes: float) -> float:
    """What anchors take of so many minutes: what was sent with the run, else what would be, on average."""
    if is_mixed(connection, run_id):
        return min(minutes, count_sent(connection, run_id).minutes)
    items, policy = fetch_due(connection, run_id, now())
    return expected_minutes_again(items, minutes, policy)


def fetch_due(connection: Connection, run_id: str, at: str) -> tuple[Sequence[Readable], RoutingPolicy]:
    """The anchors that may come back with a run at this time, and the run's policy: none where its share is 0."""
    policy = policy_of(fetch_run(connection, run_id).config)
    if not policy.anchor_share:
        return [], policy
    wordings = criteria_of(connection, run_id).values()
    items = fetch_readable(connection, set(wordings), pace=pace_of(connection, policy))
    return due(items, policy, datetime.fromisoformat(at)), policy


def _minutes_sent(connection: Connection, run_id: str) -> float:
    """What reading all that routing sends takes, on average."""
    policy = policy_of(fetch_run(connection, run_id).config)
    items = fetch_unsized(connection, run_id, pace=pace_of(connection, policy))
    return sum(one.minutes * (policy.audit_rate if one.is_cleared else 1.0) for one, _ in items)
