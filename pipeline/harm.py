"""How much harm an item may hold: what decides who is read where not everything can be."""

from collections import defaultdict
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass

from domain.policy import RoutingPolicy
from domain.severity import Severity
from domain.verdict import Finding, Verdict, VerdictValue
from pipeline.votes import Asked

Votes = tuple[int, int]
"""How many say violated, of how many."""


def expected_harm(asked: Sequence[Asked], findings: Sequence[Finding], policy: RoutingPolicy) -> float:
    """Severity's weight times the chance of a violation, added up over an item's criteria.

    The chance is what the votes alone say, a violation and a clearance added to them so that no panel is ever certain;
    a failure or an abstention is no vote. It orders items and draws samples, and claims nothing about any of them. A
    draw puts a calibrated chance in its place where there is one (`pipeline.expected`).

    Args:
        asked: the item's criteria, with their panels.
        findings: what came back on them.
        policy: the weights of severities.

    Source: the rule of succession, Laplace (1774), Mémoire sur la probabilité des causes par les évènements.
    """
    votes: dict[tuple[str, str], list[bool]] = defaultdict(list)
    for one in findings:
        if isinstance(one, Verdict) and one.value is not VerdictValue.CANNOT_TELL:
            votes[one.rubric_id, one.criterion_id].append(one.value is VerdictValue.VIOLATED)
    return sum(
        policy.harm_weights[one.question.severity] * succession([(sum(votes[one.key]), len(votes[one.key]))])
        for one in asked
    )


def succession(votes: Iterable[Votes]) -> float:
    """The chance of a violation by votes alone, one half where there are none."""
    counted = list(votes)
    return (1 + sum(violated for violated, _ in counted)) / (2 + sum(n for _, n in counted))


@dataclass(frozen=True, slots=True)
class QuestionVotes:
    """How judges voted on one question."""

    item_id: str
    criterion_sha256: str
    severity: Severity
    votes: dict[str, Votes]
    """By judge."""


def calibrated_chance(votes: Mapping[str, Votes], calibrated: Mapping[str, float]) -> float:
    """The chance of a violation where some judges' scores were calibrated against clinicians' labels.

    The mean over judges: a calibrated one by its own chance, each of the others by the rule of succession on the votes
    of all of those together. A judge that cast no vote has no voice.

    Args:
        votes: of each judge.
        calibrated: the chance, in 0-1, of each judge that has a calibrator.
    """
    others = [one for judge_id, one in votes.items() if judge_id not in calibrated and one[1]]
    return (sum(calibrated.values()) + len(others) * succession(others)) / (len(calibrated) + len(others))
