"""A journal as large as one likes: a small real run's own, repeated under other ids."""

from collections.abc import Iterator
from pathlib import Path

import orjson

from benchmarks.endpoint import served
from benchmarks.night import CRITERION, N_JUDGES, lay_out
from domain.record import text_sha256
from pipeline.journal import NAME, Entry, read_entries
from pipeline.run import run_batch

_CRITERIA = 5
VERDICTS_AN_ITEM = _CRITERIA * N_JUDGES
_ENDS = [("flagged", "flagged", 12.5), ("borderline", "borderline", 2.5), ("cleared", "audit", 0.0)]
"""Of the first three items in ten; the others are cleared and wait for nobody."""


def specimen(root: Path) -> list[Entry]:
    """The journal of a run of one scenario, in a workspace at this folder."""
    with served(0.0) as endpoint:
        result = run_batch(root, lay_out(root, endpoint.url, 1, in_flight=4, transport="direct"))
    return [entry for entry, _ in read_entries(result.folder / NAME)]


def lines_of(entries: list[Entry], number: int) -> Iterator[bytes]:
    """One item's lines: scenario, response, every verdict, disposition."""
    item_id = text_sha256(f"item {number}")[:20]
    for entry in entries:
        changes = {"item_id": item_id} if "item_id" in entry else {}
        match entry["kind"]:
            case "run":
                pass
            case "scenario":
                scenario_id = f"s{number}"
                yield _line(entry, sha256=text_sha256(scenario_id), body={**entry["body"], "scenario_id": scenario_id})
            case "response":
                scenario_id = f"s{number}"
                yield _line(entry, **changes, scenario_id=scenario_id, scenario_sha256=text_sha256(scenario_id))
            case "verdict":
                yield from _verdicts(entry, item_id)
            case _:
                yield _line(entry, **changes, routed={**entry["routed"], **_end(number)})


def run_line(entries: list[Entry]) -> bytes:
    """What a journal begins with."""
    return _line(next(one for one in entries if one["kind"] == "run"))


def _verdicts(entry: Entry, item_id: str) -> Iterator[bytes]:
    for one in range(_CRITERIA):
        finding = {**entry["finding"], "criterion_id": f"{CRITERION}-{one}"}
        verdict_id = text_sha256(f"{item_id} {finding['judge_id']} {one}")[:20]
        yield _line(entry, item_id=item_id, verdict_id=verdict_id, finding=finding)


def _end(number: int) -> dict[str, object]:
    disposition, lane, priority = [*_ENDS, *7 * [("cleared", None, 0.0)]][number % 10]
    return {"disposition": disposition, "lane": lane, "priority": priority}


def _line(entry: Entry, **changes: object) -> bytes:
    return orjson.dumps({**entry, **changes}, option=orjson.OPT_APPEND_NEWLINE)
