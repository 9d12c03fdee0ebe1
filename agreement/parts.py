"""The population of questions in parts: one class of verdict and one band of inclusion probability each.

Rows of a part had about the same chance of being read, so what was read of it speaks for all of it; and a part of
which the size is known need not be estimated (post-stratification). Both make figures steadier than weights alone.
"""

from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray
from scipy.stats import beta

from agreement.estimate import Codes, Floats, binned

_BAND = 3.0
"""Rows of a part differ in their chance of being read by less than this factor."""
_BANDS = 6
MIN_READ = 5
"""Scenarios read; a band with fewer joins its neighbour, because one of them would decide for all."""
_SEEN = 1e-9


@dataclass(frozen=True, slots=True)
class Parts:
    """Sums of each part within each scenario; made by `parts`."""

    sums: Floats
    """(n_scenarios, n_parts, 3): questions; of those read, weight of the violated; weight."""
    classes: NDArray[np.intp]
    """(n_parts,) the class of each part."""
    n_classes: int
    n_read: int
    read: NDArray[np.intp]
    """(n_parts, 2) labels read in each part: violated, not."""

    @property
    def n_scenarios(self) -> int:
        """Different scenarios."""
        return len(self.sums)

    @property
    def totals(self) -> Floats:
        """(n_parts, 3) over all scenarios."""
        return self.sums.sum(axis=0)

    @property
    def n_read_scenarios(self) -> int:
        """Scenarios of which something was read."""
        return int((self.sums[:, :, 2].sum(axis=1) > 0).sum())

    def cells(self, totals: Floats) -> Floats:
        """Tables from totals: (r, n_parts, 3) gives (r, n_classes, 2), NaN where nothing of a part is read."""
        share = _shares(totals)
        found = np.stack([totals[..., 0] * share, totals[..., 0] * (1 - share)], axis=-1)
        return np.stack([found[:, self.classes == one].sum(axis=1) for one in range(self.n_classes)], axis=1)


def parts(classes: Codes, labels: Codes, pi: Floats, scenarios: Codes, n_classes: int) -> Parts:
    """Sort questions into parts.

    Args:
        classes: (n,) the class of each question, 0 to n_classes - 1, known of every one, read or not; -1 leaves it out.
        labels: (n,) 1 where clinicians say violated, 0 where not, below 0 where nobody said.
        pi: (n,) the chance that each had of being read, above 0 to 1.
        scenarios: (n,) codes or ids; equal ones are one scenario.
        n_classes: how many there could be.

    Source: post-stratification by what is known of all, Holt and Smith (1979), Journal of the Royal Statistical
    Society A 142:33-46; by a judge's verdict, Begg and Greenes (1983), Biometrics 39:207-215.
    """
    codes = np.unique(scenarios, return_inverse=True)[1]
    n_scenarios = int(codes.max()) + 1 if len(codes) else 0
    used = classes >= 0
    classes, labels, pi, codes = classes[used], labels[used], pi[used], codes[used]
    part, kept = _numbered(classes, labels, pi, codes)
    n_parts, read = len(kept), labels >= 0
    weight = np.where(read, 1 / pi, 0.0)
    place = codes * n_parts + part
    columns = [np.ones(len(part)), weight * (labels == 1), weight]
    sums = np.stack([binned(place, column, n_scenarios * n_parts) for column in columns], axis=-1)
    counts = [np.bincount(part[labels == value], minlength=n_parts) for value in (1, 0)]
    return Parts(
        sums.reshape(n_scenarios, n_parts, 3), kept, n_classes, int(read.sum()), np.stack(counts, axis=1, dtype=np.intp)
    )


