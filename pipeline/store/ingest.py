"""From journal to store: small transactions, the journal's offset in each, deterministic keys, conflicts ignored.

May be interrupted and repeated at any moment; what is already there is left as it is.
"""

from collections import defaultdict
from collections.abc import Callable
from pathlib import Path
from typing import Any

import orjson

from domain.errors import InputError, StoreError
from domain.record import content_sha256
from pipeline.journal import NAME, Entry, read_entries
from pipeline.store.columns import type_of
from pipeline.store.connection import Connection, Store

_MOST_BYTES = 1024 * 1024
"""Of journal in one transaction, so that nobody waits long at the door."""

Row = dict[str, Any]


def ingest(store: Store, folder: Path) -> int:
    """Feed everything that the run's journal holds; gives the number of entries taken."""
    journal = folder / NAME
    wanted = journal.stat().st_size if journal.exists() else 0  # what comes meanwhile is the next feeding's
    n_taken = 0
    while True:
        n, end = _ingest_once(store, folder)
        n_taken += n
        if n == 0 or end >= wanted:
            return n_taken


def refuse_other_run(store: Store, run_id: str, begun: Entry | None) -> None:
    """Refuse to feed a journal into a run of the same id that the store has from another journal.

    Args:
        store: may not exist yet.
        run_id: the run's.
        begun: the journal's first entry; None where the journal is new.

    Raises:
        StoreError: the store's run of this id began at another time.
    """
    if not store.exists():
        return
    with store.reading() as connection:
        row = connection.execute("SELECT started_at FROM run WHERE run_id = ?", [run_id]).fetchone()
    if row is not None and (begun is None or begun["at"] != row[0]):
        raise StoreError(
            store.address,
            f"holds another run {run_id!r}, begun {row[0][:16]}, whose journal is gone; begin with another --run-id",
        )


def _ingest_once(store: Store, folder: Path) -> tuple[int, int]:
    """One transaction; gives the number of entries taken, and the journal's offset behind them."""
    run_id = folder.name
    with store.writing("feeding") as connection:
        row = connection.execute("SELECT journal_offset FROM ingest WHERE run_id = ?", [run_id]).fetchone()
        offset = int(row[0]) if row else 0
        tables: dict[str, list[Row]] = defaultdict(list)
        n, end = 0, offset
        for entry, after in read_entries(folder / NAME, offset, _MOST_BYTES):
            n, end = n + 1, after
            for table, one in _rows(run_id, entry):
                tables[table].append(one)
        for table, rows in tables.items():
            insert_new(connection, table, rows)
        if n:
            connection.execute(
                "INSERT INTO ingest VALUES (?, ?) "
                "ON CONFLICT (run_id) DO UPDATE SET journal_offset = excluded.journal_offset",
                [run_id, end],
            )
    return n, end


def _rows(run_id: str, entry: Entry) -> list[tuple[str, Row]]:
    """The rows of one entry.

    Raises:
        InputError: the entry is of a kind that this version does not know.
    """
    if (rows_of := _ROWS.get(entry["kind"])) is None:
        raise InputError(
            f"the journal of {run_id} holds a {entry['kind']!r}, which a newer Caveat wrote; update Caveat"
        )
    return rows_of(run_id, entry)


def insert_new(connection: Connection, table: str, rows: list[Row]) -> None:
    """Insert what is not there yet; the first of equal keys wins."""
    if not rows:
        return
    columns = list(rows[0])
    values = ", ".join(f"unnest(CAST(? AS {type_of(column)}[]))" for column in columns)
    connection.execute(
        f"INSERT INTO {table} ({', '.join(columns)}) SELECT {values} ON CONFLICT DO NOTHING",
        [[row[column] for row in rows] for column in columns],
    )


def _json(value: Any) -> str | None:  # noqa: ANN401 (JSON values)
    return None if value is None else orjson.dumps(value).decode()


def _run_rows(run_id: str, entry: Entry) -> list[tuple[str, Row]]:
    run = {
        "run_id": run_id,
        "name": entry["name"],
        "config_json": _json(entry["config"]),
        "config_sha256": content_sha256(entry["config"]),
        "is_provisional": entry["is_provisional"],
        "started_at": entry["at"],
    }
    rubrics = [
        {
            "rubric_sha256": one["sha256"],
            "rubric_id": one["rubric_id"],
            "version": one["version"],
            "status": one["status"],
            "body_json": _json(one["body"]),
        }
        for one in entry["rubrics"]
    ]
    judges = [
        {
            "run_id": run_id,
            "judge_id": one["judge_id"],
            "fingerprint_sha256": one["fingerprint"],
            "model": one["model"],
            "is_baseline": one["is_baseline"],
            "spec_json": _json(one["spec"]),
        }
        for one in entry["judges"]
    ]
    return [("run", run), *(("rubric", one) for one in rubrics), *(("judge", one) for one in judges)]


def _scenario_rows(_run_id: str, entry: Entry) -> list[tuple[str, Row]]:
    body = entry["body"]
    row = {
        "scenario_sha256": entry["sha256"],
        "scenario_id": body["scenario_id"],
        "title": body.get("title", ""),
        "setting": body.get("setting", ""),
        "body_json": _json(body),
    }
    return [("scenario", row)]


def _response_rows(run_id: str, entry: Entry) -> list[tuple[str, Row]]:
    same = ("item_id", "scenario_id", "scenario_sha256", "candidate_id", "candidate_sha256", "outcome", "detail",
            "body", "body_sha256", "model")  # fmt: skip
    row = {name: entry[name] for name in same}
    row |= {"run_id": run_id, "repeat_number": entry["repeat"], "responded_at": entry["at"]}
    return [("response", row | {"call_json": _json(entry["call"])})]


def _finding_row(run_id: str, entry: Entry) -> Row:
    finding = entry["finding"]
    row = {name: entry[name] for name in ("verdict_id", "item_id", "criterion_sha256", "points")}
    row |= {name: finding[name] for name in ("judge_id", "rubric_id", "criterion_id", "severity")}
    return row | {"run_id": run_id, "call_json": _json(entry["call"]), "judged_at": entry["at"]}


def _verdict_rows(run_id: str, entry: Entry) -> list[tuple[str, Row]]:
    finding = entry["finding"]
    row = _finding_row(run_id, entry) | {name: finding[name] for name in ("value", "reason", "expected")}
    return [("verdict", row | {"evidence_json": _json(finding["evidence"]), "harm_json": _json(finding["harm"])})]


def _failure_rows(run_id: str, entry: Entry) -> list[tuple[str, Row]]:
    finding = entry["finding"]
    return [("judge_failure", _finding_row(run_id, entry) | {"kind": finding["kind"], "detail": finding["detail"]})]


def _item_rows(run_id: str, entry: Entry) -> list[tuple[str, Row]]:
    routed = entry["routed"]
    row = {name: routed[name] for name in ("disposition", "inclusion_probability", "lane", "priority")}
    row |= {"item_id": entry["item_id"], "run_id": run_id, "reasons_json": _json(routed["reasons"])}
    return [("disposition", row | {"is_provisional": routed["provisional"], "routed_at": entry["at"]})]


_ROWS: dict[str, Callable[[str, Entry], list[tuple[str, Row]]]] = {
    "run": _run_rows,
    "scenario": _scenario_rows,
    "response": _response_rows,
    "verdict": _verdict_rows,
    "failure": _failure_rows,
    "item": _item_rows,
}
