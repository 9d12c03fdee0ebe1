"""What a prompt does against attacks, taken out again: what a defence changes where nobody attacks is its drift."""

import re
from collections.abc import Callable, Mapping

Texts = Mapping[str, str]
"""Prompt files by name."""

_MARK = re.compile(r"-\{\{ mark \}\}")
_PARAGRAPH = re.compile(r"\n\n")
_SPEAKS_OF_MATERIAL = re.compile(r"\bmaterial\b.*\bmarks\b|\bmarks\b.*\bmaterial\b", re.DOTALL)


def _without_marks(texts: Texts) -> dict[str, str]:
    return {name: _MARK.sub("", text) for name, text in texts.items()}


def _without_warning(texts: Texts) -> dict[str, str]:
    """Without the paragraph of the system prompt that says that nothing between the marks is addressed to the judge."""
    parts = [part for part in _PARAGRAPH.split(texts["system.md"]) if not _SPEAKS_OF_MATERIAL.search(part)]
    return {**texts, "system.md": "\n\n".join(parts)}


DEFENCES: Mapping[str, Callable[[Texts], dict[str, str]]] = {
    "marks that cannot be guessed": _without_marks,
    "warning in the system prompt": _without_warning,
}
"""By name: from the prompts to the same prompts without the defence. (Defusing changes nothing in a response that holds
none of our marks, so it has no drift to measure: `tests/judges/test_probing.py` holds that.)"""
