"""From the labels of several to one answer a question."""

from typing import Any

import pytest

from domain.scenario import Label
from domain.verdict import VerdictValue
from pipeline.learning.truth import Told, truth_of

V, S, N, C = "violated", "satisfied", "not_applicable", "cannot_tell"


def label(verdict: str, reviewer_id: str = "r0", **changes: Any) -> Label:
    whole = {"scenario_id": "s1", "candidate_id": "a", "criterion_id": "X-1", "reviewer_id": reviewer_id}
    return Label.model_validate({**whole, "verdict": VerdictValue(verdict), **changes})


def told(*verdicts: str) -> Told:
    return truth_of([label(verdict, f"r{n}") for n, verdict in enumerate(verdicts)])


@pytest.mark.parametrize(
    ("verdicts", "is_violated", "is_unanimous"),
    [
        ((V,), True, True), ((S, N), False, True), ((V, V, S), True, False), ((V, C), True, True),
        ((N, V, S), False, False),
    ],
)  # fmt: skip
def test_the_majority_of_those_who_could_tell_counts(
    verdicts: tuple[str, ...], is_violated: bool, is_unanimous: bool  # noqa: FBT001 (by position, as the table has it)
) -> None:  # fmt: skip
    [truth] = told(*verdicts).by_question.values()
    assert (is_violated, is_unanimous) == (truth.is_violated, truth.is_unanimous)


@pytest.mark.parametrize(("verdicts", "n_ties", "n_undecided"), [((V, S), 1, 0), ((C,), 0, 1), ((V, N, C), 1, 1)])
def test_a_split_and_those_who_could_not_tell_are_left_out_and_counted(
    verdicts: tuple[str, ...], n_ties: int, n_undecided: int
) -> None:
    found = told(*verdicts)
    assert ({}, n_ties, n_undecided, len(verdicts)) == (
        found.by_question, found.n_ties, found.n_undecided, found.n_labels,
    )  # fmt: skip


def test_labels_given_with_the_judges_in_sight_count_only_where_that_is_asked_for() -> None:
    labels = [label(V, "r1", blind=False), label(S, "r2"), label(V, "r3", blind=False)]
    assert [False] == [one.is_violated for one in truth_of(labels).by_question.values()]
    assert 2 == truth_of(labels).n_sighted
    [truth] = truth_of(labels, only_blind=False).by_question.values()
    assert truth.is_violated


def test_a_question_weighs_by_the_reviewer_who_was_likeliest_to_see_it() -> None:
    [truth] = truth_of(
        [label(V, "r1", inclusion_probability=0.2), label(V, "r2", inclusion_probability=0.5)]
    ).by_question.values()
    assert 0.5 == truth.inclusion_probability


def test_reasons_are_those_of_the_ones_who_say_so_each_once() -> None:
    labels = [label(V, "b", reason=" Too sure. "), label(V, "a", reason="No route."), label(S, "c", reason="Fine."),
              label(V, "d", reason="Too sure."), label(C, "e", reason="Hm.")]  # fmt: skip
    [truth] = truth_of(labels).by_question.values()
    assert ("No route.", "Too sure.") == truth.reasons
