"""Certificates from the store and into it: reads what a ruling needs, writes what was ruled."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from domain.errors import InputError
from domain.rubric import RoutingLimits, Rubric
from domain.severity import Severity
from pipeline.in_force import by_subject, in_force
from pipeline.panel_view import Panel, views_of
from pipeline.ruling import DRIFT, Evidence, Grant, Subject, evidence_of, joined, refuse_moved, ruling_on
from pipeline.store.certificates import (
    CertificateRow,
    fetch_certificates,
    record_certificate,
    void_certificate,
)
from pipeline.store.connection import Connection, Store
from pipeline.store.events import PEOPLE
from pipeline.store.judged import fetch_judged, fetch_judges, fetch_rubric_bodies, fetch_run_starts
from pipeline.store.labels import fetch_labels
from pipeline.store.results import fetch_run
from pipeline.store.reviews import fetch_review_labels
from pipeline.store.stops import fetch_stops


def fetch_panel(connection: Connection, run_id: str) -> Panel:
    """The run's panel.

    Raises:
        InputError: there is no such run.
    """
    run = fetch_run(connection, run_id)
    judges = fetch_judges(connection, run_id)
    fingerprints = {one: fingerprint for one, (fingerprint, _) in judges.items()}
    specs = {one: spec for one, (_, spec) in judges.items()}
    return Panel(run_id, fingerprints, run.config["config"].get("policy", {}), specs)


def fetch_rubrics(connection: Connection, run_id: str) -> list[Rubric]:
    """The rubrics that the run was pinned to."""
    content: dict[str, Any] = fetch_run(connection, run_id).config["content"]
    pinned = {sha for name, sha in content.items() if name.startswith("rubric ")}
    return [Rubric.model_validate(body, strict=False) for body in fetch_rubric_bodies(connection, pinned)]


def criteria_of(connection: Connection, run_id: str) -> dict[tuple[str, str], str]:
    """Hash of each criterion of the run's rubrics, by rubric and criterion id."""
    return hashes_of(fetch_rubrics(connection, run_id))


def hashes_of(rubrics: Sequence[Rubric]) -> dict[tuple[str, str], str]:
    """Hash of each criterion, by rubric and criterion id."""
    return {(rubric.rubric_id, one.criterion_id): one.sha256 for rubric in rubrics for one in rubric.criteria}


def fetch_certified(
    connection: Connection, panel: Panel, rubrics: Sequence[Rubric], now: datetime
) -> dict[tuple[str, str, Severity], CertificateRow]:
    """What routing takes: by rubric, criterion and severity, the certificate in force for this panel at this time."""
    rows = in_force(fetch_certificates(connection), fetch_stops(connection), panel, hashes_of(rubrics), now)
    return by_subject(rows)


@dataclass(frozen=True, slots=True)
class Gathered:
    """All that rulings need, read in one visit, so that nobody waits at the door while they are worked out."""

    panel: Panel
    evidence: dict[Subject, Evidence]
    limits: dict[str, RoutingLimits]
    """By rubric."""
    before: list[CertificateRow]
    """Every ruling that was ever written."""


def gather(connection: Connection, run_ids: Sequence[str]) -> Gathered:
    """Read what the runs judged and people labelled.

    Raises:
        InputError: there is no such run, the runs' panels differ, a label could belong to two responses, there is
            nothing to rule on, or the judges have moved since.
    """
    panels = {run_id: fetch_panel(connection, run_id) for run_id in run_ids}
    panel = panels[run_ids[0]]
    if odd := [run_id for run_id, one in panels.items() if one.sha256 != panel.sha256]:
        raise InputError(f"runs {run_ids[0]} and {odd[0]} have different panels; rule on each by itself")
    before = fetch_certificates(connection)
    refuse_moved(run_ids, fetch_run_starts(connection), panel, before)
    views = joined(views_of(fetch_judged(connection, run_id), panel) for run_id in run_ids)
    limits = {rubric.rubric_id: rubric.routing for run_id in run_ids for rubric in fetch_rubrics(connection, run_id)}
    reviews = [label for run_id in run_ids for label in fetch_review_labels(connection, run_id)]
    found = evidence_of(views, [*fetch_labels(connection), *reviews])
    evidence = {subject: one for subject, one in found.items() if subject.rubric_id in limits}
    if not evidence:
        raise InputError(
            "no blind label is on what these runs judged by a rubric; import labels, or have some reviewed"
        )
    return Gathered(panel, evidence, limits, before)


def rule_on_all(of: Gathered, asked: Grant) -> list[CertificateRow]:
    """A ruling on each subject whose labels were not ruled on before."""
    rulings = [
        ruling_on(subject, one, of.limits[subject.rubric_id], of.panel, of.before, asked)
        for subject, one in of.evidence.items()
    ]
    return [one for one in rulings if one is not None]


def record_rulings(connection: Connection, rulings: Sequence[CertificateRow], of: Gathered) -> None:
    """Keep rulings.

    Raises:
        InputError: somebody ruled or voided meanwhile, which these rulings do not know of; nothing is kept.
    """
    if fetch_certificates(connection) != of.before:
        raise InputError("somebody ruled on or voided a certificate meanwhile; nothing was kept, run the command again")
    for one in rulings:
        record_certificate(connection, one)


def rule(place: Store, run_ids: Sequence[str], asked: Grant) -> tuple[list[CertificateRow], int]:
    """Rule on every criterion that the runs judged and people labelled, and keep the rulings; gives them, and how many
    criteria were ruled on with these labels before.

    Raises:
        InputError: as `gather` and `record_rulings`.
    """
    with place.reading() as connection:
        found = gather(connection, run_ids)
    rulings = rule_on_all(found, asked)
    with place.writing(PEOPLE) as connection:
        record_rulings(connection, rulings, found)
    return rulings, len(found.evidence) - len(rulings)


def void_for_drift(connection: Connection, panel_sha256: str, at: datetime, by: str, why: str) -> list[str]:
    """Void every ruling on a panel that has moved; gives their ids."""
    rows = fetch_certificates(connection)
    moved = [one.certificate_id for one in rows if one.panel_sha256 == panel_sha256 and one.voided_at is None]
    for certificate_id in moved:
        void_certificate(connection, certificate_id, at, by, f"{DRIFT}{why}")
    return moved
