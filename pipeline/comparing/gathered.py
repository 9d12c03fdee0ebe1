"""Everything that a comparison is worked out from, read in one visit: figures are made away from the store's door."""

from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np

from agreement.resample import Resampling
from domain.scenario import Label
from pipeline.comparing.compared import Compared, compared
from pipeline.comparing.evidence import Evidence
from pipeline.comparing.narrowed import EVERYTHING, Only
from pipeline.comparing.readings import LabelsByRun
from pipeline.store.connection import Connection
from pipeline.store.labels import fetch_labels
from pipeline.store.questions import Asked, fetch_asked, fetch_quotes
from pipeline.store.reviews import fetch_marks, fetch_review_labels
from pipeline.store.second_thoughts import fetch_second_thoughts

SEED = 20261128
"""The same runs and labels give the same figures."""


@dataclass(frozen=True, slots=True)
class Gathered:
    """Of some runs."""

    nights: list[Asked]
    labels: LabelsByRun
    evidence: Evidence

    def compared(self, replicates: int, only: Only = EVERYTHING) -> Compared:
        """The figures.

        Args:
            replicates: resamples for each interval that is bootstrapped.
            only: a part that they are to speak of.

        Raises:
            InputError: as `pipeline.comparing.compared.compared`.
        """
        how = Resampling(np.random.default_rng(SEED), replicates)
        return compared(self.nights, self.labels, how, self.evidence, only)


def gather(connection: Connection, run_ids: Sequence[str], labels: Sequence[Label] | None = None) -> Gathered:
    """Read what these runs judged and what people said of it.

    Args:
        connection: a visit.
        run_ids: runs that there are.
        labels: in place of those that the store holds.
    """
    nights = sorted((fetch_asked(connection, one) for one in run_ids), key=lambda one: (one.started_at, one.run_id))
    read: LabelsByRun = stored_labels(connection, run_ids) if labels is None else {None: labels}
    return Gathered(nights, read, _evidence(connection, run_ids))


def stored_labels(connection: Connection, run_ids: Sequence[str]) -> LabelsByRun:
    """Labels that were imported, and what clinicians judged blind in the workspace."""
    reviews = {run_id: fetch_review_labels(connection, run_id) for run_id in run_ids}
    return {None: fetch_labels(connection)} | reviews


def _evidence(connection: Connection, run_ids: Sequence[str]) -> Evidence:
    """What judges quoted, where clinicians ticked sentences to hold against it; and what they kept or changed."""
    marks = {run_id: fetch_marks(connection, run_id) for run_id in run_ids}
    quotes = {run_id: fetch_quotes(connection, run_id) for run_id, some in marks.items() if some}
    thoughts = {run_id: fetch_second_thoughts(connection, run_id) for run_id in run_ids}
    return Evidence(quotes, {run_id: marks[run_id] for run_id in quotes}, thoughts)
