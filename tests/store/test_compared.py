"""The comparison through the store, on nights whose truth is known."""

from collections.abc import Callable
from pathlib import Path

import numpy as np
import pytest

from agreement.estimate import Estimate
from agreement.missed_harm import MissedHarm
from agreement.resample import Resampling
from domain.errors import InputError
from domain.routing import Disposition
from domain.scenario import Label
from domain.severity import Severity
from domain.verdict import VerdictValue
from pipeline.comparing.compared import Compared, compared
from pipeline.comparing.evidence import Evidence, joined
from pipeline.comparing.readings import LabelsByRun
from pipeline.importing.given import GivenVerdict
from pipeline.store.address import open_store
from pipeline.store.connection import Store
from pipeline.store.questions import QuoteRow, fetch_asked
from pipeline.store.reviews import MarkedRow
from tests.nights import C, N, S, Simulated, V, feed, given, label, simulated

CLEARED, FLAGGED = Disposition.CLEARED, Disposition.FLAGGED


def figures(store: Store, labels: LabelsByRun, *run_ids: str) -> Compared:
    with store.reading() as connection:
        nights = [fetch_asked(connection, run_id) for run_id in run_ids]
    return compared(nights, labels, Resampling(np.random.default_rng(1), 300))


def holds(one: Estimate, truth: float) -> bool:
    assert one.low is not None
    assert one.high is not None
    return one.low <= truth <= one.high


@pytest.fixture
def night(tmp_path: Path, new_store: Callable[[], Store]) -> tuple[Simulated, Store]:
    store, one = new_store(), simulated(3)
    feed(store, tmp_path / "n1", one.verdicts, one.routed)
    return one, store


def test_what_was_read_alone_flatters_judges_and_the_weighted_figure_is_right(night: tuple[Simulated, Store]) -> None:
    one, store = night
    found = figures(store, {"n1": one.labels}, "n1")
    (whole,) = found.groups["all"]
    assert ["good", "poor", "panel"] == found.judge_ids
    for judge_id, truth in one.sensitivity.items():
        judge = whole.judges[judge_id]
        assert judge.queue_only.sensitivity is not None
        assert judge.queue_only.sensitivity > truth + 0.03
        assert holds(judge.rates.sensitivity, truth)
        assert abs((judge.rates.sensitivity.value or 0) - truth) < judge.queue_only.sensitivity - truth
    assert 2 * 400 * 2 == whole.n_questions
    assert "reviews" == found.facts.basis


def test_failure_rates_are_right_where_what_was_read_alone_is_far_off(night: tuple[Simulated, Store]) -> None:
    one, store = night
    found = figures(store, {"n1": one.labels}, "n1")
    for candidate_id, truth in one.failing.items():
        rate = found.failures[candidate_id]
        assert rate.queue_only is not None
        assert rate.queue_only > truth + 0.1
        assert holds(rate.stratified, truth)
        assert holds(rate.prediction_powered, truth)
    (difference,) = found.differences
    assert holds(difference.difference, one.failing["a"] - one.failing["b"])


def test_every_grouping_counts_every_question_once(night: tuple[Simulated, Store]) -> None:
    one, store = night
    groups = figures(store, {"n1": one.labels}, "n1").groups
    assert ["all", "criterion", "candidate"] == list(groups)
    (whole,) = groups["all"]
    for name in ("criterion", "candidate"):
        for judge_id, every in whole.judges.items():
            assert np.array_equal(every.counts, sum(group.judges[judge_id].counts for group in groups[name]))


def test_without_any_audit_sensitivity_is_refused_with_the_reviews_that_would_lift_it(
    tmp_path: Path, new_store: Callable[[], Store]
) -> None:
    store, one = new_store(), simulated(4, scenarios=100)
    unaudited = {key: (to, pi, to is FLAGGED) for key, (to, pi, _) in one.routed.items()}
    feed(store, tmp_path / "n1", one.verdicts, unaudited)
    read = [some for some in one.labels if unaudited[some.scenario_id, some.candidate_id][2]]
    found = figures(store, {"n1": read}, "n1")
    rates = found.groups["all"][0].judges["good"].rates
    assert rates.sensitivity.value is None
    assert "had no chance of being read" in (rates.sensitivity.refusal or "")
    assert (rates.sensitivity.reviews_needed or 0) > 0
    assert rates.ppv.value is not None
    assert all(rate.stratified.value is None for rate in found.failures.values())
    assert isinstance(found.hidden, str)
    assert "had no chance of being read; audit at random" in found.hidden


def test_what_is_drawn_and_not_read_yet_is_no_bias(tmp_path: Path, new_store: Callable[[], Store]) -> None:
    """Half of the readings are still to come: the rest stands for them."""
    store, one = new_store(), simulated(5)
    feed(store, tmp_path / "n1", one.verdicts, one.routed)
    early = [some for some in one.labels if int(some.scenario_id[1:]) % 2]
    found = figures(store, {"n1": early}, "n1")
    for judge_id, truth in one.sensitivity.items():
        assert holds(found.groups["all"][0].judges[judge_id].rates.sensitivity, truth)


