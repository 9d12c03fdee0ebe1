"""Findings as they were heard, question by question."""

from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass
from itertools import groupby

from domain.question import Question, criterion_of
from domain.rubric import Criterion, Rubric
from domain.scenario import Message, Scenario, ScenarioCriterion
from domain.verdict import Finding, JudgeFailure, Verdict
from pipeline.reporting.panel.setup import PanelSetup
from pipeline.store.heard import HeardRow

_ANY = Scenario(scenario_id="any", messages=(Message(role="user", content="any"),))
"""Votes are counted without looking at the scenario."""


@dataclass(frozen=True, slots=True)
class HeardQuestion:
    """One question, what came back, and how often each judge was asked or should have been."""

    scenario: int
    """A number for each scenario."""
    question: Question
    findings: list[Finding]
    n_repeats: dict[str, int]
    """By judge id: those that were heard, and those of the first stage that read every criterion."""
    readers: frozenset[str]
    """Ids of the judges that the policy lets read this response."""


def heard_questions(
    rows: Iterable[HeardRow], rubrics: Mapping[str, Rubric], setup: PanelSetup
) -> Iterator[HeardQuestion]:
    """Group findings, which come question by question."""
    numbers: dict[str, int] = {}
    criteria = {one.criterion_id: (one, rubric) for rubric in rubrics.values() for one in rubric.criteria}
    for _, some in groupby(rows, key=lambda row: (row.item_id, row.rubric_id, row.criterion_id)):
        heard = list(some)
        first = heard[0]
        known = criteria.get(first.criterion_id) if first.rubric_id in rubrics else None
        criterion, rubric = known or (_own(first), None)
        question = Question(_ANY, "", first.rubric_id, rubric, criterion, first.severity, applicability_open=True)
        readers = frozenset(one for one in setup.judges if setup.reads(one, first.candidate_id, first.model))
        number = numbers.setdefault(first.scenario_id, len(numbers))
        yield HeardQuestion(
            number, question, [_finding(row) for row in heard], _n_repeats(heard, readers, setup), readers
        )


def _n_repeats(heard: list[HeardRow], readers: frozenset[str], setup: PanelSetup) -> dict[str, int]:
    """An embedded judge reads what it has phrases or examples for; a model of the first stage reads everything."""
    asked = {row.judge_id for row in heard}
    asked |= {one for one in readers if setup.judges[one].stage == 1 and not setup.judges[one].is_baseline}
    return {judge_id: spec.repeats for judge_id, spec in setup.judges.items() if judge_id in asked}


def _own(row: HeardRow) -> Criterion:
    """A scenario's own criterion, of which only the points matter here."""
    return criterion_of(ScenarioCriterion(criterion_id=row.criterion_id, criterion="own", points=row.points or 1.0))


def _finding(row: HeardRow) -> Finding:
    place = (row.judge_id, row.rubric_id, row.criterion_id)
    if row.kind is not None:
        return JudgeFailure(*place, row.kind, row.severity, "", row.repeat)
    assert row.value is not None, "a finding is a verdict or a failure"  # noqa: S101 (for the type checker)
    return Verdict(*place, row.value, row.severity, "", repeat=row.repeat)
