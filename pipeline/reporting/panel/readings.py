"""Each judge for itself: what it said, where it failed or is missing, how steady it is when asked again."""

from array import array
from collections import Counter
from collections.abc import Sequence
from dataclasses import dataclass, field

import numpy as np

from agreement.design import design
from agreement.estimate import Estimate
from agreement.panel import CANNOT_TELL, NOT_APPLICABLE, SATISFIED, VIOLATED
from agreement.repeats import steadiness
from agreement.resample import Resampling
from domain.verdict import Finding, JudgeFailure, Verdict, VerdictValue
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


class Readings:
    """Counts what each judge said, question by question; holds a few bytes for each."""

    def __init__(self, setup: PanelSetup) -> None:
        self._readings = {name: Reading(name, one.stage, one.repeats) for name, one in setup.judges.items()}
        self._codes = {name: array("b") for name in setup.judges}
        self._scenarios = {name: array("L") for name in setup.judges}

    def add(self, one: HeardQuestion) -> None:
        """Count one question."""
        for judge_id in one.n_repeats:
            reading = self._readings[judge_id]
            mine = [finding for finding in one.findings if finding.judge_id == judge_id]
            _count(reading, mine)
            if reading.n_repeats > 1:
                said = {finding.repeat: CODES[finding.value] for finding in mine if isinstance(finding, Verdict)}
                self._codes[judge_id].extend(said.get(repeat, NOTHING) for repeat in range(reading.n_repeats))
                self._scenarios[judge_id].append(one.scenario)

    def done(self, how: Resampling) -> list[Reading]:
        """Figures of every judge, in the configuration's order."""
        for judge_id, reading in self._readings.items():
            if scenarios := self._scenarios[judge_id]:
                table = np.array(self._codes[judge_id]).reshape(-1, reading.n_repeats)
                of = design(np.array(scenarios))
                reading.flip_rate, reading.disagreement = steadiness(table, len(CODES), of, how)
        return list(self._readings.values())


def _count(reading: Reading, findings: Sequence[Finding]) -> None:
    for one in findings:
        is_failure = isinstance(one, JudgeFailure)
        reading.values["failed" if is_failure else one.value.value] += 1
        if is_failure:
            reading.failures[one.kind.value] += 1
    if (n_missing := reading.n_repeats - len(findings)) > 0:
        reading.values[MISSING] += n_missing
