"""How fast a run goes and how long it will still take: arithmetic on what was seen over the last half minute."""

from collections import deque
from collections.abc import Callable
from dataclasses import dataclass

from pipeline.gauges import Gauge, Standing

_WINDOW_S = 30.0
_LEAST_S = 2.0
"""Less says nothing of a rate."""


@dataclass(frozen=True, slots=True)
class Reading:
    """A gauge with its rates; None while unknown."""

    gauge: Gauge
    per_s: float | None
    tokens_per_s: float | None

    @property
    def left_s(self) -> float | None:
        """Seconds to its end at the present rate; None while that is unknown or nothing comes."""
        if self.gauge.n_expected is None:
            return None
        n_left = self.gauge.n_expected - self.gauge.n_done
        if n_left <= 0:
            return 0.0
        return n_left / self.per_s if self.per_s else None


@dataclass(frozen=True, slots=True)
class View:
    """What is shown of a run at one moment."""

    standing: Standing
    readings: tuple[Reading, ...]

    @property
    def left_s(self) -> float | None:
        """The slowest decides; None as long as any of them is unknown."""
        return _longest(self.readings)

    def left_by_provider(self) -> dict[str, float | None]:
        """The same for each provider."""
        providers = dict.fromkeys(one.gauge.provider for one in self.readings)
        return {
            provider: _longest(tuple(one for one in self.readings if one.gauge.provider == provider))
            for provider in providers
        }


class Rates:
    """Remembers half a minute of a run."""

    def __init__(self, clock: Callable[[], float]) -> None:
        self._clock = clock
        self._seen: deque[tuple[float, dict[str, Gauge]]] = deque()

    def view(self, standing: Standing) -> View:
        """Take in where the run stands, and say how fast it goes."""
        now = self._clock()
        self._seen.append((now, {one.who: one for one in standing.gauges}))
        while len(self._seen) > 1 and self._seen[1][0] <= now - _WINDOW_S:
            self._seen.popleft()
        then, before = self._seen[0]
        return View(standing, tuple(_reading(one, before[one.who], now - then) for one in standing.gauges))


def _reading(gauge: Gauge, before: Gauge, seconds: float) -> Reading:
    if seconds < _LEAST_S:
        return Reading(gauge, None, None)
    return Reading(gauge, (gauge.n_done - before.n_done) / seconds, (gauge.tokens - before.tokens) / seconds)


def _longest(readings: tuple[Reading, ...]) -> float | None:
    longest = 0.0
    for one in readings:
        if one.left_s is None:
            return None
        longest = max(longest, one.left_s)
    return longest
