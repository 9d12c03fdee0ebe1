"""Two runs of a store side by side."""

from dataclasses import replace

import numpy as np

from agreement.resample import Resampling
from domain.errors import InputError
from pipeline.comparing.gathered import SEED, stored_labels
from pipeline.diff.diffed import Diff, diffed
from pipeline.diff.flips import fetch_said_of
from pipeline.diff.side import fetch_side
from pipeline.store.connection import Store


def diff_runs(place: Store, before: str, after: str, *, n_items: int = 30, replicates: int = 2000) -> Diff:
    """Set two runs side by side; figures are worked out away from the store's door.

    Args:
        place: holds both.
        before: the first run.
        after: the second: differences are the second's less the first's.
        n_items: flips of which it is read what judges said.
        replicates: resamples for each interval that is bootstrapped.

    Raises:
        InputError: there is no such run, it is the same twice, or they judged nothing in common.
    """
    if before == after:
        raise InputError(f"expected two runs, got {before} twice")
    run_ids = (before, after)
    with place.reading() as connection:
        first, second = (fetch_side(connection, run_id) for run_id in run_ids)
        labels = stored_labels(connection, run_ids)
    found = diffed(first, second, labels, Resampling(np.random.default_rng(SEED), replicates))
    with place.reading() as connection:
        return replace(found, said=fetch_said_of(connection, run_ids, found.flips[:n_items]))
