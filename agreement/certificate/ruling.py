"""What the labels allow a panel to do on one criterion: clear on its own, sort for people, or nothing yet."""

from typing import NamedTuple

from agreement.certificate.discrimination import discrimination
from agreement.certificate.ladder import Step, climb, labels_wanted, last_proved
from agreement.certificate.outcome import Outcome, decide, reason, remedy
from agreement.certificate.promise import Promise
from agreement.certificate.rates import Rates, rates
from agreement.certificate.sample import independent_rows
from agreement.design import Design
from agreement.estimate import Estimate, Floats
from agreement.resample import Resampling


class Ruling(NamedTuple):
    """One panel on one criterion."""

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
    discrimination: Estimate
    rates: Rates


def rule(scores: Floats, labels: Floats, of: Design, thresholds: Floats, promise: Promise, how: Resampling) -> Ruling:
    """Decide what the labels allow, wrongly letting it clear with the chance delta at most.

    It also takes scores that tell violations apart: where violations are merely rare, a judge that says nothing would
    keep the promise too, until the candidate gets worse.

    Args:
        scores: (n,) of responses on which every judge answered; others never clear. As the panel gives them, or
            calibrated on other labels: only their order counts, and one fitted on these would choose what to merge.
        labels: (n,) 1 where clinicians say violated, 0 where not.
        of: scenario and weight of each row.
        thresholds: (k,) rising, chosen without sight of the labels.
        promise: alpha and delta; for another attempt on grown labels, `Promise.at_attempt`.
        how: generator of the draw and of intervals. Its seed must not be chosen by the outcome.

    Raises:
        ValueError: shapes differ, thresholds do not rise, or a label is neither 0 nor 1.
    """
    drawn = independent_rows(of, how.rng)
    steps = climb(scores[drawn], labels[drawn], thresholds, promise)
    apart = discrimination(scores, labels, of, how)
    outcome, proved = decide(steps, apart), last_proved(steps)
    wanted = None if proved else labels_wanted(steps, len(drawn), promise)
    found = rates(scores, labels, of, proved.threshold if proved else None, how)
    return Ruling(
        outcome=outcome,
        threshold=proved.threshold if proved and outcome is Outcome.AUTO_CLEAR else None,
        reason=reason(outcome, steps, promise, apart),
        remedy=remedy(outcome, promise, found.base.value or 0.0, wanted),
        promise=promise,
        n_labels=of.n,
        n_drawn=len(drawn),
        steps=steps,
        labels_wanted=wanted,
        discrimination=apart,
        rates=found,
    )
