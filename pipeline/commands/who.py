"""Who acts, and why: asked of every command that grants, voids, stops or freezes."""

import click


def _said(_context: click.Context, _parameter: click.Parameter, said: str) -> str:
    """What is kept for good must not be empty."""
    if not said.strip():
        raise click.BadParameter("expected words, and it is empty")
    return said


by = click.option("--by", "by", required=True, metavar="NAME", callback=_said, help="Who decides this; kept for good.")
reason = click.option("--reason", required=True, metavar="TEXT", callback=_said, help="Why; kept for good.")
