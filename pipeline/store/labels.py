"""People's labels in the store."""

from collections.abc import Collection, Iterable, Sequence
from typing import Any

from domain.errors import InputError
from domain.scenario import Label
from pipeline.store.connection import Connection
from pipeline.store.ingest import Row, insert_new
from pipeline.store.rows import fetch

_KEY = ("scenario_id", "candidate_id", "repeat_number", "criterion_id", "reviewer_id")


def record_labels(connection: Connection, labels: Iterable[Label], *, force: bool = False) -> None:
    """Keep labels. One that is there already stays as it is.

    Args:
        connection: inside a transaction.
        labels: to be kept.
        force: a label that differs from the one that is there replaces it.

    Raises:
        InputError: a label differs from the one that is there; nothing is kept.
    """
    rows = {_key(row): row for row in map(_row, labels)}
    before = {_key(row): row for row in map(_row, fetch_labels(connection))}
    changed = [key for key, row in rows.items() if before.get(key, row) != row]
    if changed and not force:
        first = " / ".join(map(str, changed[0]))
        raise InputError(f"{len(changed)} labels differ from those in the store, first {first}; --force replaces them")
    _forget(connection, changed)
    insert_new(connection, "label", list(rows.values()))


def fetch_item_keys(connection: Connection, item_ids: Collection[str]) -> dict[str, tuple[str, str, int]]:
    """Scenario, candidate and repeat of those of these items that there are."""
    rows = connection.execute(
        "SELECT item_id, scenario_id, candidate_id, repeat_number FROM response "
        "WHERE item_id IN (SELECT unnest(CAST(? AS TEXT[])))",
        [sorted(item_ids)],
    ).fetchall()
    return {row[0]: (row[1], row[2], row[3]) for row in rows}


def _row(one: Label) -> Row:
    return {
        "scenario_id": one.scenario_id,
        "candidate_id": one.candidate_id,
        "repeat_number": one.repeat,
        "criterion_id": one.criterion_id,
        "reviewer_id": one.reviewer_id,
        "verdict": one.verdict,
        "severity": one.severity,
        "reason": one.reason,
        "is_blind": one.blind,
        "inclusion_probability": one.inclusion_probability,
        "labelled_at": one.labelled_at.isoformat() if one.labelled_at else None,
    }


def _key(row: Row) -> tuple[object, ...]:
    return tuple(row[name] for name in _KEY)


def _forget(connection: Connection, keys: list[tuple[object, ...]]) -> None:
    condition = " AND ".join(f"{name} = ?" for name in _KEY)
    for key in keys:
        connection.execute(f"DELETE FROM label WHERE {condition}", key)  # noqa: S608 (our text)


_LABELS = (
    "SELECT scenario_id, candidate_id, repeat_number AS repeat, criterion_id, reviewer_id, verdict, severity, "
    "reason, is_blind AS blind, inclusion_probability, labelled_at FROM label"
)


def fetch_labels(connection: Connection) -> list[Label]:
    """Every label."""
    return labels_of(fetch_label_rows(connection))


def fetch_label_rows(connection: Connection) -> list[dict[str, Any]]:
    """Every label as `labels_of` takes it: a visit for very many is over sooner without the making of them."""
    return fetch(connection, _LABELS)


def labels_of(rows: Iterable[dict[str, Any]]) -> list[Label]:
    """Labels from their rows."""
    return [Label.model_validate(row, strict=False) for row in rows]


def fetch_labels_on(connection: Connection, scenario_id: str, candidate_id: str, repeat: int) -> list[Label]:
    """The labels on one response, by reviewer."""
    one = f"{_LABELS} WHERE scenario_id = ? AND candidate_id = ? AND repeat_number = ? ORDER BY reviewer_id"
    return labels_of(fetch(connection, one, [scenario_id, candidate_id, repeat]))


def count_labels(connection: Connection, criterion_ids: Sequence[str]) -> int:
    """Labels on any of these criteria."""
    rows = fetch(connection, "SELECT criterion_id, count(*) AS n FROM label GROUP BY criterion_id")
    return sum(row["n"] for row in rows if row["criterion_id"] in criterion_ids)
