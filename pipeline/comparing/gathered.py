"""Everything that a comparison is worked out from, read in short visits; figures are made away from the door."""

from collections.abc import Callable, Sequence
from contextlib import AbstractContextManager, nullcontext
from dataclasses import dataclass

import numpy as np

from agreement.resample import Resampling
from domain.scenario import Label
from pipeline.comparing.compared import Compared, compared
from pipeline.comparing.evidence import Evidence
from pipeline.comparing.narrowed import EVERYTHING, Only
from pipeline.comparing.readings import LabelsByRun
from pipeline.store.connection import Connection, Store
from pipeline.store.labels import fetch_label_rows, labels_of
from pipeline.store.questions import Asked, QuoteRow, fetch_asked_rows, fetch_quotes, filled
from pipeline.store.reviews import MarkedRow, fetch_marks, fetch_review_labels
from pipeline.store.second_thoughts import SecondThought, fetch_second_thoughts

_Visit = Callable[[], AbstractContextManager[Connection]]

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


def gather_in_visits(store: Store, run_ids: Sequence[str], labels: Sequence[Label] | None = None) -> Gathered:
    """Read what these runs judged and what people said of it, in a visit for each run and kind of thing, so that a run
    that is fed meanwhile hardly waits.

    Args:
        store: where they are.
        run_ids: runs that there are.
        labels: in place of those that the store holds.
    """
    nights: list[Asked] = []
    for run_id in run_ids:
        with store.reading() as connection:
            parts = fetch_asked_rows(connection, run_id)
        nights.append(filled(*parts))
    nights.sort(key=lambda one: (one.started_at, one.run_id))
    read: LabelsByRun = _labels(store.reading, run_ids) if labels is None else {None: labels}
    return Gathered(nights, read, _evidence(store, run_ids))


def stored_labels(connection: Connection, run_ids: Sequence[str]) -> LabelsByRun:
    """Labels that were imported, and what clinicians judged blind in the workspace."""
    return _labels(lambda: nullcontext(connection), run_ids)


def _labels(visit: _Visit, run_ids: Sequence[str]) -> LabelsByRun:
    with visit() as connection:
        rows = fetch_label_rows(connection)
    found: dict[str | None, list[Label]] = {None: labels_of(rows)}  # a large share of the time: after the visit
    for run_id in run_ids:
        with visit() as connection:
            found[run_id] = fetch_review_labels(connection, run_id)
    return found


def _evidence(store: Store, run_ids: Sequence[str]) -> Evidence:
    """What judges quoted, where clinicians ticked sentences to hold against it; and what they kept or changed."""
    quotes: dict[str, list[QuoteRow]] = {}
    marks: dict[str, list[MarkedRow]] = {}
    thoughts: dict[str, list[SecondThought]] = {}
    for run_id in run_ids:
        with store.reading() as connection:
            thoughts[run_id] = fetch_second_thoughts(connection, run_id)
            if some := fetch_marks(connection, run_id):
                marks[run_id], quotes[run_id] = some, fetch_quotes(connection, run_id)
    return Evidence(quotes, marks, thoughts)
