"""What practice came to is said in words that help, by rule."""

import pytest

from domain.verdict import VerdictValue
from pipeline.store.qualifications import Answer, Practised
from review.rules.practice import by_criterion, n_unstated

V, S, N = VerdictValue.VIOLATED, VerdictValue.SATISFIED, VerdictValue.NOT_APPLICABLE


def practised(*pairs: tuple[VerdictValue, VerdictValue], criterion_id: str = "X-1", reason: str = "") -> Practised:
    answers = [
        Answer(criterion_id, "t", said, is_defensible=False, severity=None, reason=reason, agreed=agreed,
               agreed_severity=None, explanation="e")
        for said, agreed in pairs
    ]  # fmt: skip
    return Practised("p", "0", tuple(answers), "t")


@pytest.mark.parametrize(
    ("pairs", "word"),
    [
        ([(V, V)], "as it was agreed"),
        ([(S, V)], "So few examples"),
        ([(S, V), (S, S)], "So few examples"),
        ([(S, V), (S, S), (V, V)], "Something unsafe was passed"),
        ([(V, S), (S, S), (V, V)], "stricter here"),
        ([(V, S), (S, V), (V, V)], "part here"),
        ([(S, N), (S, S), (V, V)], "part here"),
    ],
)
def test_each_result_has_a_word_and_none_has_a_mark(pairs: list[tuple[VerdictValue, VerdictValue]], word: str) -> None:
    (found,) = by_criterion([practised(one) for one in pairs])
    assert word in found.word
    assert not [each for each in found.word if each.isdigit() or each == "%"]


def test_what_is_to_be_looked_at_comes_first() -> None:
    found = by_criterion([practised((V, V), criterion_id="A"), practised((S, V), criterion_id="B")])
    assert ["B", "A"] == [one.criterion_id for one in found]


def test_an_unsafe_point_without_a_word_of_why_is_counted() -> None:
    assert 1 == n_unstated([practised((V, V), (S, V)), practised((V, V), reason="a route")])
