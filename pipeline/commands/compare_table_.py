"""The command `caveat compare-table`."""

from pathlib import Path
from typing import TypedDict, Unpack

import click

from domain.errors import InputError
from domain.verdict import VerdictValue
from pipeline.admission import gate_of, refuse_identified_records, refuse_recognised
from pipeline.commands.compare_ import Told, compare_and_tell, with_page
from pipeline.commands.out import as_json, in_store
from pipeline.comparing.window import Window
from pipeline.files.jsonl import write_jsonl
from pipeline.importing.judged_table import Columns, read_judged
from pipeline.judged_elsewhere import import_run
from pipeline.run import RUN_ID
from pipeline.store.address import open_store
from pipeline.workspace import RUNS, in_workspace


class _Options(TypedDict):
    """As they are on the command line."""

    name: str | None
    scenario: str
    criterion: str
    candidate: str | None
    response: str | None
    rubric: str | None
    judges: tuple[str, ...]
    judge: str | None
    said: str | None
    labels: tuple[str, ...]
    satisfied: tuple[str, ...]
    violated: tuple[str, ...]


@click.command("compare-table")
@click.argument("file", type=click.Path(path_type=Path))
@click.option("--name", help="Of the run that is made of it; else the file's own.")
@click.option("--scenario", metavar="COLUMN", required=True, help="What was asked: text or id. Intervals go by it.")
@click.option("--criterion", metavar="COLUMN", required=True, help="What was judged, or its kind: text or id.")
@click.option("--candidate", metavar="COLUMN", help="Who answered.")
@click.option("--response", metavar="COLUMN", help="Tells a candidate's responses to one scenario apart.")
@click.option("--rubric", metavar="COLUMN", help="A group of criteria.")
@click.option("--judge", "judges", metavar="COLUMN", multiple=True, help="What one judge said; repeat for others.")
@click.option("--judge-name", "judge", metavar="COLUMN", help="With a row for each judge: who it is,")
@click.option("--judge-said", "said", metavar="COLUMN", help="and what it said.")
@click.option("--label", "labels", metavar="COLUMN", multiple=True, required=True, help="What one person said; repeat.")
@click.option("--satisfied", metavar="WORD", multiple=True, help="Counts as satisfied, besides met, yes, true, 1 …")
@click.option("--violated", metavar="WORD", multiple=True, help="Counts as violated, besides not met, no, false, 0 …")
@with_page
@in_store
@as_json
@click.pass_obj
def command(
    root: Path,
    file: Path,
    html: str | None,
    replicates: int,
    store: str,
    as_json: bool,
    **options: Unpack[_Options],
) -> None:
    """Judges against people from a table that you have already, CSV or JSON lines, whatever its columns are called.

    Everything in it counts as labelled blind, and as labelled completely (docs/how-to-compare.md); a file that says
    otherwise comes in by `caveat import verdicts` and `caveat import labels`. Of texts only ids are kept, made of their
    beginnings. An empty cell of a judge is a failure, an empty one of a person no label. The run stays, to compare
    again.

    \b
    Examples:
      caveat compare-table grades.jsonl --scenario prompt_id --response item_id --criterion theme \\
        --judge-name judge_model --judge-said grade --label physician_label --html
      caveat compare-table claims.csv --scenario Question --candidate llm --response claim --criterion category \\
        --judge gpt --label doctor_1 --label doctor_2 --satisfied Entailment --violated Neutral --html
    """
    columns = _columns(options)
    name = options["name"] or file.stem
    if not RUN_ID.fullmatch(name):
        raise InputError(f"{name!r} cannot name a run; expected letters, digits and . _ - only", key="--name")
    labels = f"data/labels/{name}.jsonl"
    if (root / labels).exists():
        again = f"caveat compare {name} --labels {labels}"
        raise InputError(f"exists already; give another --name, or compare it again: {again}", file=root / labels)
    place, source = open_store(store, root), in_workspace(root, file)
    found = read_judged(source, columns)
    gate = gate_of(root, place)
    refuse_identified_records(source, {"verdicts": found.verdicts, "labels": found.labels}, gate)
    refuse_recognised(source, columns.named, gate)
    import_run(place, root / RUNS / name, found.verdicts)
    write_jsonl(root / labels, found.labels)
    compare_and_tell(root, place, Window((name,)), Told((labels,), html, replicates, as_json))


def _columns(of: _Options) -> Columns:
    if bool(of["judges"]) == (of["judge"] is not None):
        raise InputError("expected --judge for each judge's column, or --judge-name and --judge-said")
    if (of["judge"] is None) != (of["said"] is None):
        raise InputError("--judge-name and --judge-said go together")
    words = {one.lower(): VerdictValue.SATISFIED for one in of["satisfied"]}
    words |= {one.lower(): VerdictValue.VIOLATED for one in of["violated"]}
    return Columns(
        of["scenario"], of["criterion"], of["labels"], of["candidate"], of["response"], of["rubric"],
        of["judges"], of["judge"], of["said"], words,
    )  # fmt: skip
