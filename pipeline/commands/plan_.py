"""The command `caveat plan`."""

from pathlib import Path

import click

from domain.routing import Disposition
from pipeline.commands.out import as_json, in_store, print_json
from pipeline.minutes import plan_minutes, plan_said
from pipeline.reading_plan import ASSUMED
from pipeline.store.address import open_store


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
    found = plan_minutes(open_store(store, root), run_id, minutes, assumed)
    print_json(found.as_json()) if as_json else click.echo(plan_said(found))
