"""An item as a clinician may see it before committing: scenario, response, rubric, and nothing of any judge.

No type here has a place for a candidate, a lane, a disposition or a finding, so that none can slip onto a page.
"""

from collections.abc import Iterable
from dataclasses import dataclass
from typing import Any

from domain.question import Question, questions_of
from domain.record import text_sha256
from domain.scenario import Scenario
from pipeline.store.connection import Connection
from pipeline.store.parsed import Stored, count_criteria, rubric_of, scenario_of
from pipeline.store.rows import fetch

_ITEM = """
    SELECT r.item_id, u.run_id, r.outcome, r.body, r.body_sha256, r.scenario_sha256, s.body_json AS scenario_body,
           u.config_json
    FROM response r
    JOIN sent d ON d.item_id = r.item_id AND d.run_id = r.run_id
    JOIN scenario s ON s.scenario_sha256 = r.scenario_sha256
    LEFT JOIN anchor_reading a ON a.item_id = r.item_id
    JOIN run u ON u.run_id = coalesce(a.of_run_id, r.run_id)
    WHERE r.item_id = ? AND d.lane IS NOT NULL
"""


@dataclass(frozen=True, slots=True)
class ReviewItem:
    """One response that waits for a clinician, with every criterion that may apply to it."""

    item_id: str
    run_id: str
    scenario: Scenario
    outcome: str
    """What the candidate gave; only `completed` has a whole response."""
    response: str
    questions: tuple[Question, ...]
    versions: dict[str, str]
    """What the page shows, by hash: scenario, response and each rubric; kept with the judgement."""

    def question(self, criterion_id: str) -> Question | None:
        """The question of this criterion."""
        return next((one for one in self.questions if one.criterion.criterion_id == criterion_id), None)


def fetch_review_item(connection: Connection, item_id: str) -> ReviewItem | None:
    """The item, if it was sent to people."""
    rows = fetch(connection, _ITEM, [item_id])
    if not rows:
        return None
    row = rows[0]
    scenario = scenario_of(Stored(row["scenario_sha256"], row["scenario_body"]))
    rubrics = [rubric_of(one) for one in _pinned(connection, row["config"])]
    asked = tuple(questions_of(scenario, row["body"], rubrics, own_criteria=_asks_own(row["config"])))
    versions = {"scenario": row["scenario_sha256"], "response": row["body_sha256"] or text_sha256(row["body"])}
    versions |= {f"rubric {one.rubric_id} {one.version}": one.sha256 for one in rubrics}
    return ReviewItem(row["item_id"], row["run_id"], scenario, row["outcome"], row["body"], asked, versions)


def count_questions(connection: Connection, waiting: Iterable[tuple[str, Stored]]) -> list[int]:
    """How many criteria may apply, for each run and scenario."""
    rubrics: dict[str, tuple[tuple[Stored, ...], bool]] = {}
    counts: list[int] = []
    for run_id, scenario in waiting:
        if run_id not in rubrics:
            config = fetch(connection, "SELECT config_json FROM run WHERE run_id = ?", [run_id])[0]["config"]
            rubrics[run_id] = (tuple(_pinned(connection, config)), _asks_own(config))
        pinned, own = rubrics[run_id]
        counts.append(count_criteria(scenario, pinned, own_criteria=own))
    return counts


def _asks_own(config: dict[str, Any]) -> bool:
    return bool(config["config"].get("scenario_criteria", True))


def _pinned(connection: Connection, config: dict[str, Any]) -> list[Stored]:
    """The rubrics that a run's configuration is pinned to, by id."""
    pinned = {sha for name, sha in config["content"].items() if name.startswith("rubric ")}
    rows = fetch(connection, "SELECT rubric_sha256, body_json AS body FROM rubric ORDER BY rubric_id")
    return [Stored(row["rubric_sha256"], row["body"]) for row in rows if row["rubric_sha256"] in pinned]
