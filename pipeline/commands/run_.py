"""The command `caveat run`."""

import sys
from pathlib import Path
from typing import Any

import click

from pipeline.commands.out import PROVISIONAL, as_json, print_json, say
from pipeline.commands.watch import watcher
from pipeline.plan import plan_run
from pipeline.run import RunResult, run_batch
from pipeline.workspace import in_workspace

_INCOMPLETE = 3


@click.command("run")
@click.argument("config", type=click.Path(path_type=Path))
@click.option("--run-id", help="Name of the run; else the configuration's run_id.")
@click.option("--limit", type=click.IntRange(min=1), help="Only the first so many responses.")
@click.option("--dry-run", is_flag=True, help="Show the plan: calls, tokens and price. Nothing is sent.")
@as_json
@click.pass_obj
def command(root: Path, config: Path, run_id: str | None, limit: int | None, dry_run: bool, as_json: bool) -> None:
    """Put scenarios to candidates (or take imported responses), judge every response, queue what is not clear.

    Run again, it continues where it stopped; a finished run makes no call.

    \b
    Examples:
      caveat run config/demo.yaml
      caveat run config/nightly.yaml --dry-run
      caveat run config/nightly.yaml --limit 20 --run-id trial
    """
    path = in_workspace(root, config)
    if dry_run:
        plan = plan_run(root, path, limit=limit)
        print_json(plan.as_json()) if as_json else click.echo(plan.as_text())
        return
    try:
        with watcher(sys.stderr) as watch:
            result = run_batch(root, path, run_id=run_id, limit=limit, watch=watch)
    except KeyboardInterrupt:
        say("Stopped. What was asked is in the journal; the same command continues.")
        sys.exit(_INCOMPLETE)
    print_json(_facts(result)) if as_json else click.echo(_summary(result))
    sys.exit(0 if result.is_complete else _INCOMPLETE)


def _facts(result: RunResult) -> dict[str, Any]:
    progress = result.progress
    return {
        "run_id": result.run_id,
        "provisional": result.provisional,
        "complete": result.is_complete,
        "items": result.n_items,
        "finished": len(progress.finished),
        "new_calls": result.n_new_calls,
        "usd": round(progress.usd, 6),
        "budget_spent": progress.is_budget_spent,
        "dispositions": dict(progress.dispositions),
        "lanes": dict(progress.lanes),
        "responses": dict(progress.outcomes),
        "judge_failures": dict(progress.failures),
        "journal": str(result.folder / "journal.jsonl"),
    }


def _summary(result: RunResult) -> str:
    progress = result.progress
    lines = [PROVISIONAL] if result.provisional else []
    lines.append(f"Run {result.run_id}: {len(progress.finished)} of {result.n_items} responses judged.")
    if result.is_complete and result.n_new_items == 0:
        lines.append("Already complete: nothing was asked.")
    lines.append("  " + _counts(progress.dispositions, ("flagged", "borderline", "cleared")))
    lines.append("  for clinicians: " + _counts(progress.lanes, ("flagged", "borderline", "audit")))
    odd = {kind: n for kind, n in progress.outcomes.items() if kind != "completed"}
    if odd:
        lines.append("  responses that could not be judged: " + _counts(odd, sorted(odd)))
    if progress.failures:
        lines.append(
            "  judge failures (each sends its response to a person): "
            + _counts(progress.failures, sorted(progress.failures))
        )
    if len(progress.finished) < result.n_items:
        why = "the budget (limits.usd) is spent; with more" if progress.is_budget_spent else "it was told to;"
        lines.append(f"STOPPED before the end: {why} the same command continues the run.")
    if progress.usd:
        lines.append(f"  cost: {progress.usd:.2f} USD by the price file")
    if progress.n_call_failures:
        lines.append(f"INCOMPLETE: {progress.n_call_failures} calls failed after every retry.")
    return "\n".join(lines)


def _counts(counted: Any, order: Any) -> str:  # noqa: ANN401
    return ", ".join(f"{counted.get(name, 0)} {name.replace('_', ' ')}" for name in order)
