"""What is said of a working run, on a terminal and where there is none."""

import io
import sys
from itertools import pairwise

import pytest
from hypothesis import given
from hypothesis import strategies as st

from pipeline.gauges import Gauge
from pipeline.watching.live import cropped, fitting
from pipeline.watching.rates import Rates
from pipeline.watching.said import duration, expected, head, pace, rate, view_line
from pipeline.watching.watch import watcher
from tests.gauge import gauge, standing


@pytest.mark.parametrize(
    ("seconds", "said"),
    [
        (None, "-"), (0, "0s"), (0.2, "1s"), (59.0, "59s"), (59.5, "1m"), (60, "1m"), (61, "2m"), (3540, "59m"),
        (3599, "1h00m"), (3600, "1h00m"), (7861, "2h12m"), (86_399, "1d00h"), (86_400, "1d00h"), (100_000, "1d04h"),
    ],
)  # fmt: skip
def test_time_left_is_said_in_few_characters(seconds: float | None, said: str) -> None:
    assert said == duration(seconds)


@pytest.mark.parametrize(
    ("per_s", "said"), [(None, "-"), (0.0, "0.0"), (0.033, "0.03"), (1.26, "1.3"), (99.94, "99.9"), (1234.5, "1,234")]
)
def test_a_rate_is_said_in_few_characters(per_s: float | None, said: str) -> None:
    assert said == rate(per_s)


@pytest.mark.parametrize(
    ("one", "said"),
    [
        (gauge(n_expected=None), "-"),
        (gauge(n_expected=90_000), "~90,000"),
        (gauge(n_expected=90_000, is_exact=True), "90,000"),
    ],
    ids=["unknown", "estimated", "exact"],
)
def test_what_is_expected_says_whether_it_is_an_estimate(one: Gauge, said: str) -> None:
    assert said == expected(one)


@pytest.mark.parametrize(
    ("one", "said"),
    [
        (gauge(), ""),
        (gauge(allowed=16, most=16), ""),
        (gauge(allowed=4, most=16), "4 of 16"),
        (gauge(allowed=4, most=16, pause_s=22.1), "wait 23s"),
    ],
    ids=["no network", "all places", "fewer places", "asked to wait"],
)
def test_a_pace_is_said_only_where_it_holds_something_back(one: Gauge, said: str) -> None:
    assert said == pace(one)


def test_a_plain_line_holds_every_fact() -> None:
    judge = gauge(
        n_done=9100, n_expected=90_000, n_in_flight=8, n_retries=4, usd=9.3, allowed=4, most=16,
        failures={"refused": 3, "malformed": 12},
    )  # fmt: skip
    stood = standing(judge, n_finished=1204, n_items=12_000, n_calls=41_310, usd=12.4, cap_usd=50.0, is_stopping=True)
    assert (
        "1,204 of 12,000 responses judged, 41,310 calls, 12.40 of 50.00 USD, time left: - | "
        "judge j: 9,100 of ~90,000, 8 in flight, -/s, - tokens/s, 9.30 USD, 4 retries, pace 4 of 16, "
        "12 malformed, 3 refused, left - | "
        "Stopping: calls in flight are finished first (8). Ctrl-C now ends at once."
    ) == view_line(Rates(lambda: 0.0).view(stood))


def test_time_left_is_said_for_each_provider_where_there_are_several() -> None:
    both = standing(gauge("candidate a"), gauge("judge j", provider="anthropic", n_expected=0))
    view = Rates(lambda: 0.0).view(both)
    assert view_line(view).endswith(" | Time left by provider: openai -, anthropic 0s")


def test_without_a_cap_only_what_was_spent_is_said() -> None:
    assert "5 calls, 1.50 USD, time left" in head(Rates(lambda: 0.0).view(standing(usd=1.5)))


def test_away_from_a_terminal_a_line_comes_every_half_minute() -> None:
    now, stream = [0.0], io.StringIO()
    with watcher(stream, clock=lambda: now[0], environ={}) as watch:
        for tick in range(200):
            now[0] = tick / 2
            watch(standing(gauge(n_done=tick, n_expected=1000)))
    lines = stream.getvalue().splitlines()
    assert ["60", "120", "180"] == [line.partition("judge j: ")[2].split()[0] for line in lines]
    assert all(line.isprintable() for line in lines)
    assert "2.0/s" in lines[-1]
    assert "time left: 7m" in lines[-1]


def test_a_reader_that_has_gone_away_does_not_end_the_run() -> None:
    class Gone(io.StringIO):
        def write(self, text: str, /) -> int:
            raise BrokenPipeError(text)

    now = [0.0]
    with watcher(Gone(), clock=lambda: now[0], environ={}) as watch:
        now[0] = 60.0
        watch(standing(gauge()))


class Screen(io.StringIO):
    """A terminal as far as a program can ask."""

    def isatty(self) -> bool:
        return True


def test_what_others_write_to_stderr_stands_above_the_view_on_lines_of_its_own(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    for name, value in {"TERM": "xterm", "COLUMNS": "80", "NO_COLOR": "1"}.items():
        monkeypatch.setenv(name, value)
    screen, stderr = Screen(), sys.stderr
    with watcher(screen, environ={}) as watch:
        watch(standing(gauge()))
        print("something to know", file=sys.stderr)  # noqa: T201
        watch(standing(gauge()))
    assert stderr is sys.stderr
    assert "\x1b[2Ksomething to know\n" in screen.getvalue()


@given(st.integers(20, 200), st.integers(5, 60))
def test_a_row_is_never_wider_than_the_terminal_and_gains_columns_as_that_grows(width: int, longest: int) -> None:
    name, columns = fitting(width, longest)
    assert name + sum(one.width + 1 for one in columns) <= max(width, 12)
    titles = [{one.title for one in fitting(wide, longest)[1]} for wide in range(40, 200)]
    assert all(narrower <= wider for narrower, wider in pairwise(titles))


def test_forty_columns_show_what_is_done_and_left_and_a_wide_terminal_everything() -> None:
    assert ["done", "of", "left"] == [one.title for one in fitting(40, 30)[1]]
    assert 12 == len(fitting(170, 30)[1])


def test_a_name_that_does_not_fit_keeps_its_end_which_tells_it_from_others() -> None:
    assert ["judge claude", "…e-clinic-7b"] == [cropped(who, 12) for who in ("judge claude", "candidate-clinic-7b")]
