"""A person's own judgements, for themselves alone: beside colleagues' and settled ones, and beside each other."""

from collections import Counter
from dataclasses import dataclass

from domain.review import CriterionJudgement, Reasons
from domain.verdict import VerdictValue
from pipeline.store.adjudications import fetch_adjudication
from pipeline.store.connection import Connection
from pipeline.store.events import Deed, record_event
from pipeline.store.judgement_rows import criterion_of
from pipeline.store.reviews import fetch_versions
from pipeline.store.rows import fetch, insert


@dataclass(frozen=True, slots=True)
class Beside:
    """One criterion of one item: what the person said blind, and how it was settled."""

    item_id: str
    title: str
    criterion_id: str
    mine: VerdictValue
    settled: VerdictValue
    reason: str
    """Of whoever settled it."""


def fetch_beside(connection: Connection, person_id: str) -> list[Beside]:
    """Every criterion of every settled item that the person read, the latest item first."""
    rows = fetch(
        connection,
        "SELECT a.item_id, s.title FROM adjudication a "
        "JOIN judgement j ON j.item_id = a.item_id AND j.person_id = ? AND j.version_number = 1 "
        "JOIN response r ON r.item_id = a.item_id JOIN scenario s ON s.scenario_sha256 = r.scenario_sha256 "
        "ORDER BY a.adjudicated_at DESC, a.item_id",
        [person_id],
    )
    return [one for row in rows for one in _of_item(connection, row["item_id"], row["title"], person_id)]


def _of_item(connection: Connection, item_id: str, title: str, person_id: str) -> list[Beside]:
    settled, mine = fetch_adjudication(connection, item_id), fetch_versions(connection, item_id, person_id)
    if settled is None or not mine:
        return []
    by_id = {one.criterion_id: one.value for one in settled.criteria}
    return [
        Beside(item_id, title, one.criterion_id, one.value, by_id[one.criterion_id], settled.reason)
        for one in mine[0].judgement.criteria
        if one.criterion_id in by_id
    ]


_COLLEAGUES = """
    SELECT m.criterion_id, m.value AS mine, o.value AS theirs
    FROM judgement_criterion m
    JOIN (
        SELECT item_id, person_id,
               row_number() OVER (PARTITION BY item_id ORDER BY judged_at, person_id) AS n
        FROM counted WHERE phase = 'blind' AND person_id <> ?
    ) first ON first.item_id = m.item_id AND first.n = 1
    JOIN judgement_criterion o ON o.item_id = m.item_id AND o.person_id = first.person_id
         AND o.criterion_id = m.criterion_id AND o.version_number = 1
    WHERE m.person_id = ? AND m.version_number = 1
    ORDER BY m.criterion_id, m.item_id
"""


def fetch_colleagues(connection: Connection, person_id: str) -> list[tuple[str, bool]]:
    """Each criterion of each item that somebody else read blind as well, with whether both said the same. One colleague
    an item, the first, and never who it was."""
    rows = fetch(connection, _COLLEAGUES, [person_id, person_id])
    return [(row["criterion_id"], row["mine"] == row["theirs"]) for row in rows]


@dataclass(frozen=True, slots=True)
class Stated:
    """How many of the person's violations state their reasons."""

    n_whole: int
    """All four."""
    n: int
    unstated: dict[str, int]
    """How often each is left out, by the reason's name; those that never are do not stand here."""


def fetch_stated(connection: Connection, person_id: str) -> Stated:
    """Over the person's blind judgements."""
    rows = fetch(
        connection,
        "SELECT reasons_json FROM judgement_criterion "
        "WHERE person_id = ? AND version_number = 1 AND value = 'violated'",
        [person_id],
    )
    left_out = [Reasons(**row["reasons"]).unstated() for row in rows]
    return Stated(sum(not one for one in left_out), len(rows), dict(Counter(name for one in left_out for name in one)))


@dataclass(frozen=True, slots=True)
class Own:
    """What a person said blind on one criterion of one item, with the response that it is about."""

    item_id: str
    scenario_id: str
    title: str
    response: str
    judged_at: str
    said: CriterionJudgement


_OTHERWISE = """
    SELECT c.item_id, r.scenario_id, s.title, r.body AS response, j.judged_at, c.rubric_id, c.criterion_id, c.value,
           c.is_defensible, c.severity, c.evidence_json, c.reasons_json
    FROM judgement_criterion c
    JOIN judgement j ON j.item_id = c.item_id AND j.person_id = c.person_id AND j.version_number = c.version_number
    JOIN response r ON r.item_id = c.item_id
    JOIN scenario s ON s.scenario_sha256 = r.scenario_sha256
    WHERE c.person_id = ? AND c.version_number = 1 AND EXISTS (
        SELECT 1 FROM judgement_criterion o JOIN response x ON x.item_id = o.item_id
        WHERE o.person_id = c.person_id AND o.version_number = 1 AND o.criterion_id = c.criterion_id
          AND o.value <> c.value AND x.scenario_id = r.scenario_id
    )
    ORDER BY j.judged_at, c.item_id, c.criterion_number
"""
_ABOUT_ITEM = ("item_id", "scenario_id", "title", "response", "judged_at")


def fetch_otherwise(connection: Connection, person_id: str) -> list[Own]:
    """What the person said on a criterion, where they said otherwise of another response to the same scenario; the
    first first."""
    return [
        Own(**{name: row[name] for name in _ABOUT_ITEM}, said=criterion_of(row))
        for row in fetch(connection, _OTHERWISE, [person_id])
    ]


@dataclass(frozen=True, slots=True)
class Reflection:
    """What a person says of two judgements of theirs that differ, on one criterion of two items."""

    item_id: str
    other_item_id: str
    criterion_id: str
    body: str
    written_at: str


def record_reflection(connection: Connection, person_id: str, given: Reflection) -> None:
    """Keep it, with its event; what was said of the same two before stays too."""
    new = {"other": given.other_item_id, "criterion_id": given.criterion_id, "body": given.body}
    seq = record_event(connection, Deed("reflected", person_id, given.item_id, given.written_at, new=new))
    row = {name: getattr(given, name) for name in Reflection.__slots__}
    insert(connection, "reflection", {"event_seq": seq, "person_id": person_id, **row})


def fetch_reflections(connection: Connection, person_id: str) -> list[Reflection]:
    """All that the person said of their own judgements, the latest last."""
    rows = fetch(
        connection,
        "SELECT item_id, other_item_id, criterion_id, body, written_at FROM reflection WHERE person_id = ? "
        "ORDER BY event_seq",
        [person_id],
    )
    return [Reflection(**row) for row in rows]
