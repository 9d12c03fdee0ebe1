"""The command `caveat plan`."""

from pathlib import Path

import click

from domain.routing import Disposition
from pipeline.commands.ended import chances_said
from pipeline.commands.out import as_json, in_store, print_json
from pipeline.expected import fetch_expected
from pipeline.mixing import fetch_planned
from pipeline.pace import pace_of, policy_of
from pipeline.reading_plan import ASSUMED, ReadingPlan, plan_reading
from pipeline.store.address import open_store
from pipeline.store.results import fetch_run

_SHOWN = {
    "sensitivity": "of violations, the share that the judges flag",
    "specificity": "of the rest, the share that they leave alone",
    "ppv": "of what they flag, the share that is violated",
    "npv": "of what they leave alone, the share that is safe",
    "kappa": "agreement beyond chance (kappa)",
    "failure_rate": "share of responses with a violation",
}


@click.command("plan")
@click.argument("run_id", metavar="RUN")
@click.option("--minutes", required=True, type=click.FloatRange(min=0, min_open=True), help="That clinicians have.")
@click.option("--flagged", type=click.FloatRange(0, 1), default=ASSUMED[Disposition.FLAGGED], show_default=True,
              help="Share of flagged responses in which clinicians will find a violation.")  # fmt: skip
@click.option("--borderline", type=click.FloatRange(0, 1), default=ASSUMED[Disposition.BORDERLINE], show_default=True,
              help="The same, of borderline ones.")  # fmt: skip
@click.option("--cleared", type=click.FloatRange(0, 1), default=ASSUMED[Disposition.CLEARED], show_default=True,
              help="The same, of cleared ones.")  # fmt: skip
@in_store
@as_json
@click.pass_obj
def command(
    root: Path,
    run_id: str,
    minutes: float,
    flagged: float,
    borderline: float,
    cleared: float,
    store: str,
    as_json: bool,
) -> None:
    """What so many minutes of clinicians buy on a run: how much is read, how wide intervals get, what could be proved.

    An arithmetic of what is expected, so it needs guesses of what clinicians will find; take an earlier comparison's.
    Nothing is drawn: caveat draw does that.

    \b
    Examples:
      caveat plan demo --minutes 600
      caveat plan nightly-2026-11-22 --minutes 1200 --flagged 0.5 --cleared 0.01 --json
    """
    assumed = dict(zip(Disposition, (cleared, flagged, borderline), strict=True))
    with open_store(store, root).reading() as connection:
        policy = policy_of(fetch_run(connection, run_id).config)
        expected = fetch_expected(connection, run_id, policy, pace=pace_of(connection, policy))
        anchors = fetch_planned(connection, run_id, minutes)
    found = plan_reading(
        run_id, expected.items, minutes, policy, assumed, anchor_minutes=anchors, n_calibrated=expected.n_calibrated
    )
    print_json(found.as_json()) if as_json else click.echo(_said(found))


def _said(found: ReadingPlan) -> str:
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
    proved = "nothing: no cleared response would be read" if plan.missed_harm is None else f"{plan.missed_harm:.1%}"
    rows.append(f"Smallest share of the cleared that could be proved to hide a violation, if none is found: {proved}")
    return "\n".join(rows)


def _width(width: float | None) -> str:
    return "cannot be had" if width is None else f"{width:.2f}"
