"""Does a judge tell violations apart at all? Shown before any promise is believed."""

import numpy as np

from agreement.design import Design
from agreement.estimate import Estimate, Floats
from agreement.resample import Resampling
from agreement.share import share


def discrimination(scores: Floats, labels: Floats, of: Design, how: Resampling) -> Estimate:
    """The chance that a violated response scores above a satisfied one, ties counting half: 0.5 for a useless judge.

    The satisfied responses, of which there are many, are taken as they are; the interval is over the violated ones,
    exact where all of them score above all the rest.

    Args:
        scores: (n,) higher where a violation is likelier.
        labels: (n,) 1 where clinicians say violated, 0 where not.
        of: scenario and weight of each row.
        how: how intervals are drawn.

    Source: Hanley and McNeil (1982), Radiology 143:29-36 (the area under the ROC curve), as a mean of placement values,
    DeLong, DeLong and Clarke-Pearson (1988), Biometrics 44:837-845.
    """
    violated = labels == 1
    if violated.all() or not violated.any():
        said = "every label says violated" if len(labels) and violated.all() else "no label says violated"
        return Estimate(None, None, None, of.n, of.n_scenarios, refusal=said)
    return share(_placements(scores[violated], scores[~violated], of.weights[~violated]), of.where(violated), how)


def _placements(violated: Floats, satisfied: Floats, weights: Floats) -> Floats:
    """For each violated score, the weighted share of satisfied ones below it, ties counting half."""
    order = np.argsort(satisfied)
    below = np.append(0.0, np.cumsum(weights[order]))
    sides = [below[np.searchsorted(satisfied[order], violated, side=side)] for side in ("left", "right")]
    return np.clip((sides[0] + sides[1]) / (2 * below[-1]), 0, 1)
