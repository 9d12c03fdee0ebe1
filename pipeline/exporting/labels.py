"""The labels that are about a run: imported ones that can only be of its words, and clinicians' blind judgements."""

from dataclasses import dataclass

from domain.scenario import Label
from pipeline.inputs import label_key
from pipeline.learning.whose import labels_of_run
from pipeline.store.connection import Connection
from pipeline.store.exports import exported_labels
from pipeline.store.reviews import fetch_review_labels
from pipeline.store.wordings import fetch_wordings


@dataclass(frozen=True, slots=True)
class RunLabels:
    """Labels on a run's responses."""

    imported: list[Label]
    reviewed: list[Label]
    """Blind judgements in the workspace."""
    n_left_out: int
    """Imported, and perhaps of what another run answered to the same scenario."""

    @property
    def every(self) -> list[Label]:
        """All of them, one for each person and question."""
        return list({label_key(one): one for one in (*self.imported, *self.reviewed)}.values())


def fetch_run_labels(connection: Connection, run_id: str) -> RunLabels:
    """Everything that people said of the run, as labels."""
    labels = [Label.model_validate(row, strict=False) for row in exported_labels(connection, run_id)]
    mine, n_left_out = labels_of_run(labels, run_id, fetch_wordings(connection))
    return RunLabels(mine, fetch_review_labels(connection, run_id), n_left_out)
