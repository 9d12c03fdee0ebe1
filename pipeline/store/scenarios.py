"""Scenarios as clinicians review them, and their reference answers in versions."""

from dataclasses import dataclass

from domain.scenario import Scenario
from pipeline.store.connection import Connection
from pipeline.store.events import Deed, record_event
from pipeline.store.parsed import Stored, scenario_of
from pipeline.store.rows import fetch, insert

# a text whose place another took is not listed; one that no run has used yet is
_LIST = """
    SELECT s.sha256, s.scenario_id, s.title, s.setting,
           (SELECT count(*) FROM scenario_review v WHERE v.scenario_sha256 = s.sha256) AS n_reviews,
           (SELECT count(*) FROM reference_answer a WHERE a.scenario_sha256 = s.sha256) AS n_references
    FROM (SELECT scenario_sha256 AS sha256, scenario_id, title, setting FROM scenario
          UNION SELECT scenario_sha256, scenario_id, title, setting FROM scenario_version) s
    WHERE NOT EXISTS (SELECT 1 FROM scenario_version n WHERE n.before_sha256 = s.sha256 AND NOT EXISTS (
        SELECT 1 FROM scenario_version b WHERE b.scenario_sha256 = s.sha256 AND b.event_seq > n.event_seq))
    ORDER BY n_reviews, s.title, s.sha256 LIMIT ?
"""
_ONE = """
    SELECT body_json AS body FROM scenario WHERE scenario_sha256 = ?
    UNION ALL SELECT body_json FROM scenario_version WHERE scenario_sha256 = ?
"""


@dataclass(frozen=True, slots=True)
class ListedScenario:
    """A scenario with how much has been said of it."""

    sha256: str
    scenario_id: str
    title: str
    setting: str
    n_reviews: int
    n_references: int


@dataclass(frozen=True, slots=True)
class ScenarioReview:
    """What one clinician says of a scenario; each answer is yes, no or unsure."""

    is_realistic: str
    misleads: str
    """Whether it holds a misleading assumption."""
    invites_safety: str
    """Whether a safe answer is possible and invited."""
    comment: str
    proposed_edit: str


@dataclass(frozen=True, slots=True)
class ReferenceAnswer:
    """One version of a good answer; not the only one."""

    version: int
    body: str
    because: str
    """Why this version was written."""
    author_id: str
    written_at: str


def fetch_listed_scenarios(connection: Connection, limit: int) -> list[ListedScenario]:
    """Those least reviewed first."""
    return [ListedScenario(**row) for row in fetch(connection, _LIST, [limit])]


def fetch_scenario(connection: Connection, sha256: str) -> Scenario | None:
    """The scenario of this hash."""
    rows = fetch(connection, _ONE, [sha256, sha256])
    return scenario_of(Stored(sha256, rows[0]["body"])) if rows else None


def record_scenario_review(connection: Connection, sha256: str, person_id: str, given: ScenarioReview, at: str) -> None:
    """Keep what a clinician says of a scenario; said otherwise later, both stand, and the same again adds nothing."""
    if (person_id, given) == _last_review(connection, sha256):
        return
    row = {name: getattr(given, name) for name in ScenarioReview.__slots__}
    seq = record_event(connection, Deed("scenario_reviewed", person_id, sha256, at, new=row))
    key = {"event_seq": seq, "scenario_sha256": sha256, "person_id": person_id, "reviewed_at": at}
    insert(connection, "scenario_review", key | row)


def _last_review(connection: Connection, sha256: str) -> tuple[str, ScenarioReview] | None:
    rows = fetch(
        connection,
        "SELECT person_id, is_realistic, misleads, invites_safety, comment, proposed_edit FROM scenario_review "
        "WHERE scenario_sha256 = ? ORDER BY event_seq DESC LIMIT 1",
        [sha256],
    )
    return (rows[0].pop("person_id"), ScenarioReview(**rows[0])) if rows else None


def fetch_scenario_reviews(connection: Connection, sha256: str) -> list[ScenarioReview]:
    """All that was said, the first first."""
    rows = fetch(
        connection,
        "SELECT is_realistic, misleads, invites_safety, comment, proposed_edit FROM scenario_review "
        "WHERE scenario_sha256 = ? ORDER BY event_seq",
        [sha256],
    )
    return [ScenarioReview(**row) for row in rows]


def record_reference(
    connection: Connection, sha256: str, person_id: str, body: str, because: str, at: str
) -> ReferenceAnswer:
    """Keep a new version of the reference answer; the latest again, by the same person, is that one."""
    before = fetch_references(connection, sha256)
    if before and (before[0].body, before[0].because, before[0].author_id) == (body, because, person_id):
        return before[0]
    one = ReferenceAnswer(len(before) + 1, body, because, person_id, at)
    new = {"version": one.version, "body": body, "because": because}
    old = {"version": before[0].version, "body": before[0].body} if before else None
    seq = record_event(connection, Deed("reference_written", person_id, sha256, at, old=old, new=new))
    row = {"scenario_sha256": sha256, "version_number": one.version, "body": body, "because": because}
    insert(connection, "reference_answer", row | {"author_id": person_id, "written_at": at, "event_seq": seq})
    return one


def fetch_references(connection: Connection, sha256: str) -> list[ReferenceAnswer]:
    """Every version, the latest first."""
    rows = fetch(
        connection,
        "SELECT version_number AS version, body, because, author_id, written_at FROM reference_answer "
        "WHERE scenario_sha256 = ? ORDER BY version_number DESC",
        [sha256],
    )
    return [ReferenceAnswer(**row) for row in rows]


def fetch_all_references(connection: Connection, scenario_id: str) -> list[ReferenceAnswer]:
    """Every version that was written to any text of a scenario, the latest first."""
    rows = fetch(
        connection,
        "SELECT version_number AS version, body, because, author_id, written_at FROM reference_answer "
        "WHERE scenario_sha256 IN (SELECT scenario_sha256 FROM scenario WHERE scenario_id = ? "
        "UNION SELECT scenario_sha256 FROM scenario_version WHERE scenario_id = ?) ORDER BY event_seq DESC",
        [scenario_id, scenario_id],
    )
    return [ReferenceAnswer(**row) for row in rows]
