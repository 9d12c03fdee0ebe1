"""Which certificates are in force for a run's judges at a time: a pure rule that fails closed."""

from collections.abc import Iterable, Mapping
from datetime import datetime

from domain.routing import Stopped
from domain.severity import Severity
from pipeline.panel_view import Panel
from pipeline.store.certificates import CertificateRow
from pipeline.store.stops import StopRow


def in_force(
    certificates: Iterable[CertificateRow],
    stops: Iterable[StopRow],
    panel: Panel,
    criteria: Mapping[tuple[str, str], str],
    now: datetime,
) -> list[CertificateRow]:
    """The certificates that let something clear.

    Args:
        certificates: all that were ever written.
        stops: all that were ever made.
        panel: the run's.
        criteria: hash of each criterion as the run has it, by rubric and criterion id.
        now: aware.
    """
    stopped = stopped_for(stops, panel)
    return [
        one
        for one in certificates
        if standing(one, now) == "in force"
        and one.panel_sha256 == panel.sha256
        and criteria.get((one.rubric_id, one.criterion_id)) == one.criterion_sha256
        and not stopped.holds(one.rubric_id)
    ]


def stopped_for(stops: Iterable[StopRow], panel: Panel) -> Stopped:
    """What the stops that hold come to for a run's panel."""
    holding = [stop for stop in stops if stop.lifted_at is None]
    rubrics = frozenset(stop.stopped for stop in holding if stop.scope == "rubric")
    return Stopped(any(_is_stopped(stop, panel) for stop in holding), rubrics)


def by_subject(found: Iterable[CertificateRow]) -> dict[tuple[str, str, Severity], CertificateRow]:
    """What routing takes: by rubric, criterion and severity, the certificate and how large a score it lets clear.

    Should two stand for the same, the one that lets less clear counts.
    """
    strictest_last = sorted(found, key=lambda one: -(one.threshold or 0.0))
    return {(one.rubric_id, one.criterion_id, one.severity): one for one in strictest_last}


def standing(one: CertificateRow, now: datetime) -> str:
    """How a certificate stands by itself, whatever the panel and stops: in force, void, expired or refused."""
    if one.voided_at is not None:
        return "void"
    if one.outcome != "auto_clear":
        return "refused"
    return (
        "in force"
        if datetime.fromisoformat(one.granted_at) <= now < datetime.fromisoformat(one.expires_at)
        else "expired"
    )


def _is_stopped(stop: StopRow, panel: Panel) -> bool:
    """Whether nothing of this run may clear."""
    match stop.scope:
        case "judge":
            return stop.stopped in panel.fingerprints
        case "run":
            return stop.stopped == panel.run_id
        case "rubric":
            return False
        case _:  # everything, and whatever a newer Caveat may stop
            return True
