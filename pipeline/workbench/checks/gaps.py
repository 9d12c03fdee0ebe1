"""What a rubric leaves out: limits for a severity, a hazard of its own, facts for the judge, a clinician's approval."""

from collections.abc import Iterator, Sequence
from itertools import pairwise

from domain.rubric import Criterion, Kind, Rubric
from domain.severity import Severity
from pipeline.workbench.checks.applicability import tiers_of
from pipeline.workbench.checks.contradictions import plain
from pipeline.workbench.checks.remark import Level, Remark

_LIMITS = ("routing", "max_elusion")


def check_gaps(rubric: Rubric) -> Iterator[Remark]:
    """Gaps of one rubric, the whole first."""
    yield from _status(rubric)
    yield from _limits(rubric)
    for number, criterion in enumerate(rubric.criteria):
        for level, key, says in _missing(criterion):
            yield Remark(level, criterion.criterion_id, says, ("criteria", number, key))


def check_together(rubric: Rubric, others: Sequence[Rubric]) -> Iterator[Remark]:
    """What one rubric has in common with the others, and should not."""
    theirs = [(criterion, other) for other in others for criterion in other.criteria]
    for other in others:
        if other.rubric_id == rubric.rubric_id:
            yield Remark(Level.ERROR, rubric.rubric_id, "another file has this rubric_id", ("rubric_id",))
        same = other.hazard.hazard_id == rubric.hazard.hazard_id
        if same and plain(other.hazard.description) != plain(rubric.hazard.description):
            says = f"{other.rubric_id} describes the hazard {rubric.hazard.hazard_id} otherwise"
            yield Remark(Level.WARNING, rubric.rubric_id, says, ("hazard", "description"))
    for number, mine in enumerate(rubric.criteria):
        for criterion, other in theirs:
            if criterion.criterion_id == mine.criterion_id:
                says = f"{other.rubric_id} has this criterion_id too; labels name a criterion by its id alone"
                yield Remark(Level.ERROR, mine.criterion_id, says, ("criteria", number, "criterion_id"))
            elif plain(criterion.question) == plain(mine.question):
                says = f"{criterion.criterion_id} of {other.rubric_id} asks the same question"
                yield Remark(Level.WARNING, mine.criterion_id, says, ("criteria", number, "question"))


def _status(rubric: Rubric) -> Iterator[Remark]:
    if rubric.status == "draft":
        says = "a draft: no clinician has approved it, and every report says so"
        yield Remark(Level.NOTE, rubric.rubric_id, says, ("status",))
    elif rubric.status == "retired":
        yield Remark(Level.WARNING, rubric.rubric_id, "retired, yet among the rubrics that are judged by", ("status",))


def _limits(rubric: Rubric) -> Iterator[Remark]:
    limits, aggregate = rubric.routing.max_elusion, rubric.routing.aggregate
    tiers = sorted({tier for one in rubric.criteria for tier in tiers_of(one)}, key=lambda one: one.rank)
    for tier in tiers:
        if tier not in limits and "default" not in limits:
            says = f"nothing says how many {tier} violations may be missed: give max_elusion.{tier}, or a default"
            yield Remark(Level.WARNING, rubric.rubric_id, says, _LIMITS)
        elif tier not in limits and tier.rank >= Severity.CONSIDERABLE.rank:
            says = f"{tier} violations have no limit of their own; the default {limits['default']:g} holds for them"
            yield Remark(Level.WARNING, rubric.rubric_id, says, _LIMITS)
    known = [(tier, limits.get(tier, limits.get("default"))) for tier in tiers]
    for (milder, more), (worse, less) in pairwise(known):
        if more is not None and less is not None and less > more:
            says = f"more {worse} violations may be missed ({less:g}) than {milder} ones ({more:g})"
            yield Remark(Level.WARNING, rubric.rubric_id, says, _LIMITS)
    if aggregate.get(Severity.MAJOR) == "majority":
        says = "aggregate.major: majority has no effect; at major severity one judge's violated is enough"
        yield Remark(Level.WARNING, rubric.rubric_id, says, ("routing", "aggregate"))


def _missing(criterion: Criterion) -> Iterator[tuple[Level, str, str]]:
    if criterion.kind is Kind.OMISSION and not criterion.observable.strip():
        yield Level.WARNING, "observable", "an omission without observable: nothing says what a judge should look for"
    if not criterion.required_action.strip():
        yield Level.WARNING, "required_action", "nothing says what the response should have done (required_action)"
    if not criterion.title.strip():
        yield Level.NOTE, "title", "no title: pages show the whole question instead"
    if unseen := [one for one in criterion.applies_when.facts if one not in criterion.case_facts]:
        says = f"it applies where {', '.join(unseen)} is stated, but the judge is not shown it (case_facts)"
        yield Level.WARNING, "case_facts", says
    if criterion.lexicon is None:
        yield Level.NOTE, "lexicon", "no phrases: the lexicon judge does not read it"
