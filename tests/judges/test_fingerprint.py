"""A judge is what it is made of: whatever decides its verdicts is in its fingerprint, and nothing else."""

from typing import Any

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from domain.model import HOW_IT_IS_REACHED, JudgeSpec
from judges.judge import ModelJudge, fingerprint
from judges.prompt import Prompts, load_prompts
from tests.build import criterion
from tests.conftest import ROOT

TEXTS = {path.name: path.read_text("utf-8") for path in (ROOT / "prompts").glob("*.md")}
PROMPTS = load_prompts(TEXTS)
SPEC: dict[str, Any] = {"judge_id": "j", "provider": "openai", "model": "m", "params": {"temperature": 0.0}}


def spec(**changes: Any) -> JudgeSpec:
    return JudgeSpec.model_validate({**SPEC, **changes}, strict=False)


def judge(of: JudgeSpec | None = None, prompts: Prompts = PROMPTS) -> ModelJudge:
    return ModelJudge(of or spec(), prompts)


@settings(max_examples=30, deadline=None)
@given(st.sampled_from(sorted(TEXTS)), st.text(alphabet="abc .\n", min_size=1, max_size=8), st.booleans())
def test_any_change_of_any_prompt_makes_another_judge(name: str, words: str, at_the_end: bool) -> None:  # noqa: FBT001 (drawn)
    text = TEXTS[name] + words if at_the_end else words + TEXTS[name]
    assert judge().fingerprint != judge(prompts=load_prompts({**TEXTS, name: text})).fingerprint


CHANGES: list[dict[str, Any]] = [
    {"model": "m2"},
    {"provider": "anthropic"},
    {"base_url": "http://localhost:8000/v1"},
    {"params": {"temperature": 0.1}},
    {"params": {"temperature": 0.0, "seed": 1}},
    {"params": {}},
    {"repeats": 2},
    {"together": 3},
    {"few_shot": {"labels": ["l"], "responses": ["r"]}},
    {"few_shot": {"labels": ["l"], "responses": ["r"], "seed": 1}},
]


@pytest.mark.parametrize("change", CHANGES, ids=str)
def test_a_change_of_model_parameters_or_way_of_asking_makes_another_judge(change: dict[str, Any]) -> None:
    assert judge().fingerprint != judge(spec(**change)).fingerprint


def test_no_two_of_these_changes_make_the_same_judge() -> None:
    prints = [judge(spec(**change)).fingerprint for change in CHANGES]
    assert len(prints) == len({*prints})


@given(st.dictionaries(st.text(max_size=5), st.integers(-9, 9) | st.booleans() | st.text(max_size=5), max_size=4))
def test_parameters_are_compared_by_content_alone(params: dict[str, Any]) -> None:
    turned = dict(reversed(params.items()))
    assert judge(spec(params=params)).fingerprint == judge(spec(params=turned)).fingerprint
    assert judge(spec(params={**params, "new": 1})).fingerprint != judge(spec(params=params)).fingerprint


def test_a_change_of_the_reply_s_schema_makes_another_judge() -> None:
    content = {"prompts": "p", "schemas": "one", "examples": "e"}
    prints = {fingerprint(spec(), {**content, name: "other"}) for name in content}
    assert 3 == len(prints - {fingerprint(spec(), content)})


@pytest.mark.parametrize(
    "change",
    [{"api_key_env": "OTHER"}, {"transport": "direct"}, {"concurrency": 3}, {"per_minute": 9.0},
     {"tokens_per_minute": 9.0}, {"cache": False}],
    ids=str,
)  # fmt: skip
def test_how_it_is_reached_does_not(change: dict[str, Any]) -> None:
    assert HOW_IT_IS_REACHED >= change.keys()
    assert judge().fingerprint == judge(spec(**change)).fingerprint


@pytest.mark.parametrize(
    "change",
    [{"question": "Is there any false reassurance?"}, {"gate": "Is it urgent?"}, {"severity": {"default": "major"}},
     {"not_a_violation": ["Plain words."]}, {"required_action": "Say when to return."}, {"case_facts": ["red_flags"]},
     {"observable": "calming words"}, {"title": "Another title"}],
    ids=str,
)  # fmt: skip
def test_any_edit_of_a_criterion_makes_another_criterion(change: dict[str, Any]) -> None:
    assert criterion().sha256 != criterion(**change).sha256
