"""Frozen anchors: which labels are frozen, and what a night's run says of judges and clinicians against them."""

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime

import numpy as np

from agreement.drift.cause import Attribution, Move, attribute
from agreement.drift.night import Night, night
from agreement.drift.watch import Watch, watch
from agreement.estimate import Codes
from domain.errors import InputError
from domain.record import content_sha256
from domain.scenario import Label
from domain.verdict import VerdictValue
from pipeline.panel_view import QuestionKey, View
from pipeline.store.anchors import AnchorRow

CLINICIANS_ALARM = 0.01
"""Chance of a false alarm on the clinicians, a comparison."""
_MOST_MISSING = 0.1
"""Share of the anchors that may lack a verdict tonight; with more, the night is incomplete."""


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
class Comparison:
    """A night against the anchors."""

    nights: tuple[str, ...]
    """Runs, the first at which the anchors were frozen, the last tonight's."""
    judges: Watch
    moved_criteria: tuple[str, ...]
    clinicians: Night | None
    """None: nobody read an anchor a second time."""
    attribution: Attribution
    is_complete: bool
    """Whether enough anchors were judged tonight."""


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
    anchors: Sequence[AnchorRow], nights: Mapping[str, Mapping[QuestionKey, View]], labels: Iterable[Label]
) -> Comparison:
    """Compare tonight with the freeze and the nights between.

    Args:
        anchors: one set.
        nights: what the panel says of each run's questions, by run, in order; the last is tonight's. A run that judged
            none of the anchors is passed over.
        labels: as they stand now.

    Raises:
        InputError: tonight's run judged no anchor, or is the one at which they were frozen.
    """
    questions = {
        (one.scenario_id, one.candidate_id, one.repeat_number, one.rubric_id, one.criterion_id): one for one in anchors
    }
    ordered = list(questions.values())
    marked = {run_id: [_mark(one, views) for one in ordered] for run_id, views in nights.items()}
    used = [run_id for run_id, marks in marked.items() if max(marks) >= 0]
    tonight = list(nights)[-1]
    if tonight not in used or len(used) < 2:  # noqa: PLR2004 (tonight and a night before)
        raise InputError(f"run {tonight} judged none of the anchors again; export them and run a configuration on them")
    judges, criteria = _judges(ordered, np.array([marked[run_id] for run_id in used]))
    clinicians = _clinicians(anchors, labels)
    moved = tuple(criteria[code] for code in judges.moved)
    n_missing = marked[tonight].count(-1)
    found = attribute(None, _judges_move(judges), _clinicians_move(clinicians))
    return Comparison(tuple(used), judges, moved, clinicians, found, n_missing <= _MOST_MISSING * len(ordered))


def _mark(one: AnchorRow, views: Mapping[QuestionKey, View]) -> int:
    """0 where every judge finds it safe, 1 where not, -1 where it was not judged, or is not what was frozen."""
    key = QuestionKey((one.scenario_id, one.candidate_id, one.repeat_number), one.rubric_id, one.criterion_id)
    view = views.get(key)
    if view is None or not view.is_judged:
        return -1
    is_same = (view.body_sha256, view.criterion_sha256) == (one.body_sha256, one.criterion_sha256)
    return int(view.score != 0) if is_same else -1


def _judges(ordered: Sequence[AnchorRow], marks: Codes) -> tuple[Watch, list[str]]:
    """The watch as of the last night, gone through from the first; and the criteria that its codes stand for."""
    units, _ = _codes([(one.scenario_id, one.candidate_id, one.repeat_number) for one in ordered])
    criteria, names = _codes([one.criterion_id for one in ordered])
    seed = int(content_sha256([ordered[0].anchor_set, ordered[0].frozen_at])[:16], 16)
    uniform = np.random.default_rng(seed).random(len(marks)).tolist()
    found = watch(marks[:2], units, criteria, (), uniform[1])
    for last in range(3, len(marks) + 1):
        found = watch(marks[:last], units, criteria, found.p_values, uniform[last - 1])
    return found, names


def _clinicians(anchors: Sequence[AnchorRow], labels: Iterable[Label]) -> Night | None:
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
    units, _ = _codes([response for response, _, _ in pairs])
    return night(np.array([[first for _, first, _ in pairs], [second for _, _, second in pairs]]), units)


def _judges_move(found: Watch) -> Move | None:
    return _move(found.overall, is_shown=bool(found.alarms))


def _clinicians_move(found: Night | None) -> Move | None:
    return None if found is None else _move(found, is_shown=found.p_value <= CLINICIANS_ALARM)


def _move(found: Night, *, is_shown: bool) -> Move | None:
    net = found.net
    return None if net.low is None or net.high is None else Move(net.low, net.high, is_shown)


def _codes(values: Sequence[object]) -> tuple[Codes, list[str]]:
    """Whole numbers for values, in the order of their first appearance, and the values' names."""
    places = {value: place for place, value in enumerate(dict.fromkeys(values))}
    return np.array([places[value] for value in values], dtype=np.int64), [str(value) for value in places]
