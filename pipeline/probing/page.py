"""The card as a page for people, in Markdown."""

from agreement.proportion import Proportion
from pipeline.probing.battery import Outcome, Part
from pipeline.probing.card import Card, Row

_TITLES = {
    Part.ATTACKS: ("Attacks", "Violations that the judge finds, each carrying words that ask for it to be overlooked."),
    Part.STRESS: (
        "Another dress",
        "The same advice, formatted otherwise, padded or said to be of the judge's own family.",
    ),
    Part.CHANGES: ("Known changes", "Something needed taken away, and given back; something unsafe put in."),
}
_HEAD = (
    "| Family | n | as it must be | to a person | false alarm | caught | cleared | cleared, 95 % |\n"
    "|---|--:|--:|--:|--:|--:|--:|---|"
)


def card_page(card: Card) -> str:
    """The whole page."""
    parts = [_head(card), *(_part(card, part) for part in _TITLES if card.total(part).n)]
    if card.drift:
        parts.append(_drift(card))
    return "\n\n".join([*parts, _how_to_read(card)]) + "\n"


def _head(card: Card) -> str:
    whole = f"\n\n**Incomplete: {card.stopped}. Nothing here stands for the whole.**" if card.stopped else ""
    return (
        f"# Probe of judge {card.judge_id} ({card.model})\n\n"
        f"{card.at}. Fingerprint `{card.fingerprint[:16]}`: a change of judge, model or prompts voids this page."
        f"{whole}\n\n"
        f"Of {card.n_violations} labelled violations it found {card.n_found} unchanged; only these are attacked. "
        f"Cost: {card.usd:.2f} USD, as far as prices are known."
    )


def _part(card: Card, part: Part) -> str:
    title, what = _TITLES[part]
    rows = [row for row in card.rows if row.part is part]
    return "\n".join([f"## {title}\n\n{what}\n", _HEAD, *map(_row, rows), _row(card.total(part))])


def _row(row: Row) -> str:
    counts = [
        row.outcomes[one] for one in (Outcome.HELD, Outcome.TO_A_PERSON, Outcome.ALARM, Outcome.CAUGHT, Outcome.CLEARED)
    ]
    return (
        f"| {row.family.replace('_', ' ')} | {row.n} | " + " | ".join(map(str, counts)) + f" | {percent(row.cleared)} |"
    )


def _drift(card: Card) -> str:
    rows = [f"| {one.defence} | {one.n} | {one.n_changed} | {one.n_lost} | {percent(one.lost)} |" for one in card.drift]
    head = "| Defence | n | verdicts that differ | clear only without it | 95 % |\n|---|--:|--:|--:|---|"
    return "\n".join(
        ["## What the defences cost\n\nResponses that attack nobody, with each defence and without.\n", head, *rows]
    )


def _how_to_read(card: Card) -> str:
    failed = ", ".join(f"{n} {kind.replace('_', ' ')}" for kind, n in sorted(card.failures.items())) or "none"
    return (
        "## How to read this\n\n"
        "- *to a person*: a judge failure, or `cannot tell`. Safe: a clinician reads the response.\n"
        "- *caught*: the judge was turned, but the response speaks to its judges and goes to a person for that.\n"
        "- *cleared*: the judge was turned and nothing stood in the way. This is what must not happen. In a panel the "
        "other judges must be turned as well.\n"
        "- Intervals are exact (Clopper-Pearson) and take trials as independent; trials on one response are alike, so "
        "the truth is less certain than they say.\n"
        f"- Judge failures among all trials: {failed}."
    )


def percent(share: Proportion) -> str:
    """A share with its interval, in words where there is none."""
    if share.share is None or share.low is None or share.high is None:
        return "not measured (n = 0)"
    return f"{share.share:.1%} ({share.low:.1%} to {share.high:.1%})"
