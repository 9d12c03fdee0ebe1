"""The bodies of a scenario's calls, built by the product's own code, for callers and checks that send nothing."""

from functools import cache
from typing import Any

import orjson

from benchmarks.endpoint import PROSE
from benchmarks.night import CRITERION, N_JUDGES, SYSTEM, judge, scenario_text
from domain.model import Candidate, JudgeSpec
from domain.question import questions_of
from domain.rubric import Rubric
from domain.scenario import Scenario
from judges.client import ModelRequest
from judges.judge import ModelJudge, proceed
from judges.prompt import Prompts, load_prompts
from judges.transports.openai_chat import chat_body
from pipeline.config import PromptFiles
from pipeline.respond import candidate_request
from tests.build import criterion_json, rubric, scenario_json
from tests.conftest import ROOT

_PROMPTS = [f"{name}.md" for name in PromptFiles.model_fields]


def bodies_of(number: int, response: str = PROSE) -> list[dict[str, Any]]:
    """First the candidate's call on this scenario, then each judge's on that response."""
    messages = [{"role": "user", "content": scenario_text(number)}]
    scenario = Scenario.model_validate_json(orjson.dumps(scenario_json(f"s{number}", messages=messages)))
    candidate = Candidate(candidate_id="a", provider="openai", model="candidate", system_prompt=SYSTEM)
    prompts, one_rubric = _content()
    (question,) = questions_of(scenario, response, [one_rubric], own_criteria=True)
    specs = [JudgeSpec.model_validate(judge(one, {"provider": "openai"})) for one in range(N_JUDGES)]
    asked = [proceed(ModelJudge(one, prompts).judging([question])) for one in specs]
    requests = [candidate_request(candidate, scenario, 0), *(one for one in asked if isinstance(one, ModelRequest))]
    return [chat_body(one) for one in requests]


@cache
def _content() -> tuple[Prompts, Rubric]:
    prompts = load_prompts({name: (ROOT / "prompts" / name).read_text(encoding="utf-8") for name in _PROMPTS})
    return prompts, rubric(criterion_json(CRITERION))
