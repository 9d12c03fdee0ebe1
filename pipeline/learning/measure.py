"""Every judge of a run measured against clinicians' labels, criterion by criterion."""

from collections import defaultdict
from collections.abc import Iterable, Sequence
from dataclasses import dataclass

import numpy as np

from agreement.card import Answers, Card, Repeats, measure
from agreement.design import design
from agreement.resample import Resampling
from domain.model import JudgeSpec
from domain.question import SCENARIO_RUBRIC_ID
from domain.record import content_sha256
from pipeline.learning.answers import Answered, answered
from pipeline.learning.truth import Told, Truth
from pipeline.store.calibrations import AnswerRow, Measured, PanelJudge
from pipeline.store.results import VerdictKey

Labelled = tuple[Answered, Truth]
"""A question that both the judge and clinicians answered."""

_SEED_DIGITS = 16


@dataclass(frozen=True, slots=True)
class Measurement:
    """The cards, and the labels that no card could use."""

    cards: list[Measured]
    n_own: int
    """Labels on the scenarios' own criteria: each is a criterion by itself, so none has labels enough."""
    n_taught: int
    """Labels on scenarios from which a judge's examples are drawn, left out for that judge."""
    n_unmatched: int
    """Labelled questions that the run did not judge."""


def measure_run(
    run_id: str, panel: Sequence[PanelJudge], rows: Iterable[AnswerRow], told: Told, measured_at: str
) -> Measurement:
    """Measure each judge on each criterion that it was asked on.

    Args:
        run_id: whose answers these are.
        panel: the run's judges.
        rows: all findings of the run.
        told: clinicians' answers.
        measured_at: ISO 8601, UTC.
    """
    rubric_rows, own, judged = _sorted_out(rows)
    judges = {one.judge_id: (one, spec_of(one)) for one in panel}
    usable = {judge_id: _usable(spec, told) for judge_id, (_, spec) in judges.items()}
    cards: list[Measured] = []
    taught: set[VerdictKey] = set()
    for (judge_id, criterion_id, criterion_sha256), some in sorted(rubric_rows.items()):
        judge, spec = judges[judge_id]
        questions = answered(some, spec.repeats)
        taught |= {one.key for one in questions if one.key in told.by_question and one.key not in usable[judge_id]}
        labelled = [(one, truth) for one in questions if (truth := usable[judge_id].get(one.key)) is not None]
        data_sha256, card = _card(questions, labelled)
        holds_for = (criterion_id, criterion_sha256, judge_id, judge.fingerprint_sha256)
        cards.append(Measured(*holds_for, run_id, data_sha256, _reviewers(labelled), measured_at, card))
    known = told.by_question.keys()
    return Measurement(cards, len(own & known), len(taught), len(known - judged))


def _sorted_out(
    rows: Iterable[AnswerRow],
) -> tuple[dict[tuple[str, str, str], list[AnswerRow]], set[VerdictKey], set[VerdictKey]]:
    """Rows by judge, criterion and its hash; the questions on scenarios' own criteria; and all questions."""
    groups: defaultdict[tuple[str, str, str], list[AnswerRow]] = defaultdict(list)
    own: set[VerdictKey] = set()
    judged: set[VerdictKey] = set()
    for row in rows:
        judged.add(row.key)
        if row.rubric_id == SCENARIO_RUBRIC_ID:
            own.add(row.key)
        else:
            groups[row.judge_id, row.key[3], row.criterion_sha256].append(row)
    return groups, own, judged


def _usable(spec: JudgeSpec, told: Told) -> dict[VerdictKey, Truth]:
    """What this judge may be measured against."""
    return {key: truth for key, truth in told.by_question.items() if not is_taught(spec, key[0])}


def spec_of(judge: PanelJudge) -> JudgeSpec:
    """The judge's specification, as the run recorded it."""
    return JudgeSpec.model_validate(judge.spec, strict=False)


def is_taught(spec: JudgeSpec, scenario_id: str) -> bool:
    """Whether the judge may have read this scenario's labels as examples: it then proves nothing about the judge."""
    return spec.few_shot is not None and spec.few_shot.split.is_training(scenario_id)


def _reviewers(labelled: Sequence[Labelled]) -> tuple[str, ...]:
    return tuple(sorted({label.reviewer_id for _, truth in labelled for label in truth.labels}))


def _card(questions: Sequence[Answered], labelled: Sequence[Labelled]) -> tuple[str, Card]:
    """The hash of what is measured, and the card."""
    data_sha256 = content_sha256(
        [
            [(one.key, one.severity, one.codes) for one in questions],
            [(one.key, truth.is_violated, truth.inclusion_probability) for one, truth in labelled],
        ]
    )
    # the same data give the same figures, whoever measures them and when
    how = Resampling(np.random.default_rng(int(data_sha256[:_SEED_DIGITS], 16)))
    values = np.array([one.codes for one in questions], dtype=np.intp)
    repeats = Repeats(values, design(np.array([one.key[0] for one in questions])))
    return data_sha256, measure(answers_of(labelled), repeats, data_sha256, how)


def answers_of(labelled: Sequence[Labelled]) -> Answers:
    """As arrays, weighted by 1 / inclusion probability."""
    scores = [np.nan if (score := one.score) is None else score for one, _ in labelled]
    said = [-1 if one.is_violated is None else int(one.is_violated) for one, _ in labelled]
    return Answers(
        labels=np.array([float(truth.is_violated) for _, truth in labelled]),
        scores=np.array(scores, dtype=np.float64),
        said=np.array(said, dtype=np.intp),
        of=design(
            np.array([one.key[0] for one, _ in labelled], dtype=np.str_),
            [1 / truth.inclusion_probability for _, truth in labelled],
        ),
    )
