"""Which certificates are in force for a run's judges at a time: a pure rule that fails closed."""

from collections import defaultdict
from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from domain.record import content_sha256
from domain.severity import Severity
from pipeline.store.certificates import CertificateRow, StopRow

_NOT_DECIDING = {"provisional", "audit_rate", "seed"}
"""Of a routing policy: what has no part in what the panel says."""


@dataclass(frozen=True, slots=True)
class Panel:
    """Who judges, and how their verdicts become one."""

    run_id: str
    fingerprints: Mapping[str, str]
    """By judge id."""
    policy: Mapping[str, Any]
    """The routing policy, as the configuration has it."""

    @property
    def sha256(self) -> str:
        """Changes with any judge's model, prompt or setting, with who judges, and with how votes are counted."""
        deciding = {key: value for key, value in self.policy.items() if key not in _NOT_DECIDING}
        return content_sha256([sorted(self.fingerprints.items()), deciding])


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
    holding = [stop for stop in stops if stop.lifted_at is None]
    if any(_is_stopped(stop, panel) for stop in holding):
        return []
    rubrics = {stop.stopped for stop in holding if stop.scope == "rubric"}
    return [
        one
        for one in certificates
        if standing(one, now) == "in force"
        and one.panel_sha256 == panel.sha256
        and criteria.get((one.rubric_id, one.criterion_id)) == one.criterion_sha256
        and one.rubric_id not in rubrics
    ]


def certified(found: Iterable[CertificateRow]) -> dict[Severity, frozenset[str]]:
    """Ids of the criteria that may clear, for each severity: what routing takes, one severity at a time."""
    ids: dict[Severity, set[str]] = defaultdict(set)
    for one in found:
        ids[one.severity].add(one.criterion_id)
    return {severity: frozenset(ids[severity]) for severity in Severity}


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
