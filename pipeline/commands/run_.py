"""The command `caveat run`."""

import sys
from collections.abc import Iterable
from functools import partial
from pathlib import Path
from typing import TypedDict, Unpack

import click

from domain.errors import InputError
from pipeline.commands.engines import EngineChoice, engine_options
from pipeline.commands.out import as_json, print_json, say
from pipeline.ended import run_facts, run_summary
from pipeline.panel import Clients
from pipeline.plan import plan_run
from pipeline.provider_batches.terms import BatchClients, Terms
from pipeline.run import Connect, run_batch
from pipeline.watching.watch import watcher
from pipeline.workspace import in_workspace

_INCOMPLETE = 3


class _Batches(TypedDict):
    """The options that say how to go about batches."""

    batch: bool
    no_wait: bool
    poll: float | None
    settle: tuple[str, ...]


@click.command("run")
@click.argument("config", type=click.Path(path_type=Path))
@click.option("--run-id", help="Name of the run; else the configuration's run_id.")
@click.option("--limit", type=click.IntRange(min=1), help="Only the first so many responses.")
@click.option(
    "--cache/--no-cache", default=True, help="Reuse earlier runs' replies as `cache` says, or make every call."
)
@click.option("--dry-run", is_flag=True, help="Show the plan: calls, tokens and price. Nothing is sent.")
@click.option("--batch", is_flag=True, help="By the providers' batch APIs, at half the price, within a day.")
@click.option("--no-wait", is_flag=True, help="With --batch: submit, take what is there, and end (exit code 3).")
@click.option(
    "--poll", type=click.FloatRange(min=0, min_open=True), metavar="SECONDS",
    help="With --batch: look at the batches so often; else ever more seldom, up to five minutes.",
)  # fmt: skip
@click.option(
    "--settle", multiple=True, metavar="CHUNK=BATCH_ID",
    help="With --batch: which batch a chunk is that a crash left uncertain, or CHUNK=none to give it up.",
)  # fmt: skip
@engine_options
@as_json
@click.pass_obj
def command(
    root: Path,
    config: Path,
    run_id: str | None,
    limit: int | None,
    cache: bool,
    dry_run: bool,
    engine: EngineChoice,
    as_json: bool,
    **batches: Unpack[_Batches],
) -> None:
    """Put scenarios to candidates (or take imported responses), judge every response, queue what is not clear.

    Run again, it continues where it stopped; a finished run makes no call.

    \b
    Examples:
      caveat run config/demo.yaml
      caveat run config/nightly.yaml --dry-run
      caveat run config/nightly.yaml --limit 20 --run-id trial
      caveat run config/nightly.yaml --batch --run-id tonight
      caveat run config/nightly.yaml --engine ray --ray-address 10.0.0.1:6379
    """
    path = in_workspace(root, config)
    connect = _connect(**batches)
    if dry_run:
        plan = plan_run(root, path, limit=limit, cache=cache, by_batch=batches["batch"])
        print_json(plan.as_json()) if as_json else click.echo(plan.as_text())
        return
    try:
        with watcher(sys.stderr) as watch, engine.started(connect) as means:
            result = run_batch(root, path, run_id=run_id, limit=limit, cache=cache, watch=watch, means=means)
    except KeyboardInterrupt:
        say("Stopped. What was asked is in the journal; the same command continues.")
        sys.exit(_INCOMPLETE)
    print_json(run_facts(result)) if as_json else click.echo(run_summary(result))
    sys.exit(result.exit_code)


def _connect(**batches: Unpack[_Batches]) -> Connect:
    """By batch or not, and how."""
    if batches["batch"]:
        settle = _settled(batches["settle"])
        terms = Terms(wait=not batches["no_wait"], poll_s=batches["poll"], settle=settle, say=say)
        return partial(BatchClients, terms=terms)
    if batches["no_wait"] or batches["poll"] or batches["settle"]:
        raise click.UsageError("--no-wait, --poll and --settle say how to go about batches; they need --batch.")
    return Clients


def _settled(said: Iterable[str]) -> dict[str, str]:
    """Chunk and batch id."""
    pairs = [one.partition("=") for one in said]
    for chunk, _, batch_id in pairs:
        if not chunk or not batch_id:
            raise InputError("expected CHUNK=BATCH_ID or CHUNK=none", key="--settle")
    return {chunk: batch_id for chunk, _, batch_id in pairs}
