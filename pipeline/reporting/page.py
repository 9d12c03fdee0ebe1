"""What the report's page shows: one typed record, gathered from the store."""

from collections import defaultdict
from dataclasses import asdict, dataclass
from typing import Any

from domain.routing import Disposition
from domain.severity import Severity
from domain.verdict import VerdictValue
from pipeline.learning.cards import RunCard, gather_cards, reviewers_of
from pipeline.points import points_score
from pipeline.reporting.charts import Bar, bars
from pipeline.reporting.highlight import Piece, pieces
from pipeline.reporting.panel.figures import PanelFigures, gather_panel
from pipeline.reporting.panel.pictures import PanelPictures, panel_pictures
from pipeline.reporting.voices import Voice, voices
from pipeline.store.connection import Connection
from pipeline.store.costs import CostRow, fetch_costs
from pipeline.store.queue import QueueCount, count_queue
from pipeline.store.results import (
    ItemRow,
    RubricFacts,
    RunFacts,
    count_dispositions,
    count_failures,
    count_outcomes,
    count_violations,
    fetch_items,
    fetch_own_points,
    fetch_rubrics,
    fetch_run,
)

DISPOSITIONS = [Disposition.FLAGGED.value, Disposition.BORDERLINE.value, Disposition.CLEARED.value]
SEVERITIES = [severity.value for severity in reversed(Severity)]


@dataclass(frozen=True, slots=True)
class PointsRow:
    """Mean points score of one candidate by one judge."""

    candidate_id: str
    judge_id: str
    n: int
    n_unscored: int
    """Responses on which a criterion has no clear verdict, so that no score can be had."""
    mean: float | None
    """Clipped to [0, 1] as HealthBench does; None where nothing was scored."""


@dataclass(frozen=True, slots=True)
class ReportItem:
    """A response with its quotes marked and its findings in order of weight."""

    row: ItemRow
    pieces: list[Piece]
    violations: list[list[Voice]]
    """By criterion, the most severe first; within, one for each judge that found it."""
    others: list[Voice]


@dataclass(frozen=True, slots=True)
class ReportPage:
    """Everything on the page."""

    run: RunFacts
    rubrics: list[RubricFacts]
    totals: dict[str, int]
    waiting: list[QueueCount]
    by_candidate: list[Bar]
    by_criterion: list[Bar]
    failures: list[tuple[str, str, int]]
    outcomes: dict[str, int]
    points: list[PointsRow]
    costs: list[CostRow]
    panel: PanelFigures
    pictures: PanelPictures
    items: list[ReportItem]
    titles: dict[str, str]
    """A criterion's title by its id."""
    cards: list[RunCard]
    """How far each judge can be trusted on each criterion."""
    authored: bool
    """Whether responses are authored stand-ins, no system's own."""

    @property
    def n(self) -> int:
        """Responses in all."""
        return sum(self.totals.values())

    @property
    def reviewers(self) -> list[str]:
        """Whose labels the judges' cards rest on."""
        return reviewers_of(self.cards)

    @property
    def drafts(self) -> list[str]:
        """Rubrics that no clinician has approved."""
        return [rubric.title for rubric in self.rubrics if rubric.status != "approved"]

    def as_json(self) -> dict[str, Any]:
        """The figures, for machines."""
        return {
            "run_id": self.run.run_id, "provisional": self.run.provisional, "draft_rubrics": self.drafts,
            "dispositions": self.totals, "waiting": {one.lane: one.n for one in self.waiting},
            "by_candidate": {bar.label: {s.name: s.n for s in bar.segments} for bar in self.by_candidate},
            "violations": {bar.label: {s.name: s.n for s in bar.segments} for bar in self.by_criterion},
            "judge_failures": [{"judge_id": j, "kind": kind, "n": n} for j, kind, n in self.failures],
            "responses": self.outcomes,
            "costs": [asdict(one) for one in self.costs],
            "points": [asdict(one) for one in self.points],
            "panel": self.panel.as_json(),
            "items": [_item_json(one.row) for one in self.items],
            "cards": [one.as_json() for one in self.cards],
        }  # fmt: skip


