"""How fast a run goes and how long it will still take."""

import pytest

from pipeline.gauges import Gauge, Standing
from pipeline.watching.rates import Rates, View
from tests.gauge import gauge, standing


class Clock:
    """Time that passes when a test says so."""

    def __init__(self) -> None:
        self.now = 100.0

    def __call__(self) -> float:
        return self.now


def watched(*seen: tuple[float, Standing]) -> View:
    """The last view of a run that stood so at these seconds."""
    clock = Clock()
    rates = Rates(clock)
    views: list[View] = []
    for at, stood in seen:
        clock.now = 100.0 + at
        views.append(rates.view(stood))
    return views[-1]


def done(n: int, n_expected: int | None = 1000, who: str = "judge j", provider: str = "openai") -> Gauge:
    return gauge(who, n_done=n, n_expected=n_expected, tokens=18 * n, provider=provider)


def test_a_rate_is_of_the_last_half_minute_only() -> None:
    steady = [(float(at), standing(done(10 * at))) for at in range(60)]
    slower = [(float(at), standing(done(590 + at - 59))) for at in range(60, 90)]
    assert (10.0, 180.0) == (watched(*steady).readings[0].per_s, watched(*steady).readings[0].tokens_per_s)
    assert 1.0 == watched(*steady, *slower).readings[0].per_s


def test_what_a_continued_run_had_before_is_no_rate() -> None:
    view = watched((0, standing(done(900))), (10, standing(done(920))))
    assert (2.0, 40.0) == (view.readings[0].per_s, view.left_s)


@pytest.mark.parametrize(
    "seen",
    [
        [(0, standing(done(1)))],
        [(0, standing(done(1))), (1, standing(done(5)))],
        [(0, standing(done(1))), (20, standing(done(1)))],
        [(0, standing(done(1, None))), (20, standing(done(5, None)))],
    ],
    ids=["first look", "too short", "nothing comes", "nobody knows how many"],
)
def test_time_left_is_unknown_rather_than_wrong(seen: list[tuple[float, Standing]]) -> None:
    assert watched(*seen).left_s is None


def test_nothing_left_takes_no_time_even_where_nothing_comes() -> None:
    assert 0.0 == watched((0, standing(done(1000))), (20, standing(done(1000)))).left_s


def test_the_slowest_decides_for_its_provider_and_for_the_run() -> None:
    def at(n: int) -> Standing:
        return standing(
            done(50 * n, who="candidate a"),
            done(10 * n, who="judge j"),
            done(20 * n, who="judge k", provider="anthropic"),
        )

    view = watched((0, at(0)), (10, at(10)))
    assert {"openai": 90.0, "anthropic": 40.0} == view.left_by_provider()
    assert 90.0 == view.left_s


def test_one_unknown_leaves_the_whole_unknown() -> None:
    def at(n: int) -> Standing:
        return standing(done(n, who="candidate a"), done(0, who="judge j", provider="anthropic"))

    view = watched((0, at(0)), (10, at(10)))
    assert {"openai": 990.0, "anthropic": None} == view.left_by_provider()
    assert view.left_s is None
