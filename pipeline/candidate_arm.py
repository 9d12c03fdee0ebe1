"""Is a candidate worse on the anchors' scenarios? What it answered anew, before and tonight, by the same panel."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass

import numpy as np

from agreement.drift.cause import Attribution, Cause, Move, attribute
from agreement.drift.watch import BUDGET, Budget, Watch
from agreement.estimate import Codes
from pipeline.marks import MOST_MISSING, mark, watched
from pipeline.panel_view import QuestionKey, View
from pipeline.store.anchors import AnchorRow


@dataclass(frozen=True, slots=True)
class Answers:
    """Two runs in which candidates answered the anchors' scenarios, judged by the anchors' panel."""

    before: str
    tonight: str
    views: Mapping[str, Mapping[QuestionKey, View]]
    """By run."""
    refusal: str = ""
    """Why the first of them is no yardstick; empty where it is one."""


@dataclass(frozen=True, slots=True)
class CandidateArm:
    """One candidate against itself, paired by scenario."""

    candidate_id: str
    n_scenarios: int
    """Of its anchors."""
    watch: Watch | None
    moved_criteria: tuple[str, ...]
    refusal: str
    """Why nothing is said; empty where something is."""

    @property
    def move(self) -> Move | None:
        """How far its share of violations rose: over all criteria, else on the one that rose most by itself."""
        if self.watch is None:
            return None
        whole, apart = self.watch.overall.net, [self.watch.by_criterion[code].net for code in self.watch.moved]
        intervals = [(one.low, one.high) for one in (whole, *apart) if one.low is not None and one.high is not None]
        if not intervals:
            return None
        low, high = intervals[0] if intervals[0][0] > 0 else max(intervals)
        return Move(low, high, is_shown=bool(self.watch.alarms))

    def attributed(self, judges: Move | None, clinicians: Move | None) -> Attribution:
        """Whether it is to blame. Judges measured it, so that no clinician who moved explains a rise."""
        if self.refusal:
            found = attribute(None, judges, clinicians)
            return found._replace(blame=f"{self.candidate_id}: not compared, because {self.refusal}.")
        found = attribute(self.move, judges, clinicians, measured_by=(Cause.JUDGES_MOVED,))
        return found._replace(blame=f"{self.candidate_id}: {found.blame}")


def candidate_arms(anchors: Sequence[AnchorRow], of: Answers) -> tuple[CandidateArm, ...]:
    """Compare each candidate of the anchors with itself.

    A pair is a scenario: its violations tonight against those before, on the frozen criteria alone, because only there
    is it known whether the judges moved. The chance of a false alarm is the judges', over all candidates together.

    Args:
        anchors: one set.
        of: what was answered anew.

    Source: the exact paired test of `agreement.drift.night`, McNemar's where a scenario has one criterion.
    """
    names = sorted({one.candidate_id for one in anchors})
    budget = Budget(*(share / len(names) for share in BUDGET))
    return tuple(_arm(name, [one for one in anchors if one.candidate_id == name], of, budget) for name in names)


def _arm(candidate_id: str, anchors: Sequence[AnchorRow], of: Answers, budget: Budget) -> CandidateArm:
    by_question = {(one.scenario_id, one.repeat_number, one.rubric_id, one.criterion_id): one for one in anchors}
    questions = list(by_question.values())
    scenarios = [one.scenario_id for one in questions]
    n = len(set(scenarios))
    marks = np.array(
        [[mark(one, of.views[run_id], _is_same) for one in questions] for run_id in (of.before, of.tonight)]
    )
    if refusal := of.refusal or _refusal(marks, scenarios, of):
        return CandidateArm(candidate_id, n, None, (), refusal)
    seed = [questions[0].anchor_set, questions[0].frozen_at, candidate_id, of.tonight]
    found, moved = watched(marks, scenarios, [one.criterion_id for one in questions], seed, budget)
    return CandidateArm(candidate_id, n, found, moved, "")


def _is_same(one: AnchorRow, view: View) -> bool:
    return (view.scenario_sha256, view.criterion_sha256) == (one.scenario_sha256, one.criterion_sha256)


def _refusal(marks: Codes, scenarios: Sequence[str], of: Answers) -> str:
    """Where too little was judged, why nothing is said: what is missing may be what became worse."""
    n = len(set(scenarios))
    for run_id, row in zip((of.before, of.tonight), marks, strict=True):
        n_missing = len({one for one, said in zip(scenarios, row, strict=True) if said < 0})
        if n_missing > MOST_MISSING * n:
            return f"{n_missing} of its {n} scenarios are not answered and judged whole in run {run_id}"
    return ""
