"""A run's queue sized to the minutes that clinicians have: the draw made, and kept."""

from domain.errors import InputError
from domain.policy import RoutingPolicy
from pipeline.effort import measured_pace
from pipeline.entries import now
from pipeline.sizing import Sizing, draw_sample
from pipeline.store.connection import Connection, Store
from pipeline.store.readings import fetch_readings
from pipeline.store.results import fetch_run
from pipeline.store.samples import fetch_sizing, fetch_unsized, is_drawn, record_sample

THE_POLICY = "policy"
"""Who drew, where the configuration says how many minutes there are."""


def draw_run(store: Store, run_id: str, minutes: float | None = None, *, by: str = THE_POLICY) -> Sizing:
    """Draw what of a run is read, and keep it.

    Args:
        store: must hold the run.
        run_id: the run.
        minutes: that clinicians have; as the run's policy says where left out.
        by: who decided.

    Raises:
        InputError: there is no such run, nothing of it is judged, or nobody says how many minutes there are.
    """
    with store.writing() as connection:
        policy = policy_of(fetch_run(connection, run_id).config)
        given = minutes or policy.minutes
        if given is None:
            raise InputError(f"the policy of {run_id} names no minutes; say how many there are", key="--minutes")
        items = [one for one, _ in fetch_unsized(connection, run_id, pace=pace_of(connection, policy))]
        if not items:
            raise InputError(f"nothing of {run_id} is judged yet")
        sampled, sizing = draw_sample(items, given, policy)
        record_sample(connection, run_id, sampled, sizing, by=by, at=now())
    return sizing


def ensure_drawn(store: Store, run_id: str) -> Sizing:
    """Make the draw of a run whose policy bounds the minutes, unless one stands already for every item."""
    with store.reading() as connection:
        found = fetch_sizing(connection, run_id) if is_drawn(connection, run_id) else None
    return found or draw_run(store, run_id)


def pace_of(connection: Connection, policy: RoutingPolicy) -> float:
    """Minutes that clinicians take for each that is planned: as measured, else as the policy says."""
    return measured_pace(fetch_readings(connection)) or policy.reading_pace


def policy_of(config: dict[str, object]) -> RoutingPolicy:
    """The routing policy that a run was pinned to."""
    whole = config["config"]
    assert isinstance(whole, dict)  # noqa: S101 (as pinned)
    return RoutingPolicy.model_validate(whole["policy"], strict=False)  # pyright: ignore[reportUnknownArgumentType]
