"""What leads see, counted on stores whose truth is known: parts, differences, coverage, nights and second thoughts."""

from collections import Counter
from collections.abc import Callable, Generator
from contextlib import contextmanager
from dataclasses import replace
from datetime import UTC, datetime
from pathlib import Path
from types import SimpleNamespace
from typing import cast

import numpy as np
import pytest

from agreement.card import Answers, Repeats, measure
from agreement.design import design
from agreement.resample import Resampling
from domain.errors import InputError
from domain.item import item_id_of
from domain.routing import Disposition
from domain.severity import Severity
from pipeline.comparing.compared import Compared
from pipeline.comparing.differing import Kind
from pipeline.comparing.gathered import Gathered, gather_in_visits
from pipeline.comparing.narrowed import Only
from pipeline.effort import expected_minutes
from pipeline.learning.cards import RunCard
from pipeline.reporting.leads.around import fetch_around
from pipeline.reporting.leads.curves import calibration_table, curves
from pipeline.reporting.leads.differences import difference_bars, difference_table, listed_rows
from pipeline.reporting.leads.page import leads_page
from pipeline.reporting.leads.tables import drift_rows, gap_sentence
from pipeline.reporting.render import render_comparison
from pipeline.store.calibrations import Measured
from pipeline.store.connection import Connection, Store
from pipeline.store.coverage import fetch_being_read, fetch_covered
from pipeline.store.door import DuckDBStore
from pipeline.store.gates import GateRow, record_gate
from pipeline.store.labels import record_labels
from pipeline.store.nights import fetch_nights
from pipeline.store.rows import insert
from pipeline.store.samples import fetch_unsized
from pipeline.store.second_thoughts import SecondThought
from pipeline.store.state import fetch_state
from tests.nights import N, S, V, feed, given, label, simulated

CLEARED, FLAGGED = Disposition.CLEARED, Disposition.FLAGGED


@pytest.fixture
def store(new_store: Callable[[], Store], tmp_path: Path) -> Store:
    """Two judges on four responses: a miss, a false flag, agreement on a violation, and a split panel."""
    found = new_store()
    said = {"s1": (S, S), "s2": (V, V), "s3": (V, V), "s4": (V, S)}
    verdicts = [given(one, value, judge) for one, values in said.items()
                for judge, value in zip("jk", values, strict=True)]  # fmt: skip
    routed = {("s1", "a"): (CLEARED, 0.25, True), ("s2", "a"): (FLAGGED, 1.0, True),
              ("s3", "a"): (FLAGGED, 1.0, True), ("s4", "a"): (FLAGGED, 1.0, True)}  # fmt: skip
    feed(found, tmp_path / "n1", verdicts, routed)
    with found.writing() as connection:
        for one, _ in routed:  # the minutes did not reach s4
            chance = 0.25 if one == "s1" else 0.999
            row = {"item_id": item_id_of("n1", one, "a", 0), "run_id": "n1", "inclusion_probability": chance}
            insert(connection, "sample", row | {"is_drawn": one != "s4", "is_double": False})
    return found


LABELS = [
    label("s1", V, inclusion_probability=0.25), label("s2", S, inclusion_probability=0.999),
    label("s3", V, inclusion_probability=0.999), label("s4", V, inclusion_probability=0.999),
]  # fmt: skip


def gathered(store: Store, thoughts: list[SecondThought] | None = None) -> Gathered:
    found = gather_in_visits(store, ["n1"], LABELS)
    return replace(found, evidence=found.evidence._replace(second_thoughts={"n1": thoughts or []}))


def test_each_difference_is_named_with_what_it_stands_for_the_dangerous_first(store: Store) -> None:
    found = gathered(store).compared(100).differing
    assert [(Kind.MISSED, "s1"), (Kind.UNSETTLED, "s4"), (Kind.OVER_CALLED, "s2")] == [
        (one.kind, one.scenario_id) for one in found
    ]
    assert 4 == pytest.approx(found[0].weight)
    assert item_id_of("n1", "s1", "a", 0) == found[0].item_id


def thought(scenario_id: str, first: object, last: object) -> SecondThought:
    return SecondThought(scenario_id, "a", 0, "X-1", first, last)  # type: ignore[arg-type]


def test_second_thoughts_count_towards_the_panel_away_from_it_and_where_both_agreed(store: Store) -> None:
    thoughts = [
        thought("s1", V, S),  # given up: the panel saw none
        thought("s1", V, V),
        thought("s2", S, V),  # taken over
        thought("s3", V, S),  # changed though both agreed
        thought("s4", V, S),  # the panel has no clear word
        thought("s2", N, N),
    ]
    found = gathered(store, thoughts).compared(100).swayed
    assert (5, 3) == (found.n, found.n_changed)
    assert (0.5, 0.5, 1.0) == (found.dropped.value, found.adopted.value, found.against.value)


