"""Examples from label files: the training part alone, agreed on, and without anybody's name."""

from collections.abc import Iterable
from typing import Any

import pytest

from domain.errors import InputError
from domain.model import FewShot, JudgeSpec
from domain.scenario import Label
from domain.split import Split
from judges.few_shot import NO_EXAMPLES, Reviewed
from judges.judge import ModelJudge
from pipeline.config import load_config
from pipeline.few_shot import load_pool, reviewed_of
from pipeline.inputs import Inputs
from pipeline.panel import build_judge
from tests.conftest import Workspace

NAMES = [f"case-{n}" for n in range(40)]
TRAINING = [one for one in NAMES if Split().is_training(one)]
EVALUATION = [one for one in NAMES if not Split().is_training(one)]
RULE = FewShot(labels=("data/labels/t.jsonl",), responses=("data/reviewed.jsonl",))


def label(scenario_id: str, verdict: str = "violated", reviewer_id: str = "dr-ann", **changes: Any) -> dict[str, Any]:
    whole = {"scenario_id": scenario_id, "candidate_id": "a", "criterion_id": "X-1", "reviewer_id": reviewer_id}
    return {**whole, "verdict": verdict, **changes}


def reviewed(*rows: dict[str, Any]) -> list[Reviewed]:
    labels = [Label.model_validate(row, strict=False) for row in rows]
    texts = {(one.scenario_id, "a", 0): f"Reply to {one.scenario_id}." for one in labels}
    return list(reviewed_of(labels, texts))


def inputs(workspace: Workspace, rows: Iterable[dict[str, Any]]) -> Inputs:
    some = list(rows)
    workspace.jsonl("data/labels/t.jsonl", some)
    names = dict.fromkeys(row["scenario_id"] for row in some)
    workspace.jsonl(
        "data/reviewed.jsonl",
        [{"scenario_id": one, "candidate_id": "a", "response": f"Reply to {one}."} for one in names],
    )
    return Inputs(workspace.root, load_config(workspace.config()))


def spec(**changes: Any) -> JudgeSpec:
    return JudgeSpec(judge_id="j", provider="openai", model="m", few_shot=RULE.model_copy(update=changes))


def test_reviewers_who_differ_give_no_example_and_what_does_not_apply_is_none() -> None:
    found = reviewed(
        label("s1"), label("s1", "satisfied", "dr-bo"),
        label("s2"), label("s2", "cannot_tell", "dr-bo"),
        label("s3", "not_applicable"), label("s4", "cannot_tell"),
        label("s5", "satisfied"), label("s5", "satisfied", "dr-bo"),
    )  # fmt: skip
    assert [("s2", True), ("s5", False)] == [(one.scenario_id, one.is_violated) for one in found]


def test_the_reviewer_s_reason_is_the_why_and_no_reviewer_is_named() -> None:
    [found] = reviewed(
        label("s1", reason="  "), label("s1", reviewer_id="dr-bo", reason="As Dr-Ann and dr-bo said: too sure. dr-bob?")
    )
    assert "As a reviewer and a reviewer said: too sure. dr-bob?" == found.why


def test_a_label_without_its_response_is_passed_over() -> None:
    assert [] == list(reviewed_of([Label.model_validate(label("s1"), strict=False)], {}))


def test_examples_come_from_the_training_part(workspace: Workspace) -> None:
    rows = [label(one, "violated" if n % 2 else "satisfied") for n, one in enumerate(TRAINING)]
    pool = load_pool(spec(per_side=3), inputs(workspace, rows))
    assert {*TRAINING} == {one.scenario_id for one in pool.by_criterion["X-1"]}


def test_one_label_of_the_evaluation_part_is_refused_as_leakage(workspace: Workspace) -> None:
    rows = [*(label(one) for one in TRAINING), label(EVALUATION[0])]
    with pytest.raises(InputError, match=r"few_shot\.labels: labels on 1 scenarios of the evaluation part, first "):
        load_pool(spec(), inputs(workspace, rows))


def test_another_seed_has_another_evaluation_part(workspace: Workspace) -> None:
    with pytest.raises(InputError, match="seed 1"):
        load_pool(spec(seed=1), inputs(workspace, [label(one) for one in TRAINING]))


def test_files_without_a_reviewed_response_are_refused(workspace: Workspace) -> None:
    of = inputs(workspace, [label(TRAINING[0], "cannot_tell")])
    with pytest.raises(InputError, match="expected reviewed responses"):
        load_pool(spec(), of)


def test_a_judge_without_the_key_has_no_examples(workspace: Workspace) -> None:
    plain = JudgeSpec(judge_id="j", provider="openai", model="m")
    assert NO_EXAMPLES == load_pool(plain, inputs(workspace, [label(TRAINING[0])]))


def test_an_edited_reason_makes_another_judge(workspace: Workspace) -> None:
    rows = [label(TRAINING[0], reason="Too sure."), label(TRAINING[1], "satisfied")]
    before = build_judge(spec(), inputs(workspace, rows))
    after = build_judge(spec(), inputs(workspace, [{**rows[0], "reason": "Far too sure."}, rows[1]]))
    assert isinstance(before, ModelJudge)
    assert before.fingerprint != after.fingerprint


def test_an_embedded_judge_takes_no_examples() -> None:
    with pytest.raises(ValueError, match="reads no prompt"):
        JudgeSpec(judge_id="j", provider="lexicon", few_shot=RULE)
