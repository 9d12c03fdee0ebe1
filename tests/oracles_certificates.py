"""Others' tests of many hypotheses and of paired answers, typed in one place, for tests to set ours against."""

# these libraries ship partial types: their unknowns stop here
# pyright: reportUnknownVariableType=false, reportUnknownMemberType=false, reportUnknownArgumentType=false
# pyright: reportMissingTypeArgument=false, reportUnknownLambdaType=false

import numpy as np
from mapie.risk_control.fwer_control import control_fwer
from mapie.risk_control.methods import compute_hoeffding_bentkus_p_value
from scipy.integrate import quad
from scipy.stats import binomtest, kstest
from sklearn.metrics import roc_auc_score

from agreement.estimate import Codes, Floats


def upper_bound(k: int, n: int, confidence: float) -> float:
    """Scipy's exact one-sided upper bound of a share."""
    found = binomtest(k, n, alternative="less").proportion_ci(confidence, method="exact")
    return float(found.high)


def learn_then_test(misses: Codes, n: Codes, alpha: float, delta: float) -> list[int]:
    """Places of the thresholds that MAPIE's fixed sequence proves, in its order."""
    p_values = compute_hoeffding_bentkus_p_value(misses / n, n.astype(float), alpha, binary=True)
    return np.asarray(control_fwer(p_values[:, 0], delta, "fixed_sequence")).tolist()


def holm(p_values: Floats, level: float) -> list[int]:
    """Places that MAPIE's Bonferroni-Holm rejects."""
    return np.asarray(control_fwer(p_values, level, "bonferroni_holm")).tolist()


def two_sided_binomial(k: int, n: int) -> float:
    """Scipy's exact test of a fair coin, which is McNemar's on the pairs that differ."""
    return float(binomtest(k, n).pvalue)


def area_under_curve(scores: Floats, labels: Floats, weights: Floats) -> float:
    """Scikit-learn's."""
    return float(roc_auc_score(labels, scores, sample_weight=weights))


def mean_over_powers(p: float) -> float:
    """Scipy's integral of the e-values k p^(k - 1) over k from 0 to 1."""
    return float(quad(lambda k: k * p ** (k - 1), 0, 1)[0])


def chance_if_uniform(values: Floats) -> float:
    """Scipy's Kolmogorov-Smirnov test."""
    return float(kstest(values, "uniform").pvalue)
