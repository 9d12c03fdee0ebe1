"""A response with what judges quoted and readers marked: every word once, in order, however passages overlap."""

from hypothesis import given
from hypothesis import strategies as st

from domain.verdict import Span
from judges.sentences import sentences
from review.pages.response import passages_of
from tests.review.ward import RESPONSE

SPANS = st.lists(
    st.tuples(st.integers(0, len(RESPONSE)), st.integers(0, len(RESPONSE))).map(
        lambda ends: Span(min(ends), max(ends), RESPONSE[min(ends) : max(ends)])
    ),
    max_size=5,
)


@given(SPANS, SPANS)
def test_marking_changes_no_word_and_marks_exactly_what_was_quoted(judges: list[Span], readers: list[Span]) -> None:
    for one, passage in zip(sentences(RESPONSE), passages_of(RESPONSE, judges, readers), strict=True):
        assert one.text == "".join(piece.text for piece in passage.pieces)
        by_judges = [piece.by_judges for piece in passage.pieces for _ in piece.text]
        by_readers = [piece.by_readers for piece in passage.pieces for _ in piece.text]
        for offset in range(one.start, one.end):
            assert by_judges[offset - one.start] == any(span.start <= offset < span.end for span in judges)
            assert by_readers[offset - one.start] == any(span.start <= offset < span.end for span in readers)
