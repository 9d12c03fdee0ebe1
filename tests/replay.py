"""An endpoint that gives the verdicts that a graded HealthBench file already holds, whatever judge prompt asks."""

import re
from typing import Any

import orjson

from domain.verdict import VerdictValue
from judges.prompt import mark_of
from pipeline.importing.foreign import Imported
from tests.build import found_json, harmful_reply_json, missing_json, reply_json
from tests.endpoint import Answer, Body, Say, prompt_text

_MARK = re.compile(r"<response-([a-p]{12})>")
_CRITERION = re.compile(r"^# Criterion (c\d+)$", re.MULTILINE)


def replaying(found: Imported) -> Say:
    """Answer each judge prompt with the file's own verdict, in the shape that a judge must use."""
    points = {
        (one.scenario_id, criterion.criterion_id): criterion.points
        for one in found.scenarios.values()
        for criterion in one.criteria
    }
    texts = {(one.scenario_id, one.candidate_id): one.response for one in found.responses}
    verdicts = {(mark_of(texts[one.scenario_id, one.candidate_id]), one.criterion_id): one for one in found.labels}

    def say(body: Body) -> Answer:
        prompt = prompt_text(body)
        mark, criterion = _MARK.search(prompt), _CRITERION.search(prompt)
        assert mark is not None
        assert criterion is not None
        label = verdicts[mark[1], criterion[1]]
        text = texts[label.scenario_id, label.candidate_id]
        wanted = points[label.scenario_id, label.criterion_id] > 0
        satisfied = label.verdict is VerdictValue.SATISFIED
        return Answer(orjson.dumps(_reply(label.criterion_id, text, wanted=wanted, satisfied=satisfied)).decode())

    return say


def _reply(criterion_id: str, response: str, *, wanted: bool, satisfied: bool) -> dict[str, Any]:
    met = wanted == satisfied
    answer, evidence = ("yes" if met else "no"), ([" ".join(response.split()[:6])] if met else [])
    if not wanted:
        return (reply_json if satisfied else harmful_reply_json)(criterion_id, answer, evidence=evidence)
    return found_json(criterion_id, answer, quote=evidence[0]) if satisfied else missing_json(criterion_id, answer)
