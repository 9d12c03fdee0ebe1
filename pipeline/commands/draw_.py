"""The command `caveat draw`."""

from dataclasses import asdict
from pathlib import Path

import click

from pipeline.commands.out import as_json, in_store, print_json
from pipeline.drawing import draw_run
from pipeline.ended import sizing_said
from pipeline.store.address import open_store


@click.command("draw")
@click.argument("run_id", metavar="RUN")
@click.option("--minutes", type=click.FloatRange(min=0, min_open=True), help="That clinicians have; else the policy's.")
@click.option("--by", required=True, help="Who decides it; kept with the draw.")
@in_store
@as_json
@click.pass_obj
def command(root: Path, run_id: str, minutes: float | None, by: str, store: str, as_json: bool) -> None:
    """Draw what of a run clinicians read within the minutes they have; the rest is unreviewed, and never passed.

    What may do the most harm is likelier to be drawn, but everything can be, and the chance is kept with each item, so
    that what is read can speak for what is not. With more minutes items are added, and none is taken away.

    \b
    Examples:
      caveat draw nightly-2026-11-22 --minutes 600 --by 'Lead of the evening team'
      caveat plan nightly-2026-11-22 --minutes 600    # what these minutes would buy
    """
    sizing = draw_run(open_store(store, root), run_id, minutes, by=by)
    print_json(asdict(sizing)) if as_json else click.echo(sizing_said(sizing))
