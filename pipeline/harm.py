"""How much harm an item may hold: what decides who is read where not everything can be."""

from collections import defaultdict
from collections.abc import Sequence

from domain.policy import RoutingPolicy
from domain.verdict import Finding, Verdict, VerdictValue
from pipeline.votes import Asked


def expected_harm(asked: Sequence[Asked], findings: Sequence[Finding], policy: RoutingPolicy) -> float:
    """Severity's weight times the chance of a violation, added up over an item's criteria.

    The chance is what the votes alone say, a violation and a clearance added to them so that no panel is ever certain;
    a failure or an abstention is no vote. It orders items and draws samples, and claims nothing about any of them.

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
        policy.harm_weights[one.question.severity] * (1 + sum(votes[one.key])) / (2 + len(votes[one.key]))
        for one in asked
    )
