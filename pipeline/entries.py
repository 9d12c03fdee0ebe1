"""What stands in the journal, and the way back from it."""

from collections.abc import Sequence
from dataclasses import asdict, fields
from datetime import UTC, datetime
from typing import Any

from pydantic import TypeAdapter

from domain.item import Item, ResponseOutcome
from domain.question import Question
from domain.record import MAX_TEXT, content_sha256, text_sha256
from domain.routing import Routed
from domain.verdict import Finding, JudgeFailure, Verdict
from judges.client import CallFailure, Completion, Finish, Reused, Usage
from judges.judge import Judge, Judgement
from pipeline.inputs import Inputs
from pipeline.journal import Entry


def now() -> str:
    """The time, UTC, as text that sorts."""
    return datetime.now(UTC).isoformat(timespec="microseconds")


def run_entry(run_id: str, inputs: Inputs, judges: Sequence[Judge], pinned: dict[str, Any], begun: str) -> Entry:
    """What the whole run is pinned to."""
    return {
        "kind": "run",
        "run_id": run_id,
        "name": inputs.config.name,
        "config": pinned,
        "is_provisional": inputs.config.policy.provisional,
        "at": begun,
        "rubrics": [
            {
                "sha256": one.sha256,
                "rubric_id": one.rubric_id,
                "version": one.version,
                "status": one.status,
                "body": one.model_dump(mode="json", by_alias=True, exclude_defaults=True),
            }
            for one in inputs.rubrics
        ],
        "judges": [
            {
                "judge_id": one.spec.judge_id,
                "fingerprint": one.fingerprint,
                "model": one.spec.model or one.spec.provider,
                "is_baseline": one.spec.is_baseline,
                "spec": one.spec.model_dump(mode="json", exclude={"api_key_env"}),
            }
            for one in judges
        ],
    }


def scenario_entry(item: Item) -> Entry:
    """The scenario itself, so that the journal can be read without the files that it came from."""
    body = item.scenario.model_dump(mode="json", exclude_defaults=True)
    return {"kind": "scenario", "sha256": item.scenario.sha256, "body": body}


def response_entry(
    item: Item,
    outcome: ResponseOutcome,
    body: str,
    *,
    detail: str = "",
    model: str = "",
    key: str = "",
    call: Entry | None = None,
) -> Entry:
    """What the candidate gave; `key` is the hash of the content that determines it, where it was asked for."""
    return {
        "kind": "response",
        "item_id": item.item_id,
        "scenario_id": item.scenario.scenario_id,
        "scenario_sha256": item.scenario.sha256,
        "candidate_id": item.candidate_id,
        "candidate_sha256": item.candidate_sha256,
        "repeat": item.repeat,
        "outcome": outcome,
        "detail": detail,
        "body": body,
        "body_sha256": text_sha256(body),
        "model": model,
        "key": key,
        "call": call,
        "at": now(),
    }


def judge_call_entry(
    item_id: str, judge_id: str, rubric_id: str, key: str, call: Completion | CallFailure, *, is_sound: bool
) -> Entry:
    """A judge's call that does not stand with one finding: others followed it, or were read from it too.

    Args:
        item_id: about which it asked.
        judge_id: who was asked.
        rubric_id: whose criteria it asked about.
        key: hash of the content that determines the reply.
        call: what came back.
        is_sound: whether its reply could be read, so that a later run may reuse it.
    """
    return {
        "kind": "call",
        "item_id": item_id,
        "judge_id": judge_id,
        "rubric_id": rubric_id,
        "key": key,
        "is_sound": is_sound,
        "call": call_entry(call),
        "at": now(),
    }


def finding_entry(
    item_id: str, question: Question, judgement: Judgement, call: Completion | CallFailure | None
) -> Entry:
    """One judge's finding, with the raw reply that it was read from; None where that stands elsewhere, or there was
    none."""
    finding = judgement.finding
    return {
        "kind": "failure" if isinstance(finding, JudgeFailure) else "verdict",
        "verdict_id": verdict_id_of(item_id, finding.judge_id, question, finding.repeat),
        "item_id": item_id,
        "criterion_sha256": question.criterion.sha256,
        "points": question.criterion.points,
        "key": judgement.key,
        # a verdict goes to the journal as it is: turning it into a table first would be most of an entry's cost
        "finding": asdict(finding) if isinstance(finding, JudgeFailure) else finding,
        "call": call_entry(call),
        "at": now(),
    }


def routed_entry(item_id: str, routed: Routed) -> Entry:
    """The end of an item: nothing more is asked about it."""
    flat = {name: getattr(routed, name) for name in _ROUTED}  # nothing in it needs the copy that `asdict` would make
    return {"kind": "item", "item_id": item_id, "routed": flat, "at": now()}


def call_entry(call: Completion | CallFailure | None) -> Entry | None:
    """What a call cost and what came back, word for word."""
    if call is None:
        return None
    if isinstance(call, CallFailure):
        return {"failed": call.detail, "status": call.status, "attempts": call.attempts}
    entry: Entry = {
        "text": call.text[:MAX_TEXT],
        "finish": call.finish,
        "model": call.model,
        "provider_fingerprint": call.provider_fingerprint,
        "input_tokens": call.usage.input_tokens,
        "output_tokens": call.usage.output_tokens,
        "cached_tokens": call.usage.cached_tokens,
        "cache_write_tokens": call.usage.cache_write_tokens,
        "attempts": call.attempts,
        "latency_s": round(call.latency_s, 4),
        "usd": call.usd,
        **({"road": call.road} if call.road else {}),
    }
    return entry if call.reused is None else entry | {"reused": asdict(call.reused)}


def call_of(entry: Entry) -> Completion | CallFailure:
    """The call that `call_entry` wrote down."""
    if "failed" in entry:
        return CallFailure(entry["failed"], entry["status"], entry["attempts"])
    counts = ("input_tokens", "output_tokens", "cached_tokens", "cache_write_tokens")
    usage = Usage(**{name: entry[name] for name in counts})
    reused = entry.get("reused")
    return Completion(
        entry["text"], Finish(entry["finish"]), entry["model"], entry["provider_fingerprint"], usage,
        entry["attempts"], entry["latency_s"], entry["usd"], Reused(**reused) if reused else None,
        entry.get("road", ""),
    )  # fmt: skip


def verdict_id_of(item_id: str, judge_id: str, question: Question, repeat: int) -> str:
    """The same question to the same judge about the same item, the same time round, always has the same id."""
    return content_sha256([item_id, judge_id, question.rubric_id, question.criterion.criterion_id, repeat])[:20]


def finding_of(entry: Entry) -> Finding:
    """The finding that an entry holds."""
    return (_FAILURE if entry["kind"] == "failure" else _VERDICT).validate_python(entry["finding"])


_ROUTED = tuple(one.name for one in fields(Routed))
_VERDICT: TypeAdapter[Verdict] = TypeAdapter(Verdict)
_FAILURE: TypeAdapter[JudgeFailure] = TypeAdapter(JudgeFailure)
