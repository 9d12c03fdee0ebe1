"""The commands `caveat labels …`."""

from collections.abc import Iterable
from pathlib import Path

import click

from domain.errors import InputError
from domain.scenario import Label
from domain.split import Split
from pipeline.commands.out import as_json, print_json
from pipeline.files.jsonl import write_jsonl
from pipeline.inputs import load_labels

_PARTS = ("training", "evaluation")


@click.group("labels")
def command() -> None:
    """Divide labels, so that what teaches a judge never examines it.

    \b
    Examples:
      caveat labels split data/labels/ours.jsonl --out data/labels/split
    """


@command.command("split")
@click.argument("files", nargs=-1, required=True)
@click.option("--out", type=click.Path(path_type=Path, file_okay=False), required=True, help="A folder for both files.")
@click.option("--seed", default=0, show_default=True, help="As in the judge's few_shot.")
@click.option(
    "--training-share", type=click.FloatRange(0, 1, min_open=True, max_open=True), default=0.5, show_default=True,
    help="Of scenarios, about; as in the judge's few_shot.",
)  # fmt: skip
@as_json
@click.pass_obj
def split(root: Path, files: tuple[str, ...], out: Path, seed: int, training_share: float, *, as_json: bool) -> None:
    """Write training.jsonl (for few_shot) and evaluation.jsonl (for calibrate and prompts try), divided by scenario.

    Where a scenario goes depends on its id, the seed and the share alone: labels that come later join the same part.

    \b
    Examples:
      caveat labels split data/labels/ours.jsonl --out data/labels/split
      caveat labels split 'data/labels/*.jsonl' --out data/labels/split --seed 7 --training-share 0.4
    """
    rule = Split(seed=seed, training_share=training_share)
    parts = _divided(load_labels(root, files, "FILES"), rule)
    for name, some in zip(_PARTS, parts, strict=True):
        if not some:
            raise InputError(f"no scenario falls into the {name} part; take another --seed or --training-share")
    written = {name: root / out / f"{name}.jsonl" for name in _PARTS}
    for name, some in zip(_PARTS, parts, strict=True):
        write_jsonl(written[name], some)
    if as_json:
        print_json(
            {name: {"file": str(written[name]), **_counts(some)} for name, some in zip(_PARTS, parts, strict=True)}
        )
        return
    for name, some in zip(_PARTS, parts, strict=True):
        counts = _counts(some)
        click.echo(f"{written[name]}: {counts['labels']:,} labels on {counts['scenarios']:,} scenarios")


def _divided(labels: Iterable[Label], rule: Split) -> tuple[list[Label], list[Label]]:
    """Training and evaluation part."""
    every = list(labels)
    return (
        [one for one in every if rule.is_training(one.scenario_id)],
        [one for one in every if not rule.is_training(one.scenario_id)],
    )


def _counts(labels: Iterable[Label]) -> dict[str, int]:
    every = list(labels)
    return {"labels": len(every), "scenarios": len({one.scenario_id for one in every})}
