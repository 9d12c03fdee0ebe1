"""Budgets of severities: exceeded, kept, or too little data to say."""

from pathlib import Path

import numpy as np
import pytest
from pydantic import ValidationError

from agreement.resample import Resampling
from domain.gate import GatePolicy
from domain.severity import Severity
from pipeline.comparing.population import population
from pipeline.gate.budget import Budgeted, budgeted
from pipeline.store.address import open_store
from pipeline.store.questions import fetch_asked
from tests.nights import S, V, feed, given

BUDGET = {Severity.MAJOR: 0.05}


def night(folder: Path, n: int, n_bad: int, severity: Severity = Severity.MAJOR, repeats: int = 1,
          budgets: dict[Severity, float] = BUDGET) -> list[Budgeted]:  # fmt: skip
    """So many responses of one candidate, so many of them flagged."""
    store = open_store("data/s.duckdb", folder)
    rows = [
        given(f"s{number // repeats:04}", V if number < n_bad else S, repeat=number % repeats, severity=severity)
        for number in range(n)
    ]
    feed(store, folder / "data/runs/n1", rows, {})
    with store.reading() as connection:
        asked = fetch_asked(connection, "n1")
    return budgeted(population([asked]), budgets, 0.005, Resampling(np.random.default_rng(1), 2000))


@pytest.mark.parametrize(
    ("n", "n_bad", "state"),
    [(100, 0, "kept"), (50, 0, "unproven"), (100, 6, "unproven"), (100, 20, "exceeded"), (400, 8, "kept"),
     (30, 4, "unproven")],
)  # fmt: skip
def test_a_budget_is_exceeded_or_kept_only_where_the_interval_shows_it(
    tmp_path: Path, n: int, n_bad: int, state: str
) -> None:
    [found] = night(tmp_path, n, n_bad)
    assert state == found.state


def test_too_little_data_says_how_much_would_do(tmp_path: Path) -> None:
    [found] = night(tmp_path, 50, 1)
    assert found.state == "unproven"
    assert found.needed is not None
    assert 50 < found.needed < 250
    [many] = night(tmp_path / "b", found.needed, round(found.needed / 50))
    assert many.state == "kept"
    [above] = night(tmp_path / "c", 50, 3)
    assert (None, "unproven") == (above.needed, above.state)


def test_violations_of_another_severity_do_not_count(tmp_path: Path) -> None:
    [found] = night(tmp_path, 100, 40, Severity.MINOR)
    assert ("kept", 0.0, 100) == (found.state, found.found.value, found.found.n)


def test_responses_of_one_scenario_are_not_so_many_pieces_of_evidence(tmp_path: Path) -> None:
    [apart] = night(tmp_path, 120, 20)
    [together] = night(tmp_path / "b", 120, 20, repeats=10)
    assert ("exceeded", "unproven") == (apart.state, together.state)


def test_a_budget_of_nothing_is_exceeded_by_one_and_no_share_lies_beyond_one(tmp_path: Path) -> None:
    budgets = GatePolicy(major=0.0).budgets
    assert ("exceeded", "unproven") == (night(tmp_path, 80, 1, budgets=budgets)[0].state,
                                        night(tmp_path / "b", 80, 0, budgets=budgets)[0].state)  # fmt: skip
    with pytest.raises(ValidationError):
        GatePolicy(major=1.5)
