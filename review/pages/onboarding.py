"""Practice for people new to the work, and the lead's view of who may review for real."""

from collections.abc import Sequence

from pipeline.qualification import Practice
from review.ask import LEADS, REVIEWERS, Row
from review.pages.practice import Practising
from review.pages.readers import Readers


def rows(practice: Sequence[Practice]) -> tuple[Row, ...]:
    """The routes, over these practice items."""
    practising, readers = Practising(practice), Readers(practice)
    return (
        Row("GET", "/practice", practising.show_list, REVIEWERS),
        Row("GET", "/practice/{number:int}", practising.show_one, REVIEWERS),
        Row("POST", "/practice/{number:int}", practising.answer, REVIEWERS),
        Row("POST", "/practice/{number:int}/draft", practising.save_field, REVIEWERS),
        Row("GET", "/readers", readers.show_list, LEADS),
        Row("GET", "/readers/{person_id:path}", readers.show_one, LEADS),
        Row("POST", "/readers/{person_id:path}", readers.decide, LEADS),
    )
