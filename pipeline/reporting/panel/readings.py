"""Each judge for itself: what it said, where it failed or is missing, how steady it is when asked again."""

from collections import Counter
from collections.abc import Iterable, Sequence
from dataclasses import dataclass, field

import numpy as np

from agreement.design import design
from agreement.estimate import Codes, Estimate
from agreement.panel import CANNOT_TELL, NOT_APPLICABLE, SATISFIED, VIOLATED
from agreement.repeats import Steadiness, steadiness
from agreement.resample import Resampling
from domain.verdict import Finding, JudgeFailure, VerdictValue
from pipeline.reporting.panel.heard import HeardQuestion
from pipeline.reporting.panel.setup import PanelSetup

CODES = {
    VerdictValue.VIOLATED: VIOLATED,
    VerdictValue.SATISFIED: SATISFIED,
    VerdictValue.NOT_APPLICABLE: NOT_APPLICABLE,
    VerdictValue.CANNOT_TELL: CANNOT_TELL,
}
NOTHING = -1
MISSING = "missing"


@dataclass(slots=True)
class Reading:
    """One judge over the run."""

    judge_id: str
    stage: int
    n_repeats: int
    values: Counter[str] = field(default_factory=Counter[str])
    """Findings by value; failures as `failed`, what never came as `missing`."""
    failures: Counter[str] = field(default_factory=Counter[str])
    """By kind."""
    flip_rate: Estimate | None = None
    """Share of questions on which its repeats differ; None where each was put once."""
    disagreement: Estimate | None = None
    """Mean share of pairs of its repeats that differ."""

    @property
    def n_asked(self) -> int:
        """Times that it was asked a question."""
        return self.values.total()


def readings(questions: Sequence[HeardQuestion], setup: PanelSetup, how: Resampling) -> list[Reading]:
    """Figures of every judge, in the configuration's order."""
    found: list[Reading] = []
    for judge_id, spec in setup.judges.items():
        mine = [one for one in questions if judge_id in one.n_repeats]
        reading = Reading(judge_id, spec.stage, spec.repeats)
        for one in mine:
            _count(reading, [finding for finding in one.findings if finding.judge_id == judge_id])
        if spec.repeats > 1 and mine:
            steady = _steadiness(mine, judge_id, spec.repeats, how)
            reading.flip_rate, reading.disagreement = steady
        found.append(reading)
    return found


def _count(reading: Reading, findings: Sequence[Finding]) -> None:
    for one in findings:
        is_failure = isinstance(one, JudgeFailure)
        reading.values["failed" if is_failure else one.value.value] += 1
        if is_failure:
            reading.failures[one.kind.value] += 1
    if (n_missing := reading.n_repeats - len(findings)) > 0:
        reading.values[MISSING] += n_missing


def _steadiness(questions: Sequence[HeardQuestion], judge_id: str, n_repeats: int, how: Resampling) -> Steadiness:
    table = np.full((len(questions), n_repeats), NOTHING)
    for row, one in enumerate(questions):
        for repeat, code in _codes(one.findings, judge_id):
            table[row, repeat] = code
    return steadiness(table, len(CODES), design(scenarios_of(questions)), how)


def _codes(findings: Iterable[Finding], judge_id: str) -> list[tuple[int, int]]:
    mine = [one for one in findings if one.judge_id == judge_id and not isinstance(one, JudgeFailure)]
    return [(one.repeat, CODES[one.value]) for one in mine]


def scenarios_of(questions: Sequence[HeardQuestion]) -> Codes:
    """The scenario of each question, as a number."""
    return np.unique([one.scenario_id for one in questions], return_inverse=True)[1]
