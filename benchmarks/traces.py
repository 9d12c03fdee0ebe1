"""What a run left behind, in a form in which two runs can be compared, and a journal with what an endpoint was sent."""

from collections import Counter
from pathlib import Path
from typing import Any

import orjson

from benchmarks.bodies import bodies_of
from benchmarks.endpoint import body_sha256
from benchmarks.night import RUN_ID
from pipeline.journal import NAME, Entry, read_entries
from pipeline.store.address import open_store
from pipeline.workspace import STORE

Trace = dict[str, list[str]]
"""Every row of every table as text, by table, sorted; without times and the order of calls."""

_TABLES = ("run", "scenario", "rubric", "judge", "response", "verdict", "judge_failure", "disposition", "label")
_PASSING = {"started_at", "responded_at", "judged_at", "routed_at", "latency_s", "attempts", "journal_offset"}
"""Times, and the order in which calls ended."""


def journal_of(root: Path) -> Path:
    """Where the run's journal lies."""
    return root / "data/runs" / RUN_ID / NAME


def trace_of(root: Path) -> Trace:
    """The store of the workspace, which must have all that its journal holds."""
    with open_store(STORE, root).reading() as connection:
        found = {table: sorted(_rows(connection, table)) for table in _TABLES}
        row = connection.execute("SELECT journal_offset FROM ingest").fetchone()
    assert row == (journal_of(root).stat().st_size,), "the store has not all of the journal"
    return found


def calls_of(root: Path) -> list[str]:
    """The hash of the body of every call that the journal holds as finished."""
    whole = [entry for entry, _ in read_entries(journal_of(root))]
    responses = {entry["item_id"]: entry for entry in whole if entry["kind"] == "response"}
    bodies = {item_id: _hashes(entry) for item_id, entry in responses.items()}
    return [bodies[entry["item_id"]][_number(entry)] for entry in whole if entry.get("call")]


def repeated(root: Path) -> list[str]:
    """What stands in the journal more than once, but for scenarios, which may."""
    ids = Counter(
        f"{entry['kind']} {entry.get('verdict_id') or entry.get('item_id') or ''}"
        for entry, _ in read_entries(journal_of(root))
        if entry["kind"] != "scenario"
    )
    return [name for name, n in ids.items() if n > 1]


def _hashes(response: Entry) -> list[str]:
    number = int(response["scenario_id"].removeprefix("s"))
    return [body_sha256(body) for body in bodies_of(number, response["body"])]


def _number(entry: Entry) -> int:
    """Which of a scenario's calls: the candidate's first, then one for each judge."""
    return 0 if entry["kind"] == "response" else 1 + int(entry["finding"]["judge_id"].removeprefix("j"))


def _rows(connection: Any, table: str) -> list[str]:  # noqa: ANN401 (a database's)
    cursor = connection.execute(f"SELECT * FROM {table}")  # noqa: S608 (a name from above)
    names = [column[0] for column in cursor.description]
    return [_text(dict(zip(names, row, strict=True))) for row in cursor.fetchall()]


def _text(row: dict[str, Any]) -> str:
    if row.get("call_json"):
        row["call_json"] = _lasting(orjson.loads(row["call_json"]))
    return orjson.dumps(_lasting(row), option=orjson.OPT_SORT_KEYS).decode()


def _lasting(values: dict[str, Any]) -> dict[str, Any]:
    return {name: value for name, value in values.items() if name not in _PASSING}