def limits(of: Parts, confidence: float, *, exact: bool = True) -> tuple[Floats, Floats]:
    """Lower and upper limit of the share of violations in each part: two arrays (n_parts,).

    Exact (Clopper-Pearson) where no label, or every label, of the whole class is a violation, unless Jeffreys' limits
    are asked for there too; elsewhere Jeffreys'. The trials are as many as would vary as much as the scenarios do;
    where none or all of a part are violations, as many as the scenarios' weights are worth. Nothing read: 0 to 1.

    Source: the effective number of trials, Korn and Graubard (1998), Survey Methodology 24:193-201; Jeffreys' limits,
    Brown, Cai and DasGupta (2001), Statistical Science 16:101-133.
    """
    share, trials = shares_of(of), effective_trials(of)
    tail = (1 - confidence) / 2
    with np.errstate(all="ignore"):
        inside = _has_both(of) | (not exact)
        half = np.where(inside, 0.5, 0.0)
        events, rest = share * trials, (1 - share) * trials
        low: Floats = beta.ppf(tail, events + half, rest + np.where(inside, half, 1.0))  # pyright: ignore[reportUnknownMemberType]
        high: Floats = beta.ppf(1 - tail, events + np.where(inside, half, 1.0), rest + half)  # pyright: ignore[reportUnknownMemberType]
    low = np.where(share > _SEEN, np.nan_to_num(low, nan=0.0), 0.0)
    return low, np.where(share < 1 - _SEEN, np.nan_to_num(high, nan=1.0), 1.0)


def _has_both(of: Parts) -> NDArray[np.bool_]:
    """(n_parts,) whether clinicians called some of the part's class violated and some not."""
    same = of.classes[:, None] == of.classes
    return np.all(same.astype(np.intp) @ of.read > 0, axis=1)


def effective_trials(of: Parts) -> Floats:
    """(n_parts,) how many independent questions of equal weight tell as much; 0 where nothing is read."""
    weight = of.sums[..., 2]
    total = weight.sum(axis=0)
    with np.errstate(all="ignore"):
        kish = np.where(total > 0, total**2 / (weight**2).sum(axis=0), 0.0)
        share = shares_of(of)
        trials = share * (1 - share) / variances(of)
    known = np.isfinite(trials) & (share > _SEEN) & (share < 1 - _SEEN)
    return np.where(known, np.clip(trials, 1.0, np.maximum(of.read.sum(axis=1), 1.0)), kish)


def deviations(of: Parts) -> Floats:
    """(n_scenarios, n_parts) what each scenario adds to or takes from each part's share of violations.

    Source: linearisation, Särndal, Swensson and Wretman (1992), Model Assisted Survey Sampling, section 5.6.
    """
    weight = of.sums[..., 2]
    total = weight.sum(axis=0)
    apart = of.sums[..., 1] - np.nan_to_num(shares_of(of)) * weight
    return np.divide(apart, total, out=np.zeros_like(apart), where=total > _SEEN)


def variances(of: Parts) -> Floats:
    """(n_parts,) variance of each part's share, scenarios taken as independent; 0 where it cannot be seen."""
    scenarios = (of.sums[..., 2] > 0).sum(axis=0)
    return (deviations(of) ** 2).sum(axis=0) * scenarios / np.maximum(scenarios - 1, 1)


def shares_of(of: Parts) -> Floats:
    """(n_parts,) weighted share of violations in each part; NaN where nothing is read."""
    return _shares(of.totals)


def _shares(totals: Floats) -> Floats:
    weight = totals[..., 2]
    seen = weight > _SEEN
    return np.clip(np.divide(totals[..., 1], weight, out=np.full_like(weight, np.nan), where=seen), 0, 1)


def _numbered(classes: Codes, labels: Codes, pi: Floats, codes: Codes) -> tuple[NDArray[np.intp], NDArray[np.intp]]:
    """The part of each row, and the class of each part; thin bands have joined a neighbour."""
    band = np.minimum(np.log(1 / pi) / np.log(_BAND), _BANDS - 1).astype(np.intp)
    for one in np.unique(classes):
        here = classes == one
        band[here] = _joined(band[here], codes[here], labels[here] >= 0)
    distinct, part = np.unique(classes * _BANDS + band, return_inverse=True)
    return part.astype(np.intp), (distinct // _BANDS).astype(np.intp)


def _joined(band: NDArray[np.intp], codes: Codes, read: NDArray[np.bool_]) -> NDArray[np.intp]:
    """Bands of one class, numbered anew: a thin one joins the next, and the last the one before."""
    names, have = [0], 0
    for number in range(_BANDS):
        have += len(np.unique(codes[read & (band == number)]))
        names.append(names[-1] + (have >= MIN_READ))
        have = 0 if have >= MIN_READ else have
    return np.minimum(np.array(names[:-1]), max(names[-1] - 1, 0))[band]
