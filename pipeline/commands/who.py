"""Who acts, and why: asked of every command that grants, voids, stops or freezes."""

import click

by = click.option("--by", "by", required=True, metavar="NAME", help="Who decides this; kept for good.")
reason = click.option("--reason", required=True, metavar="TEXT", help="Why; kept for good.")
