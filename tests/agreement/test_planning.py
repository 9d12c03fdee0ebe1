"""What minutes buy, against nights that spend them."""

import numpy as np
import pytest

from agreement.comparison import compare_all
from agreement.missed_harm import hidden_at_most
from agreement.planning import Plan, Stratum, plan
from agreement.rates import FLAGGED, LEFT_ALONE
from agreement.resample import Resampling
from benchmarks.simulated_nights import Regime, night

STRATA = (
    Stratum(FLAGGED, 118, 0.62, 10, 2.0, cleared=False),
    Stratum(LEFT_ALONE, 60, 0.2, 3, 2.0, cleared=False),
    Stratum(LEFT_ALONE, 1022, 0.03, 0.3, 2.0, cleared=True),
)


def bought(minutes: float) -> Plan:
    return plan(STRATA, minutes, floor=0.03)


def test_minutes_are_kept_and_what_they_do_not_reach_is_counted() -> None:
    found = bought(300)
    assert (300, 150, 1050) == pytest.approx((found.minutes, found.items, found.unread))
    assert 0.03 == found.pi[2] < found.pi[1] < found.pi[0]


def test_more_minutes_buy_narrower_intervals_and_a_smaller_bound() -> None:
    plans = [bought(minutes) for minutes in (150, 400, 900, 2000)]
    for name in ("sensitivity", "kappa", "failure_rate"):
        widths = [getattr(one.widths, name) for one in plans]
        assert sorted(widths, reverse=True) == widths
    bounds = [one.missed_harm or 1 for one in plans]
    assert sorted(bounds, reverse=True) == bounds


def test_minutes_that_leave_strata_unread_buy_no_interval() -> None:
    floor = 1e-6
    assert {None} == set(plan(STRATA, 4, floor=floor).widths)
    assert None not in plan(STRATA, 60, floor=floor).widths


def test_the_bound_is_the_one_that_an_audit_without_a_finding_would_prove() -> None:
    found = bought(600)
    n_read = int(1022 * found.pi[2])
    assert hidden_at_most(np.full(1022, found.pi[2]), n_read, 0, 0.05) / 1022 == found.missed_harm


def test_expected_widths_are_those_of_nights_that_spend_the_minutes() -> None:
    """Strata and their shares as `simulated_nights` has them, measured on one endless night."""
    regime = Regime("", responses=1, scenarios=1000)
    endless = night(regime, np.random.default_rng(1), 200_000)
    pi, says, flagged = endless.questions.pi, endless.would_say, endless.questions.verdicts[:, 0] == 0
    cells = [(flagged, FLAGGED, 10.0), (~flagged & (pi == 0.6), LEFT_ALONE, 6.0), (pi == 0.08, LEFT_ALONE, 0.8)]
    strata = tuple(
        Stratum(verdict, round(here.mean() * 1000), float(says[here].mean()), priority, 1.0, cleared=priority < 1)
        for here, verdict, priority in cells
    )
    n = [one.n_items for one in strata]
    found = plan(strata, n[0] + 0.6 * n[1] + 0.08 * n[2], floor=0.01)
    assert [1, 0.6, 0.08] == pytest.approx(found.pi.tolist(), abs=0.001)
    widths = [
        compare_all(night(regime, np.random.default_rng([seed, 7])).questions.only(0), how())[0].rates
        for seed in range(60)
    ]
    for name in ("sensitivity", "specificity", "ppv", "kappa", "failure_rate"):
        seen = np.median([getattr(one, name).high - getattr(one, name).low for one in widths])
        assert seen == pytest.approx(getattr(found.widths, name), rel=0.3), name


def how() -> Resampling:
    return Resampling(np.random.default_rng(1), 200)


def test_rows_that_resemble_each_other_widen_what_is_expected() -> None:
    plain, alike = (plan(STRATA, 600, floor=0.03, design_effect=one) for one in (1.0, 3.0))
    assert (alike.widths.sensitivity or 0) > (plain.widths.sensitivity or 1)


@pytest.mark.parametrize(
    ("strata", "effect", "message"),
    [
        ((), 1.0, "at least one stratum"),
        ((STRATA[0]._replace(violated=1.2),), 1.0, "share of violations in 0-1"),
        (STRATA, 0.5, "design effect of 1 or more"),
    ],
)
def test_plans_that_cannot_be_are_refused(strata: tuple[Stratum, ...], effect: float, message: str) -> None:
    with pytest.raises(ValueError, match=message):
        plan(strata, 100, floor=0.03, design_effect=effect)
