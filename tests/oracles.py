"""Others' statistics, typed in one place, for tests to set ours against."""

# these libraries ship partial types: their unknowns stop here
# pyright: reportUnknownVariableType=false, reportUnknownMemberType=false, reportUnknownArgumentType=false
# pyright: reportMissingTypeArgument=false

from typing import Any, Literal

import krippendorff
import numpy as np
from scipy.stats import bootstrap, ttest_1samp
from sklearn.calibration import _sigmoid_calibration  # pyright: ignore[reportPrivateUsage]
from sklearn.isotonic import IsotonicRegression
from sklearn.linear_model import LogisticRegression
from sklearn.metrics import brier_score_loss, cohen_kappa_score, f1_score, precision_score, recall_score
from statsmodels.regression.linear_model import WLS
from statsmodels.stats.inter_rater import cohens_kappa
from statsmodels.stats.multitest import multipletests
from statsmodels.stats.proportion import proportion_confint

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


def f1(labels: Codes, said: Codes, weights: Floats) -> float:
    """Macro-F1, by scikit-learn."""
    return float(f1_score(labels, said, average="macro", sample_weight=weights))


def recall(labels: Codes, said: Codes, weights: Floats, positive: int = 1) -> float:
    """Share of the positive that was found (sensitivity; with positive 0 specificity), by scikit-learn."""
    return float(recall_score(labels, said, pos_label=positive, sample_weight=weights))


def precision(labels: Codes, said: Codes, weights: Floats, positive: int = 1) -> float:
    """Share of what was called positive that is (PPV; with positive 0 NPV), by scikit-learn."""
    return float(precision_score(labels, said, pos_label=positive, sample_weight=weights))


def weighted_kappa_sklearn(first: Codes, second: Codes, q: int, steps: str) -> float:
    """Cohen's weighted kappa, by scikit-learn."""
    return float(cohen_kappa_score(first, second, labels=list(range(q)), weights=steps))


def weighted_kappa_statsmodels(table: Floats, steps: str) -> float:
    """Cohen's weighted kappa of a table, by statsmodels."""
    found: Any = cohens_kappa(table, wt=steps, return_results=False)
    return float(found)


def alpha(values: Codes, q: int, metric: Literal["nominal", "ordinal", "interval"]) -> float:
    """Krippendorff's alpha of rows by people, -1 for none, by the package of that name (GPL: for tests only)."""
    rated = np.where(values < 0, np.nan, values).T
    return float(krippendorff.alpha(reliability_data=rated, level_of_measurement=metric, value_domain=list(range(q))))


def adjusted(p: Floats, method: str) -> Floats:
    """P-values adjusted for many tests, by statsmodels."""
    return np.asarray(multipletests(p, method=method)[1])


def clopper_pearson(k: int, n: int) -> tuple[float, float]:
    """Exact 95 % interval, by statsmodels."""
    low, high = _interval(k, n, "beta")
    return float(low), float(high)


def jeffreys(k: int, n: int) -> tuple[float, float]:
    """Jeffreys' 95 % interval, by statsmodels."""
    low, high = _interval(k, n, "jeffreys")
    return float(low), float(high)


def _interval(k: int, n: int, method: str) -> tuple[Any, Any]:
    found: Any = proportion_confint(k, n, method=method)
    return found


def clustered_mean(values: Floats, weights: Floats, clusters: Codes) -> tuple[float, float]:
    """A weighted mean and its variance robust to clusters, as statsmodels' weighted least squares on a constant."""
    model: Any = WLS
    fitted = model(values, np.ones(len(values)), weights=weights).fit(cov_type="cluster", cov_kwds={"groups": clusters})
    return float(fitted.params[0]), float(fitted.cov_params()[0, 0])


def mean_below(values: Floats, bound: float) -> float:
    """P-value of Student's one-sided test that a mean is below a bound, by scipy."""
    found: Any = ttest_1samp(values, bound, alternative="less")
    return float(found.pvalue)
