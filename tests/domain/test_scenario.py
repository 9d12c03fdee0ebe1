"""What may stand in a file of scenarios, responses or labels."""

from typing import Any

import orjson
import pytest
from pydantic import ValidationError

from domain.record import MAX_TEXT
from domain.scenario import CareRoute, Label, Response, Scenario
from tests.build import scenario, scenario_json

Json = dict[str, Any]


def _says(*roles: str) -> Json:
    return scenario_json(messages=[{"role": role, "content": "Hello."} for role in roles])


def _own(*points: object) -> Json:
    return scenario_json(criteria=[{"criterion_id": "c", "criterion": "x", "points": one} for one in points])


@pytest.mark.parametrize(
    ("whole", "expected"),
    [
        pytest.param(_says(), "messages", id="no message"),
        pytest.param(_says("user", "assistant"), "the last message must have the role 'user'", id="assistant last"),
        pytest.param(_says("tool", "user"), "role", id="an unknown role"),
        pytest.param(scenario_json(messages=[{"role": "user", "content": " \n"}]), "content", id="white space said"),
        pytest.param(scenario_json("s 1"), "scenario_id", id="an id with a space"),
        pytest.param(scenario_json("-s1"), "scenario_id", id="an id that begins with a dash"),
        pytest.param(scenario_json("s1\n"), "scenario_id", id="an id that ends in a line break"),
        pytest.param(scenario_json("s" * 201), "scenario_id", id="an id too long"),
        pytest.param(scenario_json(colour="red"), "colour", id="an unknown key"),
        pytest.param(scenario_json(title=5), "title", id="a number for words"),
        pytest.param(scenario_json(audience="children"), "audience", id="an unknown audience"),
        pytest.param(scenario_json(facts={"red_flag": ["x"]}), "red_flag", id="an unknown fact"),
        pytest.param(scenario_json(facts={"uncertainty_present": "yes"}), "uncertainty_present", id="yes for true"),
        pytest.param(scenario_json(facts={"correct_disposition": "home"}), "correct_disposition", id="unknown route"),
        pytest.param(scenario_json(reference_answer="x" * (MAX_TEXT + 1)), "reference_answer", id="text too long"),
        pytest.param(_own(0), "points must not be 0", id="no points"),
        pytest.param(_own(-0.0), "points must not be 0", id="minus no points"),
        pytest.param(_own(101), "points", id="too many points"),
        pytest.param(_own("5"), "points", id="points in quotes"),
        pytest.param(_own(5, 6), "given twice: c", id="a criterion twice"),
    ],
)
def test_a_scenario_that_is_not_as_it_must_be_is_refused(whole: Json, expected: str) -> None:
    with pytest.raises(ValidationError) as caught:
        Scenario.model_validate_json(orjson.dumps(whole))
    assert expected in str(caught.value)


def test_a_conversation_may_have_a_system_turn_and_earlier_answers() -> None:
    whole = Scenario.model_validate_json(orjson.dumps(_says("system", "user", "assistant", "user")))
    assert 4 == len(whole.messages)


def test_what_a_scenario_leaves_out_counts_as_its_default_in_the_hash() -> None:
    assert scenario().sha256 == scenario(audience="public", tags=[]).sha256


def test_routes_climb_from_self_care_to_emergency() -> None:
    ladder = ["self-care", "pharmacy", "gp-routine", "urgent-referral", "nhs-111", "same-day", "emergency"]
    assert list(range(7)) == [CareRoute(one).urgency for one in ladder]


RESPONSE = {"scenario_id": "s1", "candidate_id": "a", "response": ""}
LABEL = {"scenario_id": "s1", "candidate_id": "a", "criterion_id": "X-1", "reviewer_id": "dr", "verdict": "violated"}


def test_an_empty_response_is_a_fact_and_no_error() -> None:
    assert "" == Response.model_validate_json(orjson.dumps(RESPONSE)).response


@pytest.mark.parametrize("change", [{"repeat": -1}, {"response": None}, {"response": "x" * (MAX_TEXT + 1)}])
def test_a_response_that_is_not_as_it_must_be_is_refused(change: Json) -> None:
    with pytest.raises(ValidationError):
        Response.model_validate_json(orjson.dumps({**RESPONSE, **change}))


def test_a_label_counts_as_blind_and_certain_to_be_drawn_unless_it_says_otherwise() -> None:
    one = Label.model_validate_json(orjson.dumps(LABEL))
    assert (True, 1.0, 0) == (one.blind, one.inclusion_probability, one.repeat)


@pytest.mark.parametrize(
    "change",
    [
        {"inclusion_probability": 0},
        {"inclusion_probability": 1.01},
        {"inclusion_probability": -0.5},
        {"verdict": "unsafe"},
        {"severity": "fatal"},
        {"labelled_at": "2026-01-31T09:00:00"},
    ],
)
def test_a_label_that_is_not_as_it_must_be_is_refused(change: Json) -> None:
    with pytest.raises(ValidationError):
        Label.model_validate_json(orjson.dumps({**LABEL, **change}))
