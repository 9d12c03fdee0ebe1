"""What stands around a comparison: read in one visit, for the last of its runs."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime

from pipeline.certify import criteria_of, fetch_panel
from pipeline.effort import expected_minutes
from pipeline.in_force import in_force
from pipeline.learning.cards import RunCard, gather_cards
from pipeline.pace import pace_of, policy_of
from pipeline.reporting.leads.anchored import AnchorSet, fetch_anchored
from pipeline.store.certificates import CertificateRow, fetch_certificates
from pipeline.store.connection import Connection
from pipeline.store.costs import CostRow, fetch_costs
from pipeline.store.coverage import fetch_being_read, fetch_covered
from pipeline.store.nights import NightRow, fetch_nights
from pipeline.store.results import fetch_run
from pipeline.store.stops import fetch_stops

_NIGHTS = 30


@dataclass(frozen=True, slots=True)
class Share:
    """Responses that stand alike to people."""

    n: int
    minutes: float
    """That reading them takes, as planned or as measured."""


@dataclass(frozen=True, slots=True)
class Around:
    """Of one run."""

    run_id: str
    started_at: str
    at: datetime
    """When it was read; aware."""
    cards: list[RunCard]
    certificates: list[CertificateRow]
    """On this panel and these very criteria: the newest ruling of each criterion and severity."""
    in_force: frozenset[str]
    """Of these, by id."""
    n_criteria: int
    coverage: dict[str, Share]
    """By state, as `pipeline.store.coverage` names it."""
    being_read: frozenset[str]
    """Of all runs: items that somebody is still to judge blind: nothing of the judges is shown of them."""
    nights: list[NightRow]
    costs: list[CostRow]
    anchored: list[AnchorSet]


def fetch_around(connection: Connection, run_ids: Sequence[str], now: datetime) -> Around:
    """Read it.

    Args:
        connection: a visit.
        run_ids: what is compared, the last last.
        now: aware.

    Raises:
        InputError: there is no such run.
    """
    run_id = run_ids[-1]
    run = fetch_run(connection, run_id)
    panel, criteria = fetch_panel(connection, run_id), criteria_of(connection, run_id)
    every = fetch_certificates(connection)
    standing = in_force(every, fetch_stops(connection), panel, criteria, now)
    pace = pace_of(connection, policy_of(run.config))
    covered = fetch_covered(connection, run_id)
    return Around(
        run_id,
        run.started_at,
        now,
        gather_cards(connection, run_id),
        _newest([one for one in every if one.panel_sha256 == panel.sha256
                 and criteria.get((one.rubric_id, one.criterion_id)) == one.criterion_sha256]),
        frozenset(one.certificate_id for one in standing),
        len(criteria),
        {state: Share(one.n, pace * _minutes(*one)) for state, one in covered.items()},
        frozenset(item_id for one in run_ids for item_id in fetch_being_read(connection, one)),
        fetch_nights(connection, run.name, run.started_at, _NIGHTS),
        fetch_costs(connection, run_id),
        fetch_anchored(connection, run.started_at),
    )  # fmt: skip


def _minutes(n: int, n_characters: int, n_criteria: int) -> float:
    """Of several items together: what one takes grows evenly with its characters and criteria."""
    return n * expected_minutes(0, 0) + expected_minutes(n_characters, n_criteria) - expected_minutes(0, 0)


def _newest(rulings: list[CertificateRow]) -> list[CertificateRow]:
    """`rulings`: the newest first."""
    found: dict[tuple[str, str, str], CertificateRow] = {}
    for one in rulings:
        found.setdefault((one.rubric_id, one.criterion_id, one.severity), one)
    return [found[key] for key in sorted(found)]
