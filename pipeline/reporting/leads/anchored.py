"""What frozen anchors say, set by set, at the latest run on each: read from the store, then rows; no certificate is
voided by looking."""

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import datetime, timedelta

from agreement.drift.night import Night
from agreement.estimate import Estimate
from domain.errors import InputError
from pipeline.anchors import Comparison
from pipeline.arms import fetch_arms
from pipeline.reporting.whiskers import Row, rows
from pipeline.store.anchors import count_anchors, fetch_runs_on
from pipeline.store.connection import Connection

_SOON = timedelta(days=1)
"""A night's run on the anchors may follow it."""
_NOT_READ_AGAIN = "no clinician has read an anchor a second time"


@dataclass(frozen=True, slots=True)
class AnchorSet:
    """One set."""

    name: str
    frozen_at: str
    n_labels: int
    n_reviewers: int
    run_id: str
    """The run that is compared; empty where there is none."""
    found: Comparison | None
    why_not: str


def fetch_anchored(connection: Connection, started_at: str) -> list[AnchorSet]:
    """Every set that was frozen by then.

    Args:
        connection: a visit.
        started_at: when the last run that is looked at began (ISO 8601, UTC).
    """
    until = (datetime.fromisoformat(started_at) + _SOON).isoformat()
    return [_set(connection, one, until) for one in count_anchors(connection) if one["frozen_at"] <= until]


def _set(connection: Connection, row: dict[str, str], until: str) -> AnchorSet:
    name, n_labels, n_reviewers = row["anchor_set"], int(row["n_labels"]), int(row["n_reviewers"])
    runs = [run_id for run_id, at in fetch_runs_on(connection, name).items() if at <= until]
    run_id, found = runs[-1] if runs else "", None
    why_not = "" if runs else "no run up to then judged them again; export them and run a configuration on them"
    if runs:
        try:
            found = fetch_arms(connection, name, run_id)
        except InputError as error:
            why_not = str(error)
    return AnchorSet(name, row["frozen_at"], n_labels, n_reviewers, run_id, found, why_not)


def anchor_rows(sets: Iterable[AnchorSet]) -> list[Row]:
    """How far judges and clinicians moved on each set."""
    return rows([row for one in sets if one.found is not None for row in _arms(one, one.found)], -1, 1)


def _arms(of: AnchorSet, found: Comparison) -> list[tuple[str, str, list[tuple[str, Estimate]]]]:
    shown = [(f"{of.name}: judges", _n(found.judges.overall), [("difference", found.judges.overall.net)])]
    if found.clinicians is not None:
        night = found.clinicians.night
        shown.append((f"{of.name}: clinicians", _n(night), [("difference", night.net)]))
    return shown


def _n(of: Night) -> str:
    return f"{of.rose.k:,} rose and {of.fell.k:,} fell of {of.n_units:,}; p = {of.p_value:.2g}"


def anchor_table(sets: Iterable[AnchorSet]) -> list[list[str]]:
    """Set, labels, run, judges, clinicians, what is shown to have moved."""
    return [
        [f"{one.name} (frozen {one.frozen_at[:10]})", f"{one.n_labels:,} of {one.n_reviewers:,}", one.run_id or "–",
         *([f"not compared: {one.why_not}", "–", "–"] if one.found is None else _said(one.found))]
        for one in sets
    ]  # fmt: skip


def _said(found: Comparison) -> list[str]:
    moved = ", ".join(found.moved_criteria)
    judges = "; ".join(found.judges.alarms) or "no move shown"
    clinicians = _NOT_READ_AGAIN if found.clinicians is None else _n(found.clinicians.night)
    incomplete = "" if found.is_complete else " Incomplete: too little of them was judged."
    reason = found.attribution.reason or "nothing is shown to have moved"
    return [f"{judges}{f' ({moved})' if moved else ''}", clinicians, f"{reason}{incomplete}"]
