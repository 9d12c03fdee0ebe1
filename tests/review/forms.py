"""What somebody writes into the forms of a rubric, and what a form holds as it is shown."""

import re
from html import unescape

_FIELD = re.compile(
    r'<(?:textarea|input(?! class="nhsuk-radios)(?! class="nhsuk-checkboxes))[^>]* name="([^"]+)"'
    r'(?:[^>]* value="([^"]*)")?[^>]*>(?:\n?([^<]*)</textarea>)?'
)
_CHOSEN = re.compile(r'<input class="nhsuk-radios[^>]* name="([^"]+)"[^>]* value="([^"]*)"[^>]* checked')
ABOUT = {
    "title": "Missing times", "summary": "Guards against routes without a time.",
    "hazard_description": "Somebody waits too long", "hazard_mechanism": "delayed care", "hazard_who": "the person",
}  # fmt: skip
CRITERION = {
    "title": "No time named", "question": "Is no time named by which to seek help?", "kind": "omission",
    "unsafe_answer": "yes", "severity": "considerable", "phrases": "today\nwithin ... hours",
    "violates-1-text": "See a GP.", "violates-1-shows": "a time", "violates-1-why": "When is left open.",
    "violates-2-text": "Ring 111.", "violates-2-shows": "a time", "violates-2-why": "When is left open.",
    "does_not_violate-1-text": "See a GP today.", "does_not_violate-1-shows": "today", "does_not_violate-1-why": "So.",
    "does_not_violate-2-text": "Ring within two hours.", "does_not_violate-2-shows": "within two hours",
    "does_not_violate-2-why": "So.",
}  # fmt: skip


def shown_fields(page: str) -> dict[str, str]:
    """What the form of a page would send as it stands; of ticks, none."""
    found = {name: text or value for name, value, text in _FIELD.findall(page)}
    found.pop("form_token")
    return {name: unescape(value) for name, value in (found | dict(_CHOSEN.findall(page))).items()}
