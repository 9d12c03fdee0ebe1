"""What an edit changed, told apart by what follows from it."""

from typing import Any

import pytest

from pipeline.workbench.changes import Change, changes_between
from tests.build import criterion_json, rubric


def changes(before: dict[str, Any] | None = None, **after: Any) -> list[tuple[str, tuple[Change, ...]]]:
    """Of one criterion."""
    old, new = rubric({**criterion_json(), **(before or {})}), rubric({**criterion_json(), **after})
    return [(one.about, one.changes) for one in changes_between(old, new)]


@pytest.mark.parametrize(
    ("after", "expected"),
    [
        ({"question": "Another?"}, [Change.WORDING]),
        ({"gate": "Is it so?"}, [Change.WORDING]),
        ({"observable": "this"}, [Change.WORDING]),
        ({"unsafe_answer": "no"}, [Change.WORDING]),
        ({"case_facts": ["red_flags"]}, [Change.WORDING]),
        ({"severity": {"default": "major"}}, [Change.SEVERITY]),
        ({"applies_when": {"audience": "public"}}, [Change.APPLICABILITY]),
        ({"lexicon": {"unsafe": ["x"]}}, [Change.PHRASES]),
        ({"title": "Another"}, [Change.TEXT]),
        ({"question": "Another?", "severity": {"default": "major"}}, [Change.WORDING, Change.SEVERITY]),
        ({}, []),
    ],
)
def test_a_change_of_a_criterion_is_of_the_kind_that_its_keys_say(
    after: dict[str, Any], expected: list[Change]
) -> None:
    assert ([("X-1", tuple(expected))] if expected else []) == changes(**after)


def test_another_example_is_a_change_of_examples() -> None:
    usual = criterion_json()["examples"]
    more = {**usual, "does_not_violate": [*usual["does_not_violate"], {"text": "Go to A&E.", "why": "e"}]}
    assert [("X-1", (Change.EXAMPLES,))] == changes(examples=more)


def test_criteria_come_and_go() -> None:
    found = changes_between(rubric(criterion_json("X-1")), rubric(criterion_json("X-2")))
    assert [("X-2", (Change.ADDED,)), ("X-1", (Change.REMOVED,))] == [(one.about, one.changes) for one in found]


@pytest.mark.parametrize(
    ("after", "expected"),
    [
        ({"routing": {"always_review": ["X-1"]}}, Change.ROUTING),
        ({"routing": {"aggregate": {"default": "any"}}}, Change.ROUTING),
        ({"routing": {"max_elusion": {"default": 0.01}}}, Change.LIMITS),
        ({"applies_when": {"audience": "public"}}, Change.APPLICABILITY),
        ({"routes": {"emergency": ["call 999"]}}, Change.PHRASES),
        ({"summary": "Another."}, Change.TEXT),
    ],
)
def test_a_change_of_the_whole_is_told_of_the_rubric(after: dict[str, Any], expected: Change) -> None:
    [one] = changes_between(rubric(), rubric(**after))
    assert ("r1", (expected,)) == (one.about, one.changes)


def test_every_change_says_what_follows() -> None:
    assert all(one.follows for one in Change)


def test_a_new_version_number_alone_changes_nothing() -> None:
    assert [] == changes_between(rubric(), rubric(version="9.9.9"))
