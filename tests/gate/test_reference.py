"""With which earlier nights tonight is compared."""

from typing import Any

from pipeline.gate.reference import Reference, reference_of
from pipeline.store.gates import GateRow
from tests.certified import gate_row


def first(run_id: str, **changes: Any) -> GateRow:
    return gate_row(run_id, is_first=True, first_by="R. Lead", first_reason="anew", **changes)


def test_comparisons_begin_with_the_first_night_that_passes() -> None:
    assert Reference((), is_first=True) == reference_of([], "p")
    assert Reference((), is_first=True) == reference_of([gate_row("n1", 3), gate_row("n2", 1)], "p")


def test_the_last_night_that_passed_counts_and_the_one_with_which_its_row_began() -> None:
    rows = [first("n1"), gate_row("n2"), gate_row("n3", 1)]
    assert ("n2", "n1") == reference_of(rows, "p").run_ids
    assert ("n1",) == reference_of(rows[:1], "p").run_ids
    assert ("n5", "n4") == reference_of([*rows, first("n4"), gate_row("n5")], "p").run_ids


def test_a_night_by_another_panel_is_no_measure_and_that_is_no_leave_to_pass() -> None:
    found = reference_of([first("n1"), gate_row("n2")], "another")
    assert ((), False) == (found.run_ids, found.is_first)
    assert "n2, was judged by another panel" in found.refusal
    assert ("n3",) == reference_of([first("n1"), gate_row("n3", panel_sha256="q")], "q").run_ids
