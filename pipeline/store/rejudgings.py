"""What a new version of a rubric leaves to be judged anew, by judges and by clinicians, followed until it is closed."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Any

from domain.authoring import RejudgingState
from domain.rubric import Rubric
from pipeline.store.connection import Connection
from pipeline.store.events import Deed, record_event
from pipeline.store.rows import fetch, insert

# of each response the latest that was judged by the old text; one of the same candidate to the same scenario that was
# judged by the new one settles it
_TOUCHED = """
    SELECT item_id, criterion_id,
           EXISTS (SELECT 1 FROM judgement_criterion j WHERE j.item_id = o.item_id AND j.criterion_id = o.criterion_id)
               AS was_reviewed
    FROM (
        SELECT f.item_id, f.criterion_id,
               row_number() OVER (PARTITION BY r.scenario_id, r.candidate_id, r.repeat_number, f.criterion_id
                                  ORDER BY u.started_at DESC, r.run_id DESC, f.item_id) AS n
        FROM (SELECT DISTINCT item_id, run_id, criterion_id FROM (
                  SELECT item_id, run_id, criterion_id, criterion_sha256 FROM verdict
                  UNION ALL SELECT item_id, run_id, criterion_id, criterion_sha256 FROM judge_failure) v
              WHERE criterion_id = ? AND criterion_sha256 = ?) f
        JOIN response r ON r.item_id = f.item_id AND r.run_id = f.run_id
        JOIN run u ON u.run_id = r.run_id
    ) o WHERE n = 1 ORDER BY item_id
"""
_ITEMS = """
    WITH anew AS (
        SELECT DISTINCT r.item_id, r.scenario_id, r.candidate_id, r.repeat_number, f.criterion_id, f.criterion_sha256
        FROM (SELECT item_id, run_id, criterion_id, criterion_sha256 FROM verdict
              UNION ALL SELECT item_id, run_id, criterion_id, criterion_sha256 FROM judge_failure) f
        JOIN response r ON r.item_id = f.item_id AND r.run_id = f.run_id
        WHERE f.criterion_sha256 IN (SELECT criterion_sha256 FROM rejudging_item WHERE rejudging_seq = ?)
    )
    SELECT i.item_id, i.criterion_id, i.was_reviewed, s.title, s.setting, r.scenario_id, r.scenario_sha256,
           r.candidate_id, r.repeat_number AS repeat, r.body, r.model,
           EXISTS (SELECT 1 FROM anew a WHERE a.scenario_id = r.scenario_id AND a.candidate_id = r.candidate_id
                   AND a.repeat_number = r.repeat_number AND a.criterion_id = i.criterion_id
                   AND a.criterion_sha256 = i.criterion_sha256) AS is_judged,
           EXISTS (SELECT 1 FROM anew a JOIN judgement_criterion j
                       ON j.item_id = a.item_id AND j.criterion_id = a.criterion_id
                   WHERE a.scenario_id = r.scenario_id AND a.candidate_id = r.candidate_id
                   AND a.repeat_number = r.repeat_number AND a.criterion_id = i.criterion_id
                   AND a.criterion_sha256 = i.criterion_sha256) AS is_reviewed
    FROM rejudging_item i
    JOIN response r ON r.item_id = i.item_id
    JOIN scenario s ON s.scenario_sha256 = r.scenario_sha256
    WHERE i.rejudging_seq = ? ORDER BY s.title, i.item_id, i.criterion_id
"""
_LISTS = """
    SELECT rejudging_seq AS seq, rubric_id, version, origin_seq, made_at, state, close_reason, closed_at
    FROM rejudging
"""


@dataclass(frozen=True, slots=True)
class Touched:
    """A response of the past that was judged by a criterion's old text."""

    item_id: str
    criterion_id: str
    was_reviewed: bool
    """A clinician judged it by that text as well."""


@dataclass(frozen=True, slots=True)
class Rejudging:
    """One list, as it stands."""

    seq: int
    rubric_id: str
    version: str
    origin_seq: int | None
    made_at: str
    state: RejudgingState
    close_reason: str | None
    closed_at: str | None


@dataclass(frozen=True, slots=True)
class RejudgedItem:
    """One response and criterion of a list, and whether it was judged anew. No page shows whose response it is."""

    item_id: str
    criterion_id: str
    was_reviewed: bool
    title: str
    setting: str
    scenario_id: str
    scenario_sha256: str
    candidate_id: str
    repeat: int
    body: str
    model: str
    is_judged: bool
    is_reviewed: bool

    @property
    def is_done(self) -> bool:
        """Judges have judged it by the new text; so have clinicians, where they had by the old one."""
        return self.is_judged and (self.is_reviewed or not self.was_reviewed)


def fetch_touched(connection: Connection, before: Rubric, criterion_ids: Sequence[str]) -> list[Touched]:
    """Responses that were judged by the texts that these criteria had."""
    old = {one.criterion_id: one.sha256 for one in before.criteria}
    return [
        Touched(**row)
        for name in criterion_ids
        if name in old
        for row in fetch(connection, _TOUCHED, [name, old[name]])
    ]


def record_rejudging(
    connection: Connection, rubric: Rubric, origin_seq: int | None, touched: Sequence[Touched], by: str, at: str
) -> int:
    """Make the list; gives its number."""
    new = {
        "version": rubric.version,
        "origin": origin_seq,
        "items": [[one.item_id, one.criterion_id] for one in touched],
    }
    seq = record_event(connection, Deed("rejudging_listed", by, rubric.rubric_id, at, new=new))
    row = {"rejudging_seq": seq, "rubric_id": rubric.rubric_id, "version": rubric.version, "origin_seq": origin_seq,
           "made_at": at, "state": RejudgingState.OPEN}  # fmt: skip
    insert(connection, "rejudging", row)
    now: Mapping[str, str] = {one.criterion_id: one.sha256 for one in rubric.criteria}
    for one in touched:
        row = {"rejudging_seq": seq, "item_id": one.item_id, "criterion_id": one.criterion_id,
               "criterion_sha256": now[one.criterion_id], "was_reviewed": one.was_reviewed}  # fmt: skip
        insert(connection, "rejudging_item", row)
    return seq


def record_rejudging_closed(connection: Connection, one: Rejudging, n_left: int, reason: str, by: str, at: str) -> None:
    """Close the list."""
    new = {"list": one.seq, "left": n_left, "reason": reason}
    record_event(connection, Deed("rejudging_closed", by, one.rubric_id, at, old=one.state, new=new))
    connection.execute(
        "UPDATE rejudging SET state = 'closed', closed_by = ?, close_reason = ?, closed_at = ? WHERE rejudging_seq = ?",
        [by, reason, at, one.seq],
    )


def fetch_rejudgings(connection: Connection) -> list[Rejudging]:
    """All of them, the open ones first, then the latest first."""
    return [_rejudging(row) for row in fetch(connection, f"{_LISTS} ORDER BY state = 'closed', rejudging_seq DESC")]


def fetch_rejudging(connection: Connection, seq: int) -> Rejudging | None:
    """One of them."""
    rows = fetch(connection, f"{_LISTS} WHERE rejudging_seq = ?", [seq])
    return _rejudging(rows[0]) if rows else None


def fetch_rejudged_items(connection: Connection, seq: int) -> list[RejudgedItem]:
    """What stands on a list."""
    return [RejudgedItem(**row) for row in fetch(connection, _ITEMS, [seq, seq])]


def _rejudging(row: dict[str, Any]) -> Rejudging:
    read: dict[str, Any] = {"state": RejudgingState(row["state"])}
    return Rejudging(**(row | read))
