"""Judges against each other: pairwise agreement, and how many independent votes the panel is worth."""

from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np

from agreement.design import design
from agreement.estimate import Codes, Estimate
from agreement.panel import pairwise
from agreement.resample import Resampling
from agreement.votes import effective_votes, votes
from pipeline.reporting.panel.heard import HeardQuestion
from pipeline.reporting.panel.readings import CODES, NOTHING, scenarios_of
from pipeline.reporting.panel.setup import PanelSetup
from pipeline.votes import votes_of


@dataclass(frozen=True, slots=True)
class Pair:
    """Two judges on the questions that both answered."""

    first: str
    second: str
    raw: Estimate
    kappa: Estimate
    ac1: Estimate


@dataclass(frozen=True, slots=True)
class Agreeing:
    """Every two judges, and the first stage as a whole."""

    pairs: list[Pair]
    n_judges: int
    """Of the first stage."""
    correlation: Estimate | None
    """Mean correlation of the first stage's votes; None where it is one judge."""
    n_effective: Estimate | None
    """Independent votes that it is worth, 1 to n_judges."""


def agreeing(questions: Sequence[HeardQuestion], setup: PanelSetup, how: Resampling) -> Agreeing:
    """Compare votes, a judge's repeats counted as one.

    The effective number is of the first stage: a second stage answers chosen questions, so its correlation with the
    others says nothing of the rest.
    """
    names, first = list(setup.judges), setup.stage(1)
    if len(names) < 2 or not questions:  # noqa: PLR2004 (a pair)
        return Agreeing([], len(first), None, None)
    table, of = _table(questions, names), design(scenarios_of(questions))
    found = pairwise(table, len(CODES), of, how)
    pairs = [Pair(names[one.first], names[one.second], one.raw, one.kappa, one.ac1) for one in found]
    if len(first) < 2:  # noqa: PLR2004
        return Agreeing(pairs, len(first), None, None)
    columns = [names.index(one) for one in first]
    worth = effective_votes(votes(table[:, columns]), of, how)
    return Agreeing(pairs, len(first), worth.correlation, worth.n_effective)


def _table(questions: Sequence[HeardQuestion], names: list[str]) -> Codes:
    """(questions, judges): the code of each judge's vote; none where it failed, is missing or was not asked."""
    column = {name: number for number, name in enumerate(names)}
    table = np.full((len(questions), len(names)), NOTHING)
    for row, one in enumerate(questions):
        for vote in votes_of(one.findings, one.n_repeats, one.question.severity):
            if vote.value is not None:
                table[row, column[vote.judge_id]] = CODES[vote.value]
    return table
