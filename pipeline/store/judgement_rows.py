"""A judgement as rows, and back."""

from dataclasses import asdict
from typing import Any

import orjson

from domain.review import CriterionJudgement, Evidence, Judgement, Overall, Quality, Rating, Reasons
from domain.severity import Severity
from domain.verdict import Span, VerdictValue

Row = dict[str, Any]


def text(value: Any) -> str:  # noqa: ANN401 (any JSON value)
    """JSON as a column holds it."""
    return orjson.dumps(value).decode()


def overall_row(one: Overall) -> Row:
    """The part about the response as a whole, as JSON values."""
    return {
        "qualities": {str(quality): str(rating) for quality, rating in one.qualities},
        "could_still_go_wrong": one.could_still_go_wrong,
        "nothing_identified": one.nothing_identified,
    }


def overall_of(row: Row) -> Overall:
    """The part about the response as a whole."""
    rated = tuple((Quality(name), Rating(value)) for name, value in row["qualities"].items())
    return Overall(rated, row["could_still_go_wrong"], row["nothing_identified"])


def criterion_row(one: CriterionJudgement) -> Row:
    """The part about one criterion, as JSON values."""
    return asdict(one)


def criterion_of(row: Row) -> CriterionJudgement:
    """The part about one criterion."""
    spans = tuple(Span(**span) for span in row["evidence"]["spans"])
    return CriterionJudgement(
        row["rubric_id"],
        row["criterion_id"],
        VerdictValue(row["value"]),
        bool(row["is_defensible"]),
        Severity(row["severity"]) if row["severity"] else None,
        Evidence(spans, row["evidence"]["is_missing"], row["evidence"]["missing"]),
        Reasons(**row["reasons"]),
    )


def judgement_row(one: Judgement) -> Row:
    """The whole, as JSON values: what its event holds."""
    return {"criteria": [criterion_row(each) for each in one.criteria], "overall": overall_row(one.overall)}