def test_a_window_of_nights_bounds_what_clearing_hides_and_tells_which_candidate_became_worse(
    tmp_path: Path, new_store: Callable[[], Store]
) -> None:
    store = new_store()
    labels: dict[str | None, list[Label]] = {}
    for name, worse in (("n1", 0.0), ("n2", 0.25)):
        one = simulated(6, scenarios=150, worse=worse)
        feed(store, tmp_path / name, one.verdicts, one.routed)
        labels[name] = one.labels
    found = figures(store, labels, "n1", "n2")
    by_name = {night.candidate_id: night.found for night in found.nights}
    assert {"a", "b"} == by_name.keys()
    assert (by_name["b"].holm_p or 1.0) < 0.05 < (by_name["a"].holm_p or 1.0)
    assert isinstance(found.hidden, MissedHarm)
    assert found.hidden.n_cleared > 200
    alone = figures(store, labels, "n1").hidden
    assert isinstance(alone, MissedHarm)
    assert found.hidden.bound < alone.bound
    assert (found.hidden.reviews_to_halve or 0) > 0


def few(tmp_path: Path, verdicts: list[GivenVerdict], labels: list[Label], **cleared: bool) -> Compared:
    store = open_store(str(tmp_path / "s.duckdb"), tmp_path)
    routed = {(name, "a"): (CLEARED if one else FLAGGED, 1.0, True) for name, one in cleared.items()}
    feed(store, tmp_path / "n1", verdicts, routed)
    return figures(store, {None: labels}, "n1")


def counts(found: Compared, judge_id: str = "j") -> list[list[int]]:
    return found.groups["all"][0].judges[judge_id].counts.tolist()


def test_every_pair_falls_into_its_cell(tmp_path: Path) -> None:
    people = [label(f"s{n}", verdict) for n, verdict in enumerate([V, V, V, V, S, S, N, S])]
    values = [V, S, C, "failed", V, S, S, C]
    found = few(tmp_path, [given(f"s{n}", value) for n, value in enumerate(values)], people)
    assert [[1, 1], [1, 2], [2, 1]] == counts(found)
    assert ["j"] == found.judge_ids
    assert (8, ["ann"], "everything") == (found.facts.n_labels, found.facts.reviewers, found.facts.basis)


@pytest.mark.parametrize(
    ("people", "violated", "n_ties"),
    [
        ((V, V, S), 1, 0),
        ((V, N, S), 0, 0),
        ((V, C, C), 1, 0),
        ((V, V, S, C), 1, 0),
        ((V, S), None, 1),
        ((V, S, C), None, 1),
        ((V, V, S, N), None, 1),
    ],
)
def test_the_majority_of_those_who_could_tell_counts_and_an_even_split_is_left_out(
    tmp_path: Path, people: tuple[VerdictValue, ...], violated: int | None, n_ties: int
) -> None:
    votes = [label("s1", verdict, f"r{n}") for n, verdict in enumerate(people)]
    found = few(tmp_path, [given("s1", V)], votes)
    expected = [[0, 0]] if violated is None else [[violated, 1 - violated]]
    assert expected == counts(found)[:1]
    assert n_ties == found.facts.n_ties


def test_only_blind_labels_count(tmp_path: Path) -> None:
    found = few(tmp_path, [given("s1", V), given("s2", V)], [label("s1", V), label("s2", V, blind=False)])
    assert [[1, 0], [0, 0], [0, 0]] == counts(found)
    assert 1 == found.facts.n_not_blind


@pytest.mark.parametrize(
    ("labels", "message"),
    [
        ([], "there are no labels to compare with"),
        ([label("s9", V), label("s1", V, repeat=1), label("s1", V, candidate_id="b")], "3 are on what was not judged"),
        ([label("s1", V, blind=False)], "1 were not blind"),
    ],
)
def test_without_a_label_on_what_was_judged_there_is_no_comparison(
    tmp_path: Path, labels: list[Label], message: str
) -> None:
    with pytest.raises(InputError, match=message):
        few(tmp_path, [given("s1", V)], labels)


def test_labels_that_say_all_was_labelled_but_cover_only_what_was_flagged_are_not_believed(tmp_path: Path) -> None:
    verdicts = [given(f"s{n}", V if n < 20 else S) for n in range(100)]
    found = few(tmp_path, verdicts, [label(f"s{n}", V) for n in range(20)])
    rates = found.groups["all"][0].judges["j"].rates
    assert 1.0 == rates.ppv.value
    assert rates.sensitivity.value is None
    assert "80 of 80 questions that the judge left alone had no chance of being read" in (
        rates.sensitivity.refusal or ""
    )
    assert "cover 100% of what the panel flagged and 0% of the rest" in found.facts.note


