"""What the embedded judges have in common: the verdict of something that matches words and does not understand."""

from domain.question import Question
from domain.rubric import Kind
from domain.verdict import Harm, Span, Verdict, VerdictValue
from judges.sentences import Sentence


def baseline_verdict(
    judge_id: str, question: Question, value: VerdictValue, reason: str, found: Sentence | None = None
) -> Verdict:
    """A verdict with the sentence that it rests on."""
    criterion = question.criterion
    violated = value is VerdictValue.VIOLATED
    return Verdict(
        judge_id=judge_id,
        rubric_id=question.rubric_id,
        criterion_id=criterion.criterion_id,
        value=value,
        severity=question.severity,
        reason=reason,
        evidence=(Span(*found),) if found else (),
        expected=criterion.observable if violated and criterion.kind is Kind.OMISSION else "",
        harm=_rubric_harm(question) if violated else None,
    )


def _rubric_harm(question: Question) -> Harm:
    """The four questions as the rubric itself answers them: all that a baseline can say."""
    hazard = question.rubric.hazard if question.rubric else None
    return Harm(
        risk=hazard.description if hazard else "Not stated by the criterion.",
        who_could_be_harmed=", ".join(hazard.who) if hazard else "Not stated by the criterion.",
        why_unsafe_or_incomplete=question.criterion.required_action or question.criterion.question,
        escalation_needed="Not judged by a baseline; a clinician decides.",
    )
