"""What a person has filled in and not committed yet, field by field. Overwritten at will, and no record of anything."""

from collections import defaultdict
from collections.abc import Mapping, Sequence

import orjson

from pipeline.store.connection import Connection
from pipeline.store.rows import fetch

Fields = Mapping[str, Sequence[str]]
"""Values by the name of the field; several where sentences are ticked."""
Draft = Mapping[str, Fields]
"""Fields by part: a criterion's id, or a part of the page as a whole."""


def record_draft(connection: Connection, item_id: str, person_id: str, part: str, fields: Fields, at: str) -> None:
    """Keep fields of one part; others of the same part stay as they are.

    Args:
        connection: inside a transaction of the turn `PEOPLE`.
        item_id: of an item; or the hash of a practice item, which has no id in the store.
        person_id: whose draft.
        part: of the item.
        fields: what was filled in.
        at: when.
    """
    for field, values in fields.items():
        connection.execute(
            "INSERT INTO draft (item_id, person_id, part, field, values_json, saved_at) VALUES (?, ?, ?, ?, ?, ?) "
            "ON CONFLICT (item_id, person_id, part, field) DO UPDATE "
            "SET values_json = excluded.values_json, saved_at = excluded.saved_at",
            [item_id, person_id, part, field, orjson.dumps(list(values)).decode(), at],
        )


def fetch_draft(connection: Connection, item_id: str, person_id: str) -> Draft:
    """All that the person has filled in for an item."""
    rows = fetch(
        connection,
        "SELECT part, field, values_json FROM draft WHERE item_id = ? AND person_id = ? ORDER BY part, field",
        [item_id, person_id],
    )
    found: dict[str, dict[str, list[str]]] = defaultdict(dict)
    for row in rows:
        found[row["part"]][row["field"]] = row["values"]
    return found


def forget_draft(connection: Connection, item_id: str, person_id: str) -> None:
    """Once it is committed."""
    connection.execute("DELETE FROM draft WHERE item_id = ? AND person_id = ?", [item_id, person_id])
