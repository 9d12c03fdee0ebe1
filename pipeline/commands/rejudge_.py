"""The commands `caveat rejudge list` and `caveat rejudge export`."""

from collections.abc import Sequence
from dataclasses import asdict
from pathlib import Path
from typing import Any

import click

from pipeline.authoring.rejudging import export_rejudging
from pipeline.commands.out import as_json, in_store, print_json
from pipeline.config import load_config
from pipeline.store.address import open_store
from pipeline.store.rejudgings import RejudgedItem, Rejudging, fetch_rejudged_items, fetch_rejudgings
from pipeline.workspace import in_workspace


@click.group("rejudge")
def command() -> None:
    """What a new version of a rubric leaves to be judged anew, and a run that does it.

    Lists are made when a clinician approves a version in the workspace, and closed there.

    \b
    Examples:
      caveat rejudge list
      caveat rejudge export 212 config/nightly.yaml
      caveat run data/rejudging/212/config.yaml
    """


@command.command("list")
@in_store
@as_json
@click.pass_obj
def list_(root: Path, store: str, as_json: bool) -> None:
    """Every list, and how far it has come.

    \b
    Examples:
      caveat rejudge list
      caveat rejudge list --json
    """
    with open_store(store, root).reading() as connection:
        rows = [_row(one, fetch_rejudged_items(connection, one.seq)) for one in fetch_rejudgings(connection)]
    if as_json:
        print_json({"lists": rows})
    elif not rows:
        click.echo("Nothing is to be judged anew.")
    for one in rows if not as_json else ():
        click.echo(
            f"{one['seq']:>6}  {one['state']:<7} {one['rubric_id']} {one['version']}: {one['n']} verdicts by the old "
            f"text, {one['n_judged']} judged anew; {one['n_reviewed']} of {one['n_to_review']} reviewed anew"
        )


@command.command("export")
@click.argument("number", metavar="LIST", type=click.IntRange(min=1))
@click.argument("config", metavar="CONFIG", type=click.Path(path_type=Path))
@in_store
@as_json
@click.pass_obj
def export(root: Path, number: int, config: Path, store: str, as_json: bool) -> None:
    """Write the responses of a list and the configuration of a run that judges them anew by the new text alone, with
    CONFIG's judges and limits. Every one of them then goes to clinicians. Asks nobody.

    \b
    Examples:
      caveat rejudge export 212 config/nightly.yaml
      caveat run data/rejudging/212/config.yaml --dry-run
    """
    done = export_rejudging(root, open_store(store, root), number, load_config(in_workspace(root, config)))
    if as_json:
        print_json(asdict(done) | {"config": str(done.config)})
        return
    click.echo(f"{done.n_responses} responses to be judged anew: caveat run {done.config}")
    if done.n_other_scenario:
        click.echo(f"{done.n_other_scenario} more are left out: their scenario has another text by now.")


def _row(one: Rejudging, items: Sequence[RejudgedItem]) -> dict[str, Any]:
    return {
        "seq": one.seq, "state": one.state, "rubric_id": one.rubric_id, "version": one.version, "n": len(items),
        "n_judged": sum(each.is_judged for each in items), "n_to_review": sum(each.was_reviewed for each in items),
        "n_reviewed": sum(each.was_reviewed and each.is_reviewed for each in items), "made_at": one.made_at,
        "close_reason": one.close_reason,
    }  # fmt: skip
