"""An item as a clinician may see it before committing: scenario, response, rubric, and nothing of any judge.

No type here has a place for a candidate, a lane, a disposition or a finding, so that none can slip onto a page.
"""

from collections.abc import Collection
from dataclasses import dataclass
from typing import Any

from domain.question import Question, questions_of
from domain.record import text_sha256
from domain.rubric import Rubric
from domain.scenario import Scenario
from pipeline.store.connection import Connection
from pipeline.store.rows import fetch

_ITEM = """
    SELECT r.item_id, r.run_id, r.outcome, r.body, r.body_sha256, r.scenario_sha256, s.body_json AS scenario_json,
           u.config_json
    FROM response r
    JOIN disposition d ON d.item_id = r.item_id AND d.run_id = r.run_id
    JOIN scenario s ON s.scenario_sha256 = r.scenario_sha256
    JOIN run u ON u.run_id = r.run_id
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
    scenario = Scenario.model_validate(row["scenario"], strict=False)
    rubrics = fetch_pinned_rubrics(connection, row["config"])
    own = bool(row["config"]["config"].get("scenario_criteria", True))
    asked = tuple(questions_of(scenario, row["body"], rubrics, own_criteria=own))
    versions = {"scenario": row["scenario_sha256"], "response": row["body_sha256"] or text_sha256(row["body"])}
    versions |= {f"rubric {one.rubric_id} {one.version}": one.sha256 for one in rubrics}
    return ReviewItem(row["item_id"], row["run_id"], scenario, row["outcome"], row["body"], asked, versions)


def count_questions(connection: Connection, wanted: Collection[tuple[str, str]]) -> dict[tuple[str, str], int]:
    """How many criteria may apply, by run and scenario (its hash)."""
    found: dict[tuple[str, str], int] = {}
    for run_id in sorted({run_id for run_id, _ in wanted}):
        config = fetch(connection, "SELECT config_json FROM run WHERE run_id = ?", [run_id])[0]["config"]
        rubrics = fetch_pinned_rubrics(connection, config)
        own = bool(config["config"].get("scenario_criteria", True))
        for scenario in _scenarios(connection, run_id):
            asked = questions_of(scenario, "", rubrics, own_criteria=own)
            found[run_id, scenario.sha256] = sum(1 for _ in asked)
    return {key: found[key] for key in wanted}


def _scenarios(connection: Connection, run_id: str) -> list[Scenario]:
    rows = fetch(
        connection,
        "SELECT body_json FROM scenario WHERE scenario_sha256 IN "
        "(SELECT scenario_sha256 FROM response WHERE run_id = ?)",
        [run_id],
    )
    return [Scenario.model_validate(row["body"], strict=False) for row in rows]


def fetch_pinned_rubrics(connection: Connection, config: dict[str, Any]) -> list[Rubric]:
    """The rubrics that a run's configuration is pinned to, by id."""
    pinned = {sha for name, sha in config["content"].items() if name.startswith("rubric ")}
    rows = fetch(connection, "SELECT rubric_sha256, body_json FROM rubric ORDER BY rubric_id")
    return [Rubric.model_validate(row["body"], strict=False) for row in rows if row["rubric_sha256"] in pinned]
