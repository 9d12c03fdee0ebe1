"""The command `caveat import`."""

from pathlib import Path
from typing import TypedDict, Unpack

import click

from pipeline.bringing import FOREIGN, KINDS, bring
from pipeline.commands.judge_imported import config_for
from pipeline.commands.out import as_json, in_store, print_json, say
from pipeline.commands.run_ import command as run_command
from pipeline.store.address import open_store
from pipeline.workspace import in_workspace


class _Options(TypedDict):
    """What a kind of file may need besides the file."""

    name: str | None
    force: bool
    judge: Path | None
    reviewer: str | None


@click.command("import")
@click.argument("kind", type=click.Choice(KINDS))
@click.argument("file", type=click.Path(path_type=Path))
@click.option("--name", help="Name of the files to be written under data/; else the file's own.")
@click.option("--force", is_flag=True, help="Write over files of that name.")
@click.option("--judge", metavar="CONFIG", type=click.Path(path_type=Path), help="Judge what was imported at once, by "
              "this configuration's judges, rubrics and policy; store and limits are its own too.")  # fmt: skip
@click.option("--reviewer", metavar="ID", help="Whose labels a sheet holds, where its lines do not say.")
@in_store
@as_json
@click.pass_context
def command(
    context: click.Context, kind: str, file: Path, store: str, as_json: bool, **options: Unpack[_Options]
) -> None:
    """Bring in what another system generated or other people labelled.

    healthbench: rows with conversations and signed criteria (and, where they have them, responses and a grader's
    verdicts), or the meta-evaluation's rows with physicians' labels. inspect: a log of Inspect AI, .eval or JSON.
    promptfoo: its results as JSON. responses, labels: JSONL or CSV with the keys that docs/formats.md lists. sheet: a
    label sheet that was exported blind and filled in. verdicts: what another system's judges said, as a run of the name
    given, to be compared. Labels go to the store as well.
    A file with anything that could say who somebody is is refused (docs/identifiers.md).

    \b
    Examples:
      caveat import healthbench hard.jsonl --name hard
      caveat import inspect run.eval --name theirs --judge config/nightly.yaml
      caveat import promptfoo results.json
      caveat import responses ours.csv
      caveat import labels clinicians.csv
      caveat import sheet label_sheet.csv --reviewer gp-7
      caveat import verdicts theirs.csv --name theirs && caveat compare theirs
    """
    root: Path = context.obj
    judge = options["judge"]
    if judge is not None and kind not in FOREIGN:
        raise click.UsageError(f"--judge goes with {', '.join(FOREIGN)}; a file of {kind} brings no scenarios.")
    source = in_workspace(root, file)
    named = options["name"] or source.stem
    config = judge and config_for(root, in_workspace(root, judge), named, force=options["force"])
    written = bring(
        root, open_store(store, root), kind, source, named, force=options["force"], reviewer=options["reviewer"]
    )
    if as_json and judge is None:
        print_json({"written": written})
        return
    for target, n in written.items():
        what = kind if kind == "verdicts" else target.split("/")[1]
        (say if as_json else click.echo)(f"{n} {what} -> {target}")
    if config is not None:
        context.invoke(run_command, config=config.write(), as_json=as_json)
