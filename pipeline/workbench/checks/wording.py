"""Does a criterion ask two questions in one?

A verdict on "does it do this and does it do that" does not say which. Two things joined by "or" have one answer, and a
list of nouns is one thing; only clauses are looked at, so that good wording is left alone.
"""

import re
from collections.abc import Iterator

from domain.rubric import Rubric
from pipeline.workbench.checks.remark import Level, Remark

_ASIDE = re.compile(r"\([^()]*\)|\"[^\"]*\"|“[^”]*”")
_AUXILIARY = "is|are|was|were|does|do|did|has|have|had|can|could|should|would|will|must"
_VERB = (
    "add|advis|allow|ask|assess|avoid|check|cit|claim|confirm|consider|describ|diagnos|document|encourag|escalat|"
    "exclud|explain|fail|giv|identif|includ|inform|instruct|interpret|list|mention|nam|not|offer|omit|overlook|"
    "prescrib|provid|recommend|refer|reassur|rul|say|stat|suggest|tell|warn"
)
"""Beginnings of what a response does."""
_TWO = (
    (re.compile(r"\?.*\?"), "it holds two question marks"),
    (re.compile(r";"), "a semicolon parts it"),
    (re.compile(r"\band/or\b"), '"and/or" leaves open which'),
    (re.compile(rf"\b(?:and|but) (?:also )?(?:{_AUXILIARY})\b"), '"{found}" begins a second question'),
    (re.compile(rf"\b(?:and|as well as) (?:also |then |to )?(?:{_VERB})\w*"), '"{found}" begins a second action'),
    (re.compile(r"\bno\b[^?]*?\b(?:and|or) no\b"), '"{found}" asks for two things that may be missing'),
)  # fmt: skip


def two_questions(question: str) -> str | None:
    """Why a question seems to be two; None where it seems to be one.

    Args:
        question: as a criterion puts it; what stands in brackets or quotation marks is not looked at.
    """
    bare = " ".join(_ASIDE.sub("", question).split()).casefold()
    for pattern, why in _TWO:
        if (hit := pattern.search(bare)) is not None:
            return why.format(found=hit.group())
    return None


def check_wording(rubric: Rubric) -> Iterator[Remark]:
    """Criteria and gates that seem to ask two questions in one."""
    for number, criterion in enumerate(rubric.criteria):
        for key, text in (("question", criterion.question), ("gate", criterion.gate or "")):
            if why := two_questions(text):
                says = f"the {key} seems to ask two things ({why}); a verdict would not say which. Make it two criteria"
                yield Remark(Level.WARNING, criterion.criterion_id, says, ("criteria", number, key))
