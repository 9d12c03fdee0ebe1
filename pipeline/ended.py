"""How a run ended, said one way by every command that makes one."""

from collections.abc import Mapping, Sequence
from dataclasses import asdict
from typing import Any

from domain.policy import PROVISIONAL
from pipeline.run import RunResult
from pipeline.sizing import Sizing


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
        "reused_calls": progress.n_reused,
        "usd": round(progress.usd, 6),
        "budget_spent": progress.is_budget_spent,
        "batches_pending": progress.n_batches_pending,
        "dispositions": dict(progress.dispositions),
        "lanes": dict(progress.lanes),
        "responses": dict(progress.outcomes),
        "judge_failures": dict(progress.failures),
        "sizing": None if result.sizing is None else asdict(result.sizing),
        "notes": progress.notes,
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
    lines += _for_clinicians(result)
    odd = {kind: n for kind, n in progress.outcomes.items() if kind != "completed"}
    if odd:
        lines.append("  responses that could not be judged: " + _counts(odd, sorted(odd)))
    if progress.failures:
        lines.append(
            "  judge failures (each sends its response to a person): "
            + _counts(progress.failures, sorted(progress.failures))
        )
    lines += _unfinished(result)
    if progress.usd:
        lines.append(f"  cost: {progress.usd:.2f} USD by the price file")
    if progress.n_reused:
        lines.append(f"  {progress.n_reused} calls were not made: earlier runs' replies to the same were reused")
    lines += [f"NOTE: {note}" for note in progress.notes]
    if progress.n_call_failures:
        lines.append(f"INCOMPLETE: {progress.n_call_failures} calls failed after every retry.")
    return "\n".join(lines)


def _for_clinicians(result: RunResult) -> list[str]:
    if result.is_read_by_nobody:
        return ["  for clinicians: nothing (the policy gives 0 minutes)"]
    if result.sizing is not None:
        return sizing_said(result.sizing).splitlines()
    return ["  for clinicians: " + _counts(result.progress.lanes, ("flagged", "borderline", "audit", "double"))]


def sizing_said(one: Sizing) -> str:
    """A draw in words."""
    said = (
        f"Drawn for {one.minutes:,.0f} minutes of clinicians: {one.n_drawn:,} of {one.n_items:,} responses, about "
        f"{one.drawn_minutes:,.0f} minutes with second readings."
    )
    if one.n_anchors:
        said += f" {one.n_anchors:,} anchors come back beside them (about {one.anchor_minutes:,.0f} minutes)."
    said += f"\n{chances_said(one.n_calibrated, one.n_questions)}"
    if not one.n_unreviewed:
        return said
    return (
        f"{said}\nCOVERAGE GAP: {one.n_unreviewed:,} responses that the judges could not clear are unreviewed (about "
        f"{one.unreviewed_minutes:,.0f} minutes of reading). They are not passed."
    )


def chances_said(n_calibrated: int, n_questions: int) -> str:
    """By whose chances of a violation the draw goes."""
    if not n_calibrated:
        return "Chances of a violation: by the votes alone (rule of succession); no judge here is calibrated."
    calibrated = f"calibrated on {n_calibrated:,} of {n_questions:,} questions"
    return f"Chances of a violation: {calibrated}, by the votes alone (rule of succession) on the others."


def _unfinished(result: RunResult) -> list[str]:
    progress = result.progress
    if n := progress.n_batches_pending:
        pending = f"PENDING: {n} batches are with the providers, which answer or give up within 24 hours."
        return [f"{pending} The same command with --run-id {result.run_id} takes their answers, and goes on."]
    if progress.n_finished >= result.n_items:
        return []
    why = "the budget (limits.usd) is spent; with more" if progress.is_budget_spent else "it was told to;"
    return [f"STOPPED before the end: {why} the same command continues the run."]


def _counts(counted: Mapping[str, int], order: Sequence[str]) -> str:
    return ", ".join(f"{counted.get(name, 0)} {name.replace('_', ' ')}" for name in order)
