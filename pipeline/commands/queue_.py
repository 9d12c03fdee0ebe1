"""The command `caveat queue`."""

import os
from pathlib import Path

import click

from domain.routing import Lane
from pipeline.commands.out import PROVISIONAL, as_json, in_store, print_json
from pipeline.store.address import open_store
from pipeline.store.queue import QueueCount, QueueItem, count_queue, fetch_queue


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
    provisional = any(one.provisional for one in counts)
    if as_json:
        by_lane = [{"run_id": one.run_id, "lane": one.lane, "n": one.n} for one in counts]
        print_json({"provisional": provisional, "counts": by_lane, "items": [item.as_json() for item in items]})
    else:
        _print(counts, items, provisional=provisional)


def _print(counts: list[QueueCount], items: list[QueueItem], *, provisional: bool) -> None:
    if provisional:
        click.echo(PROVISIONAL)
    if not counts:
        click.echo("Nothing waits.")
        return
    for run_id in dict.fromkeys(one.run_id for one in counts):
        lanes = ", ".join(f"{one.n} {one.lane}" for one in counts if one.run_id == run_id)
        click.echo(f"Waiting in run {run_id}: {lanes}")
    width = _width()
    for item in items:
        click.echo(f"\n{item.lane:<11}{item.scenario_id} / {item.candidate_id}  ({item.setting}; item {item.item_id})")
        for reason in item.reasons[:3]:
            click.echo(f"           {reason[: width - 12]}")
        if len(item.reasons) > 3:  # noqa: PLR2004
            click.echo(f"           … and {len(item.reasons) - 3} more reasons")
    if sum(one.n for one in counts) > len(items):
        click.echo(f"\nShowing {len(items)}; --limit shows more, --run and --lane narrow it down.")


def _width() -> int:
    try:
        return max(60, os.get_terminal_size().columns)
    except OSError:
        return 160
