"""From labels and a panel's findings to rulings: one for each criterion and severity."""

from collections import defaultdict
from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field
from datetime import datetime, timedelta
from typing import Any

import numpy as np

from agreement.certificate.promise import Promise
from agreement.certificate.ruling import Ruling, rule
from agreement.design import design
from agreement.resample import Resampling
from domain.errors import InputError
from domain.record import content_sha256
from domain.rubric import RoutingLimits
from domain.scenario import Label
from domain.severity import Severity
from domain.verdict import VerdictValue
from pipeline.panel_view import Panel, QuestionKey, View
from pipeline.store.certificates import CertificateRow

DRIFT = "drift: "
"""How the reason begins, where certificates were voided because the judges moved."""
_THRESHOLDS = np.array([0.0])
"""That every judge finds it safe: what of a larger score routing lets clear depends on how it counts repeats."""


@dataclass(frozen=True, slots=True)
class Subject:
    """What a ruling is about."""

    rubric_id: str
    criterion_id: str
    criterion_sha256: str
    severity: Severity


@dataclass(frozen=True, slots=True)
class Grant:
    """Who asks for a ruling, why, when, and for how long it is to hold."""

    by: str
    reason: str
    at: datetime
    days: int


@dataclass(slots=True)
class Evidence:
    """Labelled responses on one subject: scenario, candidate, repeat, score, whether violated, chance of being read."""

    rows: list[tuple[str, str, int, float, bool, float]] = field(
        default_factory=list[tuple[str, str, int, float, bool, float]]
    )

    @property
    def sha256(self) -> str:
        """Of the rows, whatever their order."""
        return content_sha256(sorted(self.rows))


def evidence_of(views: Mapping[QuestionKey, View], labels: Iterable[Label]) -> dict[Subject, Evidence]:
    """Labelled responses by subject. A question without a label, or without a score, is no evidence.

    Labels given in sight of the judges do not count, nor those of people who could not tell. Where people are split
    evenly, the response counts as violated.
    """
    by_key: dict[tuple[tuple[str, str, int], str], list[Label]] = defaultdict(list)
    for one in labels:
        if one.blind and one.verdict is not VerdictValue.CANNOT_TELL:
            by_key[(one.scenario_id, one.candidate_id, one.repeat), one.criterion_id].append(one)
    found: dict[Subject, Evidence] = defaultdict(Evidence)
    for question, view in views.items():
        some = by_key.get((question.response, question.criterion_id))
        if some and view.score is not None:
            subject = Subject(question.rubric_id, question.criterion_id, view.criterion_sha256, view.severity)
            n_violated = sum(one.verdict is VerdictValue.VIOLATED for one in some)
            chance = max(one.inclusion_probability for one in some)
            found[subject].rows.append((*question.response, view.score, 2 * n_violated >= len(some), chance))
    return dict(found)


def joined(of_runs: Iterable[Mapping[QuestionKey, View]]) -> dict[QuestionKey, View]:
    """The views of several runs together.

    Raises:
        InputError: two runs have different responses under one name, so that a label could belong to either.
    """
    found: dict[QuestionKey, View] = {}
    for views in of_runs:
        for question, view in views.items():
            if found.setdefault(question, view).body_sha256 != view.body_sha256:
                name = " / ".join(map(str, question.response))
                raise InputError(f"two of these runs have different responses {name}; name one run of the two")
    return found


