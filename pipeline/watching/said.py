"""The facts of a working run in words, the same for the live view and for plain lines."""

from collections.abc import Mapping
from math import ceil

from pipeline.gauges import Gauge
from pipeline.watching.rates import Reading, View

UNKNOWN = "-"
_MANY = 100
"""Where decimals no longer matter."""


def duration(seconds: float | None) -> str:
    """Rounded up, in two units at the most."""
    if seconds is None:
        return UNKNOWN
    minutes, hours = ceil(seconds / 60), ceil(seconds / 3600)
    if (whole := ceil(seconds)) < 60:  # noqa: PLR2004 (a minute)
        return f"{whole}s"
    if minutes < 60:  # noqa: PLR2004
        return f"{minutes}m"
    if minutes < 24 * 60:
        return f"{minutes // 60}h{minutes % 60:02}m"
    return f"{hours // 24}d{hours % 24:02}h"


def rate(per_s: float | None) -> str:
    """A number a second."""
    if per_s is None:
        return UNKNOWN
    if per_s >= _MANY:
        return f"{per_s:,.0f}"
    return f"{per_s:.1f}" if per_s >= 1 or not per_s else f"{per_s:.2f}"


def expected(gauge: Gauge) -> str:
    """How many in all; `~` before what is an estimate."""
    if gauge.n_expected is None:
        return UNKNOWN
    return f"{'' if gauge.is_exact else '~'}{gauge.n_expected:,}"


def pace(gauge: Gauge) -> str:
    """What the provider's pace allows where it is less than all: a pause, or fewer calls at once."""
    if gauge.pause_s:
        return f"wait {duration(gauge.pause_s)}"
    return f"{gauge.allowed} of {gauge.most}" if gauge.allowed < gauge.most else ""


def failures(counted: Mapping[str, int]) -> str:
    """By kind, the most frequent first."""
    return ", ".join(f"{n:,} {kind}" for kind, n in sorted(counted.items(), key=lambda one: (-one[1], one[0])))


def head(view: View) -> str:
    """The whole run."""
    one = view.standing
    spent = f"{one.usd:,.2f}" + (f" of {one.cap_usd:,.2f}" if one.cap_usd else "") + " USD"
    return (
        f"{one.n_finished:,} of {one.n_items:,} responses judged, {one.n_calls:,} calls, {spent}, "
        f"time left: {duration(view.left_s)}"
    )


def by_provider(view: View) -> str:
    """Time left for each provider, where there are several."""
    left = view.left_by_provider()
    if len(left) == 1:
        return ""
    return "Time left by provider: " + ", ".join(
        f"{provider} {duration(seconds)}" for provider, seconds in left.items()
    )


def ending(view: View) -> str:
    """What a run that begins nothing more still waits for."""
    one = view.standing
    n = sum(gauge.n_in_flight for gauge in one.gauges)
    if not one.is_stopping or not n:
        return ""
    why = "The budget is spent" if one.is_budget_spent else "Stopping"
    return f"{why}: calls in flight are finished first ({n:,}). Ctrl-C now ends at once."


def view_line(view: View) -> str:
    """Everything in one line without any control character."""
    parts = [head(view), *map(_reading_line, view.readings), by_provider(view), ending(view)]
    return " | ".join(filter(None, parts))


def _reading_line(reading: Reading) -> str:
    gauge = reading.gauge
    facts = [
        f"{gauge.who}: {gauge.n_done:,} of {expected(gauge)}",
        f"{gauge.n_in_flight:,} in flight",
        f"{rate(reading.per_s)}/s",
        f"{rate(reading.tokens_per_s)} tokens/s",
        f"{gauge.usd:,.2f} USD",
        f"{gauge.n_retries:,} retries" if gauge.n_retries else "",
        f"pace {pace(gauge)}" if pace(gauge) else "",
        failures(gauge.failures),
        f"left {duration(reading.left_s)}",
    ]
    return ", ".join(filter(None, facts))
