"""Failure rates of two runs in clinicians' eyes, who read what was flagged and an audit of the rest."""

from pathlib import Path

import numpy as np
import pytest

from agreement.resample import Resampling
from domain.errors import InputError
from pipeline.comparing.population import population
from pipeline.comparing.readings import LabelsByRun
from pipeline.diff.failures import Clinicians, clinicians_say
from pipeline.store.address import open_store
from pipeline.store.questions import fetch_asked
from tests.nights import Simulated, feed, simulated


def two_nights(folder: Path, worse: float, *, is_read: bool = True) -> tuple[Clinicians, list[Simulated]]:
    """The second candidate is this much worse in the second night; what was drawn was read."""
    store = open_store("data/s.duckdb", folder)
    nights = [simulated(11, scenarios=300, audit=0.5), simulated(12, scenarios=300, audit=0.5, worse=worse)]
    for number, night in enumerate(nights):
        feed(store, folder / f"data/runs/n{number}", night.verdicts, night.routed)
    with store.reading() as connection:
        of = population([fetch_asked(connection, f"n{number}") for number in (0, 1)])
    labels: LabelsByRun = {f"n{number}": night.labels if is_read else [] for number, night in enumerate(nights)}
    return clinicians_say(of, labels, Resampling(np.random.default_rng(5), 500)), nights


def test_the_candidate_that_fails_more_is_shown_and_the_truth_lies_within(tmp_path: Path) -> None:
    found, (first, second) = two_nights(tmp_path, 0.2)
    by_group = {(one.group.candidate_id, one.group.name): one.found for one in found.failures}
    for candidate in "ab":
        one = by_group[candidate, ""].difference
        assert one.low is not None
        assert one.high is not None
        assert one.low <= second.failing[candidate] - first.failing[candidate] <= one.high
    worse, steady = by_group["b", ""], by_group["a", ""]
    assert (worse.difference.low or 0) > 0.1
    assert (steady.difference.low or 0) < 0
    assert worse.holm_p is not None
    assert worse.p is not None
    assert worse.holm_p == pytest.approx(min(1, 2 * worse.p))


def test_without_labels_there_is_no_figure_but_a_reason(tmp_path: Path) -> None:
    with pytest.raises(InputError, match="clinicians have labelled nothing yet"):
        two_nights(tmp_path, 0.0, is_read=False)
