"""The command `caveat stop`."""

from dataclasses import asdict
from datetime import UTC, datetime
from pathlib import Path
from typing import TypedDict, Unpack

import click

from pipeline.commands.out import as_json, in_store, print_json
from pipeline.stopping import SCOPES, Asked, let_go, press
from pipeline.store.address import open_store
from pipeline.store.connection import Store
from pipeline.store.events import PEOPLE
from pipeline.store.stops import StopRow, fetch_stops

_SINCE = click.DateTime(["%Y-%m-%d", "%Y-%m-%dT%H:%M", "%Y-%m-%dT%H:%M:%S"])


class _What(TypedDict):
    scope: str | None
    stopped: str
    since: datetime | None
    lift: str | None
    by: str | None
    reason: str | None


@click.command("stop")
@click.argument("scope", type=click.Choice(SCOPES), required=False)
@click.argument("stopped", metavar="NAME", default="")
@click.option("--since", type=_SINCE, help="Only what cleared from then on (UTC) goes to people; else all of it.")
@click.option("--lift", metavar="STOP", help="Let go of this stop.")
@click.option("--list", "is_list", is_flag=True, help="Every stop, those lifted too.")
@click.option("--by", metavar="NAME", help="Who decides this, a lead or safety officer; kept for good.")
@click.option("--reason", metavar="TEXT", help="Why; kept for good.")
@in_store
@as_json
@click.pass_obj
def command(root: Path, is_list: bool, store: str, as_json: bool, **what: Unpack[_What]) -> None:
    """Stop a judge, a rubric, a run or everything, at once: nothing clears by it until somebody lets go.

    What it had cleared goes to people, before what is merely unclear; certificates that rest on it are void for good.
    Runs that are under way obey within ten seconds, later ones from the start, trials without certificates too.

    \b
    Examples:
      caveat stop judge gpt --since 2026-11-01 --by "R. Lead" --reason "provider changed the model"
      caveat stop rubric safety-netting --by "S. Officer" --reason "disputed"
      caveat stop everything --by "S. Officer" --reason "incident 12"
      caveat stop --lift 91b0c3d4e5f60718 --by "S. Officer" --reason "incident 12 closed"
      caveat stop --list
    """
    place = open_store(store, root)
    if is_list:
        _list(place, as_json=as_json)
        return
    by, reason, lift = what["by"], what["reason"], what["lift"]
    if not by or not reason:
        raise click.UsageError("say who decides this and why: --by NAME --reason TEXT")
    if lift is not None:
        with place.writing(PEOPLE) as connection:
            let_go(connection, lift, by, reason, datetime.now(UTC))
        print_json({"lifted": lift}) if as_json else click.echo(f"{lift} is lifted; certificates must be granted anew.")
        return
    asked = _asked(what["scope"], what["stopped"], what["since"], (by, reason))
    with place.writing(PEOPLE) as connection:
        done = press(connection, asked, datetime.now(UTC))
    if as_json:
        print_json(asdict(done))
    else:
        click.echo(f"Stopped {asked.scope} {asked.stopped}".rstrip() + f" ({done.stop_id}).")
        click.echo(f"{done.n_recalled} cleared items go to people; {len(done.voided)} certificates are void.")


def _asked(scope: str | None, stopped: str, since: datetime | None, who: tuple[str, str]) -> Asked:
    if scope is None:
        raise click.UsageError("say what to stop: everything, or judge, rubric or run with its name")
    return Asked(scope, stopped, None if since is None else since.replace(tzinfo=UTC), *who)


def _list(place: Store, *, as_json: bool) -> None:
    with place.reading() as connection:
        stops = fetch_stops(connection)
    if as_json:
        print_json({"stops": [asdict(one) for one in stops]})
        return
    click.echo("\n".join(map(_said, stops)) or "Nothing was stopped.")


def _said(one: StopRow) -> str:
    head = f"{one.stop_id}: {one.scope} {one.stopped}".rstrip()
    pressed = f"\n  {one.stopped_at[:16]} by {one.stopped_by}: {one.stop_reason}"
    if one.lifted_at is None:
        return f"HOLDS  {head}{pressed}"
    return f"lifted {head}{pressed}\n  lifted {one.lifted_at[:16]} by {one.lifted_by}: {one.lift_reason}"
