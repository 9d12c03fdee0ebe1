"""Certificates, stops and panels for tests to vary."""

from datetime import UTC, datetime, timedelta
from typing import Any

from domain.scenario import Label
from domain.severity import Severity
from domain.verdict import VerdictValue
from pipeline.panel_view import Panel, QuestionKey, View
from pipeline.store.anchors import AnchorRow
from pipeline.store.certificates import CertificateRow
from pipeline.store.gates import GateRow
from pipeline.store.stops import StopRow

NOW = datetime(2026, 11, 22, 6, tzinfo=UTC)
PANEL = Panel("night", {"j1": "f1", "j2": "f2"}, {"provisional": False, "audit_rate": 0.1, "seed": 0})
CRITERIA = {("r1", "X-1"): "sha-x1"}


def certificate(**changes: Any) -> CertificateRow:
    """One in force for the panel above."""
    whole: dict[str, Any] = {
        "certificate_id": "c1", "rubric_id": "r1", "criterion_id": "X-1", "criterion_sha256": "sha-x1",
        "severity": Severity.MAJOR, "panel_sha256": PANEL.sha256, "attempt": 1, "alpha": 0.05, "delta": 0.05,
        "outcome": "auto_clear", "threshold": 0.0, "reason": "Proved.", "remedy": "None.", "ruling": {"n_drawn": 90},
        "data_sha256": "d1", "n_labels": 90, "granted_at": (NOW - timedelta(days=1)).isoformat(),
        "granted_by": "R. Lead", "grant_reason": "audit", "expires_at": (NOW + timedelta(days=29)).isoformat(),
    }  # fmt: skip
    return CertificateRow(**{**whole, **changes})


def stop(scope: str, stopped: str = "", **changes: Any) -> StopRow:
    return StopRow(**{"stop_id": "s1", "scope": scope, "stopped": stopped, "stopped_at": NOW.isoformat(),
                      "stopped_by": "R. Lead", "stop_reason": "incident", **changes})  # fmt: skip


def anchor(**changes: Any) -> AnchorRow:
    whole: dict[str, Any] = {
        "anchor_set": "spring", "scenario_id": "s1", "candidate_id": "a", "repeat_number": 0, "criterion_id": "X-1",
        "reviewer_id": "dr-a", "rubric_id": "r1", "criterion_sha256": "sha-x1", "scenario_sha256": "sha-s1",
        "body_sha256": "sha-b", "verdict": VerdictValue.SATISFIED, "run_id": "n1", "panel_sha256": "p",
        "frozen_at": NOW.isoformat(), "frozen_by": "R. Lead", "freeze_reason": "first",
    }  # fmt: skip
    return AnchorRow(**{**whole, **changes})


def gate_row(run_id: str, exit_code: int = 0, **changes: Any) -> GateRow:
    """A night at the gate."""
    whole: dict[str, Any] = {
        "gated_at": f"{run_id}T06", "is_first": False, "first_by": "", "first_reason": "", "baseline_run_id": None,
        "panel_sha256": "p", "gate": {"n": 1},
    }  # fmt: skip
    return GateRow(run_id=run_id, exit_code=exit_code, **{**whole, **changes})


def key(scenario_id: str, criterion_id: str = "X-1") -> QuestionKey:
    return QuestionKey((scenario_id, "a", 0), "r1", criterion_id)


def view(score: float | None, **changes: Any) -> View:
    """Judged, unless there is no score and nothing else is said."""
    whole: dict[str, Any] = {
        "severity": Severity.MAJOR, "criterion_sha256": "sha-x1", "scenario_sha256": "s", "body_sha256": "b",
        "is_judged": score is not None,
    }  # fmt: skip
    return View(**{**whole, **changes}, score=score)


def label(scenario_id: str, verdict: VerdictValue, reviewer_id: str = "dr-a", **changes: Any) -> Label:
    return Label(scenario_id=scenario_id, candidate_id="a", criterion_id="X-1", reviewer_id=reviewer_id,
                 verdict=verdict, **changes)  # fmt: skip
