"""Drafts of rubrics in the store: opened, written piece by piece, tried, offered, approved or dropped."""

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any

from domain.authoring import DraftState
from domain.record import content_sha256
from pipeline.store.connection import Connection
from pipeline.store.events import Deed, record_event
from pipeline.store.judgement_rows import text
from pipeline.store.rows import fetch, insert

Body = dict[str, Any]
"""A rubric as its file would hold it, as far as it is written."""
_COLUMNS = (
    "draft_seq AS seq, rubric_id, base_sha256, origin_seq, state, body_json, because, remark, authors_json, changed_at"
)


@dataclass(frozen=True, slots=True)
class Draft:
    """One of them, as it stands."""

    seq: int
    rubric_id: str
    base_sha256: str
    """The version that it began from; empty: a new rubric."""
    origin_seq: int | None
    """The dispute that it came of."""
    state: DraftState
    body: Body
    because: str
    """Why this version is written; said by whoever offers it."""
    remark: str
    """Of whoever sent it back or dropped it last."""
    authors: list[str]
    """Everybody who wrote something in it: none of them may approve it."""
    changed_at: str

    @property
    def sha256(self) -> str:
        """Of the text as it stands: what was tried and approved is told by it."""
        return content_sha256(self.body)


@dataclass(frozen=True, slots=True)
class KeptTrial:
    """What came of trying a draft's text."""

    body_sha256: str
    run_id: str
    """Empty: on its examples alone, because there was no run."""
    trial: dict[str, Any]
    tried_at: str


def record_draft(
    connection: Connection, rubric_id: str, body: Body, base_sha256: str, origin_seq: int | None, by: str, at: str
) -> int:
    """Open a draft; gives its number. Whoever begins a new rubric is its first author."""
    authors = [] if base_sha256 else [by]
    new = {"rubric_id": rubric_id, "base": base_sha256, "origin": origin_seq, "sha256": content_sha256(body)}
    seq = record_event(connection, Deed("rubric_draft_opened", by, rubric_id, at, new=new))
    row = {"draft_seq": seq, "rubric_id": rubric_id, "base_sha256": base_sha256, "origin_seq": origin_seq,
           "state": DraftState.WRITING, "body_json": text(body), "because": "", "remark": "",
           "authors_json": text(authors), "changed_at": at}  # fmt: skip
    insert(connection, "rubric_draft", row)
    return seq


def record_body(connection: Connection, draft: Draft, body: Body, part: str, by: str, at: str) -> None:
    """Keep what was written; whoever wrote it is an author from then on."""
    new = {"draft": draft.seq, "part": part, "sha256": content_sha256(body)}
    deed = Deed("rubric_draft_written", by, draft.rubric_id, at, old={"sha256": draft.sha256}, new=new)
    record_event(connection, deed)
    connection.execute(
        "UPDATE rubric_draft SET body_json = ?, authors_json = ?, changed_at = ? WHERE draft_seq = ?",
        [text(body), text(sorted({*draft.authors, by})), at, draft.seq],
    )


def record_draft_state(connection: Connection, draft: Draft, to: DraftState, said: str, by: str, at: str) -> None:
    """Move a draft on; what is said goes with an offer as its reason, else it is a remark on it."""
    kind = "rubric_draft_returned" if to is DraftState.WRITING else f"rubric_draft_{to}"
    new = {"draft": draft.seq, "state": to, "said": said, "sha256": draft.sha256}
    record_event(connection, Deed(kind, by, draft.rubric_id, at, old=draft.state, new=new))
    column = "because" if to is DraftState.OFFERED else "remark"
    connection.execute(
        f"UPDATE rubric_draft SET state = ?, {column} = ?, changed_at = ? WHERE draft_seq = ?",  # noqa: S608 (our names)
        [to, said, at, draft.seq],
    )


def record_trial(connection: Connection, draft: Draft, run_id: str, trial: dict[str, Any], by: str, at: str) -> None:
    """Keep what came of trying the draft's text as it stands."""
    new = {"draft": draft.seq, "sha256": draft.sha256, "run_id": run_id}
    seq = record_event(connection, Deed("rubric_draft_tried", by, draft.rubric_id, at, new=new))
    row = {"event_seq": seq, "draft_seq": draft.seq, "body_sha256": draft.sha256, "run_id": run_id, "tried_at": at}
    insert(connection, "rubric_trial", row | {"trial_json": text(trial)})


def fetch_trial(connection: Connection, draft: Draft) -> KeptTrial | None:
    """The latest trial of the draft's text as it stands."""
    rows = fetch(
        connection,
        "SELECT body_sha256, run_id, trial_json, tried_at FROM rubric_trial "
        "WHERE draft_seq = ? AND body_sha256 = ? ORDER BY event_seq DESC LIMIT 1",
        [draft.seq, draft.sha256],
    )
    return KeptTrial(**rows[0]) if rows else None


def fetch_drafts(connection: Connection) -> list[Draft]:
    """Those that are written or offered, the latest first."""
    sql = f"SELECT {_COLUMNS} FROM rubric_draft WHERE state IN ('writing', 'offered') ORDER BY draft_seq DESC"  # noqa: S608
    return [_draft(row) for row in fetch(connection, sql)]


def fetch_drafts_of(connection: Connection, origin_seq: int) -> list[Draft]:
    """What came of one dispute, the first first."""
    sql = f"SELECT {_COLUMNS} FROM rubric_draft WHERE origin_seq = ? ORDER BY draft_seq"  # noqa: S608 (our names)
    return [_draft(row) for row in fetch(connection, sql, [origin_seq])]


def fetch_one_draft(connection: Connection, seq: int) -> Draft | None:
    """One of them, whatever its state."""
    rows = fetch(connection, f"SELECT {_COLUMNS} FROM rubric_draft WHERE draft_seq = ?", [seq])  # noqa: S608
    return _draft(rows[0]) if rows else None


def fetch_taken_ids(connection: Connection, but: Sequence[int] = ()) -> set[str]:
    """Ids of rubrics, criteria and hazards that drafts use."""
    found: set[str] = set()
    for one in fetch_drafts(connection):
        if one.seq not in but:
            found |= ids_of(one.body)
    return found


def ids_of(body: Body) -> set[str]:
    """Every id that a rubric's text gives."""
    criteria = [one["criterion_id"] for one in body.get("criteria", ())]
    return {body["rubric_id"], body.get("hazard", {}).get("hazard_id", ""), *criteria}


def _draft(row: dict[str, Any]) -> Draft:
    read: dict[str, Any] = {"state": DraftState(row["state"])}
    return Draft(**(row | read))
