"""A person's own blind judgements beside the settled answers, for themselves alone: no one else's figures are here."""

from dataclasses import dataclass

from domain.verdict import VerdictValue
from pipeline.store.adjudications import fetch_adjudication
from pipeline.store.connection import Connection
from pipeline.store.reviews import fetch_versions
from pipeline.store.rows import fetch


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


@dataclass(frozen=True, slots=True)
class Stated:
    """How many of the person's violations state all four reasons."""

    n_whole: int
    n: int


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


def fetch_stated(connection: Connection, person_id: str) -> Stated:
    """Over the person's blind judgements."""
    rows = fetch(
        connection,
        "SELECT reasons_json FROM judgement_criterion "
        "WHERE person_id = ? AND version_number = 1 AND value = 'violated'",
        [person_id],
    )
    return Stated(sum(all(text.strip() for text in row["reasons"].values()) for row in rows), len(rows))
