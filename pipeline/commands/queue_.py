"""The command `caveat queue`."""

import os
from dataclasses import asdict
from pathlib import Path

import click

from domain.routing import Lane
from pipeline.commands.out import PROVISIONAL, as_json, in_store, print_json
from pipeline.store.address import open_store
from pipeline.store.queue import QueueCount, QueueItem, count_queue, fetch_queue
from pipeline.store.samples import Gap, fetch_gaps

_REASONS = 3
"""Shown of each item."""


@click.command("queue")
@click.option("--run", "run_id", help="Only this run's items.")
@click.option("--lane", type=click.Choice([lane.value for lane in Lane]), help="Only this lane.")
@click.option("--limit", type=click.IntRange(min=1), default=20, show_default=True, help="At most so many items.")
@in_store
@as_json
@click.pass_obj
def command(root: Path, run_id: str | None, lane: str | None, limit: int, store: str, as_json: bool) -> None:
    """What waits for clinicians, and why: the most urgent first.

    \b
    Examples:
      caveat queue
      caveat queue --run demo --lane flagged --limit 50
      caveat queue --json | jq '.items[].item_id'
    """
    with open_store(store, root).reading() as connection:
        counts = count_queue(connection, run_id=run_id)
        items = fetch_queue(connection, run_id=run_id, lane=lane, limit=limit)
        gaps = fetch_gaps(connection, run_id=run_id)
    provisional = any(one.provisional for one in counts)
    if as_json:
        by_lane = [{"run_id": one.run_id, "lane": one.lane, "n": one.n} for one in counts]
        whole = {"provisional": provisional, "counts": by_lane, "coverage_gaps": [asdict(one) for one in gaps]}
        print_json({**whole, "items": [item.as_json() for item in items]})
    else:
        _print(counts, items, gaps, provisional=provisional)


def _print(counts: list[QueueCount], items: list[QueueItem], gaps: list[Gap], *, provisional: bool) -> None:
    if provisional:
        click.echo(PROVISIONAL)
    for gap in gaps:
        click.echo(_gap(gap))
    if not counts:
        click.echo("Nothing waits.")
        return
    for run_id in dict.fromkeys(one.run_id for one in counts):
        lanes = ", ".join(f"{one.n} {one.lane}" for one in counts if one.run_id == run_id)
        click.echo(f"Waiting in run {run_id}: {lanes}")
    width = _width()
    for item in items:
        click.echo(_item(item, width))
    if sum(one.n for one in counts) > len(items):
        click.echo(f"\nShowing {len(items)}; --limit shows more, --run and --lane narrow it down.")


def _item(item: QueueItem, width: int) -> str:
    place = "; ".join(filter(None, (item.setting, f"item {item.item_id}")))  # imported scenarios may name no setting
    rows = [f"\n{item.lane:<11}{item.scenario_id} / {item.candidate_id}  ({place})"]
    rows += [f"           {reason[: width - 12]}" for reason in item.reasons[:_REASONS]]
    if len(item.reasons) > _REASONS:
        rows.append(f"           … and {len(item.reasons) - _REASONS} more reasons")
    return "\n".join(rows)


def _gap(gap: Gap) -> str:
    if not gap.is_drawn and gap.clinician_minutes == 0:
        return f"Run {gap.run_id}: nobody reads it (its policy gives 0 minutes). Nothing of it is passed by that."
    if not gap.is_drawn:
        return f"Run {gap.run_id}: nothing is sent before the draw, which the run makes at its end (or caveat draw)."
    return f"COVERAGE GAP in run {gap.run_id}: {gap.n_unreviewed:,} responses are unreviewed. They are not passed."


def _width() -> int:
    try:
        return max(60, os.get_terminal_size().columns)
    except OSError:
        return 160
