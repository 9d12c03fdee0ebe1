"""How many independent votes a panel is worth: judges that make the same mistakes are one judge several times."""

from itertools import combinations
from typing import NamedTuple

import numpy as np

from agreement.design import Design
from agreement.estimate import Codes, Estimate, Floats
from agreement.panel import CANNOT_TELL, VIOLATED, check_codes, pair_tables
from agreement.resample import Resampling, estimates


class EffectiveVotes(NamedTuple):
    """Mean pairwise correlation of the judges, -1 to 1, and how many independent votes that leaves, 1 to n_judges."""

    n_judges: int
    correlation: Estimate
    n_effective: Estimate


def votes(values: Codes) -> Codes:
    """1 where a verdict says violated, 0 where anything else, -1 where no vote was cast: no verdict, or cannot tell."""
    return np.where((values < 0) | (values == CANNOT_TELL), -1, values == VIOLATED)


def errors(cast: Codes, labels: Codes) -> Codes:
    """1 where a vote differs from the label, 0 where it does not, -1 where either is missing.

    Args:
        cast: (n, judges) of 1, 0 or -1, as `votes` gives them.
        labels: (n,) 1 where clinicians say violated, 0 where not, -1 where nobody said.

    Raises:
        ValueError: shapes differ.
    """
    if cast.ndim != 2 or labels.shape != cast.shape[:1]:  # noqa: PLR2004 (rows and judges)
        raise ValueError(f"expected one label a row of votes, got shapes {cast.shape} and {labels.shape}")
    known = (cast >= 0) & (labels[:, None] >= 0)
    return np.where(known, cast != labels[:, None], -1)


def effective_votes(marks: Codes, of: Design, how: Resampling) -> EffectiveVotes:
    """Kish's effective number of votes, n / (1 + (n - 1) r), r the mean correlation of every two judges.

    Give it `votes` where there are no labels, and `errors` where there are: judges who are all right also vote alike,
    so the correlation of votes counts a panel down for being good, that of errors only for being wrong together. A
    negative correlation counts as none: there are never more votes than judges. A judge whose marks never differ has
    no correlation with anybody, and the number is refused.

    Args:
        marks: (n, judges) of 1, 0, or -1 for none; every two judges are compared where both have a mark.
        of: scenario and weight of each row.
        how: how intervals are drawn.

    Raises:
        ValueError: shapes differ, there are fewer than two judges, or a mark is none of these.

    Source: Kish (1965), Survey Sampling, chapter 5 (design effect); of judges, Kohli (2026), arXiv:2605.29800.
    """
    check_codes(marks, 2, of)
    n_judges = marks.shape[1]
    if n_judges < 2:  # noqa: PLR2004 (a pair)
        raise ValueError(f"expected two judges or more, got {n_judges}")
    used = (marks >= 0).sum(axis=1) >= 2  # noqa: PLR2004 (a pair)
    if not used.any():
        nothing = Estimate(None, None, None, 0, 0, refusal="no question was answered by two judges")
        return EffectiveVotes(n_judges, nothing, nothing)
    shared, columns = of.where(used), marks[used].T
    tables = [pair_tables(columns[a], columns[b], 2, shared) for a, b in combinations(range(n_judges), 2)]

    def statistic(totals: Floats) -> Floats:
        mean = _phi(totals.reshape(len(totals), -1, 2, 2)).mean(axis=1)
        return np.column_stack([mean, n_judges / (1 + (n_judges - 1) * np.maximum(mean, 0))])

    found = estimates(np.hstack(tables), statistic, how, n=shared.n, undefined=_undefined(tables))
    return EffectiveVotes(n_judges, *found)


def _phi(tables: Floats) -> Floats:
    """Pearson's correlation of two yes-or-no columns from their (..., 2, 2) counts; NaN where one never differs."""
    rows, columns = tables.sum(axis=-1), tables.sum(axis=-2)
    spread = np.sqrt(rows.prod(axis=-1) * columns.prod(axis=-1))
    crossed = tables[..., 0, 0] * tables[..., 1, 1] - tables[..., 0, 1] * tables[..., 1, 0]
    return np.divide(crossed, spread, out=np.full_like(spread, np.nan), where=spread > 0)


def _undefined(tables: list[Floats]) -> str:
    alike = int(np.isnan(_phi(np.array([table.sum(axis=0).reshape(2, 2) for table in tables]))).sum())
    return f"in {alike} of {len(tables)} pairs of judges one never differs, so they have no correlation"
