"""Scenarios in versions: each accepted edit with who and why. What was judged stays tied to the text of its time."""

from dataclasses import dataclass
from typing import Any

import orjson

from domain.scenario import Scenario
from pipeline.store.connection import Connection
from pipeline.store.events import Deed, record_event
from pipeline.store.rows import fetch, insert


@dataclass(frozen=True, slots=True)
class ScenarioVersion:
    """One accepted edit."""

    seq: int
    scenario_id: str
    scenario_sha256: str
    before_sha256: str
    because: str
    review_seq: int | None
    """The review that proposed it; None: whoever accepted it."""
    accepted_at: str
    written_at: str | None
    """None: its file does not hold it yet."""
    body: dict[str, Any]

    def scenario(self) -> Scenario:
        """The whole text."""
        return Scenario.model_validate_json(orjson.dumps(self.body))


@dataclass(frozen=True, slots=True)
class JudgedUnder:
    """What was judged under one text of a scenario."""

    n_responses: int
    n_judged: int
    """Of them, by clinicians."""


@dataclass(frozen=True, slots=True)
class ProposedEdit:
    """An edit that a review proposed, and whether it became a version."""

    review_seq: int
    text: str
    is_accepted: bool


def record_scenario_version(
    connection: Connection, scenario: Scenario, before: Scenario, because: str, review_seq: int | None, by: str, at: str
) -> int:
    """Keep an accepted edit; gives the number of its event."""
    body = scenario.model_dump(mode="json")
    new = {"sha256": scenario.sha256, "because": because, "review": review_seq, "body": body}
    old = {"sha256": before.sha256, "body": before.model_dump(mode="json")}
    seq = record_event(connection, Deed("scenario_changed", by, scenario.scenario_id, at, old=old, new=new))
    row = {"event_seq": seq, "scenario_id": scenario.scenario_id, "scenario_sha256": scenario.sha256,
           "before_sha256": before.sha256, "title": scenario.title, "setting": scenario.setting,
           "body_json": orjson.dumps(body).decode(), "because": because, "review_seq": review_seq,
           "accepted_by": by, "accepted_at": at}  # fmt: skip
    insert(connection, "scenario_version", row)
    return seq


def record_scenario_written(connection: Connection, seq: int, at: str) -> None:
    """Its file holds it."""
    connection.execute("UPDATE scenario_version SET written_at = ? WHERE event_seq = ?", [at, seq])


def fetch_scenario_versions(connection: Connection, scenario_id: str) -> list[ScenarioVersion]:
    """All of one scenario, the latest first."""
    return _fetch(connection, "WHERE scenario_id = ? ORDER BY event_seq DESC", [scenario_id])


def fetch_unwritten_scenarios(connection: Connection) -> list[ScenarioVersion]:
    """Those whose file is still to be written, the first first."""
    return _fetch(connection, "WHERE written_at IS NULL ORDER BY event_seq", [])


def fetch_newer(connection: Connection, scenario_sha256: str) -> ScenarioVersion | None:
    """The version that took this text's place, unless the text came back later."""
    found = _fetch(
        connection,
        "WHERE before_sha256 = ? AND NOT EXISTS (SELECT 1 FROM scenario_version b WHERE b.scenario_sha256 = "
        "scenario_version.before_sha256 AND b.event_seq > scenario_version.event_seq) ORDER BY event_seq DESC LIMIT 1",
        [scenario_sha256],
    )
    return found[0] if found else None


def fetch_judged_under(connection: Connection, scenario_sha256: str) -> JudgedUnder:
    """How much was judged under this very text."""
    (row,) = fetch(
        connection,
        "SELECT count(*) AS n_responses, count(j.item_id) AS n_judged FROM response r "
        "LEFT JOIN (SELECT DISTINCT item_id FROM judgement) j ON j.item_id = r.item_id WHERE r.scenario_sha256 = ?",
        [scenario_sha256],
    )
    return JudgedUnder(**row)


def fetch_proposed_edits(connection: Connection, scenario_sha256: str) -> list[ProposedEdit]:
    """What reviews of this text proposed, the first first."""
    rows = fetch(
        connection,
        "SELECT r.event_seq AS review_seq, r.proposed_edit AS text, v.review_seq IS NOT NULL AS is_accepted "
        "FROM scenario_review r LEFT JOIN (SELECT DISTINCT review_seq FROM scenario_version) v "
        "ON v.review_seq = r.event_seq WHERE r.scenario_sha256 = ? AND r.proposed_edit <> '' ORDER BY r.event_seq",
        [scenario_sha256],
    )
    return [ProposedEdit(**row) for row in rows]


def _fetch(connection: Connection, where: str, values: list[object]) -> list[ScenarioVersion]:
    columns = (
        "event_seq AS seq, scenario_id, scenario_sha256, before_sha256, because, review_seq, accepted_at, written_at"
    )
    rows = fetch(connection, f"SELECT {columns}, body_json FROM scenario_version {where}", values)  # noqa: S608
    return [ScenarioVersion(**row) for row in rows]
