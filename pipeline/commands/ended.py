"""How a run ended, said one way by every command that makes one."""

from collections.abc import Mapping, Sequence
from typing import Any

from pipeline.commands.out import PROVISIONAL
from pipeline.run import RunResult


def run_facts(result: RunResult) -> dict[str, Any]:
    """For machines."""
    progress = result.progress
    return {
        "run_id": result.run_id,
        "provisional": result.provisional,
        "complete": result.is_complete,
        "items": result.n_items,
        "finished": progress.n_finished,
        "new_calls": result.n_new_calls,
        "usd": round(progress.usd, 6),
        "budget_spent": progress.is_budget_spent,
        "dispositions": dict(progress.dispositions),
        "lanes": dict(progress.lanes),
        "responses": dict(progress.outcomes),
        "judge_failures": dict(progress.failures),
        "journal": str(result.folder / "journal.jsonl"),
    }


def run_summary(result: RunResult) -> str:
    """For people: provisional or not first, then the counts, then what is missing."""
    progress = result.progress
    lines = [PROVISIONAL] if result.provisional else []
    lines.append(f"Run {result.run_id}: {progress.n_finished} of {result.n_items} responses judged.")
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
    if progress.n_finished < result.n_items:
        why = "the budget (limits.usd) is spent; with more" if progress.is_budget_spent else "it was told to;"
        lines.append(f"STOPPED before the end: {why} the same command continues the run.")
    if progress.usd:
        lines.append(f"  cost: {progress.usd:.2f} USD by the price file")
    if progress.n_call_failures:
        lines.append(f"INCOMPLETE: {progress.n_call_failures} calls failed after every retry.")
    return "\n".join(lines)


def _counts(counted: Mapping[str, int], order: Sequence[str]) -> str:
    return ", ".join(f"{counted.get(name, 0)} {name.replace('_', ' ')}" for name in order)
