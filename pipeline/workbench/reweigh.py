"""Stored findings weighed again under edited rubrics: what stands, what must be asked anew, where the response goes.

Pure: nothing is asked. Where a finding no longer answers the question as it is put now, the question is open.
"""

from collections.abc import Sequence
from dataclasses import dataclass, field

from domain.item import ResponseOutcome
from domain.policy import RoutingPolicy
from domain.question import Question, questions_of
from domain.routing import Disposition, Routed
from domain.rubric import Rubric
from domain.scenario import Scenario
from domain.severity import Severity
from domain.verdict import Finding
from judges.client import ModelRequest
from judges.judge import Judge, proceed
from pipeline.asking import Asking, PanelWork
from pipeline.route import Asked, route
from pipeline.workbench.sitting import apart, found_at_once

_Key = tuple[str, str]
Held = dict[tuple[str, str, str, int], Finding]
"""By judge, rubric, criterion and repeat."""


@dataclass(frozen=True, slots=True)
class Weighing:
    """By what a response is judged and weighed."""

    rubrics: Sequence[Rubric]
    judges: Sequence[Judge]
    policy: RoutingPolicy
    own_criteria: bool

    def questions(self, scenario: Scenario, response: str) -> list[Question]:
        """All that is asked about a response."""
        return list(questions_of(scenario, response, self.rubrics, own_criteria=self.own_criteria))


@dataclass(slots=True)
class Reweighed:
    """Where one response goes now."""

    item_id: str
    panel: PanelWork
    to_ask: list[Asking] = field(default_factory=list[Asking])
    """What must be asked of models, one question each; a second stage that may follow is not among it."""
    n_dropped: int = 0
    """Findings that no question asks for any more."""

    @property
    def open(self) -> set[_Key]:
        """Questions that are not settled yet, by rubric and criterion."""
        return {(one.rubric_id, one.criterion.criterion_id) for asking in self.to_ask for one in asking.questions}

    def routed(self, policy: RoutingPolicy) -> Routed | None:
        """Where it goes; None where that depends on what must be asked.

        A settled question that flags is enough, whatever comes; so is one `violated` at major severity, which nobody
        outvotes. Below it, a second stage may yet decide against a first that is heard in part.
        """
        asked = [one for one in self.panel.asked if one.key not in self.open or _cannot_be_outvoted(one)]
        routed = route(self.item_id, ResponseOutcome.COMPLETED, asked, self.panel.findings, policy)
        return routed if not self.to_ask or routed.disposition is Disposition.FLAGGED else None


def _cannot_be_outvoted(one: Asked) -> bool:
    return one.question.severity is Severity.MAJOR


def reweigh(item_id: str, questions: Sequence[Question], held: Held, by: Weighing) -> Reweighed:
    """Put the questions to the panel as if it had only what is held. Embedded judges decide at once, without a call.

    Args:
        item_id: of the response.
        questions: as they are asked now.
        held: findings that still answer a question.
        by: judges that read this response, and the policy.
    """
    found = Reweighed(item_id, PanelWork(questions, by.judges, by.policy))
    used: set[tuple[str, str, str, int]] = set()
    waiting = apart(found.panel.first())
    while waiting:
        asking = waiting.pop(0)
        (question,) = asking.questions
        key = (asking.judge.spec.judge_id, question.rubric_id, question.criterion.criterion_id, asking.repeat)
        finding = [held[key]] if key in held else found_at_once(asking)
        if finding is None:
            found.to_ask.append(asking)
        else:
            used.add(key)
            waiting += apart(found.panel.take(asking, finding))
    found.n_dropped = len(held.keys() - used)
    return found


def still_held(
    findings: Sequence[Finding], before: Sequence[Question], after: Sequence[Question], judges: Sequence[Judge]
) -> Held:
    """Of a model's findings, those whose question is put in the very same words now; an embedded judge's are not kept,
    because it decides again."""
    models = {one.spec.judge_id: one for one in judges if not one.spec.is_baseline}
    old, new = _by_key(before), _by_key(after)
    same = {(judge_id, key) for judge_id, judge in models.items() for key in old.keys() & new.keys()
            if _asks_the_same(judge, old[key], new[key])}  # fmt: skip
    gone = old.keys() - new.keys()
    return {
        (one.judge_id, one.rubric_id, one.criterion_id, one.repeat): one
        for one in findings
        if (one.judge_id, key := (one.rubric_id, one.criterion_id)) in same or (one.judge_id in models and key in gone)
    }


def _asks_the_same(judge: Judge, old: Question, new: Question) -> bool:
    """By the bytes of the request: whatever is no part of it has not changed the question."""
    if old.criterion == new.criterion and old.applicability_open == new.applicability_open:
        return True
    asked = [proceed(judge.judging([one])) for one in (old, new)]
    keys = [one.key(judge.spec.address) for one in asked if isinstance(one, ModelRequest)]
    return len(keys) == len(asked) and keys[0] == keys[1]


def _by_key(questions: Sequence[Question]) -> dict[_Key, Question]:
    return {(one.rubric_id, one.criterion.criterion_id): one for one in questions}
