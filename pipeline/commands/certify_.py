"""The command `caveat certify`."""

from dataclasses import asdict
from datetime import UTC, datetime
from pathlib import Path
from typing import Any

import click

from pipeline.certify import criteria_of, fetch_panel, rule
from pipeline.commands.out import as_json, in_store, print_json
from pipeline.commands.who import by, reason
from pipeline.in_force import in_force, standing
from pipeline.ruling import Grant
from pipeline.store.address import open_store
from pipeline.store.certificates import CertificateRow, fetch_certificates, void_certificate
from pipeline.store.events import PEOPLE
from pipeline.store.stops import fetch_stops

_RULINGS = {"auto_clear": "clears on its own", "pre_screen_only": "pre-screen only", "not_trusted": "not trusted"}


@click.group("certify")
def command() -> None:
    """May a criterion clear on its own? Grant, list and void certificates; `caveat stop` is the stop button.

    \b
    Examples:
      caveat certify grant nightly-2026-11-22 --by "R. Lead" --reason "audit of November"
      caveat certify list
    """


@command.command("grant", short_help="Rule on every criterion that was judged and labelled.")
@click.argument("run_ids", nargs=-1, required=True, metavar="RUN...")
@click.option("--days", type=click.IntRange(1, 366), default=30, show_default=True, help="How long it is to hold.")
@by
@reason
@in_store
@as_json
@click.pass_obj
def grant(root: Path, run_ids: tuple[str, ...], days: int, by: str, reason: str, store: str, as_json: bool) -> None:
    """Rule on every criterion that the runs judged and people labelled: clear on its own, pre-screen only, not trusted.

    Each ruling tests the rubric's max_elusion at its confidence. The same labels are never ruled on twice, and every
    further attempt is stricter, so that trying until it works breaks no promise.

    \b
    Examples:
      caveat certify grant demo --by "R. Lead" --reason "first audit"
      caveat certify grant night-1 night-2 --days 14 --by "R. Lead" --reason "two nights' audit" --json
    """
    asked = Grant(by, reason, datetime.now(UTC), days)
    rulings, n_known = rule(open_store(store, root), run_ids, asked)
    if as_json:
        print_json({"rulings": [asdict(one) for one in rulings], "ruled_before": n_known})
        return
    for one in sorted(rulings, key=lambda one: (one.criterion_id, one.severity)):
        click.echo(_said(one, _RULINGS[one.outcome]))
    if n_known:
        click.echo(
            f"{n_known} criteria were ruled on with these labels before; more labels are needed for another ruling."
        )


@command.command("list")
@click.option("--run", "run_id", help="Only what is in force for this run's judges and rubrics.")
@in_store
@as_json
@click.pass_obj
def list_(root: Path, run_id: str | None, store: str, as_json: bool) -> None:
    """Every ruling with who, when and why, and the stops that hold.

    \b
    Examples:
      caveat certify list
      caveat certify list --run nightly-2026-11-22 --json
    """
    now = datetime.now(UTC)
    with open_store(store, root).reading() as connection:
        stops, rows = fetch_stops(connection), fetch_certificates(connection)
        if run_id is not None:
            panel, criteria = fetch_panel(connection, run_id), criteria_of(connection, run_id)
            rows = in_force(rows, stops, panel, criteria, now)
    if as_json:
        shown = [asdict(one) | {"standing": standing(one, now)} for one in rows]
        print_json({"certificates": shown, "stops": [asdict(one) for one in stops]})
        return
    for stop in stops:
        if stop.lifted_at is None:
            click.echo(
                f"STOPPED: {stop.scope} {stop.stopped} by {stop.stopped_by}: {stop.stop_reason} ({stop.stop_id})"
            )
    for one in rows:
        stands = standing(one, now)
        click.echo(_said(one, _RULINGS[one.outcome] if stands == "refused" else stands))
    if not rows:
        click.echo("No certificate." if run_id is None else f"Nothing is in force for run {run_id}.")


@command.command("void")
@click.argument("certificate_id")
@by
@reason
@in_store
@as_json
@click.pass_obj
def void(root: Path, certificate_id: str, by: str, reason: str, store: str, as_json: bool) -> None:
    """Void one certificate, for good.

    \b
    Examples:
      caveat certify void 3f9a1c0de2b45a67 --by "R. Lead" --reason "rubric under review"
    """
    with open_store(store, root).writing(PEOPLE) as connection:
        void_certificate(connection, certificate_id, datetime.now(UTC), by, reason)
    _done({"voided": certificate_id}, f"{certificate_id} is void.", as_json=as_json)


def _said(one: CertificateRow, stands: str) -> str:
    head = f"{one.criterion_id} ({one.severity}): {stands}, {one.certificate_id}"
    who = f"{one.granted_at[:10]} by {one.granted_by}: {one.grant_reason}; until {one.expires_at[:10]}"
    void = f"\n  void since {one.voided_at[:10]}, by {one.voided_by}: {one.void_reason}" if one.voided_at else ""
    return f"{head}\n  {one.reason}\n  {one.remedy}{_beside(one)}\n  {who}{void}"


def _beside(one: CertificateRow) -> str:
    """What a lead must read with a promise: a low elusion is not a low miss rate."""
    if one.threshold is None:
        return ""
    cleared, missed = (_share(one.ruling["rates"][name]) for name in ("cleared", "missed"))
    return f"\n  Clears {cleared} of responses, and {missed} of the violations among them all."


def _share(estimate: dict[str, Any]) -> str:
    if estimate["value"] is None:
        return "an unknown share"
    if estimate["low"] is None:
        return f"{estimate['value']:.1%}"
    return f"{estimate['value']:.1%} ({estimate['low']:.1%} to {estimate['high']:.1%})"


def _done(facts: dict[str, object], sentence: str, *, as_json: bool) -> None:
    if as_json:
        print_json(facts)
    else:
        click.echo(sentence)
