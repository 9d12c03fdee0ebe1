"""A run's calls as spans of OpenTelemetry, in OTLP's JSON: a line is one request to a collector's /v1/traces.

Names follow the GenAI semantic conventions (1.41). No text of a scenario, response or prompt is in a span. A trace is
an item. The times are the journal's: when a call had ended, and how long it took.
"""

from collections.abc import Mapping
from datetime import datetime, timedelta
from importlib.metadata import version
from itertools import islice
from pathlib import Path
from typing import Any, cast

import orjson

from domain.record import text_sha256
from pipeline.files.whole import written_whole
from pipeline.store.connection import Store
from pipeline.store.exports import exported_calls
from pipeline.store.results import RunFacts

Json = dict[str, Any]
_TOGETHER = 500
"""Spans in one line."""
_CLIENT, _FAILED = 3, 2
_TRACE_DIGITS, _SPAN_DIGITS = 32, 16


def write_spans(store: Store, run: RunFacts, folder: Path) -> dict[str, int]:
    """Write spans.jsonl; gives the number of spans by file. A call that was reused was not made and has none."""
    asked = _asked(run.config["config"])
    spans = (_span(run.run_id, row, asked) for row in exported_calls(store, run.run_id) if "reused" not in row["call"])
    path, n = folder / "spans.jsonl", 0
    with written_whole(path) as beside, beside.open("wb") as file:
        while some := list(islice(spans, _TOGETHER)):
            file.write(orjson.dumps(_request(run.run_id, some), option=orjson.OPT_APPEND_NEWLINE))
            n += len(some)
    return {str(path): n}


def _asked(config: Mapping[str, Any]) -> dict[str, tuple[str, str]]:
    """Provider and model of everybody who is asked."""
    candidates = {f"candidate {one['candidate_id']}": one for one in config.get("candidates", [])}
    judges = {f"judge {one['judge_id']}": one for one in config.get("judges", [])}
    return {who: (one["provider"], one.get("model", "")) for who, one in (candidates | judges).items()}


def _request(run_id: str, spans: list[Json]) -> Json:
    scope = {"name": "caveat", "version": version("caveat")}
    resource = _attributes({"service.name": "caveat", "caveat.run_id": run_id})
    return {"resourceSpans": [{"resource": {"attributes": resource}, "scopeSpans": [{"scope": scope, "spans": spans}]}]}


def _span(run_id: str, row: Json, asked: Mapping[str, tuple[str, str]]) -> Json:
    call: Json = row["call"]
    provider, model = asked.get(row["who"], ("", ""))
    end = datetime.fromisoformat(row["ended_at"])
    start = end - timedelta(seconds=call.get("latency_s", 0.0))
    said: Json = {
        "gen_ai.operation.name": "chat",
        "gen_ai.provider.name": provider,
        "gen_ai.request.model": model,
        "gen_ai.response.model": call.get("model"),
        "gen_ai.response.finish_reasons": [call["finish"]] if "finish" in call else None,
        "gen_ai.usage.input_tokens": call.get("input_tokens"),
        "gen_ai.usage.output_tokens": call.get("output_tokens"),
        "error.type": str(call["status"] or "_OTHER") if "failed" in call else None,
        "caveat.who": row["who"],
        "caveat.item_id": row["item_id"],
        "caveat.criterion_id": row["criterion_id"] or None,
        "caveat.attempts": call.get("attempts"),
        "caveat.usd": call.get("usd"),
    }
    return {
        "traceId": text_sha256(row["item_id"])[:_TRACE_DIGITS],
        "spanId": text_sha256(f"{run_id}/{row['journal_offset']}")[:_SPAN_DIGITS],
        "name": f"chat {model}".strip(),
        "kind": _CLIENT,
        "startTimeUnixNano": str(_nanoseconds(start)),
        "endTimeUnixNano": str(_nanoseconds(end)),
        "attributes": _attributes({name: value for name, value in said.items() if value is not None}),
        "status": {"code": _FAILED, "message": call["failed"]} if "failed" in call else {},
    }


def _nanoseconds(at: datetime) -> int:
    return round(at.timestamp() * 1_000_000) * 1000


def _attributes(values: Mapping[str, Any]) -> list[Json]:
    return [{"key": name, "value": _value(value)} for name, value in values.items()]


def _value(value: Any) -> Json:  # noqa: ANN401 (whatever an attribute holds)
    if isinstance(value, list):
        return {"arrayValue": {"values": list(map(_value, cast("list[Any]", value)))}}
    if isinstance(value, int):
        return {"intValue": str(value)}
    return {"doubleValue": value} if isinstance(value, float) else {"stringValue": value}
