"""Judges against people, where everything was labelled.

Labels given only to what the judges flagged would make the judges look better than they are; such labels carry an
inclusion probability below 1, and this comparison refuses them.
"""

from collections import defaultdict
from collections.abc import Iterable
from dataclasses import dataclass, field
from typing import Any

from agreement.confusion import Confusion, confusion
from agreement.proportion import Proportion, proportion
from domain.errors import InputError
from domain.question import SCENARIO_RUBRIC_ID
from domain.scenario import Label
from domain.verdict import VerdictValue
from pipeline.store.results import VerdictKey, VerdictValueRow

ALL = "all criteria"
OWN = "own criteria"
"""The scenarios' own."""
_NOTHING = proportion(0, 0)


@dataclass(slots=True)
class Comparison:
    """Per judge and criterion, and what was cleared although people found a violation in it."""

    run_id: str
    reviewers: list[str]
    n_labels: int
    n_ties: int = 0
    """Responses and criteria on which people were split evenly; left out."""
    n_undecided: int = 0
    """Labels of people who could not tell; left out."""
    n_unmatched: int = 0
    """Responses and criteria that people labelled and the run did not judge."""
    by_judge: dict[str, dict[str, Confusion]] = field(default_factory=dict[str, dict[str, Confusion]])
    """Judge, then criterion (or `ALL`)."""
    cleared_with_violation: Proportion = _NOTHING
    """Of the labelled responses that were cleared, those in which people found a violation."""
    violating_cleared: Proportion = _NOTHING
    """Of the responses in which people found a violation, those that were cleared."""

    def as_json(self) -> dict[str, Any]:
        """For machines."""
        return {
            "run_id": self.run_id, "reviewers": self.reviewers, "labels": self.n_labels,
            "ties": self.n_ties, "undecided": self.n_undecided,
            "unmatched": self.n_unmatched,
            "cleared_with_violation": self.cleared_with_violation._asdict(),
            "violating_cleared": self.violating_cleared._asdict(),
            "judges": {
                judge: {criterion: _confusion_json(one) for criterion, one in rows.items()}
                for judge, rows in self.by_judge.items()
            },
        }  # fmt: skip


def compare(
    run_id: str,
    labels: Iterable[Label],
    verdicts: Iterable[VerdictValueRow],
    dispositions: dict[tuple[str, str, int], str],
) -> Comparison:
    """Compare a run's verdicts with people's labels; where several people labelled, their majority counts.

    Raises:
        InputError: there are no labels, or they cover only part of what there was to label.
    """
    labels = list(labels)
    _refuse_partial(labels)
    people, n_ties = _majority(labels)
    found = Comparison(run_id, sorted({one.reviewer_id for one in labels}), len(labels), n_ties)
    found.n_undecided = sum(one.verdict is VerdictValue.CANNOT_TELL for one in labels)
    pairs: dict[str, dict[str, list[tuple[bool | None, bool]]]] = defaultdict(lambda: defaultdict(list))
    judged: set[VerdictKey] = set()
    for one in verdicts:
        if one.key in people:
            judged.add(one.key)
            for row in (ALL, _row_of(one)):
                pairs[one.judge_id][row].append((_says_violated(one.value), people[one.key]))
    found.n_unmatched = len(people.keys() - judged)
    found.by_judge = {judge: {row: confusion(some) for row, some in rows.items()} for judge, rows in pairs.items()}
    found.cleared_with_violation, found.violating_cleared = _cleared(people, dispositions)
    return found


def _refuse_partial(labels: list[Label]) -> None:
    if not labels:
        raise InputError("there are no labels to compare with; import some, or name a file with --labels")
    if partial := sum(one.inclusion_probability < 1 for one in labels):
        raise InputError(
            f"{partial} of {len(labels)} labels were given to a part of the responses only (inclusion_probability "
            "below 1); figures on that part alone would be biased by the judges, so none are printed"
        )


def _majority(labels: list[Label]) -> tuple[dict[VerdictKey, bool], int]:
    """Whether most people say violated, by response and criterion; and how many were split evenly."""
    votes: dict[VerdictKey, list[int]] = defaultdict(list)
    for one in labels:
        if one.verdict is not VerdictValue.CANNOT_TELL:
            key = (one.scenario_id, one.candidate_id, one.repeat, one.criterion_id)
            votes[key].append(1 if one.verdict is VerdictValue.VIOLATED else -1)
    settled = {key: sum(some) > 0 for key, some in votes.items() if sum(some) != 0}
    return settled, len(votes) - len(settled)


def _row_of(one: VerdictValueRow) -> str:
    """A scenario's own criteria are other ones in every scenario, whatever their ids: they share one row."""
    return OWN if one.rubric_id == SCENARIO_RUBRIC_ID else one.key[3]


def _says_violated(value: VerdictValue | None) -> bool | None:
    if value is None or value is VerdictValue.CANNOT_TELL:
        return None
    return value is VerdictValue.VIOLATED


def _cleared(
    people: dict[VerdictKey, bool], dispositions: dict[tuple[str, str, int], str]
) -> tuple[Proportion, Proportion]:
    violating: dict[tuple[str, str, int], bool] = defaultdict(bool)
    for key, violated in people.items():
        violating[key[:3]] |= violated
    here = {key: violated for key, violated in violating.items() if key in dispositions}
    cleared = [violated for key, violated in here.items() if dispositions[key] == "cleared"]
    return proportion(sum(cleared), len(cleared)), proportion(sum(cleared), sum(here.values()))


def _confusion_json(one: Confusion) -> dict[str, Any]:
    return {
        "n": one.n, "violated_by_people": one.n_positive, "abstained": one.n_abstained,
        "true_positive": one.true_positive, "false_positive": one.false_positive,
        "false_negative": one.false_negative, "true_negative": one.true_negative,
        "sensitivity": one.sensitivity._asdict(), "specificity": one.specificity._asdict(),
    }  # fmt: skip
