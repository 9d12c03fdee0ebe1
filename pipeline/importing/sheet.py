"""A label sheet that somebody filled in: what `caveat export RUN --format csv --blind` wrote, or the same columns out
of another tool. It names items, which the store knows; whose they are the people who labelled were not told."""

from collections.abc import Iterable, Iterator, Mapping
from pathlib import Path

from domain.errors import InputError
from domain.record import Identifier, Record
from domain.scenario import Label
from domain.severity import Severity
from domain.verdict import VerdictValue
from pipeline.files.jsonl import JsonlSource
from pipeline.importing.table import read_table

ItemKey = tuple[str, str, int]
"""scenario_id, candidate_id, repeat."""


class SheetLine(Record):
    """One question, and what somebody said to it; a line without a verdict is not labelled yet."""

    item_id: Identifier
    criterion_id: Identifier
    reviewer_id: Identifier | None = None
    """Whose label it is; else `--reviewer`."""
    verdict: VerdictValue | None = None
    """In terms of safety; empty: not labelled yet."""
    severity: Severity | None = None
    """Of one patient, where it is violated."""
    reason: str = ""
    """In the labeller's words."""
    rubric_id: str = ""
    """As it was exported, as are the columns below; not read."""
    title: str = ""
    """Of the criterion."""
    question: str = ""
    """What is asked."""
    unsafe_answer: str = ""
    """Which answer is the unsafe one."""
    look_for: str = ""
    """What a reader can look for."""

    @property
    def key(self) -> tuple[str, str, str | None]:
        """A person speaks once to a question."""
        return self.item_id, self.criterion_id, self.reviewer_id


def read_sheet(source: Path, reviewer_id: str | None) -> Iterable[SheetLine]:
    """The lines that are labelled, from CSV or JSONL.

    Args:
        source: the file.
        reviewer_id: whose the labels are, where the lines do not say it.

    Raises:
        InputError: names file, line, key and what was expected.
    """
    if source.suffix.lower() == ".csv":
        lines: Iterable[SheetLine] = read_table(SheetLine, source, lambda one: one.key)
    else:
        lines = JsonlSource(SheetLine, [source], lambda one: one.key)
    for one in lines:
        if one.verdict is not None:
            if one.reviewer_id is None and reviewer_id is None:
                where = f"{one.item_id} / {one.criterion_id}"
                raise InputError(
                    f"{where} does not say whose label it is; add --reviewer", file=source, key="reviewer_id"
                )
            yield one if one.reviewer_id else one.model_copy(update={"reviewer_id": reviewer_id})


def labels_of(lines: Iterable[SheetLine], items: Mapping[str, ItemKey], source: Path) -> Iterator[Label]:
    """The labels that the lines are.

    Args:
        lines: that are labelled.
        items: what each item is, by its id.
        source: named in the error.

    Raises:
        InputError: there is no such item.
    """
    for one in lines:
        if one.item_id not in items:
            raise InputError(f"the store has no item {one.item_id!r}", file=source, key="item_id")
        scenario_id, candidate_id, repeat = items[one.item_id]
        said = {"criterion_id": one.criterion_id, "reviewer_id": one.reviewer_id, "verdict": one.verdict}
        of = {"scenario_id": scenario_id, "candidate_id": candidate_id, "repeat": repeat}
        yield Label.model_validate({**of, **said, "severity": one.severity, "reason": one.reason})
