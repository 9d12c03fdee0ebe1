"""What each judge says on a criterion of one response, its repeats counted together."""

from collections.abc import Iterable
from dataclasses import dataclass

from pipeline.store.results import FindingRow


@dataclass(frozen=True, slots=True)
class Voice:
    """One judge's finding, and how often it said so."""

    finding: FindingRow
    """The first of those that say the same."""
    n_same: int
    n_heard: int
    """Times that the judge was heard on this criterion, whatever it said."""


def voices(findings: Iterable[FindingRow]) -> list[Voice]:
    """Findings of a judge that say the same become one, in the order in which they first come."""
    same: dict[tuple[str, str, str, str | None, str], list[FindingRow]] = {}
    heard: dict[tuple[str, str, str], int] = {}
    for one in findings:
        who = (one.rubric_id, one.criterion_id, one.judge_id)
        heard[who] = heard.get(who, 0) + 1
        same.setdefault((*who, one.value, one.failure), []).append(one)
    return [Voice(some[0], len(some), heard[key[:3]]) for key, some in same.items()]
