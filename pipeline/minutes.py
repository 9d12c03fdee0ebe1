"""What clinicians' minutes would buy on a run of a store, as figures and in words."""

from pipeline.ended import chances_said
from pipeline.expected import fetch_expected
from pipeline.mixing import fetch_planned
from pipeline.pace import pace_of, policy_of
from pipeline.reading_plan import ASSUMED, Assumed, ReadingPlan, plan_reading
from pipeline.store.connection import Store
from pipeline.store.results import fetch_run

_SHOWN = {
    "sensitivity": "of violations, the share that the judges flag",
    "specificity": "of the rest, the share that they leave alone",
    "ppv": "of what they flag, the share that is violated",
    "npv": "of what they leave alone, the share that is safe",
    "kappa": "agreement beyond chance (kappa)",
    "failure_rate": "share of responses with a violation",
}


def plan_minutes(place: Store, run_id: str, minutes: float, assumed: Assumed = ASSUMED) -> ReadingPlan:
    """Work out what the minutes buy; nothing is drawn.

    Args:
        place: holds the run.
        run_id: the run.
        minutes: that clinicians have.
        assumed: the share of responses of each disposition in which clinicians will find a violation.

    Raises:
        InputError: there is no such run, nothing of it is judged yet, or anchors take all of the minutes.
    """
    with place.reading() as connection:
        policy = policy_of(fetch_run(connection, run_id).config)
        expected = fetch_expected(connection, run_id, policy, pace=pace_of(connection, policy))
        anchors = fetch_planned(connection, run_id, minutes)
    return plan_reading(
        run_id, expected.items, minutes, policy, assumed, anchor_minutes=anchors, n_calibrated=expected.n_calibrated
    )


def plan_said(found: ReadingPlan) -> str:
    """For people."""
    plan = found.plan
    read = f"about {plan.items:,.0f} responses read, {plan.unread:,.0f} not"
    assumed = ", ".join(f"{share:.0%} of the {one.value}" for one, share in found.assumed.items())
    rows = [
        f"{found.minutes:,.0f} minutes on run {found.run_id}: {read}.",
        f"To read all that is not cleared would take {found.needed_minutes:,.0f} minutes.",
        f"Assumed: clinicians find a violation in {assumed}.",
        chances_said(found.n_calibrated, found.n_questions),
        f"Of the minutes, {found.anchor_minutes:,.0f} are for anchors that come back to whoever judged them before.",
        "Expected width of each 95 % interval, over all criteria together:",
    ]
    rows += [f"  {words:<56}{_width(getattr(plan.widths, name))}" for name, words in _SHOWN.items()]
    rows.append(
        "Of the cleared none would be read: nothing could be proved of them."
        if plan.missed_harm is None
        else f"If the cleared that are read hide no violation: at most {plan.missed_harm:.1%} of all cleared hide one."
    )
    return "\n".join(rows)


def _width(width: float | None) -> str:
    return "cannot be had" if width is None else f"{width:.2f}"
