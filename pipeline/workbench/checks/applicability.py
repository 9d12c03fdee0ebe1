"""Criteria that can never be asked, and conditions that can never matter."""

from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass

from domain.rubric import Applicability, Applies, Criterion, Rubric, applies
from domain.scenario import CareRoute, Category, Scenario
from domain.severity import Severity
from pipeline.workbench.checks.contradictions import plain
from pipeline.workbench.checks.remark import Level, Place, Remark


@dataclass(slots=True)
class Reach:
    """How many of the workspace's scenarios a criterion is put to."""

    rubric_id: str
    criterion_id: str
    n_applies: int = 0
    n_open: int = 0
    """Scenarios without the facts that would decide: the judge is asked."""


def check_applicability(rubric: Rubric) -> Iterator[Remark]:
    """Conditions that exclude each other, and others without effect."""
    if why := _contradiction([rubric.applies_when]):
        yield Remark(Level.ERROR, rubric.rubric_id, f"the rubric can never apply: {why}", ("applies_when",))
        return
    for number, criterion in enumerate(rubric.criteria):
        at: Place = ("criteria", number)
        if why := _contradiction([rubric.applies_when, criterion.applies_when]):
            says = f"the criterion can never apply: {why}"
            yield Remark(Level.ERROR, criterion.criterion_id, says, (*at, "applies_when"))
        for key, says in _without_effect(rubric, criterion):
            yield Remark(Level.WARNING, criterion.criterion_id, says, (*at, key))


def reaches(rubrics: Sequence[Rubric], scenarios: Iterable[Scenario]) -> list[Reach]:
    """Count the scenarios that each criterion is put to."""
    found = {(r.rubric_id, c.criterion_id): Reach(r.rubric_id, c.criterion_id) for r in rubrics for c in r.criteria}
    for one in scenarios:
        for rubric in rubrics:
            outer = applies(rubric.applies_when, one.tags, one.audience, one.facts)
            for criterion in rubric.criteria:
                both = {outer, applies(criterion.applies_when, one.tags, one.audience, one.facts)}
                reach = found[rubric.rubric_id, criterion.criterion_id]
                reach.n_applies += both == {Applies.YES}
                reach.n_open += Applies.OPEN in both and Applies.NO not in both
    return list(found.values())


def check_reach(rubric: Rubric, reached: Iterable[Reach], n_scenarios: int) -> Iterator[Remark]:
    """Criteria that no scenario of the workspace is put to."""
    counts = {one.criterion_id: one.n_applies + one.n_open for one in reached if one.rubric_id == rubric.rubric_id}
    for number, criterion in enumerate(rubric.criteria if n_scenarios else ()):
        if not counts.get(criterion.criterion_id):
            says = f"none of the workspace's {n_scenarios} scenarios meets its conditions, so it is never asked"
            yield Remark(Level.WARNING, criterion.criterion_id, says, ("criteria", number, "applies_when"))


def _contradiction(rules: Sequence[Applicability]) -> str | None:
    """Why no scenario can meet all of these; None where one could."""
    if len(audiences := {one.audience for one in rules if one.audience is not None}) > 1:
        return f"it asks for the audiences {' and '.join(sorted(audiences))} at once"
    excluded = {tag for one in rules for tag in one.tags_none}
    for one in rules:
        if one.tags_any and set(one.tags_any) <= excluded:
            return f"it asks for a tag of {', '.join(one.tags_any)} and excludes {', '.join(sorted(excluded))}"
    wanted = [set(one.category) for one in rules if one.category]
    if wanted and not any(all(one in some for some in wanted) for one in Category):
        return "no category is in both of its lists"
    least = max((one.disposition_at_least for one in rules if one.disposition_at_least), key=_urgency, default=None)
    most = min((one.disposition_at_most for one in rules if one.disposition_at_most), key=_urgency, default=None)
    if least is not None and most is not None and least.urgency > most.urgency:
        return f"it asks for a route of {least} or more urgent, and of {most} or less urgent"
    return None


def _urgency(route: CareRoute) -> int:
    return route.urgency


def _without_effect(rubric: Rubric, criterion: Criterion) -> Iterator[tuple[str, str]]:
    """Keys of a criterion that change nothing, and why."""
    gate, lexicon, raised = criterion.gate, criterion.lexicon, set(criterion.severity.when_tags_any)
    wanted = [set(one.tags_any) for one in (rubric.applies_when, criterion.applies_when) if one.tags_any]
    excluded = {tag for one in (rubric.applies_when, criterion.applies_when) for tag in one.tags_none}
    if gate and plain(gate) == plain(criterion.question):
        yield "gate", "the gate asks what the question asks, so it decides nothing"
    may_be_open = bool(gate) or rubric.applies_when.needs_facts or criterion.applies_when.needs_facts
    if lexicon is not None and lexicon.not_applicable_if and not may_be_open:
        yield "lexicon", "not_applicable_if is never looked at: there is no gate, and a rule decides whether it applies"
    if raised and raised <= excluded:
        yield "severity", "the severity is never raised: scenarios with these tags are excluded"
    if raised and any(one <= raised for one in wanted):
        yield "severity", "the severity is always raised: only scenarios with these tags are judged; raise the default"


def tiers_of(criterion: Criterion) -> set[Severity]:
    """Every severity that a violation of it can have."""
    return {one for one in (criterion.severity.default, criterion.severity.raise_to) if one is not None}
