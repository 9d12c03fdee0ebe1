"""All that the report says of the panel, gathered from the store."""

from collections.abc import Sequence
from dataclasses import asdict, dataclass
from typing import Any

import numpy as np

from agreement.estimate import Estimate
from agreement.resample import Resampling
from domain.rubric import RoutingLimits, Rubric
from pipeline.reporting.panel.agreeing import Agreeing, Votes
from pipeline.reporting.panel.cascade import Cascade, Stages
from pipeline.reporting.panel.heard import heard_questions
from pipeline.reporting.panel.readings import Reading, Readings
from pipeline.reporting.panel.setup import OwnFamily, panel_setup
from pipeline.store.connection import Connection
from pipeline.store.costs import CostRow
from pipeline.store.heard import count_responses, fetch_heard
from pipeline.store.results import RunFacts, fetch_whole_rubrics

_REPLICATES = 1000
"""Resamples behind an interval; their ends stay steady to about a hundredth."""


@dataclass(frozen=True, slots=True)
class PanelFigures:
    """The panel of one run."""

    n_questions: int
    readings: list[Reading]
    agreeing: Agreeing
    cascade: Cascade | None
    own_families: list[OwnFamily]
    first_stage_usd: float | None
    """What the first stage's calls cost; None where a price is not known."""

    @property
    def judged_own(self) -> list[OwnFamily]:
        """Judges that were allowed to judge their own family."""
        return [one for one in self.own_families if not one.is_left_out]

    @property
    def left_out(self) -> list[OwnFamily]:
        """Judges that were left out on their own family's responses."""
        return [one for one in self.own_families if one.is_left_out]

    def as_json(self) -> dict[str, Any]:
        """For machines."""
        return {
            "questions": self.n_questions,
            "judges": [_reading_json(one) for one in self.readings],
            "pairs": [
                {"judges": [one.first, one.second], "raw": _estimate(one.raw), "kappa": _estimate(one.kappa),
                 "ac1": _estimate(one.ac1)}
                for one in self.agreeing.pairs
            ],
            "first_stage": {
                "judges": self.agreeing.n_judges, "usd": self.first_stage_usd,
                "vote_correlation": _estimate(self.agreeing.correlation),
                "effective_votes": _estimate(self.agreeing.n_effective),
            },
            "own_family": [asdict(one) for one in self.own_families],
            "cascade": None if self.cascade is None else _cascade_json(self.cascade),
        }  # fmt: skip


def gather_panel(connection: Connection, run: RunFacts, costs: Sequence[CostRow]) -> PanelFigures:
    """Read every finding of the run, and work the figures out."""
    setup = panel_setup(run.config["config"])
    rubrics = {one.rubric_id: _may_clear(one) for one in fetch_whole_rubrics(connection, run)}
    reading, voting, stages, n_questions = Readings(setup), Votes(setup), Stages(setup), 0
    for one in heard_questions(fetch_heard(connection, run.run_id), rubrics, setup):
        n_questions += 1
        for collector in (reading, voting, stages):
            collector.add(one)
    how = Resampling(np.random.default_rng(setup.policy.seed), replicates=_REPLICATES)
    spent = {judge_id: _spent(costs, judge_id) for judge_id in setup.judges}
    return PanelFigures(
        n_questions=n_questions,
        readings=reading.done(how),
        agreeing=voting.done(how),
        cascade=stages.done(spent),
        own_families=setup.own_families(count_responses(connection, run.run_id)),
        first_stage_usd=_sum([spent[judge_id][1] for judge_id in setup.stage(1)]),
    )


def _may_clear(rubric: Rubric) -> Rubric:
    """What the panel says is told apart from what its owner lets clear."""
    limits = RoutingLimits(aggregate=rubric.routing.aggregate)
    return rubric.model_copy(update={"routing": limits})


def _spent(costs: Sequence[CostRow], judge_id: str) -> tuple[int, float | None]:
    """Calls and their cost; an embedded judge makes none."""
    mine = [row for row in costs if row.who == f"judge {judge_id}"]
    return sum(row.n_calls for row in mine), _sum([row.usd for row in mine])


def _sum(amounts: Sequence[float | None]) -> float | None:
    return None if None in amounts else sum(one or 0.0 for one in amounts)


def _reading_json(one: Reading) -> dict[str, Any]:
    return {
        "judge_id": one.judge_id, "stage": one.stage, "repeats": one.n_repeats, "asked": one.n_asked,
        "values": dict(one.values), "failures": dict(one.failures),
        "flip_rate": _estimate(one.flip_rate), "repeat_disagreement": _estimate(one.disagreement),
    }  # fmt: skip


def _cascade_json(one: Cascade) -> dict[str, Any]:
    return {
        "judges": one.judge_ids, "questions": one.n_questions, "why": dict(one.why),
        "turns": {why: dict(counts) for why, counts in one.turns.items()}, "changed": one.n_changed,
        "not_asked": one.n_not_asked, "asked": one.n_asked, "spared": one.n_spared,
        "usd_spared_estimate": one.usd_spared,
    }  # fmt: skip


def _estimate(one: Estimate | None) -> dict[str, Any] | None:
    return None if one is None else one._asdict()
