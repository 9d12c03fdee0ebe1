"""The command `caveat run`."""

import sys
from pathlib import Path

import click

from pipeline.commands.ended import run_facts, run_summary
from pipeline.commands.engines import EngineChoice, engine_options
from pipeline.commands.out import as_json, print_json, say
from pipeline.commands.watch import watcher
from pipeline.plan import plan_run
from pipeline.run import run_batch
from pipeline.workspace import in_workspace

_INCOMPLETE = 3


@click.command("run")
@click.argument("config", type=click.Path(path_type=Path))
@click.option("--run-id", help="Name of the run; else the configuration's run_id.")
@click.option("--limit", type=click.IntRange(min=1), help="Only the first so many responses.")
@click.option("--dry-run", is_flag=True, help="Show the plan: calls, tokens and price. Nothing is sent.")
@engine_options
@as_json
@click.pass_obj
def command(
    root: Path, config: Path, run_id: str | None, limit: int | None, dry_run: bool, engine: EngineChoice, as_json: bool
) -> None:
    """Put scenarios to candidates (or take imported responses), judge every response, queue what is not clear.

    Run again, it continues where it stopped; a finished run makes no call.

    \b
    Examples:
      caveat run config/demo.yaml
      caveat run config/nightly.yaml --dry-run
      caveat run config/nightly.yaml --limit 20 --run-id trial
      caveat run config/nightly.yaml --engine ray --ray-address 10.0.0.1:6379
    """
    path = in_workspace(root, config)
    if dry_run:
        plan = plan_run(root, path, limit=limit)
        print_json(plan.as_json()) if as_json else click.echo(plan.as_text())
        return
    try:
        with watcher(sys.stderr) as watch, engine.started() as (connect, work):
            result = run_batch(root, path, run_id=run_id, limit=limit, watch=watch, connect=connect, engine=work)
    except KeyboardInterrupt:
        say("Stopped. What was asked is in the journal; the same command continues.")
        sys.exit(_INCOMPLETE)
    print_json(run_facts(result)) if as_json else click.echo(run_summary(result))
    sys.exit(0 if result.is_complete else _INCOMPLETE)
