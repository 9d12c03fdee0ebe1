"""The example notebook: what it shows is what it gives today."""

import re
from typing import Any

import pytest

from tests.example_notebook import NOTEBOOK, executed, stored


def shown(notebook: Any) -> dict[str, list[Any]]:
    """Outputs by cell."""
    return {cell.id: [dict(one) for one in cell.outputs] for cell in notebook.cells if cell.cell_type == "code"}


@pytest.fixture(scope="module")
def anew() -> Any:
    return executed(stored())


def test_run_from_the_top_it_shows_what_it_holds(anew: Any) -> None:
    assert shown(stored()) == shown(anew), "write it anew: make notebook"


@pytest.mark.parametrize(
    ("cell", "said"),
    [("by-candidate", "14 flagged"), ("by-criterion", "46 major"), ("labels", "0.53 (0.47 to 0.59)")],
)
def test_it_draws_where_responses_stand_what_is_violated_and_how_judges_agree(cell: str, said: str) -> None:
    [output] = shown(stored())[cell]
    assert said in output["data"]["image/svg+xml"]


def test_it_says_the_coverage_gap_and_why_certificates_were_refused() -> None:
    said = {name: "".join(one.get("text", "") for one in some) for name, some in shown(stored()).items()}
    assert "reading them would take about" in said["the-gap"]
    assert "27 of 27 refused." in said["rulings"]
    assert "at least 10 scenarios are needed" in said["rulings"]


def test_it_holds_nothing_of_the_machine_or_the_day_on_which_it_ran() -> None:
    text = NOTEBOOK.read_text(encoding="utf-8")
    assert [] == re.findall(r"/(?:tmp|home|work|root|usr)/|\d\d:\d\d:\d\d", text)
    assert {} == {cell.id: cell.metadata for cell in stored().cells if cell.metadata}
