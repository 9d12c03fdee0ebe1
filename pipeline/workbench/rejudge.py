"""A sample of a run's responses, judged anew where an edited rubric asks something new. Nothing is stored."""

import asyncio
import os
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from typing import Any

from agreement.proportion import Proportion, proportion
from domain.item import ResponseOutcome
from domain.verdict import Finding, JudgeFailure
from pipeline.asking import Asking, PanelWork
from pipeline.route import route
from pipeline.workbench.effect import Flip, OpenItem
from pipeline.workbench.past import Past
from pipeline.workbench.sitting import Known, Sitting, sit


@dataclass(frozen=True, slots=True)
class VerdictFlip:
    """One judge that says something else than it did."""

    scenario_id: str
    candidate_id: str
    criterion_id: str
    judge_id: str
    before: str
    after: str
    reason: str


@dataclass(frozen=True, slots=True)
class Rejudged:
    """What came of the sample."""

    n_sample: int
    n_unheard: int
    usd: float
    flips: list[Flip]
    verdict_flips: list[VerdictFlip]

    @property
    def flipped(self) -> Proportion:
        """The share of the responses judged anew that go elsewhere."""
        return proportion(len(self.flips), self.n_sample - self.n_unheard)

    def as_json(self) -> dict[str, Any]:
        """For machines."""
        return {
            "sample": self.n_sample, "unheard": self.n_unheard, "usd": self.usd,
            "flipped": self.flipped._asdict(),
            "flips": [{name: getattr(one, name) for name in Flip.__slots__} for one in self.flips],
            "verdict_flips": [
                {name: getattr(one, name) for name in VerdictFlip.__slots__} for one in self.verdict_flips
            ],
        }  # fmt: skip


def rejudge(past: Past, sample: Sequence[OpenItem], environ: Mapping[str, str] = os.environ) -> Rejudged:
    """Ask the run's panel what the edited rubric asks anew, on a sample.

    Raises:
        InputError: a judge cannot be reached as the configuration says.
        EndpointDownError: an endpoint answers nothing any more.
    """
    panels = [PanelWork(one.by.questions(one.row.scenario, one.row.body), one.by.judges, one.by.policy)
              for one in sample]  # fmt: skip
    sittings = [Sitting(panel, _known(one)) for one, panel in zip(sample, panels, strict=True)]
    sat = asyncio.run(sit(past.inputs, environ, sittings))
    heard = [pair for pair, done in zip(zip(sample, panels, strict=True), sat.finished, strict=True) if done]
    flips = [flip for one, panel in heard if (flip := _flip(one, panel)) is not None]
    verdicts = [flip for one, panel in heard for flip in _verdict_flips(one, panel)]
    return Rejudged(len(sample), sat.finished.count(False), sat.usd, flips, verdicts)


def _known(one: OpenItem) -> Known:
    def known(asking: Asking) -> Finding | None:
        (question,) = asking.questions
        return one.held.get(
            (asking.judge.spec.judge_id, question.rubric_id, question.criterion.criterion_id, asking.repeat)
        )

    return known


def _flip(one: OpenItem, panel: PanelWork) -> Flip | None:
    routed = route(one.row.item_id, ResponseOutcome.COMPLETED, panel.asked, panel.findings, one.by.policy)
    after = routed.disposition.value
    if after == one.before:
        return None
    place = (one.row.item_id, one.row.scenario.scenario_id, one.row.candidate_id)
    return Flip(*place, one.before, after, routed.reasons[:3])


def _verdict_flips(one: OpenItem, panel: PanelWork) -> Iterator[VerdictFlip]:
    """Findings that a judge gives otherwise than in the run, the same time round."""
    before = {(f.judge_id, f.criterion_id, f.repeat): f.value or f.failure for f in one.row.findings}
    for finding in panel.findings:
        was = before.get((finding.judge_id, finding.criterion_id, finding.repeat))
        now, reason = _said(finding)
        if was is not None and was != now:
            place = (one.row.scenario.scenario_id, one.row.candidate_id, finding.criterion_id, finding.judge_id)
            yield VerdictFlip(*place, was, now, reason)


def _said(finding: Finding) -> tuple[str, str]:
    if isinstance(finding, JudgeFailure):
        return finding.kind.value, finding.detail
    return finding.value.value, finding.reason
