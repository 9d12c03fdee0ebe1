"""What an edit of a rubric changed, criterion by criterion, and what follows from each kind of change."""

from dataclasses import dataclass
from enum import StrEnum
from typing import Any

from domain.rubric import Criterion, Rubric


class Change(StrEnum):
    """One kind of change to a criterion or a rubric."""

    ADDED = "added"
    REMOVED = "removed"
    WORDING = "wording"
    EXAMPLES = "examples"
    PHRASES = "phrases"
    SEVERITY = "severity"
    APPLICABILITY = "applicability"
    ROUTING = "routing"
    LIMITS = "limits"
    TEXT = "title or other text"

    @property
    def follows(self) -> str:
        """What it means for verdicts that stand."""
        return _FOLLOWS[self]

    @property
    def is_judged_anew(self) -> bool:
        """Whether what was judged by the old text must be judged again."""
        return self in (Change.WORDING, Change.EXAMPLES, Change.PHRASES, Change.APPLICABILITY)


_FOLLOWS = {
    Change.ADDED: "is asked anew",
    Change.REMOVED: "its verdicts no longer count",
    Change.WORDING: "models are asked anew",
    Change.EXAMPLES: "models are asked anew, because they are shown the examples",
    Change.PHRASES: "the lexicon judge decides anew, without a call",
    Change.SEVERITY: "verdicts stand; how they are weighed changes, and the second stage may be asked",
    Change.APPLICABILITY: "verdicts stand where it still applies; where it newly applies, it is asked",
    Change.ROUTING: "verdicts stand; how they are weighed changes",
    Change.LIMITS: "verdicts stand; certificates granted under the old limits do not",
    Change.TEXT: "verdicts stand",
}
_KINDS = {
    Change.EXAMPLES: {"examples"},
    Change.PHRASES: {"lexicon"},
    Change.SEVERITY: {"severity"},
    Change.APPLICABILITY: {"applies_when"},
    Change.TEXT: {"title"},
}
"""Keys of a criterion by what a change of them means; every other key is wording."""


@dataclass(frozen=True, slots=True)
class Changed:
    """A criterion, or the rubric as a whole, with what changed in it."""

    about: str
    changes: tuple[Change, ...]


def changes_between(old: Rubric, new: Rubric) -> list[Changed]:
    """Everything that differs, criteria in the new order, then those that are gone, then the rubric itself."""
    before = {one.criterion_id: one for one in old.criteria}
    after = {one.criterion_id: one for one in new.criteria}
    found = [Changed(name, _between(before[name], one) if name in before else (Change.ADDED,)) for name, one in
             after.items()]  # fmt: skip
    found += [Changed(name, (Change.REMOVED,)) for name in before if name not in after]
    found.append(Changed(new.rubric_id, _of_the_whole(old, new)))
    return [one for one in found if one.changes]


def _between(old: Criterion, new: Criterion) -> tuple[Change, ...]:
    keys = _differing(old.model_dump(), new.model_dump())
    named = {key for some in _KINDS.values() for key in some}
    wording = [Change.WORDING] if keys - named else []
    return (*wording, *(change for change, some in _KINDS.items() if keys & some))


def _of_the_whole(old: Rubric, new: Rubric) -> tuple[Change, ...]:
    keys = _differing(old.model_dump(), new.model_dump()) - {"criteria", "version"}
    limits = _differing(old.routing.model_dump(), new.routing.model_dump())
    parts = {
        Change.APPLICABILITY: "applies_when" in keys,
        Change.PHRASES: "routes" in keys,
        Change.ROUTING: bool(limits & {"aggregate", "always_review"}),
        Change.LIMITS: bool(limits & {"max_elusion", "confidence"}),
        Change.TEXT: bool(keys - {"applies_when", "routes", "routing"}),
    }
    return tuple(change for change, is_there in parts.items() if is_there)


def _differing(old: dict[str, Any], new: dict[str, Any]) -> set[str]:
    return {key for key in old.keys() | new.keys() if old.get(key) != new.get(key)}
