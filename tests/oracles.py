"""Others' statistics, typed in one place, for tests to set ours against."""

# these libraries ship partial types: their unknowns stop here
# pyright: reportUnknownVariableType=false, reportUnknownMemberType=false, reportUnknownArgumentType=false
# pyright: reportMissingTypeArgument=false

import numpy as np
from scipy.stats import bootstrap
from sklearn.calibration import _sigmoid_calibration  # pyright: ignore[reportPrivateUsage]
from sklearn.isotonic import IsotonicRegression
from sklearn.linear_model import LogisticRegression
from sklearn.metrics import brier_score_loss, cohen_kappa_score

from agreement.estimate import Codes, Floats


def percentile_interval_of_mean(values: Floats, seed: int) -> tuple[float, float]:
    """Scipy's bootstrap."""
    found = bootstrap((values,), np.mean, n_resamples=9999, method="percentile", rng=np.random.default_rng(seed))
    return float(found.confidence_interval.low), float(found.confidence_interval.high)


def mean_correlation(columns: Floats | Codes) -> float:
    """Numpy's, of every two columns."""
    every = np.corrcoef(columns, rowvar=False)
    return float(np.mean(every[np.triu_indices(len(every), 1)]))


def kappa(first: Codes, second: Codes, weights: Floats | None = None) -> float:
    """Cohen's, by scikit-learn."""
    return float(cohen_kappa_score(first, second, sample_weight=weights))


def isotonic(scores: Floats, labels: Floats, weights: Floats, at: Floats) -> Floats:
    """Scikit-learn's isotonic regression, read at some scores."""
    return IsotonicRegression(out_of_bounds="clip").fit(scores, labels, weights).predict(at)


def platt(scores: Floats, labels: Floats, weights: Floats) -> tuple[float, float]:
    """Slope and intercept of scikit-learn's sigmoid calibration."""
    a, b = _sigmoid_calibration(scores, labels, weights)
    return -float(a), -float(b)


def logistic(scores: Floats, labels: Floats, weights: Floats) -> tuple[float, float]:
    """Slope and intercept of scikit-learn's logistic regression without penalty."""
    found = LogisticRegression(C=np.inf, tol=1e-10, max_iter=10_000).fit(scores[:, None], labels, weights)
    return float(found.coef_[0, 0]), float(found.intercept_[0])


def brier(labels: Floats, probabilities: Floats, weights: Floats) -> float:
    """Scikit-learn's Brier score."""
    return float(brier_score_loss(labels, probabilities, sample_weight=weights))
