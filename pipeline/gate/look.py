"""All that the gate looks at, from the store."""

from collections.abc import Mapping
from dataclasses import dataclass

import numpy as np

from agreement.resample import Resampling
from domain.errors import InputError
from domain.gate import GatePolicy
from domain.record import content_sha256
from pipeline.anchors import Comparison
from pipeline.arms import fetch_arms
from pipeline.certify import fetch_panel
from pipeline.comparing.population import population
from pipeline.diff.pairs import Pairs, paired
from pipeline.diff.side import Side, fetch_side
from pipeline.gate.budget import budgeted
from pipeline.gate.outcome import Looked
from pipeline.gate.reference import Reference, reference_of
from pipeline.gate.whole import Whole, count_absent, count_unknown
from pipeline.gate.worse import contrasts
from pipeline.store.anchors import count_reused_answers
from pipeline.store.connection import Connection
from pipeline.store.gates import count_unheard, fetch_gates_before

_REPLICATES, _MANY = 2_000, 10_000
"""Where scenarios have several responses; budgets look far into the tail."""


@dataclass(frozen=True, slots=True)
class Asked:
    """What somebody wants gated, and how."""

    run_id: str
    baseline: str | None = None
    """None: the last night of the same name that passed."""
    is_first: bool = False
    """Compare with nothing: comparisons begin anew."""
    anchor_set: str | None = None
    anchors_run: str | None = None


@dataclass(frozen=True, slots=True)
class Gathered:
    """What the store says of it."""

    tonight: Side
    panel_sha256: str
    policy: GatePolicy
    reference: Reference
    before: Mapping[str, Side]
    """Earlier nights, by run id."""
    unheard: tuple[int, int, int]
    n_reused: int
    anchors: Comparison | None


def gather(connection: Connection, asked: Asked) -> Gathered:
    """Read everything in one visit.

    Raises:
        InputError: a run or set of anchors is not there, or was judged by another panel.
    """
    tonight, panel = fetch_side(connection, asked.run_id), fetch_panel(connection, asked.run_id)
    reference = _reference(connection, asked, tonight, panel.sha256)
    anchors = None
    if asked.anchor_set is not None:
        anchors = fetch_arms(connection, asked.anchor_set, asked.anchors_run or asked.run_id)
    return Gathered(
        tonight,
        panel.sha256,
        GatePolicy.model_validate(tonight.config.get("gate") or {}, strict=False),
        reference,
        {run_id: fetch_side(connection, run_id) for run_id in reference.run_ids},
        count_unheard(connection, asked.run_id),
        count_reused_answers(connection, asked.run_id),
        anchors,
    )


def _reference(connection: Connection, asked: Asked, tonight: Side, panel_sha256: str) -> Reference:
    if asked.is_first:
        return Reference((), is_first=True)
    if asked.baseline is None:
        earlier = fetch_gates_before(connection, tonight.run.name, tonight.run.started_at)
        return reference_of(earlier, panel_sha256)
    if asked.baseline == asked.run_id:
        raise InputError(f"run {asked.run_id} cannot be compared with itself", key="--baseline")
    if fetch_panel(connection, asked.baseline).sha256 != panel_sha256:
        raise InputError(
            f"run {asked.baseline} was judged by another panel than {asked.run_id}: what differs could be the judges",
            key="--baseline",
        )
    return Reference((asked.baseline,), is_first=False)


def look(of: Gathered) -> Looked:
    """Work out every figure; the same night gives the same ones."""
    seed = int(content_sha256([of.tonight.run_id, of.tonight.run.started_at])[:16], 16)
    rng = np.random.default_rng(seed)
    pairs: list[tuple[str, Pairs]] = [
        (run_id, paired(side, of.tonight, only_same=True)) for run_id, side in of.before.items()
    ]
    absent = max((count_absent(side, of.tonight) for side in of.before.values()), default=0)
    questions = population([of.tonight.asked])
    budgets = budgeted(questions, of.policy.budgets, of.policy.false_alarm, Resampling(rng, _MANY))
    return Looked(
        of.tonight.run_id,
        of.tonight.run.provisional,
        of.reference,
        Whole(*of.unheard, absent, of.n_reused, count_unknown(questions), of.policy.missing),
        questions.candidate_ids,
        contrasts(pairs, of.policy.false_alarm, Resampling(rng, _REPLICATES)),
        max((one.n_changed for _, one in pairs), default=0),
        budgets,
        of.anchors,
    )
