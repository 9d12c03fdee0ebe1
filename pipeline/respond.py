"""From scenario to response, or to a recorded reason why there is none that can be judged."""

from domain.identifiers.gate import IdentifierGate
from domain.item import ResponseOutcome
from domain.model import Candidate
from domain.record import MAX_TEXT
from domain.scenario import Scenario
from judges.client import CallFailure, Completion, Finish, ModelRequest, Turn

_OUTCOMES = {
    Finish.LENGTH: ResponseOutcome.TRUNCATED,
    Finish.REFUSAL: ResponseOutcome.REFUSED,
    Finish.FILTERED: ResponseOutcome.FILTERED,
}


def candidate_request(candidate: Candidate, scenario: Scenario, repeat: int) -> ModelRequest:
    """The conversation as the candidate is given it: its system prompt, then the scenario's messages, no tools."""
    system = [Turn("system", (candidate.system_prompt,))] if candidate.system_prompt else []
    turns = [Turn(message.role, (message.content,)) for message in scenario.messages]
    return ModelRequest(
        model=candidate.model,
        turns=(*system, *turns),
        params=candidate.params,
        repeat=repeat,
        about=f"{scenario.scenario_id}/{repeat}",
    )


def outcome_of(call: Completion | CallFailure, gate: IdentifierGate) -> tuple[ResponseOutcome, str, str]:
    """Outcome, the text to be judged or shown, and a detail for people."""
    if isinstance(call, CallFailure):
        return ResponseOutcome.CALL_FAILED, "", call.detail
    outcome, detail = outcome_of_text(call.text, call.finish, gate)
    return outcome, call.text[:MAX_TEXT], detail


def outcome_of_text(text: str, finish: Finish, gate: IdentifierGate) -> tuple[ResponseOutcome, str]:
    """Whether a text that ended so can be judged, and why not: every text that judges read has come through here."""
    if len(text) <= MAX_TEXT and (problem := gate.problem(text)) is not None:
        return ResponseOutcome.IDENTIFIABLE, f"the response {problem}"
    if finish in _OUTCOMES:
        return _OUTCOMES[finish], f"the model ended with {finish.value}"
    if not text.strip():
        return ResponseOutcome.EMPTY, "the response holds no text"
    if len(text) > MAX_TEXT:
        return ResponseOutcome.TOO_LONG, f"the response has {len(text):,} characters; at most {MAX_TEXT:,} are judged"
    return ResponseOutcome.COMPLETED, ""
