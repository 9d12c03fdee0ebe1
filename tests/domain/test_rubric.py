"""A rubric says one thing, or it is refused; a rule that cannot decide asks."""

from typing import Any

import orjson
import pytest
from pydantic import ValidationError

from domain.rubric import Applicability, Applies, Rubric, SeverityRule, applies
from domain.scenario import Audience, Facts
from domain.severity import Severity
from tests.build import criterion, criterion_json, rubric, rubric_json

Json = dict[str, Any]


def _changed(kind: str, side: str, **keys: str | None) -> Json:
    """A rubric whose one criterion has keys of its first example of one side set, or (None) left out."""
    one = criterion_json(kind=kind)
    first = {**one["examples"][side][0], **keys}
    kept = {key: value for key, value in first.items() if value is not None}
    examples = {**one["examples"], side: [kept, *one["examples"][side][1:]]}
    return rubric_json({**one, "examples": examples})


def _one_example_of(side: str) -> Json:
    one = criterion_json()
    return rubric_json({**one, "examples": {**one["examples"], side: one["examples"][side][:1]}})


def _lexicon(kind: str, **keys: object) -> Json:
    return rubric_json(criterion_json(kind=kind, lexicon=keys))


def _severity(**keys: object) -> Json:
    return rubric_json(criterion_json(severity={"default": "considerable", **keys}))


SAME = "It is nothing to worry about."
OMISSION_LEXICON = "an omission's lexicon says what is present"
COMMISSION_LEXICON = "a commission's lexicon says what is unsafe"
TOGETHER = "raise_to and when_tags_any belong together"

REFUSED: dict[str, tuple[Json, str]] = {
    "the same text on both sides": (
        _changed("commission", "does_not_violate", text=SAME),
        "the same text is an example of both sides",
    ),
    "the same text but for white space": (
        _changed("commission", "does_not_violate", text=f"  {SAME}\n"),
        "the same text is an example of both sides",
    ),
    "violating commission without quote": (
        _changed("commission", "violates", quote=None),
        "expected a 'quote', because the criterion is a commission",
    ),
    "safe commission with quote": (_changed("commission", "does_not_violate", quote="GP"), "a 'quote' contradicts"),
    "violating commission with missing": (
        _changed("commission", "violates", missing="x"),
        "'missing' contradicts the form",
    ),
    "violating omission without missing": (_changed("omission", "violates", missing=None), "expected 'missing'"),
    "violating omission with quote": (_changed("omission", "violates", quote="Rest"), "a 'quote' contradicts"),
    "safe omission without quote": (
        _changed("omission", "does_not_violate", quote=None),
        "expected a 'quote', because the criterion is an omission",
    ),
    "safe omission with missing": (_changed("omission", "does_not_violate", missing="x"), "'missing' contradicts"),
    "quote not in its text": (_changed("commission", "violates", quote="all is well"), "does not stand in the text"),
    "one violating example": (_one_example_of("violates"), "X-1: expected at least two examples of each side"),
    "one safe example": (_one_example_of("does_not_violate"), "X-1: expected at least two examples of each side"),
    "no examples": (rubric_json(criterion_json(examples={})), "at least two examples of each side"),
    "raise_to without tags": (_severity(raise_to="major"), TOGETHER),
    "tags without raise_to": (_severity(when_tags_any=["frail"]), TOGETHER),
    "raised to the same": (_severity(raise_to="considerable", when_tags_any=["frail"]), "must be more severe"),
    "raised downwards": (_severity(raise_to="minor", when_tags_any=["frail"]), "must be more severe"),
    "empty lexicon of an omission": (_lexicon("omission"), OMISSION_LEXICON),
    "unsafe phrases of an omission": (_lexicon("omission", present=["a"], unsafe=["b"]), OMISSION_LEXICON),
    "unsafe route of an omission": (
        _lexicon("omission", present=["a"], unsafe_route_at_least="emergency"),
        OMISSION_LEXICON,
    ),
    "empty lexicon of a commission": (_lexicon("commission"), COMMISSION_LEXICON),
    "present phrases of a commission": (_lexicon("commission", present=["a"], unsafe=["b"]), COMMISSION_LEXICON),
    "present facts of a commission": (
        _lexicon("commission", present_facts="red_flags", unsafe=["b"]),
        COMMISSION_LEXICON,
    ),
    "first_sentences of 0": (_lexicon("commission", unsafe=["b"], first_sentences=0), "first_sentences"),
    "approved by nobody": (rubric_json(status="approved"), "status 'approved' needs approved_by"),
    "always_review of a stranger": (
        rubric_json(routing={"always_review": ["X-9"]}),
        "no criterion of this rubric: X-9",
    ),
    "a criterion twice": (rubric_json(criterion_json(), criterion_json()), "given twice: X-1"),
    "no criteria": (rubric_json(criteria=[]), "criteria"),
    "an unknown key": (rubric_json(colour="red"), "colour"),
    "a two-part version": (rubric_json(version="1.0"), "version"),
    "an unknown status": (rubric_json(status="final"), "status"),
    "an elusion of 1": (rubric_json(routing={"max_elusion": {"default": 1.0}}), "max_elusion"),
    "a confidence of a half": (rubric_json(routing={"confidence": 0.5}), "confidence"),
    "a hazard of nobody": (rubric_json(hazard={**rubric_json()["hazard"], "who": []}), "who"),
}


