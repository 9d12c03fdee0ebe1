"""The command `caveat store rebuild`."""

import sys
from datetime import UTC, datetime
from pathlib import Path

import click

from domain.errors import CaveatError
from pipeline.commands.out import as_json, print_json
from pipeline.store.door import DuckDBStore
from pipeline.store.rebuild import Rebuilt, rebuild
from pipeline.workspace import RUNS, STORE


@click.group("store")
def command() -> None:
    """Look after the store.

    \b
    Examples:
      caveat store rebuild
    """


@command.command("rebuild")
@click.option("--store", "path", type=click.Path(path_type=Path), help="The store, if not data/caveat.duckdb.")
@click.option("--runs", type=click.Path(path_type=Path, file_okay=False), help="The runs' folders, if not data/runs.")
@click.option("--yes", is_flag=True, help="Do not ask.")
@as_json
@click.pass_obj
def rebuild_(root: Path, path: Path | None, runs: Path | None, yes: bool, as_json: bool) -> None:
    """Make the store anew from the runs' journals. The file that was the store is moved aside, never deleted.

    Labels, certificates, anchors, stops, draws and clinicians' work are brought over where the old file can still be
    read; else import the labels again, grant anew, and take the work from a backup.

    \b
    Examples:
      caveat store rebuild
      caveat store rebuild --yes --json
    """
    store, folder = DuckDBStore(root / (path or STORE)), root / (runs or RUNS)
    if not yes:
        click.confirm(f"Make {store.path} anew from the journals in {folder}?", abort=True, err=True)
    done = rebuild(store, folder, datetime.now(UTC))
    if as_json:
        print_json({"store": str(store.path), "aside": str(done.aside) if done.aside else None,
                    "labels": done.n_labels, "events": done.n_events, "entries": done.entries,
                    "refused": done.refused})  # fmt: skip
    else:
        click.echo(_said(store.path, done))
    sys.exit(CaveatError.exit_code if done.refused else 0)


def _said(path: Path, done: Rebuilt) -> str:
    lines = [f"Made {path} anew: {sum(done.entries.values())} journal entries of {len(done.entries)} runs."]
    lines += [f"NOT WHOLE: {run_id}: {why}" for run_id, why in done.refused.items()]
    if done.n_labels is None:
        lines.append("Labels could not be read from the old file; import them again: caveat import labels FILE")
        lines.append("Certificates, anchors and stops are gone: nothing clears until you grant anew; stop again first.")
    elif done.n_labels:
        lines.append(f"{done.n_labels} labels were brought over.")
    if done.n_events is None:
        lines.append("What clinicians did could not be read from the old file; it is in that file and in your backups.")
    elif done.n_events:
        lines.append(f"Clinicians' work was brought over, {done.n_events} events of it.")
    if done.aside is not None:
        lines.append(f"The old file is kept as {done.aside}.")
    return "\n".join(lines)
