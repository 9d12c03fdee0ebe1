"""Approved versions of rubrics: kept with who and why, until their file holds them and after."""

from dataclasses import dataclass
from typing import Any

import orjson

from domain.rubric import Rubric
from pipeline.store.connection import Connection
from pipeline.store.events import Deed, record_event
from pipeline.store.rows import fetch, insert
from pipeline.store.rubric_drafts import Draft


@dataclass(frozen=True, slots=True)
class RubricVersion:
    """One of them."""

    seq: int
    rubric_id: str
    version: str
    rubric_sha256: str
    before_sha256: str
    """Of the text that it takes the place of; empty: of none."""
    because: str
    draft_seq: int
    approved_by: str
    approved_at: str
    written_at: str | None
    """None: its file does not hold it yet."""
    body: dict[str, Any]

    def rubric(self) -> Rubric:
        """The whole text."""
        return Rubric.model_validate_json(orjson.dumps(self.body))


def record_rubric_version(connection: Connection, rubric: Rubric, draft: Draft, by: str, at: str) -> int:
    """Keep an approved text; gives the number of its event."""
    body = rubric.model_dump(mode="json", by_alias=True)
    new = {"draft": draft.seq, "version": rubric.version, "sha256": rubric.sha256, "because": draft.because,
           "authors": draft.authors, "body": body}  # fmt: skip
    deed = Deed("rubric_approved", by, rubric.rubric_id, at, seen=draft.sha256, old=draft.base_sha256, new=new)
    seq = record_event(connection, deed)
    row = {"event_seq": seq, "rubric_id": rubric.rubric_id, "version": rubric.version, "because": draft.because,
           "rubric_sha256": rubric.sha256, "before_sha256": draft.base_sha256, "draft_seq": draft.seq,
           "body_json": orjson.dumps(body).decode(), "approved_by": by, "approved_at": at}  # fmt: skip
    insert(connection, "rubric_version", row)
    return seq


def record_rubric_written(connection: Connection, seq: int, at: str) -> None:
    """Its file holds it."""
    connection.execute("UPDATE rubric_version SET written_at = ? WHERE event_seq = ?", [at, seq])


def fetch_rubric_versions(connection: Connection, rubric_id: str) -> list[RubricVersion]:
    """All of one rubric, the latest first."""
    return _fetch(connection, "WHERE rubric_id = ? ORDER BY event_seq DESC", [rubric_id])


def fetch_unwritten_rubrics(connection: Connection) -> list[RubricVersion]:
    """Those whose file is still to be written, the first first."""
    return _fetch(connection, "WHERE written_at IS NULL ORDER BY event_seq", [])


def _fetch(connection: Connection, where: str, values: list[object]) -> list[RubricVersion]:
    columns = (
        "event_seq AS seq, rubric_id, version, rubric_sha256, before_sha256, because, draft_seq, approved_by, "
        "approved_at, written_at"
    )
    rows = fetch(connection, f"SELECT {columns}, body_json FROM rubric_version {where}", values)  # noqa: S608
    return [RubricVersion(**row) for row in rows]