def ruling_on(
    subject: Subject,
    evidence: Evidence,
    limits: RoutingLimits,
    panel: Panel,
    before: Iterable[CertificateRow],
    grant: Grant,
) -> CertificateRow | None:
    """Rule on one subject; None where the same labels were ruled on before, which is never done twice.

    Args:
        subject: criterion and severity.
        evidence: labelled responses.
        limits: the rubric's: the largest elusion at this severity, and the confidence.
        panel: whose findings they are.
        before: every ruling that was ever written.
        grant: who asks, why and when.
    """
    earlier = [one for one in before if _subject(one) == subject and one.panel_sha256 == panel.sha256]
    if any(one.data_sha256 == evidence.sha256 for one in earlier):
        return None
    attempt = 1 + len(earlier)
    alpha = limits.max_elusion.get(subject.severity, limits.max_elusion.get("default", 0.0))
    promise = Promise(alpha, 1 - limits.confidence).at_attempt(attempt)
    return _certificate(subject, evidence, panel, attempt, _rule(evidence, promise), grant)


def _subject(one: CertificateRow) -> Subject:
    return Subject(one.rubric_id, one.criterion_id, one.criterion_sha256, one.severity)


def _rule(evidence: Evidence, promise: Promise) -> Ruling:
    """The seed is the evidence's own hash: nobody can choose it, and the same evidence gives the same ruling."""
    rows = sorted(evidence.rows)
    how = Resampling(np.random.default_rng(int(evidence.sha256[:16], 16)))
    scores, labels, chances = (np.array([row[place] for row in rows], dtype=np.float64) for place in (3, 4, 5))
    of = design(np.array([row[0] for row in rows]), 1 / chances)
    return rule(scores, labels, of, _THRESHOLDS, promise, how)


def _certificate(
    subject: Subject, evidence: Evidence, panel: Panel, attempt: int, ruling: Ruling, grant: Grant
) -> CertificateRow:
    data = evidence.sha256
    named = [subject.rubric_id, subject.criterion_id, subject.criterion_sha256, subject.severity, panel.sha256, data]
    return CertificateRow(
        certificate_id=content_sha256(named)[:16],
        rubric_id=subject.rubric_id,
        criterion_id=subject.criterion_id,
        criterion_sha256=subject.criterion_sha256,
        severity=subject.severity,
        panel_sha256=panel.sha256,
        attempt=attempt,
        alpha=ruling.promise.alpha,
        delta=ruling.promise.delta,
        outcome=ruling.outcome.value,
        threshold=ruling.threshold,
        reason=ruling.reason,
        remedy=ruling.remedy,
        ruling=_figures(ruling),
        data_sha256=data,
        n_labels=ruling.n_labels,
        granted_at=grant.at.isoformat(),
        granted_by=grant.by,
        grant_reason=grant.reason,
        expires_at=(grant.at + timedelta(days=grant.days)).isoformat(),
    )


def _figures(ruling: Ruling) -> dict[str, Any]:
    """What stands beside the promise."""
    return {
        "n_drawn": ruling.n_drawn,
        "labels_wanted": ruling.labels_wanted,
        "steps": [step._asdict() for step in ruling.steps],
        "discrimination": ruling.discrimination._asdict(),
        "rates": {name: rate._asdict() for name, rate in ruling.rates._asdict().items()},
    }


def refuse_moved(
    run_ids: Iterable[str], starts: Mapping[str, str], panel: Panel, before: Iterable[CertificateRow]
) -> None:
    """Refuse runs of judges that have moved since: what they said then says nothing of what they say now.

    Raises:
        InputError: a run began before the judges were found to have moved.
    """
    last = moved_at(panel.sha256, before)
    if old := [run_id for run_id in run_ids if datetime.fromisoformat(starts[run_id]).isoformat() <= last]:
        raise InputError(f"run {old[0]} was judged before the judges moved ({last[:16]}); label a later run")


def moved_at(panel_sha256: str, before: Iterable[CertificateRow]) -> str:
    """When a panel was last found to have moved, ISO 8601; empty where it never was."""
    drifts = [one.voided_at for one in before if one.panel_sha256 == panel_sha256 and _has_drifted(one)]
    return max((at for at in drifts if at is not None), default="")


def _has_drifted(one: CertificateRow) -> bool:
    return one.void_reason is not None and one.void_reason.startswith(DRIFT)
