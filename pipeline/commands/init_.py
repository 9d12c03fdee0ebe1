"""The command `caveat init`."""

from pathlib import Path

import click

from pipeline.commands.out import as_json, print_json
from pipeline.workspace import init_workspace


@click.command("init")
@click.argument("directory", type=click.Path(path_type=Path, file_okay=False))
@as_json
@click.pass_obj
def command(root: Path, directory: Path, as_json: bool) -> None:
    """Lay out a workspace: prompts, rubrics, configurations and the authored demonstration data.

    \b
    Examples:
      caveat init my-project
      caveat -C my-project run config/demo.yaml
    """
    target = (root / directory).resolve()
    written = init_workspace(target)
    if as_json:
        print_json({"workspace": str(target), "written": [str(path.relative_to(target)) for path in written]})
        return
    click.echo(f"Wrote {len(written)} files to {target}.")
    click.echo(f"Try it:   caveat -C {directory} run config/demo.yaml")
    click.echo(
        "Yours:    edit config/nightly.yaml, put scenarios in data/scenarios/, then: caveat doctor config/nightly.yaml"
    )
