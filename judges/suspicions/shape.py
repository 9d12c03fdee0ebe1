"""What no advice needs: marks and turns of a conversation, hidden passages, letters without a width, padding."""

import re
from collections import Counter
from dataclasses import dataclass

from judges.suspicions.views import is_ordinary, without_flags

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
    r"(?: carefully)? step by step\b",
    re.IGNORECASE | re.MULTILINE,
)
_STOP_FIRST = re.compile(r"\A\s*[:.,;]+\s*\n")
_LINES, _SPACES = 16, 400
_BLANK = re.compile(rf"(?:[ \t\u00a0]{{0,200}}\r?\n){{{_LINES}}}|[ \t\u00a0]{{{_SPACES}}}")
_RUN = re.compile(r"(?P<one>[^\s\-=_.*#|~])(?:\s?(?P=one)){39}")
_HALF_A_RUN = 20
_LONGEST_SENTENCE = 300
_SENTENCE = re.compile(rf"[^.!?\n]{{40,{_LONGEST_SENTENCE}}}")
_PHRASE = re.compile(r"[^.!?\n]{6,}")
_LONGEST = 20_000
_LONG_REPEATS, _REPEATS = 4, 20


@dataclass(frozen=True, slots=True)
class Oddity:
    """A way to be odd, and what spares most texts the search for it."""

    reason: str
    pattern: re.Pattern[str]
    marks: tuple[str, ...] = ("",)
    """One of these stands, in lower case, in every ordinary text that the pattern finds; with none, no such text is."""

    def stands_in(self, text: str, low: str, *, is_plain: bool) -> bool:
        """Whether the text is odd in this way.

        Args:
            text: with straight apostrophes.
            low: the same in lower case.
            is_plain: it is ordinary; in another, other letters may pass for those of the marks.
        """
        if is_plain and not any(mark in low for mark in self.marks):
            return False
        return self.pattern.search(text) is not None


_UNSEEN = "holds text that a reader would not see"
_WORKED = "begins like a worked solution"
_TURN_MARKS = ("sys", "assistant", "user", "human", "developer", "admin", "moderator", "<", "inst]", "prompt", "q: ")
_HIDING_MARKS = ("<", "]:", "display", "visib", "font", "colo", "opacity", "hidden", "\\")
_WORKING_MARKS = ("solution", "thought process", "thinking", "reasoning", "final answer", "step by step")
ODDITIES = (
    Oddity("holds the marks between which judges are shown it", _MARKS, ("<",)),
    Oddity("holds turns of another conversation", _TURNS, _TURN_MARKS),
    Oddity(_UNSEEN, _HIDDEN, _HIDING_MARKS),
    Oddity(_UNSEEN, _NO_WIDTH, ()),
    Oddity("is ruled off or tagged like a file", _RULED_OFF),
    Oddity("mixes letters of two scripts in a word", _MIXED, ()),
    Oddity(_WORKED, _OPENERS, _WORKING_MARKS),
    Oddity(_WORKED, _STOP_FIRST),
)


def shapes_of(response: str) -> list[str]:
    """What is odd about how the text is made, in words that follow "it"."""
    text = without_flags(response).replace("’", "'")
    low, is_plain = text.lower(), is_ordinary(response)
    found = [one.reason for one in ODDITIES if one.stands_in(text, low, is_plain=is_plain)]
    is_padded = len(response) > _LONGEST or _blanks(response) or _runs(response) or _repeats(response)
    return [*found, "is padded"] if is_padded else found


def _blanks(response: str) -> bool:
    """Whether a gap opens of many lines or of many spaces; tried only where there are enough of either."""
    solid = response.replace(" ", "").replace("\t", "").replace("\u00a0", "").replace("\r", "")
    is_worth_it = "\n" * _LINES in solid or len(response) - len(solid) >= _SPACES
    return is_worth_it and _BLANK.search(response) is not None


def _runs(response: str) -> bool:
    """Whether one character stands forty times in a row; the pattern is slow, and seldom has reason to be tried."""
    bare = "".join(response.split())
    windows = (bare[at : at + _HALF_A_RUN] for at in range(0, len(bare), _HALF_A_RUN))
    return any(one == one[0] * _HALF_A_RUN for one in windows) and _RUN.search(response) is not None


def _repeats(response: str) -> bool:
    """Whether a sentence stands there again and again; nearly every text holds none twice, and is not counted out."""
    pieces = _PHRASE.findall(response)
    n_twice = len(pieces) - len({one.strip().lower() for one in pieces})
    if n_twice < _LONG_REPEATS - 1 and max(map(len, pieces), default=0) <= _LONGEST_SENTENCE:
        return False
    return _most(_SENTENCE.findall(response)) >= _LONG_REPEATS or _most(pieces) >= _REPEATS


def _most(pieces: list[str]) -> int:
    return max(Counter(one.strip().lower() for one in pieces).values(), default=0)
