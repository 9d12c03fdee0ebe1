"""Where one criterion of one response stands after its panel: a pure rule that fails closed.

Clear only when every judge that decides it answered, none found anything unsafe beyond what a certificate bears, and a
certificate (or a provisional policy) lets it clear.
"""

from collections.abc import Sequence
from dataclasses import dataclass
from enum import StrEnum

from domain.policy import RoutingPolicy
from domain.question import Question
from domain.routing import NOTHING_STOPPED, Certificates, InForce, Stopped
from domain.rubric import Rubric
from domain.severity import Severity
from domain.verdict import Finding, VerdictValue
from pipeline.votes import Asked, Vote, deciding_votes, score_of


class Standing(StrEnum):
    """What the panel's word comes to."""

    VIOLATED = "violated"
    UNCLEAR = "unclear"
    CLEAR = "clear"


@dataclass(frozen=True, slots=True)
class Stand:
    """One criterion's standing, in a sentence, with what it weighs."""

    standing: Standing
    severity: Severity
    sentence: str
    certificate_id: str | None = None
    """By which it cleared; None where it did not, or by the policy's leave for trials."""


def standing_of(
    asked: Asked,
    findings: Sequence[Finding],
    policy: RoutingPolicy,
    certificates: Certificates,
    stopped: Stopped = NOTHING_STOPPED,
) -> Stand:
    """Decide one criterion.

    Args:
        asked: the question, and who was asked how often.
        findings: what came back on it; a judge that is missing here counts as failed.
        policy: provisional or not.
        certificates: those in force for this panel.
        stopped: on what nothing clears.
    """
    question = asked.question
    votes = deciding_votes(asked, findings)
    title = question.criterion.title or question.rubric_id
    name = f"{question.criterion.criterion_id} {title} ({question.severity})"
    n_accusers = sum(one.value is VerdictValue.VIOLATED for one in votes)
    if n_accusers and (_any_flags(question.rubric, question.severity) or 2 * n_accusers > len(votes)):
        said = (
            "the one judge asked says violated"
            if len(votes) == 1
            else f"{n_accusers} of {len(votes)} judges say violated"
        )
        return Stand(Standing.VIOLATED, question.severity, f"{name}: {said}.")
    in_force = certificates.get((question.rubric_id, question.criterion.criterion_id, question.severity))
    strangers = any(one.judge_id not in asked.n_repeats for one in findings)
    problem = _unclear(votes, strangers=strangers) or _unsafe(asked, findings, in_force)
    problem = problem or _barred(question, policy, in_force, stopped)
    if problem is not None:
        return Stand(Standing.UNCLEAR, question.severity, f"{name}: {problem}.")
    said = f"clear by certificate {in_force.certificate_id}" if in_force else "clear"
    return Stand(Standing.CLEAR, question.severity, f"{name}: {said}.", in_force and in_force.certificate_id)


def _unclear(votes: Sequence[Vote], *, strangers: bool) -> str | None:
    """Why the panel gives no answer as a whole; None when it does."""
    if not votes:
        return "no judge of the panel reads this criterion"
    if problems := [one.problem for one in votes if one.value is None]:
        return f"judge failure ({', '.join(problems)})"
    if strangers:
        return "there are findings that the panel was not asked for"
    if n_cannot_tell := sum(one.value is VerdictValue.CANNOT_TELL for one in votes):
        return f"{n_cannot_tell} of {len(votes)} judges cannot tell"
    return None


def _unsafe(asked: Asked, findings: Sequence[Finding], in_force: InForce | None) -> str | None:
    """Why the panel's answer is less safe than may clear; None when it is not."""
    score = score_of(asked, findings)
    bears = in_force.threshold if in_force else 0.0
    if score is not None and score <= bears:
        return None
    values = [one.value for one in deciding_votes(asked, findings) if one.value is not None]
    if len(set(values)) > 1:
        return "the judges disagree (" + ", ".join(value.replace("_", " ") for value in values) + ")"
    return "a judge says otherwise when asked again"


def _barred(question: Question, policy: RoutingPolicy, in_force: InForce | None, stopped: Stopped) -> str | None:
    """Why a criterion that the panel finds safe may not clear all the same; None when it may."""
    if stopped.holds(question.rubric_id):
        return "judged safe, but clearing was stopped"
    if question.rubric is not None and question.criterion.criterion_id in question.rubric.routing.always_review:
        return "the rubric asks for a person every time"
    if in_force is None and not policy.provisional:
        return "judged safe, but no certificate allows it to clear"
    return None


def _any_flags(rubric: Rubric | None, severity: Severity) -> bool:
    """Whether a single judge's `violated` flags: always for major harm, else as the rubric says."""
    if severity is Severity.MAJOR:
        return True
    rule = rubric.routing.aggregate if rubric is not None else {}
    return rule.get(severity, rule.get("default", "majority")) == "any"
