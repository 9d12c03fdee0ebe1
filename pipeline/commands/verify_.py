"""The command `caveat verify`."""

import re
import sys
from pathlib import Path
from typing import NoReturn

import click

from domain.errors import CaveatError
from pipeline.commands.out import as_json, in_store, print_json
from pipeline.packing.check import CheckedPack, check_pack
from pipeline.store.address import open_store
from pipeline.verifying.checks import Verified, verify_store
from pipeline.workspace import in_workspace


def _hash(context: click.Context, _parameter: click.Parameter, said: str | None) -> str | None:
    if said is not None and re.fullmatch("[0-9a-f]{64}", said) is None:
        raise click.BadParameter("expected the 64 characters that `caveat verify` printed", context)
    return said


@click.command("verify")
@click.argument("run_id", metavar="[RUN]", required=False)
@click.option("--pack", type=click.Path(path_type=Path), help="An evidence pack instead of the store.")
@click.option("--head", "noted", metavar="HASH", callback=_hash, help="A head that was noted: the chain must hold it.")
@in_store
@as_json
@click.pass_obj
def command(root: Path, run_id: str | None, pack: Path | None, noted: str | None, store: str, as_json: bool) -> None:
    """Check what the store holds: every quote stands in its response at its offsets, every response matches its hash,
    what people did is a whole chain of events, and rulings, stops and allowances say what their events say.

    One run, or all of them where none is named; the chain as a whole. Note the head that is printed, elsewhere: given
    back with --head, it shows an end that was cut off. Or an evidence pack, whose files are held against its manifest.
    Exit code 0: all is as it was written; 2: a list of what is not.

    \b
    Examples:
      caveat verify
      caveat verify nightly-2026-11-22 --json
      caveat verify --head 5d7c…                the 64 characters that an earlier verify printed
      caveat verify --pack evidence.zip
    """
    if pack is not None:
        _verify_pack(in_workspace(root, pack), as_json=as_json)
    found = verify_store(open_store(store, root), run_id, noted)
    print_json(found.as_json()) if as_json else click.echo(_said(found))
    sys.exit(CaveatError.exit_code if found.broken else 0)


def _verify_pack(path: Path, *, as_json: bool) -> NoReturn:
    found = check_pack(path)
    print_json(found.as_json()) if as_json else click.echo(_pack_said(found))
    sys.exit(CaveatError.exit_code if found.amiss else 0)


def _pack_said(found: CheckedPack) -> str:
    of = f"pack of run {found.manifest.run_id}, {found.manifest.digest}"
    lines = [f"INCOMPLETE when it was written: {one}" for one in found.manifest.missing]
    if found.amiss:
        return "\n".join([f"NOT AS IT WAS WRITTEN, {of}:", *map(str, found.amiss), *lines])
    return "\n".join([f"All {len(found.manifest.files):,} files are as they were written: {of}.", *lines])


def _said(found: Verified) -> str:
    counted = ", ".join(f"{n:,} {what}" for what, n in found.counted.items())
    if not found.broken:
        return f"All is as it was written: {counted}.\nHead of the chain: {found.head.sha256} (event {found.head.seq})"
    return "\n".join([f"NOT AS IT WAS WRITTEN, {len(found.broken):,} of {counted}:", *map(str, found.broken)])
