"""The commands `caveat prompts …`."""

import sys
from pathlib import Path
from typing import TypedDict, Unpack

import click

from domain.errors import InputError
from domain.scenario import AUTHOR, Label
from pipeline.admission import load_inputs
from pipeline.commands.labelled import gather_labels
from pipeline.commands.out import AUTHORS_OWN, as_json, print_json, say
from pipeline.config import load_config
from pipeline.inputs import Inputs, ResponseKey, load_labels
from pipeline.learning.truth import truth_of
from pipeline.store.address import open_store
from pipeline.store.results import fetch_run
from pipeline.store.said import fetch_bodies
from pipeline.trial.material import Material, gather_material, texts_of
from pipeline.trial.run import Trial, prepare_trial, work_trial
from pipeline.trial.words import lines_of
from pipeline.workspace import in_workspace

_INCOMPLETE = 3


class _Of(TypedDict):
    """The options that say where labelled responses come from."""

    labels: tuple[str, ...]
    responses: tuple[str, ...]
    run_id: str | None


@click.group("prompts")
def command() -> None:
    """Find out whether another wording of the prompts judges better.

    \b
    Examples:
      caveat prompts try prompts prompts-new --labels data/labels/ours.jsonl --config config/nightly.yaml --dry-run
    """


@command.command("try")
@click.argument("a", metavar="A")
@click.argument("b", metavar="B")
@click.option(
    "--config", "config_path", type=click.Path(path_type=Path), required=True, help="Judges, rubrics, scenarios."
)
@click.option("--labels", multiple=True, help="Label files (JSONL).")
@click.option("--responses", multiple=True, help="Files of the labelled responses, beside the configuration's.")
@click.option(
    "--run", "run_id", metavar="RUN", help="Take the labelled responses from a run; without --labels, the store's."
)
@click.option("--judge", metavar="JUDGE", help="Only this judge; else every judge that reads a prompt.")
@click.option("--dry-run", is_flag=True, help="Show calls, tokens and price. Nothing is sent.")
@as_json
@click.pass_obj
def try_(
    root: Path,
    a: str,
    b: str,
    config_path: Path,
    judge: str | None,
    *,
    dry_run: bool,
    as_json: bool,
    **of: Unpack[_Of],
) -> None:
    """Try two folders of prompts, A and B, on the same labelled responses, and list every question that flips.

    Replies are kept under data/trials: what was asked once is not asked again, in this trial or another with the same
    prompts. Labels count that were given without sight of the judges; for a judge with examples (few_shot), only those
    on scenarios that did not teach it.

    \b
    Examples:
      caveat prompts try prompts prompts-new --labels data/labels/ours.jsonl --config config/nightly.yaml --dry-run
      caveat prompts try prompts prompts-new --run nightly-2026-11-22 --config config/nightly.yaml --judge gpt
    """
    inputs = load_inputs(root, load_config(in_workspace(root, config_path)))
    trial = prepare_trial(inputs, _material(inputs, **of), (a, b), judge)
    plan = trial.plan()
    if dry_run:
        print_json(plan.as_json()) if as_json else click.echo(plan.as_text())
        return
    price = "of unknown price" if plan.usd is None else f"about {plan.usd:.2f} USD"
    say(f"{plan.n_calls:,} model calls to make, {price}; {plan.n_reused:,} replies are there already.")
    try:
        is_asked = work_trial(trial, say)
    except KeyboardInterrupt:
        is_asked = False
    if is_asked:
        _show(trial, as_json=as_json)
    if not is_asked or trial.n_failed:
        say("Incomplete: calls failed or were not made. What was answered is kept; the same command goes on.")
        sys.exit(_INCOMPLETE)


def _material(inputs: Inputs, **of: Unpack[_Of]) -> Material:
    """Labels and the responses that they are on."""
    people, texts = _of_run(inputs, of["run_id"]) if of["run_id"] else ([], {})
    told = truth_of(load_labels(inputs.root, of["labels"], "--labels") if of["labels"] else people)
    if not told.by_question:
        raise InputError("there are no labels to try prompts on; name files with --labels, or a run with --run")
    return gather_material(inputs, told, texts_of(inputs, of["responses"], texts))


def _of_run(inputs: Inputs, run_id: str) -> tuple[list[Label], dict[ResponseKey, str]]:
    """The store's labels, and the run's responses."""
    with open_store(inputs.config.store, inputs.root).reading() as connection:
        fetch_run(connection, run_id)
        people = gather_labels(inputs.root, (), connection, run_id)
        return people.labels, fetch_bodies(connection, run_id)


def _show(trial: Trial, *, as_json: bool) -> None:
    told, outcomes = trial.material.told, trial.outcomes()
    reviewers = sorted({label.reviewer_id for truth in told.by_question.values() for label in truth.labels})
    if as_json:
        print_json({
            "a": trial.folders[0], "b": trial.folders[1], "reviewers": reviewers, "labels": told.n_labels,
            "not_blind": told.n_sighted, "undecided": told.n_undecided, "ties": told.n_ties,
            "unmatched": trial.material.n_unmatched, "judges": [one.as_json() for one in outcomes],
        })  # fmt: skip
        return
    click.echo(f"A: {trial.folders[0]}   B: {trial.folders[1]}   labels by {', '.join(reviewers)}")
    if AUTHOR in reviewers:
        click.echo(AUTHORS_OWN)
    click.echo(
        f"Left out: {told.n_sighted} given with the judges in sight, {told.n_undecided} undecided, {told.n_ties} split "
        f"evenly, {trial.material.n_unmatched} without response, scenario or criterion."
    )
    for one in outcomes:
        click.echo("\n" + "\n".join(lines_of(one)))
