"""The command `caveat identifiers`."""

import sys
from collections.abc import Iterator
from dataclasses import asdict, dataclass
from datetime import UTC, datetime
from pathlib import Path

import click

from domain.errors import CaveatError, InputError
from domain.identifiers.gate import IdentifierGate
from domain.record import text_sha256
from pipeline.admission import gate_of
from pipeline.commands.out import as_json, in_store, print_json
from pipeline.commands.who import by, reason
from pipeline.files.texts import texts_in_file
from pipeline.store.address import open_store
from pipeline.store.allowances import Allowance, fetch_allowances, record_allowance
from pipeline.store.events import PEOPLE
from pipeline.workspace import in_workspace


@dataclass(frozen=True, slots=True)
class _Stopped:
    """A text that the gate does not pass, without the text."""

    file: str
    line: int | None
    key: str
    problem: str
    text_sha256: str

    @property
    def place(self) -> str:
        line = f", line {self.line}" if self.line is not None else ""
        return f"{self.file}{line}" + (f", key {self.key}" if self.key else "")


@click.group("identifiers")
def command() -> None:
    """What could say who somebody is: find it in files, and let a text through by a named lead.

    \b
    Examples:
      caveat identifiers check data/scenarios/*.jsonl
      caveat identifiers allow data/scenarios/ward.jsonl --line 3 --by "R. Lead" --reason "invented name"
    """


@command.command("check")
@click.argument("files", nargs=-1, required=True, type=click.Path(path_type=Path, dir_okay=False))
@in_store
@as_json
@click.pass_obj
def check(root: Path, files: tuple[Path, ...], store: str, as_json: bool) -> None:
    """List everything that the gate stops in these files, by place and kind; exit code 2 where there is anything.

    \b
    Examples:
      caveat identifiers check data/scenarios/ward.jsonl
      caveat identifiers check ours.csv rubrics/*.yaml --json
    """
    gate = gate_of(root, open_store(store, root))
    found = [one for file in files for one in _stopped(in_workspace(root, file), gate)]
    if as_json:
        rows = [{"file": one.file, "line": one.line, "key": one.key, "problem": one.problem} for one in found]
        print_json({"n": len(found), "found": rows})
    else:
        click.echo("\n".join(f"{one.place}: {one.problem}" for one in found) or "Nothing is stopped.")
    sys.exit(CaveatError.exit_code if found else 0)


@command.command("allow")
@click.argument("file", type=click.Path(path_type=Path, dir_okay=False))
@click.option("--line", type=click.IntRange(min=1), help="Only in this record.")
@click.option("--key", help="Only in this key, as `check` names it.")
@by
@reason
@in_store
@as_json
@click.pass_obj
def allow(
    root: Path, file: Path, line: int | None, key: str | None, by: str, reason: str, store: str, as_json: bool
) -> None:
    """Let every text through that the gate stops there, as it stands now; a changed text is stopped again.

    \b
    Examples:
      caveat identifiers allow data/scenarios/ward.jsonl --line 3 --by "R. Lead" --reason "invented name, ours"
      caveat identifiers allow rubrics/escalation.yaml --key summary --by "R. Lead" --reason "names a charity"
    """
    place, path = open_store(store, root), in_workspace(root, file)
    there = [
        one
        for one in _stopped(path, gate_of(root, place))
        if (line is None or one.line == line) and (key is None or one.key == key)
    ]
    if not there:
        raise InputError("the gate stops nothing there; `caveat identifiers check` lists what it stops", file=path)
    at = datetime.now(UTC).isoformat(timespec="microseconds")
    allowances = [Allowance(one.text_sha256, one.place, one.problem, at, by, reason) for one in there]
    with place.writing(PEOPLE) as connection:
        n = sum(record_allowance(connection, one) for one in allowances)
    if as_json:
        print_json({"allowed": [{"place": one.place, "holds": one.holds} for one in allowances]})
    else:
        click.echo("\n".join(f"Allowed: {one.place}, which {one.holds}" for one in allowances))
        click.echo(f"{n} texts, as they stand now; by {by}: {reason}")


@command.command("list")
@in_store
@as_json
@click.pass_obj
def list_(root: Path, store: str, as_json: bool) -> None:
    """What was allowed, by whom and why.

    \b
    Examples:
      caveat identifiers list --json
    """
    with open_store(store, root).reading() as connection:
        rows = fetch_allowances(connection)
    if as_json:
        print_json({"allowances": [asdict(one) for one in rows]})
        return
    for one in rows:
        click.echo(f"{one.place}: {one.holds}\n  {one.allowed_at[:10]} by {one.allowed_by}: {one.allow_reason}")
    if not rows:
        click.echo("Nothing was allowed.")


def _stopped(path: Path, gate: IdentifierGate) -> Iterator[_Stopped]:
    for line, key, text in texts_in_file(path):
        if (problem := gate.problem(text)) is not None:
            yield _Stopped(str(path), line, key, problem, text_sha256(text))
