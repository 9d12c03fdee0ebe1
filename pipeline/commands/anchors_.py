"""The command `caveat anchors`."""

import sys
from datetime import UTC, datetime
from pathlib import Path

import click

from domain.errors import InputError
from domain.scenario import Response, Scenario
from pipeline.anchors import Freeze, frozen
from pipeline.arms import fetch_arms
from pipeline.certify import fetch_panel
from pipeline.commands.arms_said import arms_json, arms_said, exit_code
from pipeline.commands.out import as_json, in_store, print_json
from pipeline.commands.who import by, reason
from pipeline.files.jsonl import write_jsonl
from pipeline.panel_view import views_of
from pipeline.store.address import open_store
from pipeline.store.anchors import (
    count_anchors,
    fetch_anchor_texts,
    fetch_anchors,
    record_anchors,
)
from pipeline.store.judged import fetch_judged
from pipeline.store.labels import fetch_labels
from pipeline.store.reviews import fetch_review_labels
from pipeline.voiding import void_moved


@click.group("anchors")
def command() -> None:
    """Labelled responses, frozen: judged again by ordinary runs and read again by whoever labelled them, they tell a
    worse candidate from judges and clinicians who moved.

    \b
    Examples:
      caveat anchors freeze spring --run nightly-2026-03-01 --by "R. Lead" --reason "first anchors"
      caveat anchors export spring data/anchors
      caveat run config/anchors.yaml --no-cache && caveat anchors compare spring anchors-2026-03-02
    """


@command.command("freeze")
@click.argument("name")
@click.option("--run", "run_id", required=True, help="The run whose labelled responses are frozen: their first night.")
@by
@reason
@in_store
@as_json
@click.pass_obj
def freeze(root: Path, name: str, run_id: str, by: str, reason: str, store: str, as_json: bool) -> None:
    """Freeze every blind label on what a run judged. What is frozen stays.

    \b
    Examples:
      caveat anchors freeze spring --run demo --by "R. Lead" --reason "first anchors"
    """
    with open_store(store, root).writing() as connection:
        panel = fetch_panel(connection, run_id)
        asked = Freeze(name, run_id, panel.sha256, datetime.now(UTC), by, reason)
        labels = [*fetch_labels(connection), *fetch_review_labels(connection, run_id)]
        rows = frozen(views_of(fetch_judged(connection, run_id), panel), labels, asked)
        record_anchors(connection, rows)
    responses = len({(one.scenario_id, one.candidate_id, one.repeat_number) for one in rows})
    if as_json:
        print_json({"anchor_set": name, "labels": len(rows), "responses": responses})
    else:
        click.echo(f"Froze {len(rows)} labels on {responses} responses as {name}.")


@command.command("list")
@in_store
@as_json
@click.pass_obj
def list_(root: Path, store: str, as_json: bool) -> None:
    """Every set of anchors.

    \b
    Examples:
      caveat anchors list
    """
    with open_store(store, root).reading() as connection:
        found = count_anchors(connection)
    if as_json:
        print_json({"anchors": found})
        return
    for one in found:
        who = f"{one['frozen_at'][:10]} by {one['frozen_by']}: {one['freeze_reason']}"
        click.echo(f"{one['anchor_set']}: {one['n_labels']} labels of {one['n_reviewers']} people; {who}")
    if not found:
        click.echo("No anchors.")


@command.command("export")
@click.argument("name")
@click.argument("folder", type=click.Path(path_type=Path, file_okay=False))
@in_store
@as_json
@click.pass_obj
def export(root: Path, name: str, folder: Path, store: str, as_json: bool) -> None:
    """Write the frozen responses and their scenarios as files, for a configuration to judge again.

    \b
    Examples:
      caveat anchors export spring data/anchors
    """
    with open_store(store, root).reading() as connection:
        fetch_anchors(connection, name)
        rows = fetch_anchor_texts(connection, name)
    scenarios = {row["scenario_id"]: Scenario.model_validate(row.pop("scenario"), strict=False) for row in rows}
    written = {
        f"{folder}/scenarios.jsonl": write_jsonl(root / folder / "scenarios.jsonl", scenarios.values()),
        f"{folder}/responses.jsonl": write_jsonl(root / folder / "responses.jsonl", [Response(**row) for row in rows]),
    }
    if as_json:
        print_json({"written": written})
    else:
        for file, n in written.items():
            click.echo(f"{n} -> {file}")


@command.command("compare")
@click.argument("name")
@click.argument("run_id", metavar="RUN")
@click.option(
    "--answers", metavar="RUN", help="Tonight's run in which candidates answered the anchors' scenarios anew."
)
@click.option("--before", metavar="RUN", help="An earlier such run; else the one at which the anchors were frozen.")
@in_store
@as_json
@click.pass_obj
def compare_(
    root: Path, name: str, run_id: str, answers: str | None, before: str | None, store: str, as_json: bool
) -> None:
    """Say from a run on the anchors whether candidates became worse, judges moved, or clinicians did. Where the judges
    did, every certificate of the panel is void from now on.

    \b
    Exit codes: 0 nothing is shown to have moved; 1 a candidate is worse; 3 too little was judged to tell;
    4 the judges moved; 5 the clinicians. Of several, 4 goes before 3, 3 before 1, and 1 before 5.

    \b
    Examples:
      caveat anchors compare spring anchors-2026-03-02
      caveat anchors compare spring anchors-2026-03-02 --answers nightly-2026-03-02 --before nightly-2026-03-01
      caveat anchors compare spring anchors-2026-03-02 --json
    """
    if before is not None and answers is None:
        raise InputError("says against which run; name tonight's with --answers", key="--before")
    place = open_store(store, root)
    with place.reading() as connection:
        anchors = fetch_anchors(connection, name)
        found = fetch_arms(connection, name, run_id, answers=answers, before=before)
    voided = void_moved(place, found, name, anchors[0].panel_sha256, "caveat anchors compare")
    if as_json:
        print_json(arms_json(name, found) | {"voided": voided})
    else:
        for line in arms_said(name, found, voided):
            click.echo(line)
    sys.exit(exit_code(found))
