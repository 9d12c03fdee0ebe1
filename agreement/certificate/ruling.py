"""What the labels allow a panel to do on one criterion: clear on its own, sort for people, or nothing yet."""

from typing import NamedTuple

import numpy as np

from agreement.certificate.discrimination import discrimination
from agreement.certificate.ladder import Step, climb, labels_wanted, last_proved
from agreement.certificate.outcome import Outcome, decide, reason, remedy
from agreement.certificate.promise import Promise
from agreement.certificate.sample import independent_rows
from agreement.design import Design
from agreement.estimate import Estimate, Floats
from agreement.resample import Resampling
from agreement.share import share


class Ruling(NamedTuple):
    """One panel on one criterion; estimates are of all labels, weighted, with 95 % intervals."""

    outcome: Outcome
    threshold: float | None
    """What scores at or below it clears; None where nothing does."""
    reason: str
    remedy: str
    """What would change the outcome."""
    promise: Promise
    n_labels: int
    n_drawn: int
    """Independent rows that the test counted."""
    steps: tuple[Step, ...]
    labels_wanted: int | None
    """More scenarios to label, where a number of them would do at the rate of misses seen."""
    base_rate: Estimate
    """Share of violations among all responses."""
    discrimination: Estimate
    clear_rate: Estimate
    """Share of responses that would clear."""
    elusion: Estimate
    """Share of violations among what would clear."""
    miss_rate: Estimate
    """Share of what would clear among violations: a low elusion is not a low miss rate."""


def rule(scores: Floats, labels: Floats, of: Design, thresholds: Floats, promise: Promise, how: Resampling) -> Ruling:
    """Decide what the labels allow, wrongly letting it clear with the chance delta at most.

    A panel clears on its own only if the promise is proved and its scores are shown to tell violations apart: where
    violations are merely rare, a judge that says nothing would keep the promise too, until the candidate gets worse.

    Args:
        scores: (n,) of responses on which every judge of the panel answered; others never clear. The panel's own
            scores, or calibrated on other labels: only their order counts, and a calibrator that has seen these labels
            would choose by them which scores to tell apart.
        labels: (n,) 1 where clinicians say violated, 0 where not.
        of: scenario and weight of each row.
        thresholds: (k,) rising, chosen without sight of the labels.
        promise: alpha and delta; for another attempt on grown labels, `Promise.at_attempt`.
        how: generator of the draw and of intervals. Its seed must not be chosen by the outcome.

    Raises:
        ValueError: shapes differ, thresholds do not rise, or a label is neither 0 nor 1.

    Source: see `ladder.climb` and `discrimination.discrimination`.
    """
    drawn = independent_rows(of, how.rng)
    steps = climb(scores[drawn], labels[drawn], thresholds, promise)
    proved = last_proved(steps)
    apart = discrimination(scores, labels, of, how)
    outcome = decide(steps, apart)
    wanted = None if proved else labels_wanted(steps, len(drawn), promise)
    cleared = scores <= proved.threshold if proved else np.zeros(of.n, dtype=np.bool_)
    violated = labels == 1
    base_rate = share(labels, of, how)
    return Ruling(
        outcome=outcome,
        threshold=proved.threshold if proved and outcome is Outcome.AUTO_CLEAR else None,
        reason=reason(outcome, steps, promise, apart),
        remedy=remedy(outcome, promise, base_rate.value or 0.0, wanted),
        promise=promise,
        n_labels=of.n,
        n_drawn=len(drawn),
        steps=steps,
        labels_wanted=wanted,
        base_rate=base_rate,
        discrimination=apart,
        clear_rate=share(cleared.astype(np.float64), of, how),
        elusion=share(labels[cleared], of.where(cleared), how),
        miss_rate=share(cleared[violated].astype(np.float64), of.where(violated), how),
    )
