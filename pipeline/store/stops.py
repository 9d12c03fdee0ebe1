"""The stop button in the store: what was stopped, by whom and why, and what went back to people by it."""

from dataclasses import asdict, dataclass
from datetime import datetime

from domain.errors import InputError
from pipeline.store.connection import Connection
from pipeline.store.events import Deed, record_event
from pipeline.store.rows import fetch, insert


@dataclass(frozen=True, slots=True)
class StopRow:
    """The stop button, pressed."""

    stop_id: str
    scope: str
    """everything, judge, rubric or run."""
    stopped: str
    """Which one; empty for everything."""
    stopped_at: str
    stopped_by: str
    stop_reason: str
    lifted_at: str | None = None
    lifted_by: str | None = None
    lift_reason: str | None = None
    since_at: str | None = None
    """What cleared since then went to people; None: all that ever cleared."""


_RUNS = 50
_BY_SCOPE = {
    "everything": "TRUE",
    "run": "d.run_id = ?",
    "judge": "d.run_id IN (SELECT run_id FROM judge WHERE judge_id = ?)",
    "rubric": "EXISTS (SELECT 1 FROM verdict v "
    "WHERE v.run_id = d.run_id AND v.item_id = d.item_id AND v.rubric_id = ?)",
}
"""Which items cleared with a part of what is stopped."""


def record_stop(connection: Connection, row: StopRow) -> int:
    """Press the stop button, and send to people what had cleared by what is stopped.

    Args:
        connection: inside a transaction of the turn `PEOPLE`.
        row: the stop.

    Returns:
        How many items go to people that nobody had sent there.
    """
    insert(connection, "stop", asdict(row))
    n_recalled = _recall(connection, row)
    new = asdict(row) | {"n_recalled": n_recalled}
    record_event(connection, Deed("stopped", row.stopped_by, row.stop_id, row.stopped_at, new=new))
    return n_recalled


def recall_fed(connection: Connection, run_id: str, start: int, end: int) -> None:
    """Send to people what a run cleared before it knew of a stop that holds, and what is fed only now.

    Args:
        connection: the transaction that has fed it.
        run_id: the run's.
        start: the stretch of the run's journal that was fed begins behind this offset.
        end: and ends with this one.
    """
    for row in fetch_stops(connection):
        if row.lifted_at is None:
            _recall(
                connection, row, "d.run_id = ? AND d.journal_offset > ? AND d.journal_offset <= ?", run_id, start, end
            )


def _recall(connection: Connection, row: StopRow, where: str = "TRUE", *values: object) -> int:
    named = [row.stopped] if row.scope != "everything" else []
    which = f"{_BY_SCOPE[row.scope]} AND {where}"
    connection.execute(
        "INSERT INTO recall (item_id, run_id, stop_id, recalled_at) SELECT d.item_id, d.run_id, ?, ? "  # noqa: S608 (ours)
        f"FROM disposition d WHERE d.disposition = 'cleared' AND d.routed_at >= ? AND {which} ON CONFLICT DO NOTHING",
        [row.stop_id, row.stopped_at, row.since_at or "", *named, *values],
    )
    found = connection.execute("SELECT count(*) FROM recall WHERE stop_id = ?", [row.stop_id]).fetchone()
    return int(found[0]) if found else 0


def fetch_stops(connection: Connection) -> list[StopRow]:
    """Every stop, the newest first, those lifted too."""
    return [StopRow(**row) for row in fetch(connection, "SELECT * FROM stop ORDER BY stopped_at DESC, stop_id")]


def fetch_stoppable(connection: Connection) -> list[tuple[str, str]]:
    """Every judge and rubric of the store, and the newest runs, each as its scope and name."""
    rows = connection.execute(
        "SELECT * FROM (SELECT DISTINCT 'judge' AS scope, judge_id AS name FROM judge "
        "UNION ALL SELECT DISTINCT 'rubric', rubric_id FROM rubric) AS named ORDER BY scope, name"
    ).fetchall()
    newest = "SELECT 'run', run_id FROM run ORDER BY started_at DESC, run_id LIMIT ?"
    runs = connection.execute(newest, [_RUNS]).fetchall()
    return [(str(scope), str(name)) for scope, name in [*rows, *runs]]


def fetch_runs(connection: Connection, *, judge_id: str | None = None, run_id: str | None = None) -> list[str]:
    """The runs in whose panel the judge is, or the one of this id; none where the store knows none."""
    rows = connection.execute(
        "SELECT DISTINCT run_id FROM judge WHERE judge_id = ? OR run_id = ? ORDER BY run_id", [judge_id, run_id]
    ).fetchall()
    return [str(row[0]) for row in rows]


def lift_stop(connection: Connection, stop_id: str, at: datetime, by: str, reason: str) -> None:
    """Let go of the stop button; what went to people stays with them, and void certificates stay void.

    Raises:
        InputError: there is no stop of this id that holds.
    """
    known = fetch(connection, "SELECT stop_id FROM stop WHERE stop_id = ? AND lifted_at IS NULL", [stop_id])
    if not known:
        raise InputError(f"no stop {stop_id!r} holds; `caveat stop --list` shows those that do")
    connection.execute(
        "UPDATE stop SET lifted_at = ?, lifted_by = ?, lift_reason = ? WHERE stop_id = ?",
        [at.isoformat(), by, reason, stop_id],
    )
    record_event(connection, Deed("stop_lifted", by, stop_id, at.isoformat(), new={"reason": reason}))
