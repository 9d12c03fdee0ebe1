"""Nights in which first the candidate, then a judge, then a clinician changes: the gate names the right one each time.

Nine nights here; thirty, of several seeds, in `make bench-month`.
"""

from collections.abc import Callable

import pytest

from tests.conftest import Workspace
from tests.endpoint import Endpoint, Say
from tests.month import Month, Truth, begin, mend_judge


@pytest.fixture
def month(workspace: Workspace, serve: Callable[[Say], Endpoint]) -> Month:
    found = Month(workspace, seed=1)
    found.lay_out(serve(found.say))
    return found


def test_each_change_is_named_on_its_night_and_other_nights_are_silent(month: Month) -> None:
    begin(month)
    codes = [month.pass_a_night()[0]]

    month.truth.unsafe = 0.35
    code, found = month.pass_a_night()
    codes.append(code)
    assert ["candidate_worse"] == found["outcomes"], found["reason"]
    assert "a, all criteria: flagged responses went from" in found["reason"]
    month.truth = Truth()
    codes.append(month.pass_a_night()[0])

    month.truth.strict = 0.3
    code, found = month.pass_a_night()
    codes.append(code)
    assert "judges_moved" == found["outcome"], found["reason"]
    assert "cannot be taken at its word" in found["reason"]
    mend_judge(month, "summer")
    codes.append(month.pass_a_night()[0])

    month.truth.clinician_strict = 0.3
    month.label("anchors-02")
    code, found = month.pass_a_night()
    codes.append(code)
    assert ["clinicians_moved"] == found["outcomes"], found["reason"]
    month.truth.clinician_strict = 0.0
    month.label("anchors-02")
    codes.append(month.pass_a_night()[0])
    assert [0, 1, 0, 4, 0, 5, 0] == codes
