"""A run's queue sized to the minutes that clinicians have: the draw made, and kept."""

from dataclasses import replace

from domain.errors import InputError
from pipeline.entries import now
from pipeline.expected import fetch_expected
from pipeline.mixing import THE_POLICY, mix_in
from pipeline.pace import pace_of, policy_of
from pipeline.sizing import Sizing, draw_sample
from pipeline.store.connection import Store
from pipeline.store.events import PEOPLE
from pipeline.store.results import fetch_run
from pipeline.store.samples import fetch_sizing, is_drawn, record_sample


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
    with store.writing(PEOPLE) as connection:
        policy = policy_of(fetch_run(connection, run_id).config)
        given = minutes or policy.minutes
        if not given:
            raise InputError(f"the policy of {run_id} names no minutes; say how many there are", key="--minutes")
        expected = fetch_expected(connection, run_id, policy, pace=pace_of(connection, policy))
        if not expected.items:
            raise InputError(f"nothing of {run_id} is judged yet")
        anchors = mix_in(connection, run_id, given)
        left = max(0.0, given - anchors.minutes)
        sampled, drawn = draw_sample([one for one, _ in expected.items], left, policy)
        sizing = replace(
            drawn, minutes=given, n_anchors=anchors.n, anchor_minutes=anchors.minutes,
            n_questions=expected.n_questions, n_calibrated=expected.n_calibrated,
        )  # fmt: skip
        record_sample(connection, run_id, sampled, sizing, by=by, at=now())
    return sizing


def ensure_drawn(store: Store, run_id: str) -> Sizing:
    """Make the draw of a run whose policy bounds the minutes, unless one stands already for every item."""
    with store.reading() as connection:
        found = fetch_sizing(connection, run_id) if is_drawn(connection, run_id) else None
    return found or draw_run(store, run_id)
