"""Statistics of tables that clinicians filled in part, with intervals that hold where violations are rare.

Three things make the usual bootstrap fail on such tables: the audit reads few of the cleared and stands for many, it
often finds no violation at all, and a ratio of small sums leans to one side. So the value is rid of its lean by the
jackknife, and where any part has few events the interval is put together from limits of the parts.
"""

from collections.abc import Callable, Sequence
from typing import NamedTuple

import numpy as np
from numpy.typing import NDArray
from scipy.stats import norm

from agreement.estimate import Estimate, Floats, Method
from agreement.parts import Parts, deviations, limits, shares_of, variances
from agreement.resample import MIN_SCENARIOS, UNDEFINED_AT_MOST, Resampling, resampled

MIN_EVENTS = 10
"""Labels of the rarer kind in a part, for resampling to see how it varies; with fewer the part is thin."""
THIN_AT_MOST = 0.05
"""Share of a squared width that thin parts may have where the interval is resampled."""
_STEP = 1e-6


class Measure(NamedTuple):
    """Statistics of tables, and what is known of each before any is computed."""

    of_cells: Callable[[Floats], Floats]
    """Tables (r, classes, 2) to statistics (r, m), table by table; NaN where a table does not define one."""
    least: Sequence[float]
    """Of each; the most is 1."""
    undefined: Sequence[str]
    """The reason to give where each is NaN."""
    exact: bool = True
    """Whether parts without events get exact limits; for a difference, where those of two sides would be added up,
    Jeffreys' are wide enough."""


def stratified(of: Parts, measure: Measure, how: Resampling, drawn: Floats | None = None) -> list[Estimate]:
    """Each statistic of the whole table, with its interval.

    Args:
        of: the parts.
        measure: the statistics.
        how: confidence; generator and replicates where resampling serves.
        drawn: totals of resampled scenarios (replicates, n_parts, 3) as `draws` gives them; else drawn here.

    Source: jackknife, Quenouille (1956), Biometrika 43:353-360; limits put together from limits of the parts, Newcombe
    (2001), American Statistician 55:200-202, and Zou and Donner (2008), Statistics in Medicine 27:1693-1702; bootstrap
    as in `agreement.resample`. That they hold is measured: `make bench-agreement`.
    """
    values = measure.of_cells(of.cells(of.totals[None]))[0]
    centre = _unbiased(values, measure.of_cells(of.cells(of.totals - of.sums)))
    bare = [Estimate(None, None, None, of.n_read, of.n_read_scenarios, refusal=why) for why in measure.undefined]
    if of.n_read_scenarios < MIN_SCENARIOS:
        return [_few(*pair) for pair in zip(bare, centre, measure.least, strict=True)]
    low, high, thin = put_together(of, measure, how.confidence)
    usable = np.zeros(len(values), dtype=np.bool_)
    if has_events(of) and not thin.all():
        totals = draws([of], how)[0] if drawn is None else drawn
        usable = _resampled(measure.of_cells(of.cells(totals)), ~thin, how, low, high)
    methods: list[Method] = ["bootstrap" if one else "parts" for one in usable]
    return [_estimate(*row) for row in zip(bare, centre, low, high, measure.least, methods, strict=True)]


def has_events(of: Parts) -> bool:
    """Whether resampling might see how some statistic varies."""
    return bool(np.any(~_is_thin(of)))


def draws(of: Sequence[Parts], how: Resampling) -> list[Floats]:
    """Totals of the same resampled scenarios for tables of the same scenarios: (replicates, n_parts, 3) each."""
    if not of:
        return []
    stacked = np.hstack([one.sums.reshape(one.n_scenarios, -1) for one in of])
    ends = np.cumsum([one.sums[0].size for one in of])[:-1]
    return [part.reshape(how.replicates, -1, 3) for part in np.split(resampled(stacked, how), ends, axis=1)]