def gather_report(connection: Connection, run_id: str, n_items: int) -> ReportPage:
    """Read what the page needs; the worst `n_items` responses in full.

    Raises:
        InputError: the store has no such run.
    """
    run = fetch_run(connection, run_id)
    rubrics = fetch_rubrics(connection, run)
    titles = {criterion: title for rubric in rubrics for criterion, title in rubric.criteria.items()}
    by_candidate = count_dispositions(connection, run_id)
    costs = fetch_costs(connection, run_id)
    panel = gather_panel(connection, run, costs)
    totals = {name: sum(counts.get(name, 0) for counts in by_candidate.values()) for name in DISPOSITIONS}
    return ReportPage(
        run=run,
        rubrics=rubrics,
        totals=totals,
        waiting=count_queue(connection, run_id=run_id),
        by_candidate=bars([(one, "", counts) for one, counts in by_candidate.items()], DISPOSITIONS, share=True),
        by_criterion=_violation_bars(count_violations(connection, run_id), titles),
        failures=count_failures(connection, run_id),
        outcomes=count_outcomes(connection, run_id),
        points=_points(fetch_own_points(connection, run_id)),
        costs=costs,
        panel=panel,
        pictures=panel_pictures(panel),
        items=[_item(row) for row in fetch_items(connection, run_id, limit=n_items)],
        titles=titles,
        cards=gather_cards(connection, run_id),
        authored=any(one.get("provider") == "scripted" for one in run.config["config"]["candidates"]),
    )


def _violation_bars(rows: list[tuple[str, str, str, int]], titles: dict[str, str]) -> list[Bar]:
    counts: dict[tuple[str, str], dict[str, int]] = defaultdict(dict)
    for rubric_id, criterion_id, severity, n in rows:
        if criterion_id in titles:
            counts[rubric_id, criterion_id][severity] = n
        else:  # the scenarios' own criteria share no meaning but their rubric's name
            own = counts[rubric_id, "own criteria"]
            own[severity] = own.get(severity, 0) + n
    return bars(
        [(criterion, titles.get(criterion, rubric), counts[rubric, criterion]) for rubric, criterion in counts],
        SEVERITIES,
        share=False,
    )


def _points(rows: list[tuple[str, str, str, str, float, VerdictValue | None]]) -> list[PointsRow]:
    by_item: dict[tuple[str, str, str], list[tuple[float, VerdictValue | None]]] = defaultdict(list)
    for item_id, candidate_id, judge_id, _, points, value in rows:
        by_item[candidate_id, judge_id, item_id].append((points, value))
    scores: dict[tuple[str, str], list[float | None]] = defaultdict(list)
    for (candidate_id, judge_id, _), criteria in by_item.items():
        scores[candidate_id, judge_id].append(points_score(criteria))
    found: list[PointsRow] = []
    for (candidate_id, judge_id), some in sorted(scores.items()):
        known = [one for one in some if one is not None]
        mean = min(1.0, max(0.0, sum(known) / len(known))) if known else None
        found.append(PointsRow(candidate_id, judge_id, len(some), len(some) - len(known), mean))
    return found


def _item(row: ItemRow) -> ReportItem:
    violations: dict[str, list[Voice]] = defaultdict(list)
    said = voices(sorted(row.findings, key=lambda one: -one.severity.rank))
    for one in said:
        if one.finding.value is VerdictValue.VIOLATED:
            violations[one.finding.criterion_id].append(one)
    others = [one for one in said if one.finding.value is not VerdictValue.VIOLATED]
    quoted = [span for one in row.findings if one.value is VerdictValue.VIOLATED for span in one.evidence]
    return ReportItem(row, pieces(row.body, quoted), list(violations.values()), others)


def _item_json(row: ItemRow) -> dict[str, Any]:
    """A response and all that was found on it, without its text."""
    return {
        "item_id": row.item_id, "scenario_id": row.scenario.scenario_id, "candidate_id": row.candidate_id,
        "repeat": row.repeat, "outcome": row.outcome, "disposition": row.disposition, "lane": row.lane,
        "reasons": row.reasons, "inclusion_probability": row.inclusion_probability,
        "findings": [asdict(one) for one in row.findings],
    }  # fmt: skip
