"""An endpoint's parameters: what could not reach the provider as written is refused before the night."""

import datetime as dt

import pytest
from pydantic import ValidationError

from domain.model import Endpoint

CANNOT_BE_SENT = {
    "a number beyond 64 bits": 2**70,
    "a key that is a number": {1: "a"},
    "a date, as YAML reads 2026-01-01": dt.date(2026, 1, 1),
    "half a character": "\ud800",
    "not a number": float("nan"),
    "infinity in a list": [0.5, float("inf")],
}


@pytest.mark.parametrize("setting", CANNOT_BE_SENT.values(), ids=CANNOT_BE_SENT)
def test_a_parameter_that_json_cannot_carry_is_refused_by_name(setting: object) -> None:
    with pytest.raises(ValidationError, match="'seed' cannot be sent as JSON"):
        Endpoint(provider="openai", model="m", params={"seed": setting})


def test_parameters_that_json_carries_are_kept_as_they_are() -> None:
    params: dict[str, object] = {"temperature": 0.2, "stop": ["\n"], "thinking": {"budget": 2**63}}
    assert Endpoint(provider="openai", model="m", params=params).params == params
