"""The tool's own hazard log names tests that there are."""

import re

import pytest

from tests.conftest import ROOT

LOG = (ROOT / "docs/hazards.md").read_text(encoding="utf-8")
NAMED = sorted(set(re.findall(r"`(test_\w+)`", LOG)))


@pytest.fixture(scope="module")
def every_test() -> set[str]:
    files = (ROOT / "tests").rglob("test_*.py")
    return {name for path in files for name in re.findall(r"^def (test_\w+)", path.read_text("utf-8"), re.MULTILINE)}


@pytest.mark.parametrize("name", NAMED)
def test_a_control_is_shown_by_a_test_that_there_is(every_test: set[str], name: str) -> None:
    assert name in every_test


def test_every_hazard_has_a_cause_an_effect_controls_and_a_residual() -> None:
    for hazard in re.split(r"^## ", LOG, flags=re.MULTILINE)[1:]:
        assert ["Cause", "Effect", "Existing controls", "Residual"] == re.findall(
            r"^- \*\*(.+?)\*\*:", hazard, re.MULTILINE
        )
