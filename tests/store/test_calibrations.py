"""Cards and calibrators in the store: they hold for the judge and the criterion that were measured, and no other."""

from collections.abc import Callable
from dataclasses import replace

import numpy as np
import pytest

from agreement.calibrators.isotonic import Isotonic
from agreement.calibrators.platt import Platt
from agreement.calibrators.venn_abers import VennAbers
from agreement.card import Answers, Card, Repeats, measure
from agreement.design import design
from agreement.resample import Resampling
from pipeline.store.calibrations import Measured, fetch_calibrator, fetch_card, fetch_measured, record_measured
from pipeline.store.connection import Store

Counts = tuple[int, int, int]
"""Hits, misses, and responses that were rightly left alone."""


def card(*counts: int) -> Card:
    hits, misses, safe = counts
    labels = np.array([1.0] * (hits + misses) + [0.0] * safe)
    said = np.array([1] * hits + [0] * (misses + safe))
    of = design(np.arange(len(said)))
    answers = Answers(labels, said.astype(float), said, of)
    how = Resampling(np.random.default_rng(0), replicates=50)
    return measure(answers, Repeats(1 - said[:, None], of), "data", how)


MEASURED = Measured(
    "X-1", "c1", "j", "f1", "run", "d1", ("ann", "bo"), "2026-11-28T09:00:00.000000+00:00", card(15, 2, 20)
)


@pytest.mark.parametrize(
    ("counts", "kind"),
    [((15, 2, 20), Platt), ((60, 5, 240), Isotonic), ((3, 1, 30), VennAbers), ((0, 3, 5), type(None))],
)
def test_what_was_kept_comes_back_as_it_was(new_store: Callable[[], Store], counts: Counts, kind: type) -> None:
    kept = replace(MEASURED, card=card(*counts))
    store = new_store()
    with store.writing() as connection:
        record_measured(connection, [kept])
    with store.reading() as connection:
        assert kept == fetch_card(connection, "c1", "f1")
        calibrator = fetch_calibrator(connection, "c1", "f1")
    assert isinstance(calibrator, kind)
    assert kept.card.calibrator == calibrator


@pytest.mark.parametrize("changed", [("c2", "f1"), ("c1", "f2"), ("X-1", "f1"), ("c1", "j"), ("", "")])
def test_another_criterion_or_judge_finds_nothing(new_store: Callable[[], Store], changed: tuple[str, str]) -> None:
    store = new_store()
    with store.writing() as connection:
        record_measured(connection, [MEASURED])
    with store.reading() as connection:
        assert fetch_card(connection, *changed) is None
        assert fetch_calibrator(connection, *changed) is None


def test_the_newest_counts_and_what_is_measured_again_is_the_newest(new_store: Callable[[], Store]) -> None:
    first, later = MEASURED, replace(MEASURED, data_sha256="d2", measured_at="2026-11-29T09:00:00.000000+00:00")
    again = replace(MEASURED, measured_at="2026-11-30T09:00:00.000000+00:00")
    store = new_store()
    for one in (first, later, again):
        with store.writing() as connection:
            record_measured(connection, [one])
        with store.reading() as connection:
            assert one == fetch_card(connection, "c1", "f1")
    with store.reading() as connection:
        assert [again] == fetch_measured(connection)


def test_former_judges_and_criteria_are_remembered_each_by_its_newest_card(new_store: Callable[[], Store]) -> None:
    before = replace(MEASURED, judge_fingerprint_sha256="f0", measured_at="2026-11-01T09:00:00.000000+00:00")
    older = replace(before, data_sha256="d0", measured_at="2026-10-01T09:00:00.000000+00:00")
    edited = replace(MEASURED, criterion_sha256="c2", measured_at="2026-11-29T09:00:00.000000+00:00")
    store = new_store()
    with store.writing() as connection:
        record_measured(connection, [MEASURED, before, older, edited])
    with store.reading() as connection:
        assert [edited, MEASURED, before] == fetch_measured(connection)
