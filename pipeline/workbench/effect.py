"""What an edited rubric does to a run's verdicts: what stands, what flips by rule, what must be asked anew."""

import hashlib
from collections import Counter
from collections.abc import Iterable
from dataclasses import dataclass, field, replace
from heapq import nsmallest
from typing import Any

from domain.errors import InputError
from domain.item import ResponseOutcome
from domain.rubric import Rubric
from pipeline.asking import Asking
from pipeline.panel import may_judge
from pipeline.prices import load_prices
from pipeline.store.results import ItemRow
from pipeline.workbench.changes import Changed, changes_between
from pipeline.workbench.estimate import Estimate, Estimating
from pipeline.workbench.past import Past, finding_of
from pipeline.workbench.reweigh import Held, Reweighed, Weighing, reweigh, still_held
from pipeline.workbench.sitting import together

OPEN = "open"
"""Where a response goes depends on what must be asked."""


@dataclass(frozen=True, slots=True)
class Flip:
    """A response that goes elsewhere."""

    item_id: str
    scenario_id: str
    candidate_id: str
    before: str
    after: str
    why: tuple[str, ...]
    """The weightiest reasons for where it goes now."""


@dataclass(slots=True)
class Effect:
    """All of a run under the edited rubric."""

    run_id: str
    changed: list[Changed]
    moved_judges: list[str]
    n_items: int = 0
    n_unjudged: int = 0
    """Responses that were not judged, and still are not."""
    n_open: int = 0
    """Responses about which something must be asked."""
    n_verdicts_dropped: int = 0
    to_ask: Counter[str] = field(default_factory=Counter[str])
    """By criterion: the number of responses on which a model must be asked."""
    moves: Counter[tuple[str, str]] = field(default_factory=Counter[tuple[str, str]])
    """Responses by where they went and where they go."""
    flips: list[Flip] = field(default_factory=list[Flip])
    """By rule alone, without asking anybody."""
    estimate: Estimate | None = None
    sample: list["OpenItem"] = field(default_factory=list["OpenItem"])
    """Some of those about which something must be asked, drawn at random."""

    def estimate_text(self) -> str:
        """What asking about all of them would take."""
        return "" if self.estimate is None else self.estimate.as_text()

    def as_json(self) -> dict[str, Any]:
        """For machines."""
        changed = [{"about": one.about, "changes": [str(change) for change in one.changes]} for one in self.changed]
        return {
            "run_id": self.run_id, "items": self.n_items, "unjudged": self.n_unjudged, "changed": changed,
            "judges_that_moved": self.moved_judges, "verdicts_dropped": self.n_verdicts_dropped,
            "items_to_ask_about": self.n_open, "to_ask": dict(self.to_ask),
            "plan": None if self.estimate is None else self.estimate.as_json(),
            "moves": [{"before": a, "after": b, "items": n} for (a, b), n in sorted(self.moves.items())],
            "flips": [{name: getattr(one, name) for name in Flip.__slots__} for one in self.flips],
        }  # fmt: skip


@dataclass(frozen=True, slots=True)
class OpenItem:
    """A response about which something must be asked, with what is held of it."""

    row: ItemRow
    before: str
    held: Held
    by: Weighing


