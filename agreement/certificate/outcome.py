"""The three things a panel may be on a criterion, and the sentences that say why and what would change it."""

from enum import StrEnum

from agreement.certificate.ladder import Step, last_proved
from agreement.certificate.promise import Promise, labels_needed, must_abstain
from agreement.estimate import Estimate


class Outcome(StrEnum):
    """What the panel may do on the criterion."""

    AUTO_CLEAR = "auto_clear"
    PRE_SCREEN_ONLY = "pre_screen_only"
    """It tells violations apart, but the promise is not proved: it may sort what people read, and clears nothing."""
    NOT_TRUSTED = "not_trusted"
    """Not even that is shown."""


CHANCE = 0.5
"""How often a useless judge scores a violated response above a satisfied one."""


def decide(steps: tuple[Step, ...], apart: Estimate) -> Outcome:
    """The outcome, by the tested thresholds and by how far the scores tell violations apart."""
    if apart.low is None or apart.low <= CHANCE:
        return Outcome.NOT_TRUSTED
    return Outcome.AUTO_CLEAR if last_proved(steps) else Outcome.PRE_SCREEN_ONLY


def reason(outcome: Outcome, steps: tuple[Step, ...], promise: Promise, apart: Estimate) -> str:
    """Why, in a sentence."""
    if outcome is Outcome.NOT_TRUSTED:
        return f"The labels do not show that the panel tells violations apart: {_not_apart(apart)}."
    said = _counted(steps, promise)
    return f"{said[0].upper()}{said[1:]}."


def remedy(outcome: Outcome, promise: Promise, base_rate: float, wanted: int | None) -> str:
    """What would change the outcome, in a sentence.

    Args:
        outcome: as decided.
        promise: alpha and delta.
        base_rate: share of violations among all responses, 0-1.
        wanted: more scenarios to label, as `ladder.labels_wanted` has them.
    """
    if outcome is Outcome.AUTO_CLEAR:
        return "Void on any change of panel, prompt or rubric, on drift against the anchors, and when it expires."
    if outcome is Outcome.NOT_TRUSTED:
        return "More labelled violations would show it, if it does: label responses that the panel flagged."
    abstain = must_abstain(base_rate, promise)
    floor = f" Any panel must leave {abstain:.1%} of responses to people here." if abstain else ""
    if wanted is None:
        return f"At the rate of misses seen no number of labels would do: the panel must improve.{floor}"
    return f"About {wanted} more labelled scenarios would do, if misses go on at the rate seen.{floor}"


def _not_apart(apart: Estimate) -> str:
    if apart.value is None:
        return f"{apart.refusal}"
    if apart.low is None or apart.high is None:
        return f"{apart.n} {'label says' if apart.n == 1 else 'labels say'} violated, and {apart.refusal}"
    ends = f"{apart.low:.2f} to {apart.high:.2f}"
    return f"a violated response scores above a satisfied one with a chance of {ends}, and {CHANCE} is mere luck"


def _counted(steps: tuple[Step, ...], promise: Promise) -> str:
    """The step that decided, in words."""
    tested = [step for step in steps if step.is_tested]
    proved = last_proved(steps)
    if proved:
        at = f"of what clears at a score of {proved.threshold:.3g} or below"
        bound = f"{at}, {promise.alpha:.1%} at most are, with confidence {1 - promise.delta:.1%}"
        return f"{_misses(proved)}: {bound}"
    if not tested:
        most = max(step.n for step in steps)
        return f"at most {most} responses of different scenarios clear, and {labels_needed(0, promise)} are needed"
    bound = f"{promise.alpha:.1%} at most, with confidence {1 - promise.delta:.1%}"
    return f"{_misses(tested[0])}, which does not prove that {bound}, are"


def _misses(step: Step) -> str:
    verb = "was a violation" if step.misses == 1 else "were violations"
    return f"of {step.n} responses of different scenarios that clear, {step.misses} {verb}"
