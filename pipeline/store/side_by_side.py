"""One response with all that was said of it: by readers, in labels and by judges. For leads, of items that nobody is to
judge blind any more (`pipeline.store.coverage.fetch_being_read`); whose a judgement is is left out."""

from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from typing import Any

from domain.review import CriterionJudgement
from domain.scenario import Label, Scenario
from domain.severity import Severity
from pipeline.store.connection import Connection
from pipeline.store.findings import ShownFinding, fetch_shown_findings
from pipeline.store.labels import fetch_labels_on
from pipeline.store.parsed import Stored, rubric_of, scenario_of
from pipeline.store.review_items import pinned
from pipeline.store.reviews import Version, fetch_readers, fetch_versions
from pipeline.store.rows import fetch


@dataclass(frozen=True, slots=True)
class Reading:
    """What one reader said on one criterion: blind, and what was left standing after the judges were shown."""

    blind: CriterionJudgement
    last: CriterionJudgement
    changed_because: str

    @property
    def is_changed(self) -> bool:
        """Whether the reader says otherwise since the judges were shown."""
        return (self.blind.value, self.blind.is_defensible) != (self.last.value, self.last.is_defensible)


@dataclass(frozen=True, slots=True)
class Point:
    """One criterion."""

    criterion_id: str
    title: str
    question: str
    severity: Severity
    readings: list[Reading]
    labels: list[Label]
    findings: list[ShownFinding]

    @property
    def differs(self) -> bool:
        """Whether anybody finds a violation where somebody else does not."""
        said = [*(one.blind.value for one in self.readings), *(one.verdict for one in self.labels)]
        found = {value == "violated" for value in [*said, *(one.value for one in self.findings)]}
        return len(found) > 1


@dataclass(frozen=True, slots=True)
class SideBySide:
    """The response, and the points on which something was said."""

    item_id: str
    run_id: str
    candidate_id: str
    scenario: Scenario
    outcome: str
    response: str
    disposition: str
    inclusion_probability: float | None
    points: list[Point]


_ITEM = """
    SELECT r.run_id, r.candidate_id, r.repeat_number AS repeat, r.scenario_id, r.outcome, r.body, r.scenario_sha256,
           s.body_json AS scenario_body, u.config_json, coalesce(d.disposition, '') AS disposition,
           d.inclusion_probability
    FROM response r
    JOIN scenario s ON s.scenario_sha256 = r.scenario_sha256
    JOIN run u ON u.run_id = r.run_id
    LEFT JOIN sent d ON d.item_id = r.item_id AND d.run_id = r.run_id
    WHERE r.item_id = ?
"""


def fetch_side_by_side(connection: Connection, item_id: str) -> SideBySide | None:
    """The response; None where there is none of this id."""
    rows = fetch(connection, _ITEM, [item_id])
    if not rows:
        return None
    row = rows[0]
    scenario = scenario_of(Stored(row["scenario_sha256"], row["scenario_body"]))
    texts = _texts(connection, row["config"], scenario)
    readers = [fetch_versions(connection, item_id, one) for one in fetch_readers(connection, item_id)]
    labels = fetch_labels_on(connection, row["scenario_id"], row["candidate_id"], row["repeat"])
    return SideBySide(
        item_id,
        row["run_id"],
        row["candidate_id"],
        scenario,
        row["outcome"],
        row["body"],
        row["disposition"],
        row["inclusion_probability"],
        _points(fetch_shown_findings(connection, item_id), readers, labels, texts),
    )


def _texts(connection: Connection, config: dict[str, Any], scenario: Scenario) -> dict[str, tuple[str, str]]:
    """Title and question of each criterion that the run asked about."""
    found = {one.criterion_id: ("", one.criterion) for one in scenario.criteria}
    for stored in pinned(connection, config):
        found |= {one.criterion_id: (one.title, one.question) for one in rubric_of(stored).criteria}
    return found


def _points(
    findings: Iterable[ShownFinding],
    readers: Iterable[list[Version]],
    labels: Iterable[Label],
    texts: Mapping[str, tuple[str, str]],
) -> list[Point]:
    """Those on which somebody differs first; else in the order of the judges' findings."""
    found: dict[str, Point] = {}
    for one in findings:
        title, question = texts.get(one.criterion_id, ("", ""))
        empty = Point(one.criterion_id, title or one.criterion_id, question, one.severity, [], [], [])
        found.setdefault(one.criterion_id, empty).findings.append(one)
    for label in labels:
        if label.criterion_id in found:
            found[label.criterion_id].labels.append(label)
    for versions in readers:
        for blind in versions[0].judgement.criteria:
            if blind.criterion_id in found:
                found[blind.criterion_id].readings.append(_reading(blind, versions))
    return sorted(found.values(), key=lambda one: not one.differs)


def _reading(blind: CriterionJudgement, versions: list[Version]) -> Reading:
    last = versions[-1].judgement.on(blind.criterion_id) or blind
    because = [one.changed_because[blind.criterion_id] for one in versions if blind.criterion_id in one.changed_because]
    return Reading(blind, last, because[-1] if because else "")
