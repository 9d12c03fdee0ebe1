"""The command `caveat changes`."""

from dataclasses import asdict
from pathlib import Path

import click

from domain.thread import ThreadState
from pipeline.commands.out import as_json, in_store, print_json
from pipeline.store.address import open_store
from pipeline.store.threads import CHANGE_STATES, ChangeRequest, fetch_change_requests

_WIDTH = 100


@click.command("changes")
@click.option("--state", type=click.Choice([one.value for one in CHANGE_STATES]), help="Only those that stand there.")
@in_store
@as_json
@click.pass_obj
def command(root: Path, state: str | None, store: str, as_json: bool) -> None:
    """What clinicians ask the technical team to change, and where it stands; moved on in the workspace.

    \b
    Examples:
      caveat changes
      caveat changes --state open
      caveat changes --json | jq '.changes[].asked'
    """
    with open_store(store, root).reading() as connection:
        found = [one for one in fetch_change_requests(connection) if state in (None, one.state)]
    if as_json:
        print_json({"changes": [asdict(one) for one in found]})
        return
    if not found:
        click.echo("No change is asked for.")
    for one in found:
        click.echo(_text(one))


def _text(one: ChangeRequest) -> str:
    about = f" ({one.criterion_id})" if one.criterion_id else ""
    asked = " ".join(one.asked.split())
    rows = [f"{one.seq:>6}  {one.state:<12}{one.opened_at[:10]}{about}  {asked[:_WIDTH]}"]
    if one.state == ThreadState.DECLINED and one.last != one.asked:
        rows.append(f"{'':>8}Why: {' '.join(one.last.split())[:_WIDTH]}")
    return "\n".join(rows)
