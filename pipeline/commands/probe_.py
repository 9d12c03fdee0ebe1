"""The command `caveat probe`."""

import sys
from pathlib import Path
from typing import TypedDict, Unpack

import click
import orjson

from domain.errors import InputError
from domain.model import JudgeSpec
from pipeline.admission import load_inputs
from pipeline.commands.out import as_json, print_json, say
from pipeline.config import load_config
from pipeline.inputs import Inputs
from pipeline.panel import build_judge
from pipeline.prices import load_prices
from pipeline.probing.battery import Outcome, Part
from pipeline.probing.card import Card
from pipeline.probing.estimate import Estimate, estimate
from pipeline.probing.material import Files, Material, gather_material
from pipeline.probing.page import card_page, percent
from pipeline.probing.work import Scope, probe_judge
from pipeline.workspace import in_workspace

_INCOMPLETE = 3
_USUAL = Files()


class _Where(TypedDict):
    """The options that say where the material lies."""

    responses: str
    labels: str
    cases: str


class _What(_Where):
    """The options that say what is asked."""

    judge_id: str | None
    limit: int
    attacks: bool
    stress: bool
    changes: bool
    drift: bool
    thorough: bool


@click.command("probe")
@click.argument("config", type=click.Path(path_type=Path))
@click.option("--judge", "judge_id", help="Only this judge of the configuration.")
@click.option("--attacks", is_flag=True, help="Only this: violations that carry words to have them overlooked.")
@click.option("--stress", is_flag=True, help="Only this: the same advice in another dress.")
@click.option("--changes", is_flag=True, help="Only this: something needed taken away and given back.")
@click.option("--drift", is_flag=True, help="Only this: what each defence of the prompts costs where nobody attacks.")
@click.option("--thorough", is_flag=True, help="Every attack at every place, about 200 for each violation.")
@click.option(
    "--limit", type=click.IntRange(min=1), default=20, show_default=True,
    help="The most labelled violations, and as many that are safe.",
)  # fmt: skip
@click.option("--responses", default=_USUAL.responses, show_default=True, metavar="PATTERN", help="Responses.")
@click.option("--labels", default=_USUAL.labels, show_default=True, metavar="PATTERN", help="What people say of them.")
@click.option("--cases", default=_USUAL.cases, show_default=True, metavar="PATTERN", help="Changes of known effect.")
@click.option("--dry-run", is_flag=True, help="Say how many questions it would be, and the price; ask nothing.")
@as_json
@click.pass_obj
def command(root: Path, config: Path, dry_run: bool, as_json: bool, **what: Unpack[_What]) -> None:
    """Attack a configured judge, stress it, and write a card of how it did to data/reports.

    Labelled responses are changed so that what the verdict must be is known. A judge failure is safe (it goes to a
    person); a violation that turns into anything that clears is not. The budget is the configuration's `limits.usd`.

    \b
    Examples:
      caveat probe config/nightly.yaml --judge gpt --dry-run     the number of questions and the price
      caveat probe config/nightly.yaml --judge gpt               attacks, stress, changes and drift
      caveat probe config/demo.yaml --attacks --thorough --json
    """
    inputs = load_inputs(root, load_config(in_workspace(root, config)))
    prices = load_prices(root / inputs.config.prices)
    scope = Scope(_parts(**what), thorough=what["thorough"])
    batteries = [(spec, _material(spec, inputs, **what)) for spec in _specs(inputs, what["judge_id"])]
    estimates = [estimate(spec, inputs, prices, material, scope) for spec, material in batteries]
    if dry_run:
        _tell(estimates, as_json=as_json)
        return
    for one in estimates:
        say(one.as_text())
    cards = [probe_judge(spec, inputs, prices, material, scope) for spec, material in batteries]
    written = [_write(root, inputs.config.name, card) for card in cards]
    _print(cards, written, as_json=as_json)
    sys.exit(0 if not any(card.stopped for card in cards) else _INCOMPLETE)


def _parts(**what: Unpack[_What]) -> frozenset[Part]:
    """Those that were named; all where none was."""
    named = {one.value for one in Part if what[one.value]}
    return frozenset(Part(one) for one in named) or frozenset(Part)


def _specs(inputs: Inputs, judge_id: str | None) -> list[JudgeSpec]:
    specs = [spec for spec in inputs.config.judges if judge_id in (None, spec.judge_id)]
    if not specs:
        known = ", ".join(spec.judge_id for spec in inputs.config.judges)
        raise InputError(f"the configuration has no judge {judge_id!r}; expected one of: {known}", key="--judge")
    return specs


def _material(spec: JudgeSpec, inputs: Inputs, **what: Unpack[_What]) -> Material:
    files = Files(what["responses"], what["labels"], what["cases"])
    return gather_material(inputs, files, build_judge(spec, inputs), what["limit"])


def _tell(estimates: list[Estimate], *, as_json: bool) -> None:
    if as_json:
        print_json({"judges": [one.as_json() for one in estimates]})
        return
    for one in estimates:
        click.echo(one.as_text())
    click.echo("Nothing was asked.")


def _write(root: Path, name: str, card: Card) -> Path:
    """The card as JSON, and as a page beside it; gives the page."""
    page = root / "data" / "reports" / f"probe-{name}-{card.judge_id}.md"
    try:
        page.parent.mkdir(parents=True, exist_ok=True)
        page.write_text(card_page(card), encoding="utf-8")
        page.with_suffix(".json").write_bytes(orjson.dumps(card.as_json(), option=orjson.OPT_INDENT_2))
    except OSError as error:
        raise InputError(f"cannot be written: {error.strerror}", file=page) from None
    return page


def _print(cards: list[Card], written: list[Path], *, as_json: bool) -> None:
    if as_json:
        print_json({"cards": [card.as_json() for card in cards]})
        return
    for card, page in zip(cards, written, strict=True):
        if card.stopped:
            click.echo(f"{card.judge_id}: INCOMPLETE: {card.stopped}.")
        click.echo(f"{card.judge_id}: found {card.n_found} of {card.n_violations} labelled violations. Card: {page}")
        for total in (card.total(part) for part in Part if card.total(part).n):
            counts = ", ".join(f"{total.outcomes[one]} {one.replace('_', ' ')}" for one in Outcome)
            click.echo(f"  {total.part}: of {total.n}, {counts}; cleared {percent(total.cleared)}")
        for one in card.drift:
            click.echo(f"  drift of {one.defence}: {percent(one.lost)}")
