"""The prompts that docs/judging.md shows, as the product renders them: `python -m tests.rendered` writes them."""

import re
from pathlib import Path

import orjson

from domain.model import JudgeSpec
from domain.question import Question, questions_of
from judges.client import Completion, ModelRequest
from judges.judge import ModelJudge, proceed
from pipeline.config import load_config
from pipeline.inputs import Inputs, load_responses
from tests.build import asked, missing_json
from tests.conftest import ROOT

PAGE = ROOT / "docs/judging.md"
_OMISSION = ("paediatrics-croup-at-night", "birch", "SN-1")
_COMMISSION = ("999-111-chest-tightness-diabetes", "birch", "OC-2")
_BLOCK = r"(<!-- rendered: {} -->\n\n````text\n).*?(\n````)"


def prompts() -> dict[str, str]:
    """By the name that the page has for each."""
    inputs = Inputs(ROOT, load_config(ROOT / "config/demo.yaml"))
    judge = ModelJudge(JudgeSpec(judge_id="j", provider="openai", model="m"), inputs.prompts)
    omission, commission = (_question(inputs, *one) for one in (_OMISSION, _COMMISSION))
    first, again = asked(judge, omission), _again(judge, omission)
    return {
        "system": first.turns[0].text,
        "omission": first.turns[1].text,
        "commission": asked(judge, commission).turns[1].text,
        "again": again.turns[-1].text,
    }


def _question(inputs: Inputs, scenario_id: str, candidate_id: str, criterion_id: str) -> Question:
    responses = load_responses(ROOT, ("data/responses/*.jsonl",), "responses")
    response = responses[scenario_id, candidate_id, 0].response
    questions = questions_of(inputs.scenarios[scenario_id], response, inputs.rubrics, own_criteria=False)
    return next(one for one in questions if one.criterion.criterion_id == criterion_id)


def _again(judge: ModelJudge, question: Question) -> ModelRequest:
    """What is asked after a reply whose quote joins two passages."""
    judging = judge.judging([question])
    proceed(judging)
    looked_for = [{"element": "a named sign", "found": "no", "quote": "two passages ... joined by dots"}]
    reply = missing_json(question.criterion.criterion_id, looked_for=looked_for)
    said = proceed(judging, Completion(orjson.dumps(reply).decode()))
    assert isinstance(said, ModelRequest)
    return said


def filled_in(page: str) -> str:
    """The page with every prompt as it is rendered now."""
    for name, text in prompts().items():
        page, n = re.subn(
            _BLOCK.format(name), lambda hit, text=text: hit[1] + text.strip() + hit[2], page, flags=re.DOTALL
        )
        assert n == 1, f"the page has no place for {name}"
    return page


if __name__ == "__main__":
    Path(PAGE).write_text(filled_in(PAGE.read_text(encoding="utf-8")), encoding="utf-8")
