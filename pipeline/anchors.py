"""Frozen anchors: which labels are frozen, and what a night's run says of judges and clinicians against them."""

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime

import numpy as np

from agreement.drift.cause import Attribution, Cause, Move, attribute
from agreement.drift.night import Night, night
from agreement.drift.watch import Watch
from agreement.proportion import Proportion, proportion
from domain.errors import InputError
from domain.scenario import Label
from domain.verdict import VerdictValue
from pipeline.candidate_arm import Answers, CandidateArm, candidate_arms
from pipeline.marks import MOST_MISSING, codes_of, mark, watched
from pipeline.panel_view import QuestionKey, View
from pipeline.store.anchors import AnchorRow

CLINICIANS_ALARM = 0.01
"""Chance of a false alarm on the clinicians, a comparison."""


@dataclass(frozen=True, slots=True)
class Freeze:
    """Who freezes anchors from which run, under which name, when and why."""

    anchor_set: str
    run_id: str
    panel_sha256: str
    at: datetime
    by: str
    reason: str


@dataclass(frozen=True, slots=True)
class ClinicianArm:
    """Clinicians against themselves, on anchors that they read a second time."""

    night: Night
    same_again: Proportion
    """Responses on which they said the same of every criterion: how far each agrees with what they said first."""

    @property
    def move(self) -> Move | None:
        """How far their share of violations rose."""
        return _move(self.night, is_shown=self.night.p_value <= CLINICIANS_ALARM)


@dataclass(frozen=True, slots=True)
class Comparison:
    """A night against the anchors, in three arms: candidates, judges, clinicians."""

    nights: tuple[str, ...]
    """Runs, the first at which the anchors were frozen, the last tonight's."""
    candidates: tuple[CandidateArm, ...]
    """Empty: no run of their new answers was given."""
    judges: Watch
    moved_criteria: tuple[str, ...]
    """On which the judges moved."""
    clinicians: ClinicianArm | None
    """None: nobody read an anchor a second time."""
    attribution: Attribution
    is_complete: bool
    """Whether enough anchors were judged tonight, and every candidate that was to be compared was."""


def frozen(views: Mapping[QuestionKey, View], labels: Iterable[Label], freeze: Freeze) -> list[AnchorRow]:
    """The labels that can be frozen: given blind, and decided, on what the run's panel judged.

    Raises:
        InputError: there are none.
    """
    by_key = {(question.response, question.criterion_id): (question, view) for question, view in views.items()}
    rows: list[AnchorRow] = []
    for one in labels:
        found = by_key.get(((one.scenario_id, one.candidate_id, one.repeat), one.criterion_id))
        if found and one.blind and one.verdict is not VerdictValue.CANNOT_TELL and found[1].is_judged:
            rows.append(_anchor(one, *found, freeze))
    if not rows:
        raise InputError(f"no blind label is on what run {freeze.run_id} judged; import labels, or have some reviewed")
    return rows


def _anchor(one: Label, question: QuestionKey, view: View, freeze: Freeze) -> AnchorRow:
    return AnchorRow(
        anchor_set=freeze.anchor_set,
        scenario_id=one.scenario_id,
        candidate_id=one.candidate_id,
        repeat_number=one.repeat,
        criterion_id=one.criterion_id,
        reviewer_id=one.reviewer_id,
        rubric_id=question.rubric_id,
        criterion_sha256=view.criterion_sha256,
        scenario_sha256=view.scenario_sha256,
        body_sha256=view.body_sha256,
        verdict=one.verdict,
        run_id=freeze.run_id,
        panel_sha256=freeze.panel_sha256,
        frozen_at=freeze.at.isoformat(),
        frozen_by=freeze.by,
        freeze_reason=freeze.reason,
    )


