"""The command `caveat verify`."""

import sys
from pathlib import Path

import click

from domain.errors import CaveatError
from pipeline.commands.out import as_json, in_store, print_json
from pipeline.store.address import open_store
from pipeline.verifying.checks import Verified, verify_store


@click.command("verify")
@click.argument("run_id", metavar="RUN", required=False)
@in_store
@as_json
@click.pass_obj
def command(root: Path, run_id: str | None, store: str, as_json: bool) -> None:
    """Check what the store holds: every quote stands in its response at its offsets, every response matches its hash.

    One run, or all of them where none is named. Exit code 0: all is as it was written; 2: a list of what is not.

    \b
    Examples:
      caveat verify
      caveat verify nightly-2026-11-22 --json
    """
    found = verify_store(open_store(store, root), run_id)
    print_json(found.as_json()) if as_json else click.echo(_said(found))
    sys.exit(CaveatError.exit_code if found.broken else 0)


def _said(found: Verified) -> str:
    counted = ", ".join(f"{n:,} {what}" for what, n in found.counted.items())
    if not found.broken:
        return f"All is as it was written: {counted}."
    return "\n".join([f"NOT AS IT WAS WRITTEN, {len(found.broken):,} of {counted}:", *map(str, found.broken)])
