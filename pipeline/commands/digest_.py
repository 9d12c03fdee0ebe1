"""The command `caveat digest`."""

import os
import sys
from dataclasses import asdict
from datetime import UTC, datetime
from pathlib import Path

import click

from domain.errors import PostingError
from pipeline.commands.out import as_json, in_store, print_json, say
from pipeline.digest.facts import Facts, gather_facts
from pipeline.digest.send import Sent, channels_of, send_digest
from pipeline.digest.words import text_of
from pipeline.site import SITE, load_site, named
from pipeline.store.address import open_store
from pipeline.workspace import in_workspace


@click.command("digest")
@click.option("--site", "path", type=click.Path(path_type=Path), default=SITE, show_default=True,
              help="Where the webhook, the mail server and the roles stand.")  # fmt: skip
@click.option("--always", is_flag=True, help="Send it even where nothing has changed.")
@click.option("--dry-run", is_flag=True, help="Show it; send nothing.")
@in_store
@as_json
@click.pass_obj
def command(root: Path, path: Path, always: bool, dry_run: bool, store: str, as_json: bool) -> None:
    """Tell a webhook, and leads by e-mail, what waits: numbers and ids, never a clinical word or a name. For cron.

    Nothing is sent where nothing has changed since a channel was last told. Exit code 3 where one could not be told.

    \b
    Examples:
      caveat digest --dry-run
      caveat digest
      caveat digest --always --json
    """
    place, opened, now = in_workspace(root, path), open_store(store, root), datetime.now(UTC)
    site = load_site(place)
    with named(place):
        channels = channels_of(site, opened, root, os.environ)
    with opened.reading() as connection:
        facts = gather_facts(connection, now)
    if dry_run:
        _show(facts, [one.name for one in channels], site.url, as_json=as_json)
        return
    sent = send_digest(opened, channels, facts, site.url, now, always=always)
    _say(facts, sent, as_json=as_json)
    sys.exit(PostingError.exit_code if sent.failed else 0)


def _show(facts: Facts, names: list[str], url: str, *, as_json: bool) -> None:
    if as_json:
        print_json({"facts": asdict(facts), "channels": names, "text": text_of(facts, url)})
    else:
        click.echo(f"{text_of(facts, url)}\n\nChannels: {', '.join(names) or 'none'}")


def _say(facts: Facts, sent: Sent, *, as_json: bool) -> None:
    if as_json:
        print_json({"facts": asdict(facts), **asdict(sent)})
    else:
        click.echo(f"Told: {', '.join(sent.taken) or 'nobody'}")
        if sent.unchanged:
            click.echo(f"Nothing new for: {', '.join(sent.unchanged)}")
    for name, why in sent.failed.items():
        say(f"NOT TOLD: {name}: {why}")