def put_together(of: Parts, measure: Measure, confidence: float) -> tuple[Floats, Floats, NDArray[np.bool_]]:
    """Limits of each statistic: what each part's limits do to it, squared and added; and whether thin parts matter.

    Parts share scenarios, and their sizes vary too: by as much as all of that varies more than the parts' shares
    alone, the limits are widened.
    """
    values = measure.of_cells(of.cells(of.totals[None]))[0]
    moved = [_with_shares(of, measure, shares) for shares in limits(of, confidence, exact=measure.exact)]
    below, above = values - np.fmin(*moved), np.fmax(*moved) - values
    slopes, influence = influences(of, measure)
    within = np.nansum(slopes**2 * variances(of)[:, None], axis=0)
    z = float(norm.ppf((1 + confidence) / 2))  # pyright: ignore[reportUnknownMemberType]
    beyond = z**2 * np.maximum((influence**2).sum(axis=0) - within, 0)
    squared = np.nan_to_num(np.maximum([below, above], 0) ** 2)
    low, high = np.sqrt(squared.sum(axis=1) + beyond)
    widths = squared.sum(axis=0)
    thin = widths[_is_thin(of)].sum(axis=0) > THIN_AT_MOST * widths.sum(axis=0)
    return values - low, values + high, thin


def _is_thin(of: Parts) -> NDArray[np.bool_]:
    return of.read.min(axis=1) < MIN_EVENTS


def influences(of: Parts, measure: Measure) -> tuple[Floats, Floats]:
    """How each statistic moves with each part's share (n_parts, m), and with each scenario (n_scenarios, m).

    Source: linearisation, Särndal, Swensson and Wretman (1992), section 5.5.
    """
    values, own = measure.of_cells(of.cells(of.totals[None]))[0], shares_of(of)
    step = np.where(own < 1 / 2, _STEP, -_STEP)
    by_share = np.nan_to_num((_with_shares(of, measure, own + step) - values) / step[:, None])
    by_size = np.nan_to_num((_with_sizes(of, measure) - values) / (_STEP * of.totals[:, :1]))
    sizes = of.sums[..., 0] - of.sums[..., 0].mean(axis=0)
    return by_share, deviations(of) @ by_share + sizes @ by_size


def _with_shares(of: Parts, measure: Measure, shares: Floats) -> Floats:
    """(n_parts, m): the statistics when one part after another has another share of violations."""
    totals, each = np.repeat(of.totals[None], len(shares), axis=0), np.arange(len(shares))
    totals[each, each, 1] = shares * totals[each, each, 2]
    return measure.of_cells(of.cells(totals))


def _with_sizes(of: Parts, measure: Measure) -> Floats:
    """(n_parts, m): the statistics when one part after another is a little larger."""
    totals, each = np.repeat(of.totals[None], len(of.classes), axis=0), np.arange(len(of.classes))
    totals[each, each, 0] *= 1 + _STEP
    return measure.of_cells(of.cells(totals))


def _unbiased(values: Floats, left_out: Floats) -> Floats:
    """The values less what the jackknife takes for their bias."""
    n = len(left_out)
    defined = np.isfinite(left_out)
    means = np.where(defined, left_out, 0).sum(axis=0) / np.maximum(defined.sum(axis=0), 1)
    return np.where(defined.any(axis=0), values - (n - 1) * (means - values), values)


def _resampled(
    drawn: Floats, wanted: NDArray[np.bool_], how: Resampling, low: Floats, high: Floats
) -> NDArray[np.bool_]:
    """Replace the limits of the statistics wanted by those of replicates; which were."""
    defined = np.isfinite(drawn)
    usable = (
        wanted & (defined.mean(axis=0) >= 1 - UNDEFINED_AT_MOST) & (np.ptp(np.where(defined, drawn, 0), axis=0) > 0)
    )
    if usable.any():
        tails = [(1 - how.confidence) / 2, (1 + how.confidence) / 2]
        low[usable], high[usable] = np.nanquantile(drawn[:, usable], tails, axis=0)
    return usable


def _few(bare: Estimate, value: float, least: float) -> Estimate:
    if np.isnan(value):
        return bare
    why = f"at least {MIN_SCENARIOS} scenarios must be read for an interval, here are {bare.n_scenarios}"
    return bare._replace(value=float(np.clip(value, least, 1)), refusal=why)


def _estimate(bare: Estimate, value: float, low: float, high: float, least: float, method: Method) -> Estimate:
    """One statistic, value and limits kept to what it can be."""
    if np.isnan(value):
        return bare
    low, high = (float(np.clip(end, least, 1)) for end in (low, high))
    value = float(np.clip(value, low, high))
    return bare._replace(value=value, low=low, high=high, method=method, refusal=None)
