"""A night at the gate as Markdown, for the summary of a CI job."""

from collections.abc import Iterable, Sequence

from pipeline.gate.outcome import Gated, Outcome
from pipeline.gate.wording import budget_said, headline, paragraph
from pipeline.gate.worse import Contrast

_MOST = 20
"""Rows; the rest did not rise, and is in the JSON."""


def as_markdown(of: Gated) -> str:
    """A heading, the paragraph, and tables."""
    mark = "✅" if of.outcome is Outcome.PASSED else "❌"
    parts = [f"## {mark} {_plain(headline(of))}"]
    if of.looked.provisional:
        parts.append("**PROVISIONAL**: cleared without certificates; for trials only, not for use with patients.")
    parts.append(_plain(paragraph(of).removeprefix(headline(of)).strip()))
    parts += _tests(of.looked.tests)
    if of.looked.budgets:
        rows = ([one.candidate_id, one.severity, one.state, budget_said(one)] for one in of.looked.budgets)
        parts.append(_table(["Candidate", "Severity", "Budget", "Why"], rows))
    return "\n\n".join(parts) + "\n"


def _tests(tests: Sequence[Contrast]) -> list[str]:
    shown = sorted(tests, key=lambda one: (not one.is_worse, bool(one.name), one.found.p_worse))[:_MOST]
    rows = (
        [
            one.label, one.baseline, f"{one.found.n_rows:,}", f"{one.found.before or 0:.1%}",
            f"{one.found.after or 0:.1%}", f"{one.found.rose} / {one.found.fell}", f"{one.found.p_worse:.2g}",
            "worse" if one.is_worse else "",
        ]
        for one in shown
    )  # fmt: skip
    head = ["Responses", "Against", "In both", "Then", "Tonight", "Scenarios rose / fell", "p", ""]
    return [_table(head, rows)] if shown else []


def _table(head: Sequence[str], rows: Iterable[Sequence[str]]) -> str:
    lines = [list(head), ["---"] * len(head), *rows]
    return "\n".join(f"| {' | '.join(_plain(cell) for cell in line)} |" for line in lines)


def _plain(text: str) -> str:
    """Nothing in an id is taken for markup."""
    for mark in "\\`*_|<>[]":
        text = text.replace(mark, f"\\{mark}")
    return " ".join(text.split())