def test_without_second_thoughts_no_share_is_given_and_the_reason_stands(store: Store) -> None:
    found = gathered(store).compared(100).swayed
    assert found.dropped.value is None
    assert "nobody has kept or changed" in str(found.dropped.refusal)


def test_parts_of_a_night_hold_its_questions_once_and_no_part_changes_a_weight(tmp_path: Path) -> None:
    night, store = simulated(4, scenarios=60), DuckDBStore(tmp_path / "s.duckdb")
    feed(store, tmp_path / "n1", night.verdicts, night.routed)
    chances = {key: pi for key, (_, pi, _) in night.routed.items()}
    stated = [one.model_copy(update={"inclusion_probability": chances[one.scenario_id, one.candidate_id]})
              for one in night.labels]  # fmt: skip
    found = gather_in_visits(store, ["n1"], stated)
    whole = found.compared(100)
    parts = [found.compared(100, Only(candidate=one)) for one in "ab"]
    assert whole.facts.n_questions == sum(one.facts.n_questions for one in parts)
    assert Counter(whole.differing) == Counter(parts[0].differing) + Counter(parts[1].differing)
    assert [whole.failures["a"].stratified.value] == [parts[0].failures["a"].stratified.value]
    assert "candidate a" == parts[0].facts.narrowed


def test_what_judges_said_and_what_people_thought_are_read_in_visits_of_their_own(store: Store) -> None:
    n_visits = 0

    @contextmanager
    def reading() -> Generator[Connection]:
        nonlocal n_visits
        n_visits += 1
        with store.reading() as connection:
            yield connection

    found = gather_in_visits(cast("Store", SimpleNamespace(reading=reading)), ["n1"], LABELS)
    assert found.nights
    assert 2 == n_visits


def test_a_part_that_no_label_is_about_is_refused_by_its_name(store: Store) -> None:
    with pytest.raises(InputError, match="no label is about rubric other, severity minor"):
        gathered(store).compared(100, Only(rubric="other", severity="minor"))


def test_minutes_counted_in_the_database_are_those_of_every_item_added_up(store: Store) -> None:
    with store.reading() as connection:
        covered = fetch_covered(connection, "n1")
        around = fetch_around(connection, ["n1"], datetime.now(UTC))
        items = fetch_unsized(connection, "n1")
    assert {"waiting": 3, "unreviewed": 1} == {state: one.n for state, one in covered.items()}
    assert sum(one.minutes for one, _ in items) == pytest.approx(sum(one.minutes for one in around.coverage.values()))
    each = expected_minutes(covered["unreviewed"].n_characters, covered["unreviewed"].n_criteria)
    gap = f"1 response that judges could not clear was sent to nobody; reading it would take about {each:.0f} minutes"
    assert f"Coverage gap: {gap}" in gap_sentence(around)


def test_what_is_sent_and_unread_is_still_being_read_and_the_rest_is_not(store: Store) -> None:
    with store.reading() as connection:
        found = fetch_being_read(connection, "n1")
        assert set() == fetch_being_read(connection, "n1", item_id_of("n1", "s4", "a", 0))
    assert {item_id_of("n1", one, "a", 0) for one in ("s1", "s2", "s3")} == found


def test_a_file_lists_nothing_that_a_reader_is_still_to_judge(store: Store) -> None:
    page = rendered(store, gathered(store).compared(100))
    assert "2 more are not listed: a reader is still to judge them blind" in page
    assert "1 missed" in page


def rendered(store: Store, found: Compared) -> str:
    with store.reading() as connection:
        around = fetch_around(connection, ["n1"], datetime.now(UTC))
    return render_comparison(leads_page(found, around))


def test_bars_count_every_difference_and_the_list_is_bounded(store: Store) -> None:
    found = gathered(store).compared(100)
    (bar,) = difference_bars(found)
    assert {"missed": 1, "unsettled": 1, "over-called": 1} == {one.name: one.n for one in bar.segments}
    assert 200 == len(listed_rows(list(found.differing) * 100))


def test_what_harms_most_comes_first_in_picture_table_and_list(store: Store) -> None:
    one = gathered(store).compared(100).differing[0]
    some = [
        one._replace(criterion_id=criterion, kind=kind, severity=severity, weight=weight)
        for criterion, kind, severity, weight in (
            ("over-called", Kind.OVER_CALLED, Severity.MAJOR, 90.0), ("slight", Kind.MISSED, Severity.MINOR, 9.0),
            ("grave", Kind.MISSED, Severity.MAJOR, 1.0), ("grave, more of it", Kind.MISSED, Severity.MAJOR, 2.0),
        )
    ]  # fmt: skip
    found = replace(gathered(store).compared(100), differing=tuple(some))
    order = ["grave, more of it", "grave", "slight", "over-called"]
    assert order == [bar.label for bar in difference_bars(found)]
    assert order == [row[0] for row in difference_table(found)]


