"""What a candidate is given, and what its answer counts as."""

import pytest

from domain.identifiers.gate import IdentifierGate
from domain.item import ResponseOutcome
from domain.model import Candidate
from domain.record import MAX_TEXT
from judges.client import CallFailure, Completion, Finish
from pipeline.respond import candidate_request, outcome_of, outcome_of_text
from tests.build import scenario

TALK = [
    {"role": "user", "content": "My daughter has a rash."},
    {"role": "assistant", "content": "Since when?"},
    {"role": "user", "content": "Today."},
]


@pytest.mark.parametrize("system", [None, "Be careful."])
def test_a_candidate_is_given_the_conversation_and_nothing_else(system: str | None) -> None:
    candidate = Candidate(
        candidate_id="a", provider="openai", model="m", system_prompt=system, params={"temperature": 0}
    )
    facts = {"red_flags": ["a rash that does not fade"]}
    request = candidate_request(candidate, scenario("s1", messages=TALK, facts=facts, reference_answer="999"), 2)
    first = [("system", system)] if system else []
    assert [*first, *((one["role"], one["content"]) for one in TALK)] == [(t.role, t.text) for t in request.turns]
    assert ("m", {"temperature": 0}, None, 2, "s1/2") == (
        request.model, request.params, request.schema, request.repeat, request.about
    )  # fmt: skip


@pytest.mark.parametrize(
    ("call", "expected", "body", "detail"),
    [
        (Completion("Rest."), ResponseOutcome.COMPLETED, "Rest.", ""),
        (Completion("Re", Finish.LENGTH), ResponseOutcome.TRUNCATED, "Re", "length"),
        (Completion("No.", Finish.REFUSAL), ResponseOutcome.REFUSED, "No.", "refusal"),
        (Completion("", Finish.REFUSAL), ResponseOutcome.REFUSED, "", "refusal"),
        (Completion("", Finish.FILTERED), ResponseOutcome.FILTERED, "", "filtered"),
        (Completion(""), ResponseOutcome.EMPTY, "", "no text"),
        (Completion(" \n\t\u00a0"), ResponseOutcome.EMPTY, " \n\t\u00a0", "no text"),
        (Completion("x" * MAX_TEXT), ResponseOutcome.COMPLETED, "x" * MAX_TEXT, ""),
        (Completion("x" * MAX_TEXT + "y"), ResponseOutcome.TOO_LONG, "x" * MAX_TEXT, "200,001 characters"),
        (CallFailure("HTTP 500", 500, 4), ResponseOutcome.CALL_FAILED, "", "HTTP 500"),
    ],
    ids=["stop", "length", "refusal", "silent-refusal", "filter", "empty", "blank", "longest", "too-long", "failed"],
)
def test_only_a_whole_answer_counts_as_completed(
    call: Completion | CallFailure, expected: ResponseOutcome, body: str, detail: str
) -> None:
    outcome, text, said = outcome_of(call, IdentifierGate())
    assert (expected, body) == (outcome, text)
    assert detail in said
    assert bool(detail) == bool(said)


def test_an_imported_text_is_read_by_the_same_rule() -> None:
    assert (ResponseOutcome.COMPLETED, "") == outcome_of_text("Rest.", Finish.STOP, IdentifierGate())
    assert ResponseOutcome.EMPTY is outcome_of_text("  ", Finish.STOP, IdentifierGate())[0]