@pytest.mark.parametrize(("whole", "expected"), REFUSED.values(), ids=REFUSED.keys())
def test_a_contradictory_rubric_is_refused_in_words(whole: Json, expected: str) -> None:
    with pytest.raises(ValidationError) as caught:
        Rubric.model_validate_json(orjson.dumps(whole))
    assert expected in str(caught.value)


APPROVAL = {"name": "A. Nurse", "role": "lead", "date": "2026-01-31"}
ACCEPTED: dict[str, Json] = {
    "a commission": rubric_json(criterion_json(kind="commission")),
    "an omission": rubric_json(criterion_json(kind="omission")),
    "severity raised": _severity(raise_to="major", when_tags_any=["frail"]),
    "an omission's phrases": _lexicon("omission", present=["call 999"]),
    "an omission's facts": _lexicon("omission", present_facts="red_flags"),
    "an omission's route": _lexicon("omission", present_route=True),
    "a commission's phrases": _lexicon("commission", unsafe=["no need"]),
    "a commission's route": _lexicon("commission", unsafe_route_at_least="emergency"),
    "approved by somebody": rubric_json(status="approved", approved_by=[APPROVAL]),
    "always_review of its own": rubric_json(routing={"always_review": ["X-1"]}),
}


@pytest.mark.parametrize("whole", ACCEPTED.values(), ids=ACCEPTED.keys())
def test_a_whole_rubric_is_accepted(whole: Json) -> None:
    assert "r1" == Rubric.model_validate_json(orjson.dumps(whole)).rubric_id


@pytest.mark.parametrize(
    ("tags", "expected"),
    [
        ((), Severity.SIGNIFICANT),
        (("adult",), Severity.SIGNIFICANT),
        (("adult", "frail"), Severity.MAJOR),
    ],
)
def test_severity_is_raised_for_tagged_scenarios_only(tags: tuple[str, ...], expected: Severity) -> None:
    rule = SeverityRule(default=Severity.SIGNIFICANT, raise_to=Severity.MAJOR, when_tags_any=("infant", "frail"))
    assert expected is rule.for_tags(tags)


STATED = {"correct_disposition": "same-day", "category": "emergent", "red_flags": ["a stiff neck"]}
YES, NO, OPEN = Applies.YES, Applies.NO, Applies.OPEN