def test_labels_count_by_the_chance_that_they_state(tmp_path: Path) -> None:
    """All 40 flagged were labelled, and a tenth of the 400 others, of which a quarter are violated."""
    verdicts = [given(f"s{n:03}", V if n < 40 else S) for n in range(440)]
    flagged = [label(f"s{n:03}", V, inclusion_probability=1.0) for n in range(40)]
    others = [label(f"s{n:03}", V if n % 4 == 0 else S, inclusion_probability=0.1) for n in range(40, 80)]
    routed = {f"s{n:03}": n >= 40 for n in range(440)}
    found = few(tmp_path, verdicts, flagged + others, **routed)
    one = found.groups["all"][0].judges["j"]
    assert "stated" == found.facts.basis
    assert [40, 0, 100, 300] == pytest.approx(one.cells[:2].ravel().tolist())
    assert 40 / 140 == pytest.approx(one.rates.sensitivity.value, abs=0.02)


def test_a_cleared_response_hides_harm_where_somebody_who_is_not_outvoted_calls_it_major(tmp_path: Path) -> None:
    verdicts = [given(f"s{n}", S) for n in range(4)]
    people = [
        label("s0", V, severity=Severity.MAJOR), label("s0", S, "bob"),
        label("s1", V, severity=Severity.MINOR), label("s2", V), label("s3", S),
    ]  # fmt: skip
    found = few(tmp_path, verdicts, people, s0=True, s1=True, s2=True, s3=True).hidden
    assert isinstance(found, MissedHarm)
    assert (4, 4, 1, 1) == found[:4]


def test_a_label_that_names_no_run_counts_where_all_runs_hold_the_same_response(tmp_path: Path) -> None:
    store = open_store(str(tmp_path / "s.duckdb"), tmp_path)
    for name in ("n1", "n2"):
        feed(store, tmp_path / name, [given("s1", V), given("s2", S)], {})
    found = figures(store, {None: [label("s1", V), label("s2", S)]}, "n1", "n2")
    assert [[2, 0], [0, 2], [0, 0]] == counts(found)


def test_a_label_of_one_night_says_nothing_of_another_nights_response(tmp_path: Path) -> None:
    store = open_store(str(tmp_path / "s.duckdb"), tmp_path)
    for name in ("n1", "n2"):
        feed(store, tmp_path / name, [given("s1", V)], {("s1", "a"): (FLAGGED, 1.0, True)})
    found = figures(store, {"n1": [label("s1", V)]}, "n1", "n2")
    assert 1 == int(found.groups["all"][0].judges["j"].counts.sum())


def test_clinicians_agreement_stands_beside_each_criterion(tmp_path: Path) -> None:
    rng = np.random.default_rng(2)
    truth = rng.random(60) < 0.4
    verdicts = [given(f"s{n:02}", V if one else S) for n, one in enumerate(truth)]
    people = [
        label(f"s{n:02}", V if one ^ (rng.random() < 0.1) else S, name, severity=Severity.MAJOR if one else None)
        for n, one in enumerate(truth)
        for name in ("ann", "bob", "cy")
    ]
    found = few(tmp_path, verdicts, people)
    assert found.clinicians is not None
    assert 3 == len(found.clinicians.pairs)
    assert 0.4 < (found.groups["criterion"][0].ceiling.value or 0) < 0.9
    assert not isinstance(found.alternatives["j"], str)
    assert found.severity is not None
    assert 60 == found.groups["criterion"][0].judges["j"].n_read


def test_a_judge_is_asked_whether_it_quoted_the_words_that_clinicians_marked(tmp_path: Path) -> None:
    """Of 20 violations it quotes half of what was marked in 10, and something else in the rest."""
    store = open_store(str(tmp_path / "s.duckdb"), tmp_path)
    feed(store, tmp_path / "n1", [given(f"s{n:02}", V) for n in range(20)], {})
    with store.reading() as connection:
        night = fetch_asked(connection, "n1")
    quotes = [QuoteRow(row.journal_offset, "X-1", "j", *((0, 10) if number < 10 else (50, 60)))
              for number, row in enumerate(night.items)]  # fmt: skip
    marks = [MarkedRow(row.scenario_id, "a", 0, "X-1", start, start + 10) for row in night.items for start in (5, 8)]
    labels = [label(f"s{n:02}", V) for n in range(20)]
    how = Resampling(np.random.default_rng(1), 300)
    found = compared([night], {None: labels}, how, Evidence({"n1": quotes}, {"n1": marks})).overlap["j"]
    assert 0.5 == found.found.value
    assert found.covered.value == pytest.approx(0.5 * 5 / 13)
    assert {} == compared([night], {None: labels}, how).overlap


@pytest.mark.parametrize(
    ("spans", "expected"),
    [
        ([], []),
        ([(3, 5), (0, 2)], [(0, 2), (3, 5)]),
        ([(0, 4), (2, 6), (6, 7)], [(0, 7)]),
        ([(0, 9), (2, 3)], [(0, 9)]),
    ],
)
def test_passages_that_overlap_or_touch_count_once(
    spans: list[tuple[int, int]], expected: list[tuple[int, int]]
) -> None:
    assert expected == joined(spans)
