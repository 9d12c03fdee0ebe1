"""A rubric's own examples put to judges: each should be judged as its side says.

No judge is shown the example that it judges: it is taken out of the criterion's examples first, and the exemplar judge
never compares a response with itself. An example has no case: judges are shown none, and where a criterion rests on
stated facts they may rightly say that they cannot tell.
"""

import asyncio
import os
from collections import Counter
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, replace
from typing import Any

from domain.item import ResponseOutcome
from domain.model import JudgeSpec
from domain.policy import RoutingPolicy
from domain.question import Question
from domain.record import text_sha256
from domain.routing import Disposition
from domain.rubric import Applies, Criterion, Rubric, applies
from domain.scenario import Audience, Message, Scenario
from domain.verdict import Finding, JudgeFailure, VerdictValue
from judges.exemplar import ExemplarJudge
from judges.judge import Judge
from judges.lexicon import LexiconJudge
from pipeline.asking import PanelWork
from pipeline.inputs import Inputs
from pipeline.panel import build_judge, load_exemplars
from pipeline.route import route
from pipeline.workbench.checks.contradictions import sides
from pipeline.workbench.sitting import Sitting, found_at_once, sit

_NOT_GIVEN = "What the person asked is not given here: judge the response by itself."
UNHEARD = "unheard"
"""The budget did not reach it."""
_STANDS = {Disposition.FLAGGED: "violated", Disposition.CLEARED: "safe", Disposition.BORDERLINE: "open"}


@dataclass(frozen=True, slots=True)
class Put:
    """One example as a question."""

    question: Question
    side: str
    """`violates` or `does_not_violate`."""

    @property
    def expected(self) -> str:
        """What the panel should find."""
        return "violated" if self.side == "violates" else "safe"


@dataclass(frozen=True, slots=True)
class Tried:
    """What came of one example."""

    rubric_id: str
    criterion_id: str
    side: str
    text: str
    expected: str
    found: str
    """By the whole panel: `violated`, `safe`, or `open` where it cannot say or failed; `unheard` beyond the budget."""
    said: tuple[tuple[str, str, str], ...]
    """Judge, verdict or failure, and its reason; of judges that do not say what was expected."""
    needs_case: bool
    """Whether the criterion rests on stated facts, which an example does not have."""

    @property
    def is_missed(self) -> bool:
        """The panel says the opposite."""
        return self.found not in (self.expected, "open", UNHEARD)


@dataclass(frozen=True, slots=True)
class Trial:
    """All examples, put to one panel."""

    judge_ids: list[str]
    tried: list[Tried]
    usd: float = 0.0
    not_tried: tuple[str, ...] = ()
    """Criteria whose examples could not be put to it."""

    @property
    def missed(self) -> list[Tried]:
        """Those that are judged as the other side."""
        return [one for one in self.tried if one.is_missed]

    def counts(self) -> dict[str, Counter[str]]:
        """By criterion: `right`, `open`, `missed`, `unheard`."""
        found: dict[str, Counter[str]] = {}
        for one in self.tried:
            kind = "missed" if one.is_missed else "right" if one.found == one.expected else one.found
            found.setdefault(one.criterion_id, Counter())[kind] += 1
        return found

    def as_json(self) -> dict[str, Any]:
        """For machines."""
        return {
            "judges": self.judge_ids, "examples": len(self.tried), "usd": self.usd, "not_tried": self.not_tried,
            "counts": {criterion_id: dict(one) for criterion_id, one in self.counts().items()},
            "not_as_they_should_be": [
                {name: getattr(one, name) for name in Tried.__slots__} | {
                    "said": [{"judge_id": who, "verdict": what, "reason": why} for who, what, why in one.said]}
                for one in self.tried if one.found != one.expected
            ],
        }  # fmt: skip


def try_lexicon(rubrics: Sequence[Rubric]) -> Trial:
    """Every example that the embedded lexicon judge has phrases for; asks nobody."""
    judge = LexiconJudge(JudgeSpec(judge_id="lexicon", provider="lexicon"))
    phrases = {one.criterion_id: one.lexicon for rubric in rubrics for one in rubric.criteria if one.lexicon}
    by_case = tuple(name for name, one in phrases.items() if one.present_route and not one.present)
    covered = [one for one in puts_of(rubrics) if judge.covers(one.question)]
    puts = [one for one in covered if one.question.criterion.criterion_id not in by_case]
    panels = [PanelWork([one.question], [judge], RoutingPolicy()) for one in puts]
    for panel in panels:
        for asking in panel.first():
            panel.take(asking, found_at_once(asking) or [])
    return Trial(["lexicon"], _all_tried(puts, panels), not_tried=by_case)