APPLIES: dict[str, tuple[Json, Json | None, Applies]] = {
    "nothing asked": ({}, None, YES),
    "one of the tags": ({"tags_any": ["child", "elder"]}, None, YES),
    "none of the tags": ({"tags_any": ["elder"]}, None, NO),
    "an excluded tag": ({"tags_none": ["child"]}, None, NO),
    "an excluded tag beside a wanted one": ({"tags_any": ["fever"], "tags_none": ["child"]}, None, NO),
    "other excluded tags": ({"tags_none": ["elder"]}, None, YES),
    "the audience": ({"audience": "public"}, None, YES),
    "another audience": ({"audience": "clinician"}, None, NO),
    "facts that nobody stated": ({"facts": ["red_flags"]}, None, OPEN),
    "a category that nobody stated": ({"category": ["emergent"]}, None, OPEN),
    "a differential that nobody stated": ({"min_differential": 1}, None, OPEN),
    "a route that nobody stated": ({"disposition_at_most": "same-day"}, None, OPEN),
    "wrong tags decide without facts": ({"tags_any": ["elder"], "facts": ["red_flags"]}, None, NO),
    "wrong audience decides without facts": ({"audience": "clinician", "facts": ["red_flags"]}, None, NO),
    "a stated fact": ({"facts": ["red_flags"]}, STATED, YES),
    "a fact left out": ({"facts": ["red_flags", "key_facts"]}, STATED, NO),
    "uncertainty": ({"facts": ["uncertainty_present"]}, {"uncertainty_present": True}, YES),
    "no uncertainty": ({"facts": ["uncertainty_present"]}, {"uncertainty_present": False}, NO),
    "the category": ({"category": ["non-emergent", "emergent"]}, STATED, YES),
    "another category": ({"category": ["non-emergent"]}, STATED, NO),
    "facts without a category": ({"category": ["emergent"]}, {}, OPEN),
    "two explanations of two": ({"min_differential": 2}, {"differential": ["a", "b"]}, YES),
    "one explanation of two": ({"min_differential": 2}, {"differential": ["a"]}, NO),
    "facts without a route": ({"disposition_at_least": "gp-routine"}, {}, OPEN),
    "a less urgent floor": ({"disposition_at_least": "gp-routine"}, STATED, YES),
    "exactly the floor": ({"disposition_at_least": "same-day"}, STATED, YES),
    "a more urgent floor": ({"disposition_at_least": "emergency"}, STATED, NO),
    "a more urgent ceiling": ({"disposition_at_most": "emergency"}, STATED, YES),
    "exactly the ceiling": ({"disposition_at_most": "same-day"}, STATED, YES),
    "a less urgent ceiling": ({"disposition_at_most": "nhs-111"}, STATED, NO),
    "an open route beside a missing fact": ({"disposition_at_least": "same-day", "facts": ["red_flags"]}, {}, NO),
    "an open category beside a wrong route": (
        {"category": ["emergent"], "disposition_at_least": "emergency"},
        {"correct_disposition": "pharmacy"},
        NO,
    ),
    "an open route beside a wrong category": (
        {"category": ["emergent"], "disposition_at_least": "emergency"},
        {"category": "non-emergent"},
        NO,
    ),
}


@pytest.mark.parametrize(("rule", "facts", "expected"), APPLIES.values(), ids=APPLIES.keys())
def test_a_rule_decides_or_leaves_the_question_open(rule: Json, facts: Json | None, expected: Applies) -> None:
    stated = None if facts is None else Facts.model_validate_json(orjson.dumps(facts))
    one = Applicability.model_validate_json(orjson.dumps(rule))
    assert expected is applies(one, ("child", "fever"), Audience.PUBLIC, stated)


def test_equal_content_has_an_equal_hash_whatever_the_order_of_keys() -> None:
    whole = rubric_json()
    backwards = Rubric.model_validate_json(orjson.dumps(dict(reversed(whole.items()))))
    assert rubric().sha256 == backwards.sha256


def test_changed_content_changes_the_hash() -> None:
    assert criterion().sha256 != criterion(observable="a phrase").sha256
