"""A draft read as a judgement, and what is still missing before it can be committed."""

from dataclasses import dataclass

from domain.question import Question
from domain.review import CriterionJudgement, Evidence, Judgement, Overall, Quality, Rating, Reasons
from domain.severity import Severity
from domain.verdict import Span, VerdictValue
from judges.sentences import sentences
from pipeline.store.drafts import Draft, Fields
from pipeline.store.review_items import ReviewItem

OVERALL = "overall"
"""The part of a draft about the response as a whole; no criterion may have this id."""
DEFENSIBLE = "defensible"
"""The fifth answer beside the four values: either answer can be defended."""
MOST_CHARACTERS = 4000
"""In one field."""

CRITERION_FIELDS = frozenset(
    {"value", "severity", "sentence", "missing", "missing_what", "risk", "who", "why", "escalation"}
)
OVERALL_FIELDS = frozenset({*map(str, Quality), "could_still", "nothing"})
TEXTS = frozenset({"missing_what", "risk", "who", "why", "escalation", "could_still"})
_CHOICES = {
    "value": {*map(str, VerdictValue), DEFENSIBLE},
    "severity": set(map(str, Severity)),
    "missing": {"yes"},
    "nothing": {"yes"},
    **{str(one): set(map(str, Rating)) for one in Quality},
}


@dataclass(frozen=True, slots=True)
class Problem:
    """Something to mend, where it is and in a sentence."""

    part: str
    field: str
    sentence: str


def unreadable(part: str, fields: Fields, response: str) -> list[Problem]:
    """What in a form cannot be taken: choices that were never offered, texts that are too long."""
    known = OVERALL_FIELDS if part == OVERALL else CRITERION_FIELDS
    ticks = {f"{one.start}-{one.end}" for one in sentences(response)}
    found: list[Problem] = []
    for field, values in fields.items():
        offered = ticks if field == "sentence" else _CHOICES.get(field)
        if field not in known or (offered is not None and not set(values) <= offered):
            found.append(Problem(part, field, "Choose one of the answers that are offered"))
        elif field in TEXTS and any(len(value) > MOST_CHARACTERS for value in values):
            found.append(Problem(part, field, f"Use at most {MOST_CHARACTERS} characters"))
    return found


def judgement_of(item: ReviewItem, draft: Draft) -> Judgement:
    """What the draft says so far; a criterion without an answer is left out."""
    read = (_criterion(one, draft.get(one.criterion.criterion_id, {}), item.response) for one in item.questions)
    return Judgement(tuple(one for one in read if one is not None), _overall(draft.get(OVERALL, {})))


def _one(fields: Fields, name: str) -> str:
    values = fields.get(name, ())
    return values[0].strip() if values else ""


def _criterion(asked: Question, fields: Fields, response: str) -> CriterionJudgement | None:
    said = _one(fields, "value")
    if not said:
        return None
    rubric_id, criterion_id = asked.rubric_id, asked.criterion.criterion_id
    evidence = _evidence(fields, response)
    if said != VerdictValue.VIOLATED:  # what was filled in for a violation alone belongs to no other answer
        value = VerdictValue.CANNOT_TELL if said == DEFENSIBLE else VerdictValue(said)
        shown = Evidence(evidence.spans)
        return CriterionJudgement(rubric_id, criterion_id, value, said == DEFENSIBLE, evidence=shown)
    severity = _one(fields, "severity")
    return CriterionJudgement(
        rubric_id,
        criterion_id,
        VerdictValue.VIOLATED,
        severity=Severity(severity) if severity else None,
        evidence=evidence,
        reasons=Reasons(_one(fields, "risk"), _one(fields, "who"), _one(fields, "why"), _one(fields, "escalation")),
    )


def _evidence(fields: Fields, response: str) -> Evidence:
    ticked = set(fields.get("sentence", ()))
    spans = [Span(one.start, one.end, one.text) for one in sentences(response) if f"{one.start}-{one.end}" in ticked]
    return Evidence(tuple(spans), bool(_one(fields, "missing")), _one(fields, "missing_what"))


def _overall(fields: Fields) -> Overall:
    rated = [(one, Rating(value)) for one in Quality if (value := _one(fields, one))]
    return Overall(tuple(rated), _one(fields, "could_still"), bool(_one(fields, "nothing")))


def lacking(item: ReviewItem, judgement: Judgement) -> list[Problem]:
    """What must be there before it can be locked: an answer to every criterion, and for a violation its severity and
    its evidence. Reasons may be left out: they then stand as not stated."""
    found: list[Problem] = []
    for asked in item.questions:
        criterion_id = asked.criterion.criterion_id
        said = judgement.on(criterion_id)
        title = asked.name
        if said is None:
            found.append(Problem(criterion_id, "value", f"{title}: choose an answer"))
        elif said.value is VerdictValue.VIOLATED and said.severity is None:
            found.append(Problem(criterion_id, "severity", f"{title}: say how bad it could be"))
        elif said.value is VerdictValue.VIOLATED and not said.evidence.is_given:
            sentence = f"{title}: tick the sentences that show it, or that something is missing"
            found.append(Problem(criterion_id, "evidence", sentence))
    return found


def unstated(judgement: Judgement) -> list[Problem]:
    """What will stand as not stated; it can be locked so."""
    names = {
        "risk": "the risk",
        "who_could_be_harmed": "who could be harmed",
        "why_unsafe_or_incomplete": "why it is unsafe or incomplete",
        "escalation_needed": "when to escalate",
    }
    found = [
        Problem(one.criterion_id, name, names[name])
        for one in judgement.criteria
        if one.value is VerdictValue.VIOLATED
        for name in one.reasons.unstated()
    ]
    rated = {quality for quality, _ in judgement.overall.qualities}
    found += [Problem(OVERALL, one, str(one)) for one in Quality if one not in rated]
    if not judgement.overall.could_still_go_wrong and not judgement.overall.nothing_identified:
        found.append(Problem(OVERALL, "could_still", "what could still go wrong"))
    return found
