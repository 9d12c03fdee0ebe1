"""Judges against each other: pairwise agreement, and how many independent votes the panel is worth."""

from array import array
from dataclasses import dataclass

import numpy as np

from agreement.design import design
from agreement.estimate import Estimate
from agreement.panel import pairwise
from agreement.resample import Resampling
from agreement.votes import effective_votes, votes
from pipeline.reporting.panel.heard import HeardQuestion
from pipeline.reporting.panel.readings import CODES, NOTHING
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


class Votes:
    """Takes every judge's vote, question by question, a judge's repeats counted as one; holds a few bytes for each."""

    def __init__(self, setup: PanelSetup) -> None:
        self._names = list(setup.judges)
        self._first = setup.stage(1)
        self._codes, self._scenarios = array("b"), array("L")

    def add(self, one: HeardQuestion) -> None:
        """Take one question."""
        said = {vote.judge_id: vote.value for vote in votes_of(one.findings, one.n_repeats, one.question.severity)}
        values = (said.get(name) for name in self._names)
        self._codes.extend(NOTHING if value is None else CODES[value] for value in values)
        self._scenarios.append(one.scenario)

    def done(self, how: Resampling) -> Agreeing:
        """Compare the votes.

        The effective number is of the first stage: a second stage answers chosen questions, so its correlation with
        the others says nothing of the rest.
        """
        names, n_first = self._names, len(self._first)
        if len(names) < 2 or not self._scenarios:  # noqa: PLR2004 (a pair)
            return Agreeing([], n_first, None, None)
        table, of = np.array(self._codes).reshape(-1, len(names)), design(np.array(self._scenarios))
        found = pairwise(table, len(CODES), of, how)
        pairs = [Pair(names[one.first], names[one.second], one.raw, one.kappa, one.ac1) for one in found]
        if n_first < 2:  # noqa: PLR2004
            return Agreeing(pairs, n_first, None, None)
        columns = [names.index(one) for one in self._first]
        worth = effective_votes(votes(table[:, columns]), of, how)
        return Agreeing(pairs, n_first, worth.correlation, worth.n_effective)
