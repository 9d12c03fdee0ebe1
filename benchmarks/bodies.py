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
from judges.judge import judge_request
from judges.prompt import Prompts, load_prompts
from judges.transports.openai_chat import chat_body
from pipeline.respond import candidate_request
from tests.build import criterion_json, rubric, scenario_json
from tests.conftest import ROOT

_PROMPTS = ("system.md", "case.md", "question.md")


def bodies_of(number: int, response: str = PROSE) -> list[dict[str, Any]]:
    """First the candidate's call on this scenario, then each judge's on that response."""
    messages = [{"role": "user", "content": scenario_text(number)}]
    scenario = Scenario.model_validate_json(orjson.dumps(scenario_json(f"s{number}", messages=messages)))
    candidate = Candidate(candidate_id="a", provider="openai", model="candidate", system_prompt=SYSTEM)
    prompts, one_rubric = _content()
    (question,) = questions_of(scenario, response, [one_rubric], own_criteria=True)
    specs = [JudgeSpec.model_validate(judge(one, {"provider": "openai"})) for one in range(N_JUDGES)]
    requests = [candidate_request(candidate, scenario, 0), *(judge_request(one, prompts, question) for one in specs)]
    return [chat_body(one) for one in requests]


@cache
def _content() -> tuple[Prompts, Rubric]:
    prompts = load_prompts({name: (ROOT / "prompts" / name).read_text(encoding="utf-8") for name in _PROMPTS})
    return prompts, rubric(criterion_json(CRITERION))
