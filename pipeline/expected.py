"""A run's items as a draw sees them, with the harm expected of each: by a calibrated chance wherever there is one."""

from collections.abc import Mapping
from dataclasses import dataclass, replace

import numpy as np

from agreement.calibration import Calibrator
from domain.policy import RoutingPolicy
from domain.routing import Disposition
from pipeline.certify import fetch_panel
from pipeline.harm import QuestionVotes, calibrated_chance, succession
from pipeline.learning.cards import gather_cards
from pipeline.ruling import moved_at
from pipeline.sizing import Unsized
from pipeline.store.certificates import fetch_certificates
from pipeline.store.connection import Connection
from pipeline.store.judged import fetch_run_starts
from pipeline.store.samples import fetch_unsized
from pipeline.store.voted import fetch_question_votes

Calibrators = Mapping[tuple[str, str], Calibrator]
"""In force for a run, by hash of the criterion and judge."""


@dataclass(frozen=True, slots=True)
class Expected:
    """A run's items, and whose chances their expected harm was made of."""

    items: list[tuple[Unsized, Disposition]]
    n_questions: int
    """Criteria that were put about items."""
    n_calibrated: int
    """Of them, those whose chance is calibrated; the rule of succession gives the others'."""


def fetch_expected(connection: Connection, run_id: str, policy: RoutingPolicy, *, pace: float = 1.0) -> Expected:
    """A run's items, each with its disposition.

    Args:
        connection: a visit.
        run_id: a run that there is.
        policy: the weights of severities.
        pace: minutes that clinicians take for each that was planned.
    """
    items = fetch_unsized(connection, run_id, pace=pace)
    n_questions = sum(len(one.cells) for one, _ in items)
    calibrators = fetch_in_force(connection, run_id)
    if not calibrators:
        return Expected(items, n_questions, 0)
    changes: dict[str, float] = {}
    n_calibrated = 0
    for one in fetch_question_votes(connection, run_id, {criterion for criterion, _ in calibrators}):
        if said := _calibrated(one, calibrators):
            n_calibrated += 1
            change = calibrated_chance(one.votes, said) - succession(one.votes.values())
            changes[one.item_id] = changes.get(one.item_id, 0.0) + policy.harm_weights[one.severity] * change
    changed = [
        (replace(one, expected_harm=max(0.0, one.expected_harm + changes.get(one.item_id, 0.0))), of)
        for one, of in items
    ]
    return Expected(changed, n_questions, n_calibrated)


def fetch_in_force(connection: Connection, run_id: str) -> Calibrators:
    """What was fitted for these very judges on these very criteria, on what they said since they last moved."""
    last = moved_at(fetch_panel(connection, run_id).sha256, fetch_certificates(connection))
    starts = fetch_run_starts(connection)
    return {
        (one.measured.criterion_sha256, one.judge_id): one.card.calibrator
        for one in gather_cards(connection, run_id)
        if one.measured is not None
        and one.card is not None
        and one.card.calibrator is not None
        and starts.get(one.measured.run_id, "") >= last
    }


def _calibrated(one: QuestionVotes, calibrators: Calibrators) -> dict[str, float]:
    """The calibrated chance of each judge that has one, and cast a vote."""
    found: dict[str, float] = {}
    for judge_id, (n_violated, n) in one.votes.items():
        if n and (calibrator := calibrators.get((one.criterion_sha256, judge_id))) is not None:
            found[judge_id] = float(calibrator.apply(np.array([n_violated / n]))[0])
    return found
