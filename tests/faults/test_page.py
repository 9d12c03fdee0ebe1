"""The page on reliability names tests that there are."""

from benchmarks.faults import PAGE, faults
from tests.conftest import ROOT


def test_every_fault_is_shown_by_a_test_that_there_is() -> None:
    page = PAGE.read_text(encoding="utf-8")
    rows = faults(page)
    assert page.count("`tests/") == len(rows) > 40
    for row in rows:
        assert f"\ndef {row.test}(" in (ROOT / row.file).read_text(encoding="utf-8"), row
