"""The command `caveat anchors`."""

import sys
from datetime import UTC, datetime
from pathlib import Path
from typing import Any

import click

from agreement.drift.cause import Cause
from domain.errors import InputError
from domain.scenario import Response, Scenario
from pipeline.anchors import Comparison, Freeze, compare, frozen
from pipeline.certify import fetch_panel, void_for_drift
from pipeline.commands.out import as_json, in_store, print_json
from pipeline.commands.who import by, reason
from pipeline.files.jsonl import write_jsonl
from pipeline.panel_view import QuestionKey, View, views_of
from pipeline.store.address import open_store
from pipeline.store.anchors import (
    AnchorRow,
    count_anchors,
    count_reused,
    fetch_anchor_texts,
    fetch_anchors,
    record_anchors,
)
from pipeline.store.connection import Connection, Store
from pipeline.store.events import PEOPLE
from pipeline.store.judged import fetch_judged, fetch_run_starts
from pipeline.store.labels import fetch_labels
from pipeline.store.reviews import fetch_review_labels

INCOMPLETE, JUDGES_MOVED, CLINICIANS_MOVED = 3, 4, 5
"""Exit codes."""


@click.group("anchors")
def command() -> None:
    """Labelled responses, frozen: judged again by ordinary runs, they say whether the judges moved.

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
@in_store
@as_json
@click.pass_obj
def compare_(root: Path, name: str, run_id: str, store: str, as_json: bool) -> None:
    """Say from a run on the anchors whether judges or clinicians moved. Where the judges did, every certificate of the
    panel is void from now on.

    Exit codes: 0 nothing is shown to have moved; 3 too few anchors were judged; 4 the judges moved; 5 the clinicians.

    \b
    Examples:
      caveat anchors compare spring anchors-2026-03-02
      caveat anchors compare spring anchors-2026-03-02 --json
    """
    place = open_store(store, root)
    with place.reading() as connection:
        anchors = fetch_anchors(connection, name)
        nights = _nights(connection, anchors, run_id)
        labels = [*fetch_labels(connection), *fetch_review_labels(connection, run_id)]
    found = compare(anchors, nights, labels)
    voided = _void(place, anchors[0], found)
    if as_json:
        print_json(_facts(name, found, voided))
    else:
        _print(name, found, voided)
    sys.exit(_exit_code(found))


def _nights(connection: Connection, anchors: list[AnchorRow], run_id: str) -> dict[str, dict[QuestionKey, View]]:
    """What the panel said at the freeze, at every night since and tonight.

    Raises:
        InputError: tonight's run has another panel, or took replies from earlier runs.
    """
    frozen_run, panel = anchors[0].run_id, fetch_panel(connection, run_id)
    if panel.sha256 != anchors[0].panel_sha256:
        raise InputError(f"run {run_id} has another panel than the anchors; no certificate holds for it: freeze anew")
    if reused := count_reused(connection, run_id):
        raise InputError(
            f"{reused} verdicts of run {run_id} are reused replies, which cannot move; run with --no-cache"
        )
    starts = fetch_run_starts(connection)
    since = [one for one, at in starts.items() if starts[frozen_run] <= at <= starts[run_id]]
    same = [one for one in since if _is_night(connection, one, panel.sha256)]
    return {one: views_of(fetch_judged(connection, one), panel) for one in dict.fromkeys([frozen_run, *same, run_id])}


def _is_night(connection: Connection, run_id: str, panel_sha256: str) -> bool:
    return fetch_panel(connection, run_id).sha256 == panel_sha256 and not count_reused(connection, run_id)


def _void(place: Store, anchor: AnchorRow, found: Comparison) -> list[str]:
    if Cause.JUDGES_MOVED not in found.attribution.causes:
        return []
    why = f"{anchor.anchor_set}, run {found.nights[-1]}: {'; '.join(found.judges.alarms)}"
    with place.writing(PEOPLE) as connection:
        return void_for_drift(connection, anchor.panel_sha256, datetime.now(UTC), "caveat anchors compare", why)


def _exit_code(found: Comparison) -> int:
    if Cause.JUDGES_MOVED in found.attribution.causes:
        return JUDGES_MOVED
    if not found.is_complete:
        return INCOMPLETE
    return CLINICIANS_MOVED if Cause.CLINICIANS_MOVED in found.attribution.causes else 0


def _facts(name: str, found: Comparison, voided: list[str]) -> dict[str, Any]:
    overall = found.judges.overall
    return {
        "anchor_set": name,
        "nights": list(found.nights),
        "compared": overall.n_units,
        "missing": overall.n_missing,
        "complete": found.is_complete,
        "rose": overall.rose._asdict(),
        "fell": overall.fell._asdict(),
        "net": overall.net._asdict(),
        "p_value": overall.p_value,
        "evidence": found.judges.evidence,
        "alarms": list(found.judges.alarms),
        "moved_criteria": list(found.moved_criteria),
        "clinicians": None if found.clinicians is None else found.clinicians.net._asdict(),
        "causes": [cause.value for cause in found.attribution.causes],
        "reason": found.attribution.reason,
        "voided": voided,
    }


def _print(name: str, found: Comparison, voided: list[str]) -> None:
    overall = found.judges.overall
    click.echo(
        f"{name}: {len(found.nights)} nights, {overall.n_units} responses compared, {overall.n_missing} missing."
    )
    click.echo(f"Tonight {overall.rose.k} rose and {overall.fell.k} fell (p = {overall.p_value:.2g}).")
    for sentence in found.judges.alarms:
        click.echo(f"ALARM: {sentence}")
    if found.moved_criteria:
        click.echo(f"Criteria that moved: {', '.join(found.moved_criteria)}")
    if found.clinicians is None:
        click.echo("No clinician has read an anchor a second time.")
    click.echo(found.attribution.reason)
    if not found.is_complete:
        click.echo("INCOMPLETE: more than a tenth of the anchors has no verdict tonight.")
    if voided:
        click.echo(f"Void from now on: {', '.join(voided)}")
