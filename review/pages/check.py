"""The whole judgement before it is locked: what is said, what is missing, what stands as not stated."""

from dataclasses import dataclass

from domain.question import Question
from domain.review import CriterionJudgement, Overall
from pipeline.store.events import PEOPLE
from review.acts.commit import lock
from review.ask import Ask, GoTo, Page
from review.pages.opened import Opened, open_item
from review.rules.reading import OVERALL, Problem, judgement_of, lacking, unstated


@dataclass(frozen=True, slots=True)
class Line:
    """One criterion as it will be locked."""

    number: int
    asked: Question
    said: CriterionJudgement | None
    unstated: list[str]


@dataclass(frozen=True, slots=True)
class CheckPage:
    """The judgement, line by line."""

    item_id: str
    lines: list[Line]
    overall: Overall
    unstated: list[str]
    """Of the response as a whole."""
    problems: list[Problem]
    until_at: str | None

    def number_of(self, part: str) -> int:
        """The page on which a part stands."""
        return next(line.number for line in self.lines if line.asked.criterion.criterion_id == part)


def show(ask: Ask) -> Page | GoTo:
    """The page."""
    with ask.store.reading() as connection:
        opened = open_item(connection, ask)
    if not opened.standing.may_edit_draft:
        return GoTo(f"/items/{opened.item.item_id}")
    return Page("check.html", _record(opened, []))


def lock_(ask: Ask) -> Page | GoTo:
    """Lock the judgement, and go on to the judges'. Sent twice, the second finds it done."""
    with ask.store.writing(PEOPLE) as connection:
        opened = open_item(connection, ask)
        if opened.standing.may_edit_draft:
            judgement = judgement_of(opened.item, opened.draft)
            if problems := lacking(opened.item, judgement):
                return Page("check.html", _record(opened, problems), 400)
            lock(connection, opened.item, ask.person, judgement, ask.now)
    return GoTo(f"/items/{opened.item.item_id}/reveal")


def _record(opened: Opened, problems: list[Problem]) -> CheckPage:
    judgement = judgement_of(opened.item, opened.draft)
    left_out = unstated(judgement)
    lines = [
        Line(number, one, judgement.on(one.criterion.criterion_id),
             [each.sentence for each in left_out if each.part == one.criterion.criterion_id])
        for number, one in enumerate(opened.item.questions, 1)
    ]  # fmt: skip
    of_the_whole = [each.sentence for each in left_out if each.part == OVERALL]
    until = opened.slot.until_at if opened.slot else None
    return CheckPage(opened.item.item_id, lines, judgement.overall, of_the_whole, problems, until)
