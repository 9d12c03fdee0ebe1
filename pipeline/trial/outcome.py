"""What a trial of two sets of prompts shows: figures of each, how they differ, and every question that flipped."""

from collections.abc import Sequence
from dataclasses import asdict, dataclass
from typing import Any, Literal

import numpy as np

from agreement.design import design
from agreement.paired import McNemar, Paired, Side, compare_pair
from agreement.resample import Resampling
from domain.question import Question
from domain.record import content_sha256
from domain.severity import Severity
from domain.verdict import JudgeFailure, VerdictValue
from pipeline.learning.excerpt import excerpt
from pipeline.learning.truth import Truth
from pipeline.trial.leg import Leg
from pipeline.trial.material import Labelled, Material
from pipeline.votes import votes_of

Turn = Literal["mended", "broken", "other"]
_TURNS: tuple[Turn, ...] = ("broken", "mended", "other")
_SEED_DIGITS = 16


@dataclass(frozen=True, slots=True)
class Said:
    """What a judge under one set of prompts says on one question."""

    verdict: VerdictValue | None
    """None: it failed."""
    reason: str
    quotes: tuple[str, ...]

    @property
    def code(self) -> int:
        """1 violated, 0 anything else, -1 no answer."""
        silent = self.verdict in (None, VerdictValue.CANNOT_TELL)
        return -1 if silent else int(self.verdict is VerdictValue.VIOLATED)


@dataclass(frozen=True, slots=True)
class Flip:
    """A question that the judge answers otherwise under the second set."""

    turn: Turn
    """`mended`: only the second agrees with clinicians; `broken`: only the first; `other`: neither."""
    criterion_id: str
    severity: Severity
    scenario_id: str
    candidate_id: str
    repeat: int
    excerpt: str
    clinicians_verdict: Literal["violated", "not violated"]
    clinicians_reasons: tuple[str, ...]
    first: Said
    second: Said


@dataclass(frozen=True, slots=True)
class Outcome:
    """One judge under both sets of prompts."""

    judge_id: str
    n_questions: int
    n_violations: int
    n_scenarios: int
    n_taught: int
    """Labelled questions left out, because this judge's examples may come from them."""
    paired: Paired
    flips: list[Flip]

    def as_json(self) -> dict[str, Any]:
        """For machines."""
        return {
            "judge_id": self.judge_id, "questions": self.n_questions, "violations": self.n_violations,
            "scenarios": self.n_scenarios, "taught": self.n_taught,
            "a": _side_json(self.paired.first), "b": _side_json(self.paired.second),
            "difference": self.paired.difference._asdict(), "mcnemar": _mcnemar_json(self.paired.mcnemar),
            "flips": [asdict(one) for one in self.flips],
        }  # fmt: skip


@dataclass(frozen=True, slots=True)
class _Row:
    item: Labelled
    question: Question
    truth: Truth
    first: Said
    second: Said


def outcome_of(material: Material, first: Leg, second: Leg) -> Outcome:
    """Compare two legs of the same judge on the same items."""
    rows = [
        _Row(item, question, material.told.by_question[item.question_key(question)], *pair)
        for number, item in enumerate(first.items)
        for question in item.questions
        if (pair := _pair(first, second, number, question)) is not None
    ]
    labels = np.array([int(row.truth.is_violated) for row in rows], dtype=np.intp)
    said = np.array([[row.first.code, row.second.code] for row in rows], dtype=np.intp)
    of = design(np.array([row.item.key[0] for row in rows]), [1 / row.truth.inclusion_probability for row in rows])
    seed = int(content_sha256([said.tolist(), labels.tolist()])[:_SEED_DIGITS], 16)
    paired = compare_pair(said, labels, of, Resampling(np.random.default_rng(seed)))
    n_every = sum(len(item.questions) for item in material.items)
    n_taught = n_every - sum(len(item.questions) for item in first.items)
    return Outcome(
        first.judge.spec.judge_id, len(rows), int(labels.sum()), of.n_scenarios, n_taught, paired, _flips(rows)
    )


def _pair(first: Leg, second: Leg, number: int, question: Question) -> tuple[Said, Said] | None:
    one, other = (_said(leg, number, question) for leg in (first, second))
    return None if one is None or other is None else (one, other)


def _said(leg: Leg, number: int, question: Question) -> Said | None:
    """What the repeats come to, in the words of the first that says so; None where the judge was not asked."""
    findings = leg.findings.get((number, question.rubric_id, question.criterion.criterion_id))
    if findings is None:
        return None
    spec = leg.judge.spec
    [vote] = votes_of(findings, {spec.judge_id: spec.repeats}, question.severity)
    for one in sorted(findings, key=lambda one: one.repeat):
        if isinstance(one, JudgeFailure):
            if vote.value is None:
                return Said(None, f"{one.kind.replace('_', ' ')}: {one.detail}", ())
        elif one.value is vote.value:
            return Said(vote.value, one.reason, tuple(span.quote for span in one.evidence))
    return Said(vote.value, vote.problem, ())


def _flips(rows: Sequence[_Row]) -> list[Flip]:
    """What the second set breaks first, the most severe before the rest."""
    flips = [_flip(row) for row in rows if row.first.code != row.second.code]
    return sorted(
        flips, key=lambda one: (_TURNS.index(one.turn), -one.severity.rank, one.criterion_id, one.scenario_id)
    )


def _flip(row: _Row) -> Flip:
    label = int(row.truth.is_violated)
    turn: Turn = "mended" if row.second.code == label else "broken" if row.first.code == label else "other"
    scenario_id, candidate_id, repeat = row.item.key
    quote = next((one for one in (*row.second.quotes, *row.first.quotes)), "")
    return Flip(
        turn=turn,
        criterion_id=row.question.criterion.criterion_id,
        severity=row.question.severity,
        scenario_id=scenario_id,
        candidate_id=candidate_id,
        repeat=repeat,
        excerpt=excerpt(row.question.response, quote),
        clinicians_verdict="violated" if row.truth.is_violated else "not violated",
        clinicians_reasons=row.truth.reasons,
        first=row.first,
        second=row.second,
    )


def _side_json(one: Side) -> dict[str, Any]:
    return {
        "agreement": one.agreement._asdict(), "sensitivity": one.sensitivity._asdict(),
        "specificity": one.specificity._asdict(), "abstained": one.n_abstained,
    }  # fmt: skip


def _mcnemar_json(one: McNemar) -> dict[str, Any]:
    return {"only_a_right": one.only_first, "only_b_right": one.only_second, "p": one.p}