def try_panel(inputs: Inputs, rubrics: Sequence[Rubric], environ: Mapping[str, str] = os.environ) -> Trial:
    """Every example, put to the configuration's panel.

    Raises:
        InputError: a judge cannot be reached as the configuration says.
        EndpointDownError: an endpoint answers nothing any more.
    """
    puts = list(puts_of(rubrics))
    panels = panels_of(inputs, rubrics, puts)
    sat = asyncio.run(sit(inputs, environ, [Sitting(one) for one in panels]))
    tried = [
        one if is_finished else replace(one, found=UNHEARD, said=())
        for one, is_finished in zip(_all_tried(puts, panels), sat.finished, strict=True)
    ]
    return Trial([one.judge_id for one in inputs.config.judges], tried, sat.usd)


def panels_of(inputs: Inputs, rubrics: Sequence[Rubric], puts: Sequence[Put]) -> list[PanelWork]:
    """The panel before its work on each example."""
    inputs.rubrics = list(rubrics)
    judges = [_judge(spec, inputs) for spec in inputs.config.judges]
    return [PanelWork([one.question], judges, inputs.config.policy) for one in puts]


def puts_of(rubrics: Sequence[Rubric]) -> Iterator[Put]:
    """Every example as a question; the example itself is not among those that the judge is shown."""
    for rubric in rubrics:
        for criterion in rubric.criteria:
            for side, number, example in sides(criterion):
                yield Put(_question(rubric, _without(criterion, side, number), example.text), side)


def _question(rubric: Rubric, criterion: Criterion, text: str) -> Question:
    scenario = _scenario(rubric, criterion, text)
    rules = (rubric.applies_when, criterion.applies_when)
    is_open = criterion.gate is not None or any(
        applies(one, scenario.tags, scenario.audience, None) is Applies.OPEN for one in rules
    )
    return Question(scenario, text, rubric.rubric_id, rubric, criterion, criterion.severity.default, is_open)


def _scenario(rubric: Rubric, criterion: Criterion, text: str) -> Scenario:
    """Stands in for a case: nothing is known but who reads the response."""
    audience = criterion.applies_when.audience or rubric.applies_when.audience or Audience.PUBLIC
    messages = (Message(role="user", content=_NOT_GIVEN),)
    return Scenario(scenario_id=_scenario_id(text), messages=messages, audience=audience)


def _scenario_id(text: str) -> str:
    return f"example-{text_sha256(text)[:16]}"


def _without(criterion: Criterion, side: str, number: int) -> Criterion:
    examples = criterion.examples.model_dump()
    examples[side] = tuple(one for at, one in enumerate(examples[side]) if at != number)
    return Criterion.model_validate({**criterion.model_dump(), "examples": examples})


def _judge(spec: JudgeSpec, inputs: Inputs) -> Judge:
    """The exemplar judge never uses an example of the scenario being judged: so each has a scenario of its own."""
    if spec.provider != "exemplar":
        return build_judge(spec, inputs)
    known = load_exemplars(spec, inputs)
    return ExemplarJudge(spec, [replace(one, scenario_id=one.scenario_id or _scenario_id(one.text)) for one in known])


def _all_tried(puts: Sequence[Put], panels: Sequence[PanelWork]) -> list[Tried]:
    return [_tried(*one) for one in zip(puts, panels, strict=True)]


def _tried(put: Put, panel: PanelWork) -> Tried:
    question, findings = put.question, panel.findings
    criterion = question.criterion
    return Tried(
        question.rubric_id, criterion.criterion_id, put.side, question.response, put.expected, _stands(panel),
        tuple(_said(one) for one in findings if not _is_as(one, put.expected)), bool(criterion.case_facts),
    )  # fmt: skip


def _stands(panel: PanelWork) -> str:
    """What the panel finds, whatever its owner lets clear."""
    asked = [replace(one, question=replace(one.question, rubric=_free(one.question.rubric))) for one in panel.asked]
    trial = RoutingPolicy(provisional=True)
    return _STANDS[route("", ResponseOutcome.COMPLETED, asked, panel.findings, trial).disposition]


def _free(rubric: Rubric | None) -> Rubric | None:
    if rubric is None:
        return None
    return rubric.model_copy(update={"routing": rubric.routing.model_copy(update={"always_review": ()})})


def _is_as(finding: Finding, expected: str) -> bool:
    if isinstance(finding, JudgeFailure):
        return False
    safe = finding.value in (VerdictValue.SATISFIED, VerdictValue.NOT_APPLICABLE)
    return safe if expected == "safe" else finding.value is VerdictValue.VIOLATED


def _said(finding: Finding) -> tuple[str, str, str]:
    if isinstance(finding, JudgeFailure):
        return finding.judge_id, finding.kind.value, finding.detail
    return finding.judge_id, finding.value.value, finding.reason
