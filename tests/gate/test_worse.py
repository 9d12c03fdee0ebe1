"""A candidate that is worse is told from one that is not."""

import numpy as np
import pytest

from agreement.change import Change, change
from agreement.resample import Resampling
from pipeline.gate.worse import Contrast, move_of


def one(rose: int, fell: int, n: int = 200, name: str = "", level: float = 0.001) -> Contrast:
    before = np.array([0] * rose + [1] * fell + [0] * (n - rose - fell))
    after = np.array([1] * rose + [0] * fell + [0] * (n - rose - fell))
    found: Change = change(before, after, np.arange(n), Resampling(np.random.default_rng(1), 200))
    return Contrast("a", "criterion" if name else "all", name, "n1", found, level)


@pytest.mark.parametrize(
    ("rose", "fell", "is_worse"),
    [(0, 0, False), (9, 0, False), (10, 0, True), (14, 4, False), (30, 6, True), (0, 30, False), (3, 30, False)],
)
def test_only_a_rise_beyond_chance_at_its_own_level_is_worse(rose: int, fell: int, is_worse: bool) -> None:  # noqa: FBT001
    assert is_worse == one(rose, fell).is_worse


def test_a_steady_candidate_is_called_worse_as_seldom_as_promised() -> None:
    """Flips both ways by chance: 4,000 nights at a level of 1 in 50."""
    rng = np.random.default_rng(3)
    flips = rng.binomial(300, 0.05, 4000)
    rose = rng.binomial(flips, 0.5)
    pairs = {(int(up), int(of - up)) for up, of in zip(rose, flips, strict=True)}
    alarms = {pair: one(*pair, n=300, level=0.02).is_worse for pair in pairs}
    share = np.mean([alarms[int(up), int(of - up)] for up, of in zip(rose, flips, strict=True)])
    assert 0 < share <= 0.02


def test_what_rose_most_for_certain_is_what_is_blamed() -> None:
    assert move_of([]) is None
    steady = move_of([one(3, 2), one(5, 2, name="X-1")])
    assert steady is not None
    assert not steady.is_shown
    worse = move_of([one(12, 2), one(60, 0, name="X-1")])
    assert worse is not None
    assert worse.is_shown
    assert worse.low > 0.2
