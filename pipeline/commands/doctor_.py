"""The command `caveat doctor`."""

import sys
from pathlib import Path

import click

from pipeline.commands.out import as_json, print_json
from pipeline.doctor import examine
from pipeline.workspace import in_workspace


@click.command("doctor")
@click.argument("config", type=click.Path(path_type=Path), default="config/demo.yaml")
@as_json
@click.pass_obj
def command(root: Path, config: Path, as_json: bool) -> None:
    """Check a configuration, and all that a run of it needs: files, keys, prices, store. Sends nothing.

    \b
    Examples:
      caveat doctor config/nightly.yaml
      caveat doctor config/nightly.yaml --json
    """
    path = in_workspace(root, config)
    checks = list(examine(root, path))
    if as_json:
        rows = [{"name": one.name, "ok": one.ok, "says": one.says} for one in checks]
        print_json({"ok": all(one.ok for one in checks), "checks": rows})
    else:
        for one in checks:
            click.echo(f"{'ok   ' if one.ok else 'WRONG'}  {one.name}: {one.says}")
    sys.exit(0 if all(one.ok for one in checks) else 2)
