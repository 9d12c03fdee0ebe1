"""The command `caveat people`: for the technical team, to seed the first lead. Leads have a page."""

from datetime import UTC, datetime
from pathlib import Path

import click

from domain.errors import InputError
from domain.person import MAY_REVIEW, Person, Profession, Role
from pipeline.commands.out import as_json, in_store, print_json
from pipeline.commands.who import by, reason
from pipeline.registering import keep_person, new_person_id, retire_person
from pipeline.store.address import open_store
from pipeline.store.events import PEOPLE
from pipeline.store.people import Registered, fetch_registered


@click.group("people")
def command() -> None:
    """Who may sign in to the workspace: register the first lead here; leads do the rest on their page.

    \b
    Examples:
      caveat people add --name "R. Lead" --email lead@example.org --role lead --by "IT" --reason "first lead"
      caveat people list
      caveat people retire person-3f9a1c02de --by "IT" --reason "left the team"
    """


@command.command("add")
@click.option("--name", required=True, help="Shown to the person and to leads.")
@click.option("--email", default="", help="Recognises the person at signing in, and gets the digest.")
@click.option("--subject", default="", help="What your identity provider calls the person; surer than an address.")
@click.option(
    "--role", "roles", multiple=True, required=True, type=click.Choice([one.value for one in Role]), help="One or more."
)
@click.option(
    "--profession", type=click.Choice([one.value for one in Profession]), help="Of trainers, evaluators and experts."
)
@click.option("--scope", multiple=True, help="A setting or tag of scenarios; none: any.")
@by
@reason
@in_store
@as_json
@click.pass_obj
def add(  # noqa: PLR0913, PLR0917 (click passes options by name)
    root: Path, name: str, email: str, subject: str, roles: tuple[str, ...], profession: str | None,
    scope: tuple[str, ...], by: str, reason: str, store: str, as_json: bool,
) -> None:  # fmt: skip
    """Register a person, who may then sign in. Trainers and experts practise before a lead lets them review for real.

    \b
    Examples:
      caveat people add --name "R. Lead" --email lead@example.org --role lead --by "IT" --reason "first lead"
      caveat people add --name "A. Nurse" --subject 00u1f9 --role trainer --profession nurse --by IT --reason "joins"
    """
    may, regulated = frozenset(Role(one) for one in roles), Profession(profession) if profession else None
    person = Person(new_person_id(), name, may, regulated, frozenset(scope), email, subject)
    with open_store(store, root).writing(PEOPLE) as connection:
        _refuse(keep_person(connection, person, _now(), by, reason))
    if as_json:
        print_json({"person_id": person.person_id})
    else:
        click.echo(f"{person.person_id}: {name} may sign in.{_first(may)}")


@command.command("list")
@in_store
@as_json
@click.pass_obj
def list_(root: Path, store: str, as_json: bool) -> None:
    """Everybody who was ever registered.

    \b
    Examples:
      caveat people list
      caveat people list --json
    """
    with open_store(store, root).reading() as connection:
        people = fetch_registered(connection)
    if as_json:
        print_json({"people": [_facts(one) for one in people]})
        return
    for one in people:
        who, roles = one.person, ", ".join(sorted(one.person.roles))
        click.echo(f"{who.person_id}  {who.name}  ({roles}){'' if one.is_active else '  RETIRED'}")
    if not people:
        click.echo("Nobody is registered.")


@command.command("retire")
@click.argument("person_id")
@by
@reason
@in_store
@as_json
@click.pass_obj
def retire(root: Path, person_id: str, by: str, reason: str, store: str, as_json: bool) -> None:
    """Retire a person: signed out everywhere, what they held given back; drafts and judgements stay.

    \b
    Examples:
      caveat people retire person-3f9a1c02de --by "IT" --reason "left the team"
    """
    with open_store(store, root).writing(PEOPLE) as connection:
        _refuse(retire_person(connection, person_id, _now(), by, reason))
    if as_json:
        print_json({"retired": person_id})
    else:
        click.echo(f"{person_id} is retired.")


def _first(roles: frozenset[Role]) -> str:
    """What comes before real review, for whoever is to judge."""
    if not roles & MAY_REVIEW:
        return ""
    return " Practice items come first: a lead then decides, on the page Readers, whether they may review for real."


def _refuse(problem: str) -> None:
    if problem:
        raise InputError(problem)


def _now() -> str:
    return datetime.now(UTC).isoformat(timespec="microseconds")


def _facts(one: Registered) -> dict[str, object]:
    who = one.person
    return {
        "person_id": who.person_id, "name": who.name, "email": who.email, "subject": who.subject,
        "roles": sorted(who.roles), "profession": who.profession, "scope": sorted(who.scope),
        "is_active": one.is_active,
    }  # fmt: skip
