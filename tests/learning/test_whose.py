"""A label names no run: where runs answered otherwise, only what can be of no other counts."""

from datetime import UTC, datetime

import pytest

from domain.scenario import Label
from domain.verdict import VerdictValue
from pipeline.learning.whose import labels_of_run
from pipeline.store.wordings import Wording

TWO_NIGHTS = [
    Wording("first", "one text", "2026-11-01T02:00:00.000000+00:00"),
    Wording("second", "another", "2026-11-02T02:00:00.000000+00:00"),
]


def label(labelled_at: str | None = None) -> Label:
    when = datetime.fromisoformat(labelled_at).replace(tzinfo=UTC) if labelled_at else None
    whole = {"scenario_id": "s1", "candidate_id": "a", "criterion_id": "X-1", "reviewer_id": "r"}
    return Label.model_validate({**whole, "verdict": VerdictValue.VIOLATED, "labelled_at": when})


@pytest.mark.parametrize(
    ("run_id", "labelled_at", "is_kept"),
    [
        ("first", "2026-11-01T09:00:00", True),
        ("second", "2026-11-01T09:00:00", False),
        ("first", "2026-11-02T09:00:00", False),
        ("second", "2026-11-02T09:00:00", False),
        ("first", None, False),
        ("first", "2026-10-31T09:00:00", False),
        ("third", None, True),
    ],
)
def test_it_is_of_a_run_where_no_other_words_were_there_when_it_was_given(
    run_id: str, labelled_at: str | None, is_kept: bool  # noqa: FBT001 (a table)
) -> None:  # fmt: skip
    kept, n_others = labels_of_run([label(labelled_at)], run_id, {("s1", "a", 0): TWO_NIGHTS})
    assert (is_kept, not is_kept) == (len(kept) == 1, n_others == 1)


def test_where_all_runs_answered_alike_every_label_counts() -> None:
    assert ([label()], 0) == labels_of_run([label()], "first", {})


def test_another_night_of_the_very_same_words_takes_nothing_away() -> None:
    again = [*TWO_NIGHTS, Wording("third", "one text", "2026-11-03T02:00:00.000000+00:00")]
    kept, _ = labels_of_run([label("2026-11-01T09:00:00")], "third", {("s1", "a", 0): again})
    assert 1 == len(kept)
