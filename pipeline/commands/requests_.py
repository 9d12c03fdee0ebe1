"""The commands `caveat requests export` and `caveat requests import`."""

import sys
from collections.abc import Mapping
from pathlib import Path

import click

from domain.errors import InputError
from pipeline.admission import load_inputs
from pipeline.commands.out import as_json, print_json, say
from pipeline.config import load_config
from pipeline.ended import run_facts, run_summary
from pipeline.offline.bring import bring_responses, clients_from
from pipeline.offline.export import Exported, export_requests
from pipeline.offline.manifest import read_manifest
from pipeline.run import RUN_ID, Means, RunResult, run_batch
from pipeline.watching.watch import watcher
from pipeline.workspace import in_workspace

_INCOMPLETE = 3


@click.group("requests")
def command() -> None:
    """The same calls that a run would make, as files in the providers' batch shape: judge where there is no network.

    \b
    Two steps; where responses are imported or scripted already, the first falls away:
      1. Ask the candidates: export, have DIR/<candidate>.jsonl answered, put what comes back beside it as
         DIR/<candidate>.results.jsonl.
      2. Ask the judges: export again into the same DIR (their requests are about the responses that came back),
         have DIR/<judge>.jsonl answered, put DIR/<judge>.results.jsonl beside it, and import.

    \b
    Examples:
      caveat requests export config/nightly.yaml --out night
      caveat requests import config/nightly.yaml night
    """


@command.command("export")
@click.argument("config", type=click.Path(path_type=Path))
@click.option("--out", required=True, type=click.Path(path_type=Path, file_okay=False), help="The folder, DIR above.")
@click.option("--limit", type=click.IntRange(min=1), help="Only the first so many responses.")
@as_json
@click.pass_obj
def export(root: Path, config: Path, out: Path, limit: int | None, as_json: bool) -> None:
    """Write the calls of a run as files, one for each candidate and judge behind a network. Sends nothing.

    Candidates' results that lie in the folder already count as their responses, so judges can be asked about them.

    \b
    Examples:
      caveat requests export config/nightly.yaml --out night
      caveat requests export config/nightly.yaml --out trial --limit 20 --json
    """
    folder = in_workspace(root, out)
    done = export_requests(root, in_workspace(root, config), folder, limit=limit)
    if as_json:
        print_json({"out": str(folder), "unanswered": done.n_unanswered, **done.manifest.dump()})
    else:
        click.echo(_exported(done, folder))


@command.command("import")
@click.argument("config", type=click.Path(path_type=Path))
@click.argument("folder", metavar="DIR", type=click.Path(path_type=Path, file_okay=False))
@click.option("--run-id", help="Name of the run; else the configuration's run_id.")
@click.option("--responses", metavar="NAME", help="Judge nothing: write data/responses/NAME.jsonl from the candidates' "
              "results, for a configuration that imports them.")  # fmt: skip
@as_json
@click.pass_obj
def import_(root: Path, config: Path, folder: Path, run_id: str | None, responses: str | None, as_json: bool) -> None:
    """Bring results back and run on them as if they had come over the network: findings, queue, journal and store.

    A request without a usable result is a failed call and goes to people (exit code 3).

    \b
    Examples:
      caveat requests import config/nightly.yaml night
      caveat requests import config/nightly.yaml night --responses tonight
    """
    path, source = in_workspace(root, config), in_workspace(root, folder)
    if responses is not None:
        _bring(root, path, source, responses, as_json=as_json)
        return
    limit = read_manifest(source).limit
    try:
        with watcher(sys.stderr) as watch:
            means = Means(lambda inputs, _: clients_from(source, inputs))
            result = run_batch(root, path, run_id=run_id, limit=limit, watch=watch, means=means)
    except KeyboardInterrupt:
        say("Stopped. What was read is in the journal; the same command continues.")
        sys.exit(_INCOMPLETE)
    print_json(run_facts(result)) if as_json else click.echo(_imported(result))
    sys.exit(result.exit_code)


def _bring(root: Path, config: Path, folder: Path, name: str, *, as_json: bool) -> None:
    """Candidates' results as a file of responses; exit code 3 where it cannot hold them all."""
    if not RUN_ID.fullmatch(name):
        raise InputError(f"{name!r} cannot name a file; expected letters, digits and . _ - only", key="--responses")
    target = f"data/responses/{name}.jsonl"
    brought = bring_responses(folder, load_inputs(root, load_config(config)), root / target)
    if as_json:
        print_json({"written": {target: brought.n_written}, "left_out": dict(brought.left_out)})
    else:
        click.echo(f"{brought.n_written} responses -> {target}")
    if brought.left_out:
        say(
            f"LEFT OUT: {_counts(brought.left_out)}. Such a file cannot say so; import without --responses, and they "
            "go to people as what they are."
        )
        sys.exit(_INCOMPLETE)


def _exported(done: Exported, folder: Path) -> str:
    rows = [
        f"{n:>8,} requests to the {one.kind} {one.asked} -> {folder / name}"
        for name, one in done.manifest.files.items()
        if (n := done.n_unanswered[name])
    ]
    if not rows:
        return f"Everything is answered: caveat requests import CONFIG {folder}"
    rows.append(
        "Nothing was sent. Put what comes back beside each file as <its name>.results.jsonl (in later rounds "
        ".results.2.jsonl and on), and run this command again: it writes what follows from the results (verdicts on "
        "responses that came back, quotes to be given once more, a second stage) until everything is answered."
    )
    return "\n".join(rows)


def _imported(result: RunResult) -> str:
    rows = [run_summary(result)]
    if result.progress.n_call_failures:
        rows.append("A request without a usable result counts as a failed call; later results need another --run-id.")
    return "\n".join(rows)


def _counts(counted: Mapping[str, int]) -> str:
    return ", ".join(f"{n} {name.replace('_', ' ')}" for name, n in sorted(counted.items()))
