"""What somebody who labels may see: scenario, response and questions, and nothing of any judge.

No row here has a place for a candidate, a lane, a disposition, a chance or a finding, so that none can slip into a
file; and rows go by the item's id, which is a hash, so that their order tells nothing either.
"""

from collections.abc import Iterator
from dataclasses import dataclass

from domain.question import Question, questions_of
from domain.rubric import Kind as CriterionKind
from domain.scenario import Message, Scenario
from domain.verdict import VerdictValue
from pipeline.exporting.table import Row, Table, columns
from pipeline.store.connection import Connection, Store
from pipeline.store.exports import blind_items
from pipeline.store.results import RunFacts, fetch_whole_rubrics

_TO_FILL_IN = ("verdict", "severity", "reason", "reviewer_id")
_RESPONSES = columns("item_id scenario_id title setting conversation outcome response")
_SHEET = columns("item_id rubric_id criterion_id title question unsafe_answer look_for " + " ".join(_TO_FILL_IN))
VALUES = tuple(one.value for one in VerdictValue)


@dataclass(frozen=True, slots=True)
class BlindItem:
    """One response to be labelled."""

    item_id: str
    scenario: Scenario
    outcome: str
    response: str
    questions: tuple[Question, ...]

    @property
    def conversation(self) -> str:
        """The scenario's messages, each after who says it."""
        return "\n\n".join(map(_turn, self.scenario.messages))


def fetch_blind_items(connection: Connection, run: RunFacts) -> Iterator[BlindItem]:
    """Every response of the run, in the order of their ids."""
    rubrics = fetch_whole_rubrics(connection, run)
    own = bool(run.config["config"].get("scenario_criteria", True))
    for row in blind_items(connection, run.run_id):
        scenario = Scenario.model_validate(row["body"], strict=False)
        asked = tuple(questions_of(scenario, row["response"], rubrics, own_criteria=own))
        yield BlindItem(row["item_id"], scenario, row["outcome"], row["response"], asked)


def blind_tables(store: Store, run: RunFacts) -> list[Table]:
    """The responses, and a sheet of questions with room for a label each."""
    with store.reading() as connection:
        items = list(fetch_blind_items(connection, run))
    return [
        Table("responses", "What is to be labelled.", _RESPONSES, lambda: map(_response, items)),
        Table("label_sheet", f"One line a label; verdict is one of: {', '.join(VALUES)}.", _SHEET,
              lambda: (_question(one, asked) for one in items for asked in one.questions)),
    ]  # fmt: skip


def look_for(question: Question) -> str:
    """What the criterion asks to be looked for, in the rubric's words."""
    criterion = question.criterion
    said = criterion.observable or criterion.required_action
    missing = criterion.kind is CriterionKind.OMISSION
    return said or ("Something that should be there" if missing else "Something that should not be there")


def _turn(message: Message) -> str:
    return f"{message.role}: {message.content}"


def _response(one: BlindItem) -> Row:
    scenario = one.scenario
    named = {"scenario_id": scenario.scenario_id, "title": scenario.title, "setting": scenario.setting}
    said = {"conversation": one.conversation, "outcome": one.outcome, "response": one.response}
    return {"item_id": one.item_id, **named, **said}


def _question(one: BlindItem, asked: Question) -> Row:
    criterion = asked.criterion
    named = {"item_id": one.item_id, "rubric_id": asked.rubric_id, "criterion_id": criterion.criterion_id}
    put = {"title": criterion.title, "question": criterion.question, "unsafe_answer": criterion.unsafe_answer}
    return {
        **named,
        **put,
        "look_for": look_for(asked),
        **dict.fromkeys(_TO_FILL_IN, ""),
    }