def effect_of(edited: Rubric, past: Past, items: Iterable[ItemRow], n_sample: int = 0) -> Effect:
    """Weigh a run's findings again under the edited rubric. Asks nobody.

    Dispositions before are worked out from the stored findings too, by the same rules, so that nothing but the rubric
    makes a difference; certificates are left aside on both sides.

    Args:
        edited: takes the place of the run's rubric of the same id.
        past: the run.
        items: its finished items.
        n_sample: how many open items to keep at hand, drawn by the policy's seed.

    Raises:
        InputError: the run was not judged by a rubric of this id.
    """
    old = next((one for one in past.rubrics if one.rubric_id == edited.rubric_id), None)
    if old is None:
        known = ", ".join(one.rubric_id for one in past.rubrics) or "none"
        raise InputError(f"the run has no rubric {edited.rubric_id!r} to set this against; it has: {known}")
    found = Effect(past.run.run_id, changes_between(old, edited), past.moved())
    unchanged = {one.criterion_id: one for one in old.criteria}
    kept = tuple(
        unchanged[one.criterion_id] if unchanged.get(one.criterion_id) == one else one for one in edited.criteria
    )
    after = [edited.model_copy(update={"criteria": kept}) if one is old else one for one in past.rubrics]
    policy, own = past.config.policy, past.config.scenario_criteria
    was = Weighing(past.rubrics, past.judges(past.rubrics), policy, own)
    now = Weighing(after, past.judges(after), policy, own)
    counting = Estimating(past.config.judges)
    opened = (one for item in items if (one := _weigh(item, past, was, now, found, counting)) is not None)
    found.sample = nsmallest(n_sample, opened, key=lambda one: _drawn(policy.seed, one.row.item_id))
    for _ in opened:  # nsmallest looks at none where none is wanted
        pass
    found.estimate = counting.priced(load_prices(past.inputs.root / past.config.prices))
    return found


def _weigh(
    item: ItemRow, past: Past, was: Weighing, now: Weighing, found: Effect, counting: Estimating
) -> OpenItem | None:
    """Count one response; gives it where something must be asked."""
    found.n_items += 1
    if item.outcome != ResponseOutcome.COMPLETED:
        found.n_unjudged += 1
        return None
    was, now = (_readers(one, past, item) for one in (was, now))
    findings = [finding_of(one) for one in item.findings]
    asked, asked_now = was.questions(item.scenario, item.body), now.questions(item.scenario, item.body)
    everything = {(one.judge_id, one.rubric_id, one.criterion_id, one.repeat): one for one in findings}
    before = _stands(reweigh(item.item_id, asked, everything, was), was)
    held = still_held(findings, asked, asked_now, now.judges)
    after = reweigh(item.item_id, asked_now, held, now)
    _count(item, before, after, now, found, counting)
    return OpenItem(item, before, held, now) if after.to_ask else None


def _readers(one: Weighing, past: Past, item: ItemRow) -> Weighing:
    source = past.source_of(item)
    return replace(one, judges=[judge for judge in one.judges if may_judge(judge.spec, source, one.policy)])


def _stands(one: Reweighed, by: Weighing) -> str:
    routed = one.routed(by.policy)
    return OPEN if routed is None else routed.disposition.value


def _count(item: ItemRow, before: str, after: Reweighed, now: Weighing, found: Effect, counting: Estimating) -> None:
    stands = _stands(after, now)
    found.moves[before, stands] += 1
    found.n_verdicts_dropped += after.n_dropped
    if after.to_ask:
        found.n_open += 1
        found.to_ask.update(criterion_id for _, criterion_id in after.open)
        _count_calls(after, now, counting)
    if stands not in (before, OPEN):
        routed = after.routed(now.policy)
        why = routed.reasons[:3] if routed else ()
        place = (item.item_id, item.scenario.scenario_id, item.candidate_id)
        found.flips.append(Flip(*place, before, stands, why))


def _count_calls(after: Reweighed, now: Weighing, counting: Estimating) -> None:
    """What must be asked, and what a second stage may be asked on top."""
    counting.certain(together(after.to_ask))
    strong = [one for one in now.judges if one.spec.stage == 2]  # noqa: PLR2004 (the second of two)
    staged = {(one.judge.spec.judge_id, one.questions[0].criterion.criterion_id) for one in after.to_ask}
    first = [one for one in after.to_ask if one.judge.spec.stage == 1 and one.repeat == 0]
    for question in {one.questions[0].criterion.criterion_id: one.questions[0] for one in first}.values():
        for judge in strong:
            if (judge.spec.judge_id, question.criterion.criterion_id) in staged or not judge.covers(question):
                continue
            askings = [Asking(judge, (question,), repeat) for repeat in range(judge.spec.repeats)]
            severe = question.severity.rank >= now.policy.strong_from.rank
            counting.certain(askings) if severe else counting.possible(askings)


def _drawn(seed: int, item_id: str) -> bytes:
    return hashlib.sha256(f"{seed}:effect:{item_id}".encode()).digest()
