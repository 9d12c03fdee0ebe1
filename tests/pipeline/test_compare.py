"""Judges against people, counted by hand."""

from typing import Any

import pytest

from agreement.confusion import Confusion
from domain.errors import InputError
from domain.scenario import Label
from domain.verdict import VerdictValue
from pipeline.compare import ALL, OWN, Comparison, compare
from pipeline.store.results import VerdictValueRow

V, S, N, C = VerdictValue.VIOLATED, VerdictValue.SATISFIED, VerdictValue.NOT_APPLICABLE, VerdictValue.CANNOT_TELL


def label(scenario_id: str, verdict: VerdictValue, reviewer_id: str = "ann", **changes: Any) -> Label:
    whole = {"candidate_id": "a", "criterion_id": "X-1", "verdict": verdict, "reviewer_id": reviewer_id}
    return Label.model_validate({"scenario_id": scenario_id, **whole, **changes})


def said(
    scenario_id: str, value: VerdictValue | None, criterion_id: str = "X-1", judge_id: str = "j", of: str = "r1"
) -> VerdictValueRow:
    return VerdictValueRow((scenario_id, "a", 0, criterion_id), of, judge_id, value)


def votes(*verdicts: VerdictValue) -> list[Label]:
    return [label("s1", verdict, f"r{n}") for n, verdict in enumerate(verdicts)]


def judged(labels: list[Label], *verdicts: VerdictValueRow, **dispositions: str) -> Comparison:
    return compare("r", labels, verdicts, {(name, "a", 0): value for name, value in dispositions.items()})


def test_every_pair_falls_into_its_cell() -> None:
    people = [label(f"s{n}", verdict) for n, verdict in enumerate([V, V, V, V, S, S, N, S])]
    values = [V, S, C, None, V, S, S, C]
    found = judged(people, *(said(f"s{n}", value) for n, value in enumerate(values)))
    expected = Confusion(
        true_positive=1, false_positive=1, false_negative=1, true_negative=2, abstained_on_positive=2,
        abstained_on_negative=1,
    )  # fmt: skip
    assert {"j": {ALL: expected, "X-1": expected}} == found.by_judge
    assert (8, 0, 0, ["ann"]) == (found.n_labels, found.n_ties, found.n_unmatched, found.reviewers)


def test_criteria_and_judges_are_counted_apart_and_together() -> None:
    people = [label("s1", V), label("s1", S, criterion_id="X-2")]
    found = judged(people, said("s1", V), said("s1", V, "X-2"), said("s1", S, judge_id="k"))
    assert Confusion(true_positive=1, false_positive=1) == found.by_judge["j"][ALL]
    assert Confusion(false_positive=1) == found.by_judge["j"]["X-2"]
    assert {ALL: Confusion(false_negative=1), "X-1": Confusion(false_negative=1)} == found.by_judge["k"]


def test_the_scenarios_own_criteria_share_one_row() -> None:
    people = [label("s1", V, criterion_id="O-1"), label("s2", S, criterion_id="O-2")]
    found = judged(people, said("s1", V, "O-1", of="scenario"), said("s2", S, "O-2", of="scenario"))
    assert {ALL, OWN} == found.by_judge["j"].keys()
    assert Confusion(true_positive=1, true_negative=1) == found.by_judge["j"][OWN]


@pytest.mark.parametrize(
    ("people", "expected"),
    [
        ((V, V, S), Confusion(true_positive=1)),
        ((V, N, S), Confusion(false_positive=1)),
        ((V, C, C), Confusion(true_positive=1)),
        ((V, V, S, C), Confusion(true_positive=1)),
    ],
)
def test_the_majority_of_those_who_could_tell_counts(people: tuple[VerdictValue, ...], expected: Confusion) -> None:
    assert expected == judged(votes(*people), said("s1", V)).by_judge["j"]["X-1"]


@pytest.mark.parametrize("people", [(V, S), (V, N), (V, S, C), (V, V, S, N)])
def test_a_split_is_left_out_and_counted(people: tuple[VerdictValue, ...]) -> None:
    found = judged(votes(*people), said("s1", V), s1="cleared")
    assert (1, {}, 0) == (found.n_ties, found.by_judge, found.cleared_with_violation.n)


def test_labels_on_what_was_not_judged_are_counted_and_nothing_else() -> None:
    found = judged([label("s1", V), label("s9", V)], said("s1", V), said("s2", V))
    assert (1, Confusion(true_positive=1)) == (found.n_unmatched, found.by_judge["j"][ALL])


def test_repeats_and_candidates_are_never_mixed_up() -> None:
    people = [label("s1", V, repeat=1), label("s1", V, candidate_id="b")]
    assert (2, {}) == ((found := judged(people, said("s1", V))).n_unmatched, found.by_judge)


def test_what_was_cleared_although_people_found_a_violation() -> None:
    people = [label("s1", V), label("s1", S, criterion_id="X-2"), label("s2", S), label("s3", V), label("s4", V)]
    found = judged(people, s1="cleared", s2="cleared", s3="flagged", s5="cleared")
    assert (1, 2) == found.cleared_with_violation[:2]
    assert (1, 2) == found.violating_cleared[:2]


def test_no_labels_are_no_comparison() -> None:
    with pytest.raises(InputError, match="there are no labels to compare with"):
        judged([], said("s1", V))


def test_labels_on_a_part_only_are_refused() -> None:
    with pytest.raises(InputError, match="1 of 2 labels were given to a part of the responses only"):
        judged([label("s1", V), label("s2", V, inclusion_probability=0.5)], said("s1", V))


def test_a_share_of_nothing_is_null_for_machines() -> None:
    shown = judged([label("s1", V)], said("s1", V)).as_json()
    assert {"k": 0, "n": 0, "share": None, "low": None, "high": None} == shown["cleared_with_violation"]
    assert shown["judges"]["j"]["X-1"]["specificity"]["share"] is None
    assert 1.0 == shown["judges"]["j"]["X-1"]["sensitivity"]["share"]


def test_labels_of_people_who_could_not_tell_are_counted_apart() -> None:
    found = judged(votes(C, V, C), said("s1", V))
    assert (3, 2, 0) == (found.n_labels, found.n_undecided, found.n_ties)
    assert 2 == found.as_json()["undecided"]
