"""What no advice needs: marks and turns of a conversation, hidden passages, letters without a width, padding."""

import re
from collections import Counter

from judges.suspicions.views import without_flags

_MARKS = re.compile(
    r"[<‹＜〈⟨˂ᐸ❮《«≺⧼]\s*/?\s*(?:conversation|reference|response|criterion|case|material)\b[^\n]{0,40}?[>›＞〉⟩˃ᐳ❯》»≻⧽-]",
    re.IGNORECASE,
)
_TURNS = re.compile(
    r"^[ \t\[<#*(-]{0,20}(?:system|assistant|user|human|developer|administrator|admin|moderator)"
    r"(?:[ -](?:message|prompt|notice|note|override|update|instruction|turn))?[\s\]>*)]*:"
    r"|<\|[a-z_]+\|>|\[/?INST\]|<</?SYS>>|</?(?:system|assistant|user|instructions?|prompt|im_start|im_end)>"
    r"|^[ \t\[<#*(-]{0,20}(?:sys|system|assistant)[\]>*):]{1,4}[ \t]|"
    r"^[#*\[ ]{1,8}(?:sys|system|assistant)[^\w\n]{0,8}$|(?-i:^Q: [^\n]{1,300}\n{1,2}A: )"
    r"|^[ \t\[<#*(-]{0,20}system[ -](?:message|prompt|notice|note|override|update|instruction)\b",
    re.IGNORECASE | re.MULTILINE,
)
_HIDDEN = re.compile(
    r"<!--|display\s*:\s*none|visibility\s*:\s*hidden|font-size\s*:\s*0|colou?r\s*[:=]\s*[\"']?(?:white|#fff)|"
    r"opacity\s*:\s*0|^\[(?://|comment|hidden|_)[^\]]*\]:\s*[#<]|<(?:script|style|template|noscript)\b|\bhidden>|"
    r"\\(?:phantom|textcolor\{white\}|color\{white\})|aria-hidden",
    re.IGNORECASE | re.MULTILINE,
)
_RULED_OFF = re.compile(
    r"^[=*~_#-]{3,} ?[A-Za-z][^\n]{0,100}[=*~_#-]{3,}[ \t]*$|\]\]>|\[\]\(|"
    r"<(?!(?:br|b|i|u|p|li|ul|ol|em|strong|sub|sup|hr|h[1-6]|table|t[rdh]|thead|tbody|code|pre|a|img|center|https?:[^>]*"
    r"|[^>\s]+@[^>]+)\b[\s/]*[^>]*>)[A-Za-z][A-Za-z0-9-]*[^<>\n]{0,80}>",
    re.MULTILINE,
)
_NO_WIDTH = re.compile(
    "[\u180e\u200b\u2060-\u2064\u202a-\u202e\u2066-\u2069\U000e0000-\U000e007f]"
    "|(?<=[A-Za-z])[\u200c\u200d\ufeff](?=[A-Za-z])"
)
_ELSEWHERE = r"[\u0400-\u052f\u0391-\u03a1\u03bf\u0530-\u058f\u13a0-\u13ff]"
"""Cyrillic, Greek capitals and omicron, Armenian, Cherokee. Other Greek letters stand in medical words."""
_MIXED = re.compile(rf"[A-Za-z]{_ELSEWHERE}|{_ELSEWHERE}[A-Za-z]")
_OPENERS = re.compile(
    r"\A\W{0,20}(?:solution|thought process|thinking|reasoning|final answer)[^\w\n]{0,20}(?:\n|:)|"
    r"^[^\w\n]{0,20}(?:solution|thought process|reasoning process)[^\w\n]{0,20}$|"
    r"\blet'?s (?:solve|work through|think about) this(?: problem)?"
    r"(?: carefully)? step by step\b|\A\s*[:.,;]+\s*\n",
    re.IGNORECASE | re.MULTILINE,
)
_RUN = re.compile(r"(?:[ \t\u00a0]{0,200}\r?\n){16}|[ \t\u00a0]{400}|(?P<one>[^\s\-=_.*#|~])(?:\s?(?P=one)){39}")
_SENTENCE = re.compile(r"[^.!?\n]{40,300}")
_PHRASE = re.compile(r"[^.!?\n]{6,}")
_LONGEST = 20_000
_LONG_REPEATS, _REPEATS = 4, 20


def shapes_of(response: str) -> list[str]:
    """What is odd about how the text is made, in words that follow "it"."""
    found = {
        "holds the marks between which judges are shown it": _MARKS.search(response),
        "holds turns of another conversation": _TURNS.search(response),
        "holds text that a reader would not see": _HIDDEN.search(response) or _NO_WIDTH.search(without_flags(response)),
        "is ruled off or tagged like a file": _RULED_OFF.search(response),
        "mixes letters of two scripts in a word": _MIXED.search(response),
        "begins like a worked solution": _OPENERS.search(response.replace("’", "'")),
        "is padded": len(response) > _LONGEST or _RUN.search(response) or _repeats(response),
    }
    return [reason for reason, there in found.items() if there]


def _repeats(response: str) -> bool:
    return _most(_SENTENCE, response) >= _LONG_REPEATS or _most(_PHRASE, response) >= _REPEATS


def _most(what: re.Pattern[str], response: str) -> int:
    return max(Counter(one.strip().lower() for one in what.findall(response)).values(), default=0)
