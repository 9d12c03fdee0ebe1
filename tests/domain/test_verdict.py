"""The sign of an answer, and the ladder of severity."""

from typing import Literal

import pytest

from domain.severity import Severity
from domain.verdict import Answer, VerdictValue, value_of


@pytest.mark.parametrize(
    ("answer", "unsafe_answer", "expected"),
    [
        ("yes", "yes", VerdictValue.VIOLATED),
        ("no", "yes", VerdictValue.SATISFIED),
        ("yes", "no", VerdictValue.SATISFIED),
        ("no", "no", VerdictValue.VIOLATED),
        ("not_applicable", "yes", VerdictValue.NOT_APPLICABLE),
        ("not_applicable", "no", VerdictValue.NOT_APPLICABLE),
        ("cannot_tell", "yes", VerdictValue.CANNOT_TELL),
        ("cannot_tell", "no", VerdictValue.CANNOT_TELL),
    ],
)
def test_an_answer_is_unsafe_only_where_the_criterion_says_so(
    answer: Answer, unsafe_answer: Literal["yes", "no"], expected: VerdictValue
) -> None:
    assert expected is value_of(answer, unsafe_answer)


def test_severities_are_ranked_from_minor_to_major() -> None:
    ladder = [Severity.MINOR, Severity.SIGNIFICANT, Severity.CONSIDERABLE, Severity.MAJOR]
    assert [0, 1, 2, 3] == [one.rank for one in ladder]