def compare(
    anchors: Sequence[AnchorRow],
    nights: Mapping[str, Mapping[QuestionKey, View]],
    labels: Iterable[Label],
    answers: Answers | None = None,
) -> Comparison:
    """Compare tonight with the freeze and the nights between.

    Args:
        anchors: one set.
        nights: what the panel says of each run's questions, by run, in order; the last is tonight's. A run that judged
            none of the anchors is passed over.
        labels: as they stand now, second readings among them.
        answers: what candidates answered anew; None: they are not compared.

    Raises:
        InputError: tonight's run judged no anchor, or is the one at which they were frozen.
    """
    questions = {
        (one.scenario_id, one.candidate_id, one.repeat_number, one.rubric_id, one.criterion_id): one for one in anchors
    }
    ordered = list(questions.values())
    marked = {run_id: [mark(one, views, _is_same) for one in ordered] for run_id, views in nights.items()}
    used = [run_id for run_id, marks in marked.items() if max(marks) >= 0]
    tonight = list(nights)[-1]
    if tonight not in used or len(used) < 2:  # noqa: PLR2004 (tonight and a night before)
        raise InputError(f"run {tonight} judged none of the anchors again; export them and run a configuration on them")
    responses = [(one.scenario_id, one.candidate_id, one.repeat_number) for one in ordered]
    seed = [ordered[0].anchor_set, ordered[0].frozen_at]
    marks = np.array([marked[run_id] for run_id in used])
    judges, moved = watched(marks, responses, [one.criterion_id for one in ordered], seed)
    clinicians = _clinicians(anchors, labels)
    candidates = () if answers is None else candidate_arms(anchors, answers)
    is_complete = marked[tonight].count(-1) <= MOST_MISSING * len(ordered) and not any(
        one.refusal for one in candidates
    )
    found = _attributed(candidates, _judges_move(judges), None if clinicians is None else clinicians.move)
    return Comparison(tuple(used), candidates, judges, moved, clinicians, found, is_complete)


def _attributed(candidates: Sequence[CandidateArm], judges: Move | None, clinicians: Move | None) -> Attribution:
    """All arms together."""
    if not candidates:
        return attribute(None, judges, clinicians)
    each = [one.attributed(judges, clinicians) for one in candidates]
    causes = {cause for one in each for cause in one.causes}
    return Attribution(
        tuple(cause for cause in Cause if cause in causes), each[0].moved, " ".join(one.blame for one in each)
    )


def _is_same(one: AnchorRow, view: View) -> bool:
    return (view.body_sha256, view.criterion_sha256) == (one.body_sha256, one.criterion_sha256)


def _clinicians(anchors: Sequence[AnchorRow], labels: Iterable[Label]) -> ClinicianArm | None:
    """Second readings by the same people against the first."""
    now = {(one.scenario_id, one.candidate_id, one.repeat, one.criterion_id, one.reviewer_id): one for one in labels}
    pairs: list[tuple[tuple[str, str, int], int, int]] = []
    for one in anchors:
        response = (one.scenario_id, one.candidate_id, one.repeat_number)
        again = now.get((*response, one.criterion_id, one.reviewer_id))
        if again and again.blind and again.labelled_at and again.labelled_at > datetime.fromisoformat(one.frozen_at):
            pairs.append(
                (response, int(one.verdict is VerdictValue.VIOLATED), int(again.verdict is VerdictValue.VIOLATED))
            )
    if not pairs:
        return None
    units, names = codes_of([response for response, _, _ in pairs])
    found = night(np.array([[first for _, first, _ in pairs], [second for _, _, second in pairs]]), units)
    changed = {response for response, first, second in pairs if first != second}
    return ClinicianArm(found, proportion(len(names) - len(changed), len(names)))


def _judges_move(found: Watch) -> Move | None:
    return _move(found.overall, is_shown=bool(found.alarms))


def _move(found: Night, *, is_shown: bool) -> Move | None:
    net = found.net
    return None if net.low is None or net.high is None else Move(net.low, net.high, is_shown)
