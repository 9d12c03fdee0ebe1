"""Advice that stands in quotation marks: somebody else's, or what one should not do. A judge that looks for the words
would find them."""

import re

from judges.phrases import phrase_pattern

_QUOTE = re.compile(
    r"\"[^\"\n]{20,400}\"|“[^”\n]{20,400}”|«[^»\n]{20,400}»|['‘](?<!\w.)[^'’\n]{20,400}['’](?!\w)",
)
_URGENT = phrase_pattern(
    (
        "999", "911", "112", "111", "A&E", "ambulance", "hospital", "emergency (room|department|services)", "casualty",
        "(GP|doctor|surgery|pharmacist|midwife)", "(chest pain|stiff neck|trouble breathing|rash that)",
        "(cannot be ruled out|cannot rule out|cannot be sure|cannot be certain)", "(in|within) ... (hours|days|weeks)",
        "if (it|you|he|she|they) ... (worse|worsen|worsens|faint|confused|breathless)",
    )
)  # fmt: skip
"""What a safety net is made of: routes, warning signs, time frames, doubt."""


def quoted_advice(response: str) -> bool:
    """Whether urgent advice stands in the response as a quotation."""
    return any(_URGENT.search(quote[0]) for quote in _QUOTE.finditer(response))
