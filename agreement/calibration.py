"""From a judge's scores and clinicians' labels to probabilities of a violation; which calibrator the labels carry.

A score is the share of votes that say violated, in 0-1. Grouping by criterion and judge is the caller's.
"""

from typing import Literal, NamedTuple

import numpy as np

from agreement.calibrators.isotonic import Isotonic, fit_isotonic
from agreement.calibrators.levels import levels
from agreement.calibrators.platt import Platt, fit_platt
from agreement.calibrators.venn_abers import VennAbers, fit_venn_abers
from agreement.design import Design
from agreement.estimate import Floats, NotEstimableError, binned

Calibrator = Isotonic | Platt | VennAbers
Kind = Literal["isotonic", "platt", "venn_abers"]

MIN_LABELS = 20
"""With fewer, even a constant is uncertain by more than 0.2 either way (exact 95 % interval at a share of one half)."""
ISOTONIC_LABELS = 300
ISOTONIC_VIOLATIONS = 50
PLATT_EACH = 10
"""Labels of the rarer kind for a curve with one slope (Peduzzi et al. 1996, J Clin Epidemiol 49:1373-1379)."""

_FIT = {"isotonic": fit_isotonic, "platt": fit_platt, "venn_abers": fit_venn_abers}


class Choice(NamedTuple):
    """Which kind of calibrator the labels carry, None for none, and why."""

    kind: Kind | None
    why: str


def choose(n: int, n_violations: int, n_scores: int) -> Choice:
    """Choose a kind by the unweighted counts.

    Args:
        n: labels.
        n_violations: of them, violated.
        n_scores: different scores among them.

    Source: the bounds for isotonic follow Niculescu-Mizil and Caruana (2005), Predicting good probabilities with
    supervised learning, ICML, who found it to overfit small sets; Venn-Abers below them needs no curve to hold.
    """
    rarer = min(n_violations, n - n_violations)
    counts = f"{n} labels with {n_violations} violations"
    if n < MIN_LABELS:
        return Choice(None, f"{counts}: fewer than {MIN_LABELS} labels")
    if rarer == 0:
        return Choice(None, f"{counts}: all labels are the same")
    if n_scores < 2:  # noqa: PLR2004 (one score cannot tell responses apart)
        return Choice(None, f"{counts}: every response has the same score")
    if n >= ISOTONIC_LABELS and n_violations >= ISOTONIC_VIOLATIONS:
        return Choice(
            "isotonic", f"{counts}: at least {ISOTONIC_LABELS} and {ISOTONIC_VIOLATIONS}, enough for any rising map"
        )
    if rarer >= PLATT_EACH:
        return Choice("platt", f"{counts}: at least {PLATT_EACH} of each, enough for a logistic curve")
    return Choice("venn_abers", f"{counts}: fewer than {PLATT_EACH} of one kind, so an interval for every score")


def choose_for(scores: Floats, labels: Floats) -> Choice:
    """`choose` by the counts of these labels."""
    return choose(len(labels), int(labels.sum()), len(np.unique(scores)))


def fit(kind: Kind, scores: Floats, labels: Floats, of: Design, data_sha256: str) -> Calibrator:
    """Fit one kind of calibrator; the order of rows does not matter.

    Args:
        kind: as `choose` says.
        scores: (n,) in 0-1.
        labels: (n,) 1 where clinicians say violated, 0 where not.
        of: scenario and weight of each row.
        data_sha256: the caller's hash of what it is fitted on, kept in the record.

    Raises:
        ValueError: shapes differ, a score is outside 0-1 or a label neither 0 nor 1.
        NotEstimableError: all labels or all scores are the same.

    Source: each kind names its own, in `agreement.calibrators`.
    """
    _check(scores, labels, of)
    n_violations = int(labels.sum())
    if n_violations in (0, len(labels)) or np.ptp(scores) == 0:
        counts = f"{len(labels)} labels with {n_violations} violations and {len(np.unique(scores))} different scores"
        raise NotEstimableError(f"{counts} do not tell how scores relate to violations")
    condensed = levels(scores, labels, of.weights * (of.n / of.weights.sum()))
    return _FIT[kind](condensed, of.n, n_violations, data_sha256)


def cross_fit(
    kind: Kind, scores: Floats, labels: Floats, of: Design, rng: np.random.Generator, *, n_folds: int = 5
) -> Floats:
    """The probability of each row from a calibrator fitted without its scenario: honest to evaluate with.

    Args:
        kind: as `choose` says for all rows.
        scores: (n,) in 0-1.
        labels: (n,) 1 where clinicians say violated, 0 where not.
        of: scenario and weight of each row.
        rng: shuffles scenarios before they are dealt to folds.
        n_folds: 2 or more.

    Raises:
        ValueError: as `fit`; or fewer than two folds.
        NotEstimableError: fewer scenarios than folds, or the rows outside a fold cannot be fitted.

    Source: Stone (1974), Journal of the Royal Statistical Society B 36:111-147.
    """
    _check(scores, labels, of)
    fold = folds(labels, of, rng, n_folds)
    found = np.empty(of.n)
    for number in range(n_folds):
        here = fold == number
        calibrator = fit(kind, scores[~here], labels[~here], of.where(~here), "")
        found[here] = calibrator.apply(scores[here])
    return found


def folds(
    labels: Floats, of: Design, rng: np.random.Generator, n_folds: int
) -> np.ndarray[tuple[int], np.dtype[np.intp]]:
    """The fold of each row, 0 to n_folds - 1: scenarios stay whole, and violations are spread evenly.

    Raises:
        ValueError: fewer than two folds.
        NotEstimableError: fewer scenarios than folds.
    """
    if n_folds < 2:  # noqa: PLR2004 (to fit on one and evaluate on the other)
        raise ValueError(f"expected two folds or more, got {n_folds}")
    if of.n_scenarios < n_folds:
        raise NotEstimableError(f"{of.n_scenarios} scenarios cannot be dealt to {n_folds} folds")
    violations = binned(of.scenarios, labels, of.n_scenarios)
    order = np.lexsort([rng.random(of.n_scenarios), -violations])
    dealt = np.empty(of.n_scenarios, dtype=np.intp)
    dealt[order] = np.arange(of.n_scenarios) % n_folds
    return dealt[of.scenarios]


def _check(scores: Floats, labels: Floats, of: Design) -> None:
    if not scores.shape == labels.shape == of.scenarios.shape:
        raise ValueError(
            f"expected a score and a label a row, got shapes {scores.shape}, {labels.shape} for {of.n} rows"
        )
    if not np.all((scores >= 0) & (scores <= 1)):
        raise ValueError("expected scores in 0-1")
    if not np.all((labels == 0) | (labels == 1)):
        raise ValueError("expected labels that are 0 or 1")
