"""The commands `caveat store backup`, `restore` and `rebuild`."""

import sys
from datetime import UTC, datetime
from pathlib import Path

import click

from domain.errors import CaveatError, StoreError
from pipeline.commands.out import as_json, in_store, print_json
from pipeline.store.address import open_store
from pipeline.store.backup import Restored, back_up, restore
from pipeline.store.door import DuckDBStore
from pipeline.store.rebuild import Rebuilt, rebuild
from pipeline.workspace import RUNS, STORE


@click.group("store")
def command() -> None:
    """Look after the store.

    \b
    Examples:
      caveat store backup backups/monday.duckdb
      caveat store restore backups/monday.duckdb
      caveat store rebuild
    """


@command.command("backup")
@click.argument("target", metavar="FILE", type=click.Path(path_type=Path, dir_okay=False))
@in_store
@as_json
@click.pass_obj
def backup_(root: Path, target: Path, store: str, as_json: bool) -> None:
    """Copy the store into FILE while people work. Readers go on; whoever writes waits for the end of it.

    \b
    Examples:
      caveat store backup backups/monday.duckdb
      caveat store backup backups/monday.duckdb --json
    """
    done = back_up(_of_duckdb(store, root, "pg_dump"), target)
    if as_json:
        print_json({"backup": str(target), "runs": done.n_runs, "events": done.head.seq,
                    "head_sha256": done.head.sha256, "bytes": done.n_bytes})  # fmt: skip
        return
    size = f"{done.n_bytes / 1e6:,.1f} MB"
    click.echo(f"Backed up {done.n_runs} runs and {done.head.seq} events of what people did: {target}, {size}.")


@command.command("restore")
@click.argument("source", metavar="FILE", type=click.Path(path_type=Path, dir_okay=False))
@in_store
@click.option("--runs", type=click.Path(path_type=Path, file_okay=False), help="The runs' folders, if not data/runs.")
@click.option("--yes", is_flag=True, help="Do not ask.")
@as_json
@click.pass_obj
def restore_(root: Path, source: Path, store: str, runs: Path | None, yes: bool, as_json: bool) -> None:
    """Put the backup FILE in the store's place. The file that was the store is moved aside, never deleted.

    The backup is read whole and its record of what people did is checked before anything changes. What candidates and
    judges said since comes from the runs' journals; what people did since is in the file moved aside alone.

    \b
    Examples:
      caveat store restore backups/monday.duckdb
      caveat store restore backups/monday.duckdb --yes --json
    """
    into = _of_duckdb(store, root, "pg_restore")
    if not yes:
        click.confirm(f"Put {source} in the place of {into.path}?", abort=True, err=True)
    done = restore(into, source, root / (runs or RUNS), datetime.now(UTC))
    if as_json:
        print_json({"store": str(into.path), "aside": str(done.aside) if done.aside else None,
                    "events": done.head.seq, "head_sha256": done.head.sha256, "entries": done.entries,
                    "refused": done.refused})  # fmt: skip
    else:
        click.echo(_restored(into.path, done))
    sys.exit(CaveatError.exit_code if done.refused else 0)


def _of_duckdb(address: str, root: Path, program: str) -> DuckDBStore:
    store = open_store(address, root)
    if not isinstance(store, DuckDBStore):
        raise StoreError(
            store.address, f"PostgreSQL has its own way: {program} with --schema=caveat (docs/how-to-postgresql.md)"
        )
    return store


def _restored(path: Path, done: Restored) -> str:
    lines = [f"Restored {path}, with {done.head.seq} events of what people did."]
    if done.entries:
        lines.append(f"{sum(done.entries.values())} journal entries that the backup did not hold were fed.")
    lines += [f"NOT WHOLE: {run_id}: {why}" for run_id, why in done.refused.items()]
    if done.aside is not None:
        lines.append(f"What people did since the backup is in the old file alone, kept as {done.aside}.")
    return "\n".join(lines)


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
