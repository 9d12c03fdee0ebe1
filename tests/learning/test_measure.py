"""Every judge of a run on every criterion, and what no card could use."""

from typing import Any

import pytest

from domain.question import SCENARIO_RUBRIC_ID
from domain.scenario import Label
from domain.severity import Severity
from domain.split import Split
from domain.verdict import VerdictValue
from pipeline.learning.measure import Measurement, measure_run
from pipeline.learning.truth import truth_of
from pipeline.store.calibrations import AnswerRow, PanelJudge

V, S = VerdictValue.VIOLATED, VerdictValue.SATISFIED
NAMES = [f"s{n}" for n in range(12)]
SPEC = {"provider": "openai", "model": "m"}


def judge(judge_id: str = "j", **spec: Any) -> PanelJudge:
    return PanelJudge(judge_id, f"print of {judge_id}", is_baseline=False, spec={**SPEC, "judge_id": judge_id, **spec})


def row(
    scenario_id: str, value: VerdictValue = V, *, of: str = "X-1", judge_id: str = "j", rubric: str = "r1"
) -> AnswerRow:
    return AnswerRow((scenario_id, "a", 0, of), rubric, f"sha of {of}", judge_id, Severity.MINOR, 0, value)


def label(scenario_id: str, verdict: VerdictValue = V, of: str = "X-1", **changes: Any) -> Label:
    whole = {"scenario_id": scenario_id, "candidate_id": "a", "criterion_id": of, "reviewer_id": "r"}
    return Label.model_validate({**whole, "verdict": verdict, **changes})


def measured(rows: list[AnswerRow], labels: list[Label], *panel: PanelJudge) -> Measurement:
    return measure_run("run", panel or (judge(),), rows, truth_of(labels), "2026-11-28T09:00:00.000000+00:00")


def test_each_judge_on_each_criterion_has_a_card_that_names_what_it_holds_for() -> None:
    rows = [row("s1"), row("s1", of="X-2"), row("s1", S, judge_id="k")]
    found = measured(rows, [label("s1"), label("s1", of="X-2")], judge(), judge("k"))
    assert [
        ("j", "X-1", "print of j", "sha of X-1", 1.0),
        ("j", "X-2", "print of j", "sha of X-2", 1.0),
        ("k", "X-1", "print of k", "sha of X-1", 0.0),
    ] == [
        (one.judge_id, one.criterion_id, one.judge_fingerprint_sha256, one.criterion_sha256, one.card.sensitivity.value)
        for one in found.cards
    ]


def test_an_edited_criterion_is_measured_apart_although_its_id_is_the_same() -> None:
    edited = AnswerRow(("s2", "a", 0, "X-1"), "r1", "another sha", "j", Severity.MINOR, 0, V)
    found = measured([row("s1"), edited], [label("s1"), label("s2")])
    assert ["another sha", "sha of X-1"] == [one.criterion_sha256 for one in found.cards]
    assert [1, 1] == [one.card.n for one in found.cards]


def test_a_label_stands_for_as_many_questions_as_its_inclusion_probability_says() -> None:
    labels = [label("s1"), label("s2", inclusion_probability=0.25)]
    [one] = measured([row("s1"), row("s2", S)], labels).cards
    assert pytest.approx(1 / 5) == one.card.sensitivity.value


def test_what_no_card_can_use_is_counted() -> None:
    rows = [row("s1"), row("s2", of="O-1", rubric=SCENARIO_RUBRIC_ID)]
    found = measured(rows, [label("s1"), label("s2", of="O-1"), label("s9")])
    assert (1, 1, 0) == (found.n_own, found.n_unmatched, found.n_taught)
    assert ["X-1"] == [one.criterion_id for one in found.cards]


def test_labels_that_may_have_taught_one_judge_still_measure_the_others() -> None:
    teaching = judge("k", few_shot={"labels": ["l"], "responses": ["r"], "seed": 3})
    rows = [row(name, judge_id=one) for name in NAMES for one in "jk"]
    found = measured(rows, [label(name) for name in NAMES], judge(), teaching)
    n_taught = sum(Split(seed=3).is_training(name) for name in NAMES)
    assert 0 < n_taught < len(NAMES)
    assert [len(NAMES), len(NAMES) - n_taught] == [one.card.n for one in found.cards]
    assert n_taught == found.n_taught


def test_any_change_of_labels_weights_or_verdicts_changes_the_hash_of_the_data() -> None:
    def sha256(rows: list[AnswerRow], labels: list[Label]) -> str:
        [one] = measured(rows, labels).cards
        return one.data_sha256

    rows, labels = [row("s1"), row("s2", S)], [label("s1"), label("s2", S)]
    others = [
        sha256([row("s1"), row("s2", V)], labels),
        sha256([*rows, row("s3")], labels),
        sha256(rows, [label("s1", S), label("s2", S)]),
        sha256(rows, labels[:1]),
        sha256(rows, [label("s1", inclusion_probability=0.5), label("s2", S)]),
    ]
    assert sha256(rows, labels) == sha256(rows[::-1], labels[::-1])
    assert len(others) == len({*others} - {sha256(rows, labels)})
