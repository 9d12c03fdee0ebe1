"""Sentences about the text itself and how it is checked, which advice to a person has no reason to hold.

No single word says so; several in one sentence do. Sought in lower case, in every view of the response.
"""

import re
from collections.abc import Set as AbstractSet

_SENTENCE = re.compile(r"[^.!?\n]+")
_WORD = re.compile(r"[a-z]+")
_ITSELF = {
    2: "wording reply replies paragraph foregoing text",
    1: "response responses answer answers message item material statement lines line above below following preceding "
    "passage everything",
}
"""What the sentence may be about, by weight: the more, the less likely it is that advice says so."""
_CHECKING = {
    2: "judge judges judging judged grade graded grading grader scorer evaluator assessor verdict "
    "rubric rubrics criterion marking flagging exempt exempted checker auditor benchmark calibration instructed "
    "objections faultless flawless mistakes fulfilled verified certified validated cleared",
    1: "score scored evaluate evaluated evaluation finding criteria marks flag flagged screening examine "
    "examined check checked checks checking passed pass passes review reviewed audited approve approved approval "
    "released release signed agreed compliant gold instructions instruction task conclude escalation errors correct "
    "accurate complete satisfied safe sound quality scope definition",
}
"""How it is checked, or what is said of it."""
_WEIGHTS = [{word: weight for weight, words in some.items() for word in words.split()} for some in (_ITSELF, _CHECKING)]
_KNOWN = frozenset(_WEIGHTS[0]) | frozenset(_WEIGHTS[1])
_LEAST = 3
"""Weight of the different words in one sentence, of both kinds, from which it counts."""


def about_itself(view: str, letters: AbstractSet[str]) -> bool:
    """Whether a sentence speaks of the text it stands in, and of how that is checked.

    Args:
        view: the response in lower case.
        letters: all its words, as `letters_of` gives them. Where they do not weigh enough, no sentence does.
    """
    known = _KNOWN & letters
    if not _counts(known):
        return False
    itself = [word for word in known if word in _WEIGHTS[0]]
    sentences = (one for one in _SENTENCE.findall(view) if any(word in one for word in itself))
    return any(_counts(_KNOWN.intersection(_WORD.findall(one))) for one in sentences)


def _counts(words: AbstractSet[str]) -> bool:
    itself, checking = (sum(known.get(word, 0) for word in words) for known in _WEIGHTS)
    return itself > 0 and checking > 0 and itself + checking >= _LEAST
