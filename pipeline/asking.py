"""What is asked of the panel about one response: the first stage, and the second where the first does not settle it.

Pure: it is told what judges found and says what to ask next, so a live run, a resumed one and an export of requests all
ask the same.
"""

from collections.abc import Sequence
from dataclasses import dataclass, field

from domain.policy import RoutingPolicy
from domain.question import Question
from domain.verdict import Finding
from judges.judge import Judge, groups_of
from pipeline.route import Asked
from pipeline.votes import votes_of, why_second_stage

_Key = tuple[str, str]


@dataclass(frozen=True, slots=True)
class Asking:
    """One judge asked once: about one question, or several that share a call."""

    judge: Judge
    questions: tuple[Question, ...]
    repeat: int


@dataclass(slots=True)
class _Open:
    """A question on its way."""

    question: Question
    n_repeats: dict[str, int] = field(default_factory=dict[str, int])
    deciding: tuple[str, ...] = ()
    findings: list[Finding] = field(default_factory=list[Finding])
    n_pending: int = 0
    is_staged: bool = False
    """Whether it has been decided if the second stage is asked."""


class PanelWork:
    """The panel at work on one response."""

    def __init__(self, questions: Sequence[Question], judges: Sequence[Judge], policy: RoutingPolicy) -> None:
        self._open = {_key(one): _Open(one) for one in questions}
        self._stages = {stage: [one for one in judges if one.spec.stage == stage] for stage in (1, 2)}
        self._policy = policy

    def first(self) -> list[Asking]:
        """What is asked first of all."""
        questions = [one.question for one in self._open.values()]
        askings = [asking for judge in self._stages[1] for asking in self._askings(judge, questions)]
        unread = [one for one in self._open.values() if not one.n_repeats]
        return askings + [asking for one in unread for asking in self._second_stage(one)]

    def later(self) -> tuple[list[Asking], list[Asking]]:
        """For an estimate, before anything is found: what the second stage will be asked for certain, because it is
        severe, and what it may be asked."""
        found: tuple[list[Asking], list[Asking]] = ([], [])
        for one in self._open.values():
            is_certain = one.question.severity.rank >= self._policy.strong_from.rank
            strong = [] if one.is_staged else [judge for judge in self._stages[2] if judge.covers(one.question)]
            for judge in strong:
                found[0 if is_certain else 1].extend(self._askings(judge, [one.question]))
        return found

    def take(self, asking: Asking, findings: Sequence[Finding]) -> list[Asking]:
        """Take what a judge found on each of an asking's questions; gives what is asked next."""
        follow_ups: list[Asking] = []
        for question, finding in zip(asking.questions, findings, strict=True):
            one = self._open[_key(question)]
            one.findings.append(finding)
            one.n_pending -= 1
            if one.n_pending == 0 and not one.is_staged:
                follow_ups += self._second_stage(one)
        return follow_ups

    @property
    def asked(self) -> list[Asked]:
        """Every question, and who was asked."""
        return [Asked(one.question, one.n_repeats, one.deciding) for one in self._open.values()]

    @property
    def findings(self) -> list[Finding]:
        """All that was found so far."""
        return [finding for one in self._open.values() for finding in one.findings]

    def _second_stage(self, one: _Open) -> list[Asking]:
        one.is_staged = True
        strong = [judge for judge in self._stages[2] if judge.covers(one.question)]
        votes = votes_of(one.findings, one.n_repeats, one.question.severity)
        why = why_second_stage(votes, one.question.severity, self._policy.strong_from) if votes else "unread"
        if not strong or why is None:
            return []
        if why != "severe":
            one.deciding = tuple(judge.spec.judge_id for judge in strong)
        return [asking for judge in strong for asking in self._askings(judge, [one.question])]

    def _askings(self, judge: Judge, questions: Sequence[Question]) -> list[Asking]:
        covered = [one for one in questions if judge.covers(one)]
        for question in covered:
            one = self._open[_key(question)]
            one.n_repeats[judge.spec.judge_id] = judge.spec.repeats
            one.n_pending += judge.spec.repeats
        groups = groups_of(covered, judge.spec.together)
        return [Asking(judge, group, repeat) for group in groups for repeat in range(judge.spec.repeats)]


def _key(question: Question) -> _Key:
    return question.rubric_id, question.criterion.criterion_id