def test_the_state_changes_with_a_replaced_label_and_with_nothing_else(store: Store) -> None:
    def state() -> str:
        with store.reading() as connection:
            return fetch_state(connection)

    def keep(verdict: object) -> None:
        with store.writing() as connection:
            record_labels(connection, [label("s1", verdict)], force=True)  # type: ignore[arg-type]

    empty = state()
    keep(V)
    first = state()
    keep(V)
    assert empty != first == state()
    keep(S)
    assert first != state()


def test_nights_come_in_order_with_what_each_came_to_at_the_gate(store: Store) -> None:
    judges = {"compared": 100, "missing": 0, "rose": 25, "fell": 0, "p": 1e-7, "alarms": 1}
    gate = {"outcome": "judges_moved", "reason": "The judges moved.", "judges": judges}
    with store.writing() as connection:
        for at in ("2026-11-28T05:00:00", "2026-11-28T06:00:00"):
            outcome = gate if at.endswith("6:00:00") else {"outcome": "passed"}
            record_gate(connection, GateRow("n1", at, 4, False, "", "", None, "p", outcome))  # noqa: FBT003
    with store.reading() as connection:
        (night,) = fetch_nights(connection, "n1", "9999", 30)
        assert [] == fetch_nights(connection, "n1", "2000", 30)
    assert (4, 3, gate) == (night.n, night.n_flagged, night.gate)
    (row,) = drift_rows([night])
    assert "n1: moved: 25 up, 0 down of 100, p = 1e-07" == row.note
    assert [("rose", 25.0), ("fell", 0.0)] == [(mark.name, mark.x) for mark in row.marks]
    assert "judges moved" in rendered(store, gathered(store).compared(100))


def test_a_calibration_curve_runs_from_no_vote_to_every_vote_within_its_band() -> None:
    scores, labels = np.repeat([0.0, 1.0], [30, 10]), np.array([0.0] * 29 + [1.0] + [1.0] * 5 + [0.0] * 5)
    answers = Answers(labels, scores, scores.astype(np.intp), design(np.arange(40)))
    repeats = Repeats(np.zeros((40, 1), dtype=np.intp), answers.of)
    card = measure(answers, repeats, "d", Resampling(np.random.default_rng(1), 100))
    measured = Measured("X-1", "c", "j", "f", "n1", "d", ("ann",), "2026-11-28T00:00:00", card)
    cards = [RunCard("j", False, "X-1", measured, "", ())]  # noqa: FBT003
    (one,), (row,) = curves(cards), calibration_table(cards)
    heights = [float(point.split(",")[1]) for point in one.line.split()]
    assert [(0.0, 96.7), (100.0, 50.0)] == [(dot.x, dot.y) for dot in one.dots]
    assert all(dot.high < dot.y < dot.low and "n = " in dot.said for dot in one.dots)
    assert one.dots[0].r > one.dots[1].r
    assert sorted(heights, reverse=True) == heights
    assert ("0.0", "100.0") == (one.line.split(",")[0], one.line.split()[-1].split(",")[0])
    assert 2 * len(heights) == len(one.band.split())
    assert "Venn-Abers, 40 labels, 6 violations" in one.said
    assert ["X-1", "j", "Venn-Abers", "40", "6"] == row[:5]
    assert ["ann", "2026-11-28"] == row[-2:]


def test_a_picture_of_very_many_criteria_leaves_those_without_a_figure_to_the_table(tmp_path: Path) -> None:
    names, store = [f"C-{n}" for n in range(50)], DuckDBStore(tmp_path / "s.duckdb")
    feed(store, tmp_path / "n1", [given("s1", S, criterion_id=one) for one in names], {})
    labels = [label("s1", V if one == "C-0" else S, criterion_id=one) for one in names]
    found = gather_in_visits(store, ["n1"], labels)
    with store.reading() as connection:
        around = fetch_around(connection, ["n1"], datetime.now(UTC))
    (judge,) = leads_page(found.compared(100), around).comparison.judges
    assert ["all criteria", "C-0"] == [one.label for one in judge.kappa]
    assert judge.undrawn.startswith("49 criteria more")
    assert 50 == len(next(one for one in judge.tables if one.title == "By criterion").rows)
